/* SPDX-License-Identifier: Apache-2.0 */
#include "model/dns/dns_state.h"

#include <assert.h>
#include <string.h>

/* Weights of the uniform scheduler. An attempt picks one of five actions and, for the last four, one of D
 * deployers; so an enabled (action, deployer) has the chance 1/5 * 1/D, and a generate that is enabled 1/5 *
 * (N - P)/N * (1 - 2^-I), before those that do not fire are drawn again. In units of 1/(5 D), scaled by 1 <<
 * slot_shift: every enabled deployer slot weighs 1, a generate D * (N - P)/N * (1 - 2^-I).
 *
 * At most 3 D slots are enabled (one idle slot, at most one of query and apply, and gc), so the sum is at
 * most 4 D, and the largest shift that keeps it below 2^32 is 29 - ceil(log2 D). Rounding the generate's
 * weight to a whole number then changes its chance by less than 1e-5 of itself on every supported instance
 * (by 1e-8 on those with 3 deployers). */
void dns_model_set_weights(struct dns_model *model)
{
    uint32_t log2_deployers = 0;
    while ((UINT32_C(1) << log2_deployers) < model->deployers)
        log2_deployers++;
    model->slot_shift = 29 - log2_deployers;
    const uint64_t unit = UINT64_C(1) << model->slot_shift;
    const uint64_t subsets = UINT64_C(1) << model->ips;
    const uint64_t divisor = model->plans * subsets;
    for (uint32_t published = 0; published <= model->plans; published++) {
        /* unit * D < 2^30, N - P < 2^8 and subsets <= 2^16: the product fits. */
        const uint64_t numerator = unit * model->deployers * (model->plans - published) * (subsets - 1);
        model->generate_weight[published] = (uint32_t)((numerator + divisor / 2) / divisor);
    }
}

void dns_init(const struct model *model, void *state)
{
    (void)model;
    struct dns_state *s = state;
    *s = (struct dns_state){.root = DNS_PLAN_INIT, .rollback = DNS_PLAN_INIT};
    s->fresh = (uint8_t)((1U << dns_model_of(model)->deployers) - 1);
}

size_t dns_enabled(const struct model *model, const void *state, struct enabled_move *moves)
{
    const struct dns_model *m = dns_model_of(model);
    const struct dns_state *s = state;
    const uint32_t unit = UINT32_C(1) << m->slot_shift;
    size_t n = 0;
    for (uint32_t d = 0; d < m->deployers; d++) {
        if ((s->fresh >> d & 1) == 0)
            moves[n++] = (struct enabled_move){.move = move_make(DNS_QUERY, d), .weight = unit};
        else if (dns_apply_enabled(s, d))
            moves[n++] = (struct enabled_move){.move = move_make(DNS_APPLY, d), .weight = unit};
    }
    for (uint32_t d = 0; d < m->deployers; d++) {
        if (dns_gc_enabled(m, s, d))
            moves[n++] = (struct enabled_move){.move = move_make(DNS_GC, d), .weight = unit};
    }
    /* A query by a fresh deployer and a backoff by a stale one change nothing but what a trace shows. */
    for (uint32_t d = 0; d < m->deployers; d++) {
        const uint32_t action = (s->fresh >> d & 1) != 0 ? DNS_QUERY : DNS_BACKOFF;
        moves[n++] = (struct enabled_move){.move = move_make(action, d), .weight = unit, .idle = true};
    }
    if (s->published < m->plans)
        moves[n++] = (struct enabled_move){.move = move_make(DNS_GENERATE, 0),
                                           .weight = m->generate_weight[s->published]};
    return n;
}

static void apply_query(const struct dns_model *model, struct dns_state *state, uint32_t deployer)
{
    state->fresh |= (uint8_t)(1U << deployer);
    if (model->tracks_epoch) {
        const uint32_t bit = 1U << deployer;
        state->view5 = (uint8_t)(state->epoch == 5 ? state->view5 | bit : state->view5 & ~bit);
    }
}

static void apply_apply(const struct dns_model *model, struct dns_state *state, uint32_t deployer)
{
    const bool stale = dns_apply_is_stale(model, state, deployer);
    const uint32_t plan = dns_next(state, deployer);
    state->next += UINT64_C(1) << (8 * deployer);
    if (stale)
        return;
    state->present[plan / 64] |= UINT64_C(1) << (plan % 64);
    state->rollback = state->root;
    state->root = (uint8_t)plan;
    state->fresh = (uint8_t)(1U << deployer);
    if (model->tracks_epoch) {
        if (state->epoch < DNS_EPOCH_CAP)
            state->epoch++;
        const uint32_t bit = 1U << deployer;
        state->view5 = (uint8_t)(state->epoch == 5 ? state->view5 | bit : state->view5 & ~bit);
    }
}

static void apply_gc(const struct dns_model *model, struct dns_state *state, uint32_t deployer)
{
    uint64_t old[DNS_PRESENT_WORDS];
    dns_old_plans(model, state, deployer, old);
    for (uint32_t w = 0; w < DNS_PRESENT_WORDS; w++)
        state->present[w] &= ~old[w];
}

void dns_apply(const struct model *model, void *state, uint32_t move)
{
    const struct dns_model *m = dns_model_of(model);
    struct dns_state *s = state;
    const uint32_t deployer = move_argument(move, 0);
    switch ((enum dns_action)move_action(move)) {
    case DNS_GENERATE:
        s->published++;
        return;
    case DNS_QUERY:
        apply_query(m, s, deployer);
        return;
    case DNS_BACKOFF:
        return;
    case DNS_APPLY:
        apply_apply(m, s, deployer);
        return;
    case DNS_GC:
        apply_gc(m, s, deployer);
        return;
    case DNS_ACTION_COUNT:
        break;
    }
    assert(false && "a move of the DNS balancer");
}

uint32_t dns_properties_hit(const struct model *model, const void *state)
{
    const struct dns_state *s = state;
    uint32_t hit = 0;
    if (!dns_present(s, s->root))
        hit |= UINT32_C(1) << DNS_NO_INCONSISTENT_ROOT;
    if (!dns_present(s, s->rollback))
        hit |= UINT32_C(1) << DNS_NO_INCONSISTENT_ROLLBACK;
    if (s->view5 != 0)
        hit |= UINT32_C(1) << DNS_EPOCH5;
    if (s->published >= 3)
        hit |= UINT32_C(1) << DNS_PLANS3;
    return hit & model->instance.properties;
}

/* Deployers are interchangeable: the representative has them sorted by counter, then view. */
void dns_canonical(const struct model *model, void *state)
{
    struct dns_state *s = state;
    const uint32_t deployers = dns_model_of(model)->deployers;
    uint32_t keys[DNS_DEPLOYERS_MAX];
    for (uint32_t d = 0; d < deployers; d++) {
        const uint32_t key = dns_next(s, d) << 2 | (uint32_t)(s->fresh >> d & 1) << 1 | (s->view5 >> d & 1U);
        uint32_t at = d;
        for (; at > 0 && keys[at - 1] > key; at--)
            keys[at] = keys[at - 1];
        keys[at] = key;
    }
    s->next = 0;
    s->fresh = 0;
    s->view5 = 0;
    for (uint32_t d = 0; d < deployers; d++) {
        s->next |= (uint64_t)(keys[d] >> 2) << (8 * d);
        s->fresh |= (uint8_t)((keys[d] >> 1 & 1) << d);
        s->view5 |= (uint8_t)((keys[d] & 1) << d);
    }
}

/* Published plans and the deployers' counters only grow. */
uint32_t dns_progress(const struct model *model, const void *state)
{
    const struct dns_state *s = state;
    uint32_t sum = s->published;
    for (uint32_t d = 0; d < dns_model_of(model)->deployers; d++)
        sum += dns_next(s, d);
    return sum;
}

/* Writes and reads fields of a few bits, one after the other, across words. */
struct bits {
    uint64_t *words;
    uint32_t at;
};

static void put_bits(struct bits *bits, uint64_t value, uint32_t width)
{
    const uint32_t word = bits->at / 64, shift = bits->at % 64;
    bits->words[word] |= value << shift;
    if (shift + width > 64)
        bits->words[word + 1] |= value >> (64 - shift);
    bits->at += width;
}

static uint64_t get_bits(struct bits *bits, uint32_t width)
{
    const uint32_t word = bits->at / 64, shift = bits->at % 64;
    uint64_t value = bits->words[word] >> shift;
    if (shift + width > 64)
        value |= bits->words[word + 1] << (64 - shift);
    bits->at += width;
    return width == 64 ? value : value & ((UINT64_C(1) << width) - 1);
}

/* Bits that hold 0..limit. */
static uint32_t width_of(uint32_t limit)
{
    uint32_t width = 0;
    while (limit >> width != 0)
        width++;
    return width;
}

static uint32_t epoch_bits(const struct dns_model *model)
{
    return model->tracks_epoch ? width_of(DNS_EPOCH_CAP) + model->deployers : 0;
}

uint32_t dns_packed_words(const struct dns_model *model)
{
    const uint32_t count = width_of(model->plans);
    const uint32_t bits =
        count + model->deployers * (count + 1) + 2 * count + model->plans + epoch_bits(model);
    assert(bits <= 64 * PACKED_WORDS_MAX);
    return (bits + 63) / 64;
}

void dns_pack(const struct model *model, const void *state, uint64_t *words)
{
    const struct dns_model *m = dns_model_of(model);
    const struct dns_state *s = state;
    const uint32_t count = width_of(m->plans);
    memset(words, 0, model->packed_words * sizeof *words);
    struct bits bits = {.words = words};
    put_bits(&bits, s->published, count);
    for (uint32_t d = 0; d < m->deployers; d++)
        put_bits(&bits, dns_next(s, d), count);
    put_bits(&bits, s->fresh, m->deployers);
    /* The placeholder plan is packed as the index after the last one, so that N plans need no more than 0..N.
     */
    put_bits(&bits, s->root == DNS_PLAN_INIT ? m->plans : s->root, count);
    put_bits(&bits, s->rollback == DNS_PLAN_INIT ? m->plans : s->rollback, count);
    if (m->tracks_epoch) {
        put_bits(&bits, s->epoch, width_of(DNS_EPOCH_CAP));
        put_bits(&bits, s->view5, m->deployers);
    }
    for (uint32_t from = 0; from < m->plans; from += 64)
        put_bits(&bits, s->present[from / 64], m->plans - from < 64 ? m->plans - from : 64);
}

void dns_unpack(const struct model *model, const uint64_t *words, void *state)
{
    const struct dns_model *m = dns_model_of(model);
    struct dns_state *s = state;
    const uint32_t count = width_of(m->plans);
    uint64_t copy[PACKED_WORDS_MAX];
    memcpy(copy, words, model->packed_words * sizeof *words);
    struct bits bits = {.words = copy};
    *s = (struct dns_state){.published = (uint8_t)get_bits(&bits, count)};
    for (uint32_t d = 0; d < m->deployers; d++)
        s->next |= get_bits(&bits, count) << (8 * d);
    s->fresh = (uint8_t)get_bits(&bits, m->deployers);
    const uint32_t root = (uint32_t)get_bits(&bits, count);
    const uint32_t rollback = (uint32_t)get_bits(&bits, count);
    s->root = (uint8_t)(root == m->plans ? DNS_PLAN_INIT : root);
    s->rollback = (uint8_t)(rollback == m->plans ? DNS_PLAN_INIT : rollback);
    if (m->tracks_epoch) {
        s->epoch = (uint8_t)get_bits(&bits, width_of(DNS_EPOCH_CAP));
        s->view5 = (uint8_t)get_bits(&bits, m->deployers);
    }
    for (uint32_t from = 0; from < m->plans; from += 64)
        s->present[from / 64] = get_bits(&bits, m->plans - from < 64 ? m->plans - from : 64);
}
