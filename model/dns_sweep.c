#include "model/dns_sweep.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "model/dns_cell.h"

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

/* Lists the cells that the current ones lead to. A deployer of several with equal counters that applies is
 * the last of them, so that the counters stay sorted. */
static bool list_next_cells(struct cell_sweep *sweep)
{
    struct dns_layer *planned = &sweep->planned;
    if (sweep->current.count == 0)
        return true;
    if (!layer_reserve(sweep, planned, sweep->current.count * (sweep->deployers + 1)))
        return false;
    size_t n = 0;
    for (size_t i = 0; i < sweep->current.count; i++) {
        const uint64_t key = sweep->current.cells[i].key;
        const uint32_t published = dns_cell_published(sweep, key);
        if (published < sweep->plans)
            planned->cells[n++] = (struct dns_cell){.key = key + dns_generate_unit(sweep)};
        for (uint32_t d = 0; d < sweep->deployers; d++) {
            const bool last = d + 1 == sweep->deployers || dns_cell_next(key, d + 1) > dns_cell_next(key, d);
            if (last && dns_cell_next(key, d) < published)
                planned->cells[n++] = (struct dns_cell){.key = key + (UINT64_C(1) << (DNS_FIELD_BITS * d))};
        }
    }
    qsort(planned->cells, n, sizeof *planned->cells, compare_cells);
    planned->count = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || planned->cells[i].key != planned->cells[i - 1].key)
            planned->cells[planned->count++] = planned->cells[i];
    }
    return true;
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

static void commit(struct cell_sweep *sweep, struct sweep_tally *tally)
{
    recycle(sweep, sweep->parity);
    sweep->parity = !sweep->parity;
    sweep->cells_done += (double)sweep->planned.count;
    const struct dns_layer forgotten = sweep->current;
    sweep->current = sweep->planned;
    sweep->planned = forgotten;
    /* Cells without a state within the bound lead nowhere. */
    size_t n = 0;
    for (size_t i = 0; i < sweep->current.count; i++) {
        if (sweep->current.cells[i].count > 0)
            sweep->current.cells[n++] = sweep->current.cells[i];
    }
    sweep->current.count = n;
    sweep->layer = sweep->started ? sweep->layer + 1 : 0;
    sweep->started = true;
    for (uint32_t t = 0; t < sweep->job.threads; t++)
        sweep_tally_add(tally, &sweep->makers[t].tally);
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
    assert(covers(model) && job->threads >= 1);
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
    if (sweep->makers == NULL) {
        sweep_free(sweep);
        return error_memory(err, job->threads * sizeof *sweep->makers);
    }
    *ret_sweep = sweep;
    return OK;
}

/* --- saving: layer | cells done | number of cells | each: key | number of zones | zones --- */

static enum status save(const struct cell_sweep *sweep, struct word_sink *sink, struct error *err)
{
    const uint64_t head[] = {sweep->started ? sweep->layer : UINT64_MAX, (uint64_t)sweep->cells_done,
                             sweep->current.count};
    enum status status = sink->write(sink, head, 3, err);
    for (size_t i = 0; i < sweep->current.count && status == OK; i++) {
        const struct dns_cell *cell = &sweep->current.cells[i];
        status = sink->write(sink, (const uint64_t[]){cell->key, cell->count}, 2, err);
        if (status == OK)
            status = sink->write(sink, cell->zones, cell->count * (1 + sweep->words), err);
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

static enum status load_cell(struct cell_sweep *sweep, struct word_source *source, struct dns_cell *cell,
                             struct error *err)
{
    const size_t stride = 1 + sweep->words;
    uint64_t head[2];
    enum status status = source->read(source, head, 2, err);
    if (status != OK)
        return status;
    if (!is_cell_of_layer(sweep, head[0]) || head[1] > source->left(source) / stride)
        return bad(err, "a cell");
    const size_t words = (size_t)head[1] * stride;
    uint64_t *zones = dns_maker_room(sweep, &sweep->makers[0], sweep->parity, words);
    if (zones == NULL)
        return error_set(err, ERR_MEMORY, "the checkpoint does not fit into %zu bytes of memory",
                         sweep->job.budget->limit);
    status = source->read(source, zones, words, err);
    for (size_t i = 0; i < head[1] && status == OK; i++)
        status = is_zone(sweep, zones + i * stride) ? OK : bad(err, "a zone");
    *cell = (struct dns_cell){.key = head[0], .zones = zones, .count = (size_t)head[1]};
    return status;
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
    sweep->layer = (uint32_t)head[0];
    sweep->cells_done = (double)head[1];
    sweep->started = true;
    if (!layer_reserve(sweep, &sweep->current, (size_t)head[2]))
        return error_memory(err, (size_t)head[2] * sizeof *sweep->current.cells);
    for (size_t i = 0; i < head[2] && status == OK; i++) {
        struct dns_cell *cell = &sweep->current.cells[i];
        status = load_cell(sweep, source, cell, err);
        if (status == OK && i > 0 && cell[-1].key >= cell->key)
            status = bad(err, "the order of cells");
    }
    if (status == OK)
        sweep->current.count = (size_t)head[2];
    return status;
}

const struct cell_kernel dns_cell_kernel = {
    .covers = covers,
    .sweep_new = new_sweep,
    .sweep_free = sweep_free,
    .plan = plan,
    .make = make,
    .commit = commit,
    .abandon = abandon,
    .layer = layer,
    .save = save,
    .load = load,
};
