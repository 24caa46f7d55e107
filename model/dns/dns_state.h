/* SPDX-License-Identifier: Apache-2.0 */
/* The control state of the DNS balancer, and its transition rules in the form that hot loops inline.
 *
 * Which plan id, ips and weights a plan carries never changes which later action is enabled nor any property:
 * records of different plans never coincide, and all records of a plan come and go together. What is left:
 *
 *   next       byte d: deployer d's index into the published plans
 *   present    bit i: the records of the plan with index i are in the zone
 *   published  number of published plans, 0..plans
 *   fresh      bit d: deployer d's view holds the lock that is in the zone. Then the view's root and rollback
 *              are the zone's too, since only an apply changes either; a view that is not fresh is of no use
 *              until the deployer's next query
 *   root, rollback   index of the plan that the name points to, or DNS_PLAN_INIT
 *   epoch      of the lock in the zone; DNS_EPOCH_CAP stands for all later ones
 *   view5      bit d: deployer d's view holds a lock with epoch 5
 *
 * The last two are there for the property epoch5 alone, and stay 0 in a model that does not watch it. (The
 * epoch is the sum of next without the guard reject-stale, but not with it.)
 *
 * Deployers beyond the instance's have 0 everywhere. The bytes that pad the struct are 0, so that equal
 * states are equal bytes. Pure functions; any thread. */
#ifndef RACEWALK_MODEL_DNS_STATE_H
#define RACEWALK_MODEL_DNS_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/dns/dns_balancer.h"

#define DNS_PLAN_INIT     255 /* the placeholder plan, which is always there */
#define DNS_PRESENT_WORDS 4
#define DNS_EPOCH_CAP     6

enum dns_action { DNS_GENERATE, DNS_QUERY, DNS_BACKOFF, DNS_APPLY, DNS_GC, DNS_ACTION_COUNT };

enum dns_property {
    DNS_NO_INCONSISTENT_ROOT,
    DNS_NO_INCONSISTENT_ROLLBACK,
    DNS_EPOCH5,
    DNS_PLANS3,
    DNS_PROPERTY_COUNT
};

enum dns_guard { DNS_REJECT_STALE, DNS_PROTECT_LIVE, DNS_GUARD_COUNT };
#define DNS_GUARD_REJECT_STALE (UINT32_C(1) << DNS_REJECT_STALE)
#define DNS_GUARD_PROTECT_LIVE (UINT32_C(1) << DNS_PROTECT_LIVE)

enum dns_parameter { DNS_DEPLOYERS, DNS_PLANS, DNS_IPS, DNS_WEIGHTS, DNS_MAX_PLAN_AGE, DNS_PARAMETER_COUNT };

struct dns_state {
    uint64_t next;
    uint64_t present[DNS_PRESENT_WORDS];
    uint8_t published;
    uint8_t fresh;
    uint8_t root, rollback;
    uint8_t epoch;
    uint8_t view5;
    uint8_t zero[2];
};

/* Packed (dns_pack), the fields follow each other without gaps, from the lowest bit of the first word on. c is
 * the number of bits that hold 0..plans; root and rollback are the number of plans where they point to the
 * placeholder; epoch and view5 are there only when the model watches epoch5:
 *
 *   | published | next[0] | … | next[d-1] | fresh | root | rollback | epoch | view5 | present |
 *   |     c     |    c    |   |     c     |   d   |  c   |    c     |   3   |   d   |  plans  |  bits
 *
 * With 3 deployers and 6 plans that is 3 + 9 + 3 + 3 + 3 + 6 = 27 bits, so one word. */

/* A model of this class. */
struct dns_model {
    struct model base;
    char *names; /* see model/dns/dns_literal.h */
    uint32_t deployers, plans, ips;
    int64_t weight_low, weight_high;
    uint32_t max_plan_age;
    uint32_t guards;
    bool tracks_epoch; /* epoch5 is watched */
    /* The weight of one enabled slot of one deployer is 1 << slot_shift; a generate weighs
     * generate_weight[published]. See dns_model_set_weights. */
    uint32_t slot_shift;
    uint32_t generate_weight[DNS_PLANS_MAX + 1];
};

static inline const struct dns_model *dns_model_of(const struct model *model)
{
    return (const struct dns_model *)(const void *)model;
}

static inline uint32_t dns_next(const struct dns_state *state, uint32_t deployer)
{
    return (uint32_t)(state->next >> (8 * deployer)) & 0xff;
}

static inline bool dns_present(const struct dns_state *state, uint32_t plan)
{
    return plan == DNS_PLAN_INIT || (state->present[plan / 64] >> (plan % 64) & 1) != 0;
}

/* The plans that deployer may delete: those older than its counter by more than MAX_PLAN_AGE, and not
 * protected. The mask has a bit for each of them, whether present or not. */
static inline void dns_old_plans(const struct dns_model *model, const struct dns_state *state,
                                 uint32_t deployer, uint64_t old[DNS_PRESENT_WORDS])
{
    const uint32_t next = dns_next(state, deployer);
    const uint32_t count = next > model->max_plan_age ? next - model->max_plan_age : 0;
    for (uint32_t w = 0; w < DNS_PRESENT_WORDS; w++) {
        const uint32_t from = 64 * w;
        old[w] = count >= from + 64 ? UINT64_MAX : count > from ? (UINT64_C(1) << (count - from)) - 1 : 0;
    }
    if ((model->guards & DNS_GUARD_PROTECT_LIVE) != 0) {
        if (state->root != DNS_PLAN_INIT)
            old[state->root / 64] &= ~(UINT64_C(1) << (state->root % 64));
        if (state->rollback != DNS_PLAN_INIT)
            old[state->rollback / 64] &= ~(UINT64_C(1) << (state->rollback % 64));
    }
}

static inline bool dns_gc_enabled(const struct dns_model *model, const struct dns_state *state,
                                  uint32_t deployer)
{
    uint64_t old[DNS_PRESENT_WORDS];
    dns_old_plans(model, state, deployer, old);
    uint64_t met = 0;
    for (uint32_t w = 0; w < DNS_PRESENT_WORDS; w++)
        met |= old[w] & state->present[w];
    return met != 0;
}

static inline bool dns_apply_enabled(const struct dns_state *state, uint32_t deployer)
{
    /* A fresh view's root is the zone's root, to which the root name points: the remaining guards always
     * hold. */
    return (state->fresh >> deployer & 1) != 0 && dns_next(state, deployer) < state->published;
}

/* True when the guard reject-stale makes this apply advance the counter only. */
static inline bool dns_apply_is_stale(const struct dns_model *model, const struct dns_state *state,
                                      uint32_t deployer)
{
    return (model->guards & DNS_GUARD_REJECT_STALE) != 0 && state->root != DNS_PLAN_INIT &&
           dns_next(state, deployer) < state->root;
}

/* The functions of the class; see model/model.h. */
void dns_init(const struct model *model, void *state);
size_t dns_enabled(const struct model *model, const void *state, struct enabled_move *moves);
void dns_apply(const struct model *model, void *state, uint32_t move);
uint32_t dns_properties_hit(const struct model *model, const void *state);
void dns_canonical(const struct model *model, void *state);
uint32_t dns_progress(const struct model *model, const void *state);
void dns_pack(const struct model *model, const void *state, uint64_t *words);
void dns_unpack(const struct model *model, const uint64_t *words, void *state);
size_t dns_describe(const struct model *model, int property, const uint32_t *moves, size_t count,
                    struct buffer *out, size_t *key_moves);
uint32_t dns_packed_words(const struct dns_model *model);
void dns_model_set_weights(struct dns_model *model);
size_t dns_atoms(const struct model *model, const void *state, uint32_t *atoms);
size_t dns_atom_count(const struct dns_model *model);

#endif
