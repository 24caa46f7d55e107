/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/table_model.h"

#include <stdio.h>

#include "tests/support/cmocka_all.h"

static const struct table_model *current;

static void set_params(void *params, const int64_t *values, uint32_t guards)
{
    (void)values, (void)guards;
    memset(params, 0, current->object.params_size);
}

static const char *refuse(const void *params)
{
    (void)params;
    return NULL;
}

static int64_t things(const void *params, uint32_t kind)
{
    (void)params;
    return current->things[kind];
}

static void data_range(const void *params, uint32_t row, int64_t *low, int64_t *high)
{
    (void)params, (void)row;
    *low = *high = 0;
}

static void begin(void *params)
{
    (void)params;
}

/* Packed: one element behind the other, bit by bit. */
static uint32_t words(const void *params)
{
    uint32_t bits = 0;
    (void)params;
    for (uint32_t f = 0; f < current->object.field_count; f++)
        bits += current->fields[f].bits * current->fields[f].elements;
    return (bits + 63) / 64;
}

static unsigned char *element(const struct racewalk_field *field, const void *state, uint32_t e)
{
    const uint32_t columns = field->kinds[1] < 0 ? 1 : current->kinds[field->kinds[1]].most;
    return (unsigned char *)(uintptr_t)state + field->offset + e / columns * field->strides[0] +
           e % columns * field->strides[1];
}

static void pack(const void *params, const void *state, uint64_t *made)
{
    uint32_t at = 0;
    memset(made, 0, words(params) * sizeof *made);
    for (uint32_t f = 0; f < current->object.field_count; f++) {
        const struct racewalk_field *field = &current->fields[f];
        for (uint32_t e = 0; e < field->elements; e++) {
            uint64_t value = 0;
            memcpy(&value, element(field, state, e), field->size); /* little-endian */
            value -= (uint64_t)field->low;
            for (uint32_t bit = 0; bit < field->bits; bit++, at++)
                made[at / 64] |= (value >> bit & 1) << at % 64;
        }
    }
}

static void unpack(const void *params, const uint64_t *packed, void *state)
{
    uint32_t at = 0;
    (void)params;
    memset(state, 0, current->object.state_size);
    for (uint32_t f = 0; f < current->object.field_count; f++) {
        const struct racewalk_field *field = &current->fields[f];
        for (uint32_t e = 0; e < field->elements; e++) {
            uint64_t value = 0;
            for (uint32_t bit = 0; bit < field->bits; bit++, at++)
                value |= (packed[at / 64] >> at % 64 & 1) << bit;
            value += (uint64_t)field->low;
            memcpy(element(field, state, e), &value, field->size);
        }
    }
}

static void init(const void *params, void *state)
{
    (void)params;
    memset(state, 0, current->object.state_size);
    for (uint32_t f = 0; f < current->object.field_count; f++) {
        for (uint32_t e = 0; e < current->fields[f].elements; e++)
            memcpy(element(&current->fields[f], state, e), &current->fields[f].low, current->fields[f].size);
    }
}

static size_t enabled(const void *params, const void *state, struct racewalk_move *moves)
{
    (void)params, (void)state, (void)moves;
    return 0;
}

static bool apply(const void *params, void *state, uint32_t move)
{
    (void)params, (void)state, (void)move;
    return false;
}

static uint32_t hits(const void *params, const void *state)
{
    (void)params, (void)state;
    return 0;
}

static size_t expand(const void *params, const uint64_t *packed, uint64_t *successors, uint32_t *moves,
                     uint32_t *properties)
{
    (void)params, (void)packed, (void)successors, (void)moves, (void)properties;
    return 0;
}

static void walk(const void *params, const struct racewalk_walks *job, struct racewalk_tally *tally)
{
    (void)params;
    tally->walks += job->count;
}

void table_model_init(struct table_model *table)
{
    memset(table, 0, sizeof *table);
    table->action = (struct racewalk_action){"rest", "nothing happens", {-1, -1, -1}};
    table->object = (struct racewalk_model){
        .interface = RACEWALK_INTERFACE,
        .size = sizeof table->object,
        .name = "tables",
        .summary = "nothing happens",
        .params_size = 8,
        .kinds = table->kinds,
        .fields = table->fields,
        .actions = &table->action,
        .action_count = 1,
        .set_params = set_params,
        .refuse = refuse,
        .things = things,
        .data_range = data_range,
        .begin = begin,
        .words = words,
        .init = init,
        .enabled = enabled,
        .apply = apply,
        .hits = hits,
        .pack = pack,
        .unpack = unpack,
        .expand = expand,
        .walk = walk,
    };
    current = table;
}

static const char *new_name(struct table_model *table, const char *stem)
{
    const uint32_t n = table->object.kind_count + table->object.field_count;
    (void)snprintf(table->names[n], sizeof table->names[n], "%s%u", stem, n);
    return table->names[n];
}

int32_t table_model_add_kind(struct table_model *table, uint32_t most, bool symmetric, const char *first)
{
    const char *name = new_name(table, "k");
    const uint32_t k = table->object.kind_count++;
    assert_true(k < RACEWALK_KINDS_MAX);
    table->kinds[k] = (struct racewalk_kind){name, most, symmetric, first};
    table->things[k] = most;
    return (int32_t)k;
}

void table_model_add_field(struct table_model *table, int32_t kind0, int32_t kind1, enum racewalk_type type,
                           int32_t of, int64_t low, int64_t high, uint32_t size)
{
    const char *name = new_name(table, "f");
    const uint32_t f = table->object.field_count++;
    assert_true(f < RACEWALK_FIELDS_MAX);
    const uint32_t rows = kind0 < 0 ? 1 : table->kinds[kind0].most;
    const uint32_t columns = kind1 < 0 ? 1 : table->kinds[kind1].most;
    if (type == RACEWALK_REF)
        high = (int64_t)table->kinds[of].most - 1;
    if (type == RACEWALK_SET)
        high = (int64_t)((UINT64_C(1) << table->kinds[of].most) - 1);
    const uint32_t offset = (table->object.state_size + size - 1) / size * size;
    const uint64_t span = (uint64_t)high - (uint64_t)low;
    table->fields[f] = (struct racewalk_field){.name = name,
                                               .kinds = {kind0, kind1},
                                               .type = type,
                                               .of = of,
                                               .low = low,
                                               .high = high,
                                               .offset = offset,
                                               .strides = {columns * size, size},
                                               .size = size,
                                               .is_signed = low < 0,
                                               .elements = rows * columns,
                                               .bits = (uint32_t)(64 - __builtin_clzll(span | 1))};
    table->object.state_size = offset + rows * columns * size;
}
