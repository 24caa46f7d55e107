/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of a state for a novelty search: for each element of a field which value it has, for each set which things
 * are in it and which are not. An element of more than 256 values has a fact for each byte of its number. When there
 * are too many elements, the bytes of the packed state serve. */
#include "model/own/own.h"

#define BYTE_VALUES 256

/* Facts of an element: so many at a time, each of so many values. */
static void facts_of(const struct own_model *m, const struct racewalk_field *field, uint32_t *ret_facts,
                     uint32_t *ret_values)
{
    int64_t low, high;
    own_range(m, field, &low, &high);
    const uint64_t span = (uint64_t)high - (uint64_t)low;
    if (field->type == RACEWALK_SET) {
        *ret_facts = m->things[field->of];
        *ret_values = 2;
    } else if (span < BYTE_VALUES) {
        *ret_facts = 1;
        *ret_values = (uint32_t)span + 1;
    } else {
        *ret_facts = (field->bits + 7) / 8;
        *ret_values = BYTE_VALUES;
    }
}

void own_count_atoms(struct own_model *m)
{
    size_t facts = 0, atoms = 0;
    for (size_t f = 0; f < m->own->object->field_count; f++) {
        uint32_t extent[2], count, values;
        own_extent(m, &m->own->object->fields[f], extent);
        facts_of(m, &m->own->object->fields[f], &count, &values);
        facts += (size_t)extent[0] * extent[1] * count;
        atoms += (size_t)extent[0] * extent[1] * count * values;
    }
    m->facts = facts <= ATOMS_MAX;
    m->base.atom_count = m->facts ? atoms : BYTE_VALUES * sizeof(uint64_t) * m->base.packed_words;
}
static_assert(PACKED_WORDS_MAX * sizeof(uint64_t) <= ATOMS_MAX,
              "the bytes of a packed state are not too many");

/* Fact i of an element; a value outside of the range, which the model is to blame for, counts as its end. */
static uint32_t fact(const struct own_model *m, const struct racewalk_field *field, int64_t value, uint32_t i)
{
    int64_t low, high;
    own_range(m, field, &low, &high);
    if (field->type == RACEWALK_SET)
        return (uint32_t)((uint64_t)value >> i & 1);
    const uint64_t place = value < low ? 0 : (uint64_t)(value > high ? high : value) - (uint64_t)low;
    return (uint32_t)(place >> (8 * i) & (BYTE_VALUES - 1));
}

static size_t byte_atoms(const struct own_model *m, const void *state, uint32_t *atoms)
{
    uint64_t words[PACKED_WORDS_MAX];
    const uint32_t count = (uint32_t)(sizeof(uint64_t) * m->base.packed_words);
    m->own->object->pack(m->params, state, words);
    for (uint32_t i = 0; i < count; i++)
        atoms[i] = BYTE_VALUES * i + (uint32_t)(words[i / 8] >> (8 * (i % 8)) & (BYTE_VALUES - 1));
    return count;
}

size_t own_atoms(const struct model *model, const void *state, uint32_t *atoms)
{
    const struct own_model *m = own_model_of(model);
    uint32_t base = 0;
    size_t count = 0;
    if (!m->facts)
        return byte_atoms(m, state, atoms);
    for (size_t f = 0; f < m->own->object->field_count; f++) {
        const struct racewalk_field *field = &m->own->object->fields[f];
        uint32_t extent[2], facts, values;
        own_extent(m, field, extent);
        facts_of(m, field, &facts, &values);
        for (size_t i = 0; i < extent[0]; i++) {
            for (size_t j = 0; j < extent[1]; j++) {
                const int64_t value = own_get(field, state, i, j);
                for (uint32_t n = 0; n < facts; n++, base += values)
                    atoms[count++] = base + fact(m, field, value, n);
            }
        }
    }
    assert(base == model->atom_count && count <= ATOMS_MAX);
    return count;
}
