/* SPDX-License-Identifier: Apache-2.0 */
#include "model/dns/dns_sweep.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/dns/dns_cell.h"

static int compare_cells(const void *left, const void *right)
{
    const struct dns_cell *a = left, *b = right;
    return a->key < b->key ? -1 : a->key > b->key;
}

const struct dns_cell *dns_cell_find(const struct dns_layer *layer, uint64_t key)
{
    const struct dns_cell wanted = {.key = key};
    if (layer->count == 0)
        return NULL;
    return bsearch(&wanted, layer->cells, layer->count, sizeof wanted, compare_cells);
}

static bool layer_reserve(struct cell_sweep *sweep, struct dns_layer *layer, size_t want)
{
    if (want <= layer->capacity)
        return true;
    const size_t capacity = want + want / 2;
    struct dns_cell *cells =
        budget_resize(sweep->job.budget, layer->cells, layer->capacity, capacity, sizeof *cells);
    if (cells == NULL)
        return false;
    layer->cells = cells;
    layer->capacity = capacity;
    return true;
}

/* The keys of the cells that a cell leads to; returns their number. A deployer of several with equal counters
 * that applies is the last of them, so that the counters stay sorted. */
static size_t next_keys(const struct cell_sweep *sweep, uint64_t key, uint64_t *ret_keys)
{
    size_t n = 0;
    const uint32_t published = dns_cell_published(sweep, key);
    if (published < sweep->plans)
        ret_keys[n++] = key + dns_generate_unit(sweep);
    for (uint32_t d = 0; d < sweep->deployers; d++) {
        const bool last = d + 1 == sweep->deployers || dns_cell_next(key, d + 1) > dns_cell_next(key, d);
        if (last && dns_cell_next(key, d) < published)
            ret_keys[n++] = key + (UINT64_C(1) << (DNS_FIELD_BITS * d));
    }
    return n;
}

/* Lists the cells that the current ones lead to, each with the number of zones that it is made from. */
static bool list_next_cells(struct cell_sweep *sweep)
{
    struct dns_layer *planned = &sweep->planned;
    if (sweep->current.count == 0)
        return true;
    if (!layer_reserve(sweep, planned, sweep->current.count * (sweep->deployers + 1)))
        return false;
    size_t n = 0;
    for (size_t i = 0; i < sweep->current.count; i++) {
        uint64_t keys[1 + DNS_DEPLOYERS_MAX];
        const size_t count = next_keys(sweep, sweep->current.cells[i].key, keys);
        for (size_t k = 0; k < count; k++)
            planned->cells[n++] = (struct dns_cell){.key = keys[k], .count = sweep->current.cells[i].count};
    }
    qsort(planned->cells, n, sizeof *planned->cells, compare_cells);
    planned->count = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && planned->cells[i].key == planned->cells[planned->count - 1].key)
            planned->cells[planned->count - 1].count += planned->cells[i].count;
        else
            planned->cells[planned->count++] = planned->cells[i];
    }
    return true;
}

/* --- sharing with other processes --- */

/* A cell's work that does not depend on its zones is about that of so many. */
#define CELL_WORK 16

/* Cuts the planned cells into parts of about equal work. They stay in the order of the keys, so that from
 * layer to layer the cuts move slowly, and few cells are made from another rank's. */
static void cut_planned(struct cell_sweep *sweep)
{
    const struct dns_layer *planned = &sweep->planned;
    const uint32_t ranks = sweep->job.ranks;
    uint64_t all = 0, before = 0;
    for (size_t i = 0; i < planned->count; i++)
        all += planned->cells[i].count + CELL_WORK;
    uint32_t rank = 0;
    for (size_t i = 0; i < planned->count; i++) {
        /* A cell belongs to the part that has its middle. */
        const uint64_t work = planned->cells[i].count + CELL_WORK, middle = before + work / 2;
        while (rank < ranks && (double)middle * ranks >= (double)all * rank)
            sweep->planned_first[rank++] = i;
        before += work;
    }
    while (rank <= ranks)
        sweep->planned_first[rank++] = planned->count;
}

/* The part that a planned cell is in. */
static uint32_t rank_of_planned(const struct cell_sweep *sweep, uint64_t key)
{
    uint32_t low = 0, high = sweep->job.ranks; /* the rank is in low .. high - 1 */
    while (high - low > 1) {
        const uint32_t middle = (low + high) / 2;
        const size_t first = sweep->planned_first[middle];
        if (first < sweep->planned.count && sweep->planned.cells[first].key <= key)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The ranks that make something of a current cell, each once; returns their number. */
static size_t ranks_after(const struct cell_sweep *sweep, const struct dns_cell *cell, uint32_t *ret_ranks)
{
    uint64_t keys[1 + DNS_DEPLOYERS_MAX];
    const size_t count = next_keys(sweep, cell->key, keys);
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        const uint32_t rank = rank_of_planned(sweep, keys[k]);
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known = known || ret_ranks[i] == rank;
        if (!known)
            ret_ranks[n++] = rank;
    }
    return n;
}

static bool is_needed_by(const struct cell_sweep *sweep, const struct dns_cell *cell, uint32_t rank)
{
    uint32_t ranks[1 + DNS_DEPLOYERS_MAX];
    const size_t count = ranks_after(sweep, cell, ranks);
    for (size_t i = 0; i < count; i++) {
        if (ranks[i] == rank)
            return true;
    }
    return false;
}

static void parts(const struct cell_sweep *sweep, size_t *ret_first)
{
    memcpy(ret_first, sweep->planned_first, (sweep->job.ranks + 1) * sizeof *ret_first);
}

static size_t cell_words(const struct cell_sweep *sweep, const struct dns_cell *cell)
{
    return 2 + cell->count * (1 + sweep->words);
}

static void traffic(const struct cell_sweep *sweep, size_t *ret_send, size_t *ret_receive)
{
    const uint32_t self = sweep->job.rank;
    for (uint32_t rank = 0; rank < sweep->job.ranks; rank++) {
        ret_send[rank] = ret_receive[rank] = 0;
        for (size_t i = sweep->current_first[rank]; i < sweep->current_first[rank + 1] && rank != self; i++) {
            const struct dns_cell *cell = &sweep->current.cells[i];
            ret_receive[rank] += is_needed_by(sweep, cell, self) ? cell_words(sweep, cell) : 0;
        }
    }
    for (size_t i = sweep->current_first[self]; i < sweep->current_first[self + 1]; i++) {
        const struct dns_cell *cell = &sweep->current.cells[i];
        uint32_t ranks[1 + DNS_DEPLOYERS_MAX];
        const size_t count = ranks_after(sweep, cell, ranks);
        for (size_t k = 0; k < count; k++)
            ret_send[ranks[k]] += ranks[k] != self ? cell_words(sweep, cell) : 0;
    }
}

static enum status plan(struct cell_sweep *sweep, uint32_t max_steps, size_t *ret_cell_count)
{
    const uint32_t progress = sweep->started ? sweep->layer + 1 : 0;
    sweep->planned.count = 0;
    if (!sweep->started) {
        if (!layer_reserve(sweep, &sweep->planned, 1))
            return ERR_MEMORY;
        sweep->planned.cells[0] = (struct dns_cell){0};
        sweep->planned.count = 1;
    } else if (progress <= max_steps && !list_next_cells(sweep)) {
        return ERR_MEMORY;
    }
    cut_planned(sweep);
    sweep->limit = max_steps - progress;
    for (uint32_t t = 0; t < sweep->job.threads; t++)
        sweep->makers[t].tally = sweep_tally_none();
    *ret_cell_count = sweep->planned.count;
    return OK;
}

static enum status make(struct cell_sweep *sweep, size_t cell, uint32_t thread)
{
    assert(cell < sweep->planned.count && thread < sweep->job.threads);
    return dns_cell_make(sweep, &sweep->makers[thread], &sweep->planned.cells[cell]);
}

/* The blocks of a layer that is forgotten serve again. */
static void recycle(struct cell_sweep *sweep, uint32_t parity)
{
    for (uint32_t t = 0; t < sweep->job.threads; t++) {
        struct dns_maker *maker = &sweep->makers[t];
        while (maker->blocks[parity] != NULL) {
            struct dns_block *block = maker->blocks[parity];
            maker->blocks[parity] = block->next;
            block->next = maker->spare;
            maker->spare = block;
        }
    }
}

static void count(const struct cell_sweep *sweep, struct sweep_tally *tally, uint64_t *ret_sizes)
{
    const uint32_t self = sweep->job.rank;
    for (size_t i = sweep->planned_first[self]; i < sweep->planned_first[self + 1]; i++)
        *ret_sizes++ = sweep->planned.cells[i].count;
    for (uint32_t t = 0; t < sweep->job.threads; t++)
        sweep_tally_add(tally, &sweep->makers[t].tally);
}

static void commit(struct cell_sweep *sweep, const uint64_t *sizes)
{
    recycle(sweep, sweep->parity);
    sweep->parity = !sweep->parity;
    sweep->cells_done += (double)sweep->planned.count;
    const struct dns_layer forgotten = sweep->current;
    sweep->current = sweep->planned;
    sweep->planned = forgotten;
    /* Cells without a state within the bound lead nowhere. */
    size_t n = 0;
    for (uint32_t rank = 0; rank < sweep->job.ranks; rank++) {
        sweep->current_first[rank] = n;
        for (size_t i = sweep->planned_first[rank]; i < sweep->planned_first[rank + 1]; i++) {
            if (sizes[i] == 0)
                continue;
            sweep->current.cells[n] = sweep->current.cells[i];
            sweep->current.cells[n++].count = (size_t)sizes[i];
        }
    }
    sweep->current_first[sweep->job.ranks] = n;
    sweep->current.count = n;
    sweep->layer = sweep->started ? sweep->layer + 1 : 0;
    sweep->started = true;
}

static void abandon(struct cell_sweep *sweep)
{
    recycle(sweep, !sweep->parity);
    sweep->planned.count = 0;
}

static uint32_t layer(const struct cell_sweep *sweep, double *ret_done)
{
    *ret_done = sweep->cells_done / sweep->cells_all;
    return sweep->layer;
}

/* --- making and freeing --- */

static void free_blocks(struct cell_sweep *sweep, struct dns_block *block)
{
    while (block != NULL) {
        struct dns_block *next = block->next;
        budget_free(sweep->job.budget, block, 1, sizeof *block + block->size * sizeof *block->words);
        block = next;
    }
}

static void sweep_free(struct cell_sweep *sweep)
{
    if (sweep == NULL)
        return;
    struct budget *budget = sweep->job.budget;
    for (uint32_t t = 0; sweep->makers != NULL && t < sweep->job.threads; t++) {
        struct dns_maker *maker = &sweep->makers[t];
        free_blocks(sweep, maker->blocks[0]);
        free_blocks(sweep, maker->blocks[1]);
        free_blocks(sweep, maker->spare);
        budget_free(budget, maker->zones, maker->capacity, (1 + sweep->words) * sizeof *maker->zones);
        budget_free(budget, maker->slots, maker->slot_capacity, sizeof *maker->slots);
    }
    budget_free(budget, sweep->current.cells, sweep->current.capacity, sizeof *sweep->current.cells);
    budget_free(budget, sweep->planned.cells, sweep->planned.capacity, sizeof *sweep->planned.cells);
    mem_free(sweep->makers);
    mem_free(sweep->current_first);
    mem_free(sweep->planned_first);
    mem_free(sweep);
}

static bool covers(const struct model *model)
{
    const struct dns_model *m = dns_model_of(model);
    return m->plans <= DNS_SWEEP_PLANS_MAX && !m->tracks_epoch;
}

static void fill_tables(struct cell_sweep *sweep)
{
    for (uint32_t sets = 0; sets < 256; sets++)
        sweep->sets_of[sets] = (uint8_t)__builtin_popcount(sets);
    for (uint32_t appliers = 0; appliers < 4; appliers++) {
        for (uint32_t sets = 0; sets < 256; sets++) {
            uint32_t moves = 0;
            for (uint32_t b = 0; b < 8; b++) {
                const uint32_t able = b & ((1U << appliers) - 1);
                if ((sets >> b & 1) != 0 && b < 1U << sweep->deployers)
                    moves += sweep->deployers - (uint32_t)__builtin_popcount(b) +
                             (uint32_t)__builtin_popcount(able);
            }
            sweep->moves_of[appliers][sets] = (uint16_t)moves;
        }
    }
}

static enum status new_sweep(const struct model *model, const struct cell_job *job,
                             struct cell_sweep **ret_sweep, struct error *err)
{
    assert(covers(model) && job->threads >= 1 && job->rank < job->ranks);
    struct cell_sweep *sweep = mem_new(1, sizeof *sweep);
    if (sweep == NULL)
        return error_memory(err, sizeof *sweep);
    sweep->model = dns_model_of(model);
    sweep->job = *job;
    sweep->deployers = sweep->model->deployers;
    sweep->plans = sweep->model->plans;
    while (sweep->plans >> sweep->width != 0)
        sweep->width++;
    sweep->words = sweep->deployers <= 3 ? 1 : 1U << (sweep->deployers - 3);
    sweep->present_mask = (UINT64_C(1) << sweep->plans) - 1;
    /* Cells are multisets of deployers' counters from 0 to published: C(plans + deployers + 1, deployers +
     * 1). */
    sweep->cells_all = 1;
    for (uint32_t k = 1; k <= sweep->deployers + 1; k++)
        sweep->cells_all = sweep->cells_all * (sweep->plans + k) / k;
    fill_tables(sweep);
    sweep->makers = mem_new_aligned(alignof(struct dns_maker), job->threads, sizeof *sweep->makers);
    const size_t part_count = (size_t)job->ranks + 1;
    sweep->current_first = mem_new(part_count, sizeof *sweep->current_first);
    sweep->planned_first = mem_new(part_count, sizeof *sweep->planned_first);
    if (sweep->makers == NULL || sweep->current_first == NULL || sweep->planned_first == NULL) {
        sweep_free(sweep);
        return error_memory(err, job->threads * sizeof *sweep->makers +
                                     2 * part_count * sizeof *sweep->current_first);
    }
    *ret_sweep = sweep;
    return OK;
}

/* --- saving: layer | cells done | number of cells | each: key | number of zones | zones --- */

static enum status save_cell(const struct cell_sweep *sweep, const struct dns_cell *cell,
                             struct word_sink *sink, struct error *err)
{
    const enum status status = sink->write(sink, (const uint64_t[]){cell->key, cell->count}, 2, err);
    return status == OK ? sink->write(sink, cell->zones, cell->count * (1 + sweep->words), err) : status;
}

static enum status save(const struct cell_sweep *sweep, struct word_sink *sink, struct error *err)
{
    const uint32_t self = sweep->job.rank;
    const uint64_t head[] = {sweep->started ? sweep->layer : UINT64_MAX, (uint64_t)sweep->cells_done,
                             sweep->current.count};
    enum status status = self == 0 ? sink->write(sink, head, 3, err) : OK;
    for (size_t i = sweep->current_first[self]; i < sweep->current_first[self + 1] && status == OK; i++)
        status = save_cell(sweep, &sweep->current.cells[i], sink, err);
    return status;
}

static enum status pack(const struct cell_sweep *sweep, uint32_t to, struct word_sink *sink,
                        struct error *err)
{
    const uint32_t self = sweep->job.rank;
    enum status status = OK;
    for (size_t i = sweep->current_first[self]; i < sweep->current_first[self + 1] && status == OK; i++) {
        const struct dns_cell *cell = &sweep->current.cells[i];
        if (is_needed_by(sweep, cell, to))
            status = save_cell(sweep, cell, sink, err);
    }
    return status;
}

static enum status bad(struct error *err, const char *what)
{
    return error_set(err, ERR_DATA, "the checkpoint is damaged: %s", what);
}

static bool is_cell_of_layer(const struct cell_sweep *sweep, uint64_t key)
{
    const uint32_t published = dns_cell_published(sweep, key);
    uint32_t progress = published;
    if (published > sweep->plans || key >> (DNS_FIELD_BITS * sweep->deployers) != published)
        return false;
    for (uint32_t d = 0; d < sweep->deployers; d++) {
        const uint32_t next = dns_cell_next(key, d);
        progress += next;
        if (next > published || (d > 0 && dns_cell_next(key, d - 1) > next))
            return false;
    }
    return progress == sweep->layer;
}

static bool is_zone(const struct cell_sweep *sweep, const uint64_t *zone)
{
    const uint64_t root = zone[0] >> sweep->plans & ((1U << sweep->width) - 1);
    const uint64_t rollback = zone[0] >> (sweep->plans + sweep->width);
    bool ok = root <= sweep->plans && rollback <= sweep->plans;
    for (uint32_t w = 0; w < sweep->words; w++)
        ok = ok && (zone[1 + w] & VECTOR_HIGH) == 0;
    return ok;
}

/* Reads a cell's zones, to be kept while the current layer is. */
static enum status load_zones(struct cell_sweep *sweep, struct word_source *source, struct dns_cell *cell,
                              struct error *err)
{
    const size_t stride = 1 + sweep->words, words = cell->count * stride;
    uint64_t *zones = dns_maker_room(sweep, &sweep->makers[0], sweep->parity, words);
    if (zones == NULL)
        return error_set(err, ERR_MEMORY, "a cell does not fit into %zu bytes of memory",
                         sweep->job.budget->limit);
    enum status status = source->read(source, zones, words, err);
    for (size_t i = 0; i < cell->count && status == OK; i++)
        status = is_zone(sweep, zones + i * stride) ? OK : bad(err, "a zone");
    cell->zones = zones;
    return status;
}

/* Reads past the zones of a cell that is another process's. */
static enum status skip_zones(const struct cell_sweep *sweep, struct word_source *source, size_t count,
                              struct error *err)
{
    uint64_t words[512];
    const size_t most = sizeof words / sizeof *words;
    enum status status = OK;
    for (size_t left = count * (1 + sweep->words); left > 0 && status == OK;) {
        const size_t some = left < most ? left : most;
        status = source->read(source, words, some, err);
        left -= some;
    }
    return status;
}

static enum status unpack(struct cell_sweep *sweep, uint32_t from, struct word_source *source,
                          struct error *err)
{
    enum status status = OK;
    for (size_t i = sweep->current_first[from]; i < sweep->current_first[from + 1] && status == OK; i++) {
        struct dns_cell *cell = &sweep->current.cells[i];
        uint64_t head[2];
        if (!is_needed_by(sweep, cell, sweep->job.rank))
            continue;
        status = source->read(source, head, 2, err);
        if (status == OK && (head[0] != cell->key || head[1] != cell->count))
            status = error_set(err, ERR_DATA, "rank %u sent another cell than the one that was due", from);
        if (status == OK)
            status = load_zones(sweep, source, cell, err);
    }
    return status;
}

static enum status load_cell(struct cell_sweep *sweep, struct word_source *source, struct dns_cell *cell,
                             bool own, struct error *err)
{
    uint64_t head[2];
    enum status status = source->read(source, head, 2, err);
    if (status != OK)
        return status;
    if (!is_cell_of_layer(sweep, head[0]) || head[1] > source->left(source) / (1 + sweep->words))
        return bad(err, "a cell");
    *cell = (struct dns_cell){.key = head[0], .count = (size_t)head[1]};
    return own ? load_zones(sweep, source, cell, err) : skip_zones(sweep, source, cell->count, err);
}

static enum status load(struct cell_sweep *sweep, struct word_source *source, struct error *err)
{
    uint64_t head[3];
    enum status status = source->read(source, head, 3, err);
    if (status != OK || head[0] == UINT64_MAX)
        return status;
    /* The cells done are kept as a double, which counts exactly up to 2^53; no instance has as many. */
    if (head[0] > (uint64_t)sweep->plans * (sweep->deployers + 1) || head[1] > UINT64_C(1) << 53 ||
        head[2] > source->left(source) / 2)
        return bad(err, "a layer");
    const size_t count = (size_t)head[2], ranks = sweep->job.ranks;
    sweep->layer = (uint32_t)head[0];
    sweep->cells_done = (double)head[1];
    sweep->started = true;
    if (!layer_reserve(sweep, &sweep->current, count))
        return error_memory(err, count * sizeof *sweep->current.cells);
    /* Their sizes are not known yet: the parts are of equal numbers of cells for this layer. */
    for (size_t rank = 0; rank <= ranks; rank++)
        sweep->current_first[rank] = count / ranks * rank + count % ranks * rank / ranks;
    const size_t first = sweep->current_first[sweep->job.rank],
                 end = sweep->current_first[sweep->job.rank + 1];
    for (size_t i = 0; i < count && status == OK; i++) {
        struct dns_cell *cell = &sweep->current.cells[i];
        status = load_cell(sweep, source, cell, i >= first && i < end, err);
        if (status == OK && i > 0 && cell[-1].key >= cell->key)
            status = bad(err, "the order of cells");
    }
    if (status == OK)
        sweep->current.count = count;
    return status;
}

#define TEXT_OF(number)  TEXT_OF_(number)
#define TEXT_OF_(number) #number

const struct cell_kernel dns_cell_kernel = {
    .serves = "up to " TEXT_OF(DNS_SWEEP_PLANS_MAX) " plans, without the property epoch5",
    .times_as_fast = 80,
    .covers = covers,
    .sweep_new = new_sweep,
    .sweep_free = sweep_free,
    .plan = plan,
    .parts = parts,
    .traffic = traffic,
    .pack = pack,
    .unpack = unpack,
    .make = make,
    .count = count,
    .commit = commit,
    .abandon = abandon,
    .layer = layer,
    .save = save,
    .load = load,
};
