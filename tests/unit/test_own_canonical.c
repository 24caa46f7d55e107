/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical states of random tables, held against the smallest of all renamings. */
#include <stdalign.h>
#include <string.h>

#include "base/memory.h"
#include "model/own/own.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/own_models.h"
#include "tests/support/search_fixture.h"
#include "tests/support/table_model.h"
#include "tests/support/test_model.h"

static uint32_t below(struct payload_rng *rng, uint64_t bound)
{
    return (uint32_t)payload_rng_below(rng, bound);
}

/* --- renaming, word for word --- */

struct renaming {
    uint8_t to[RACEWALK_KINDS_MAX][RACEWALK_THINGS_MAX];
};

static void keep_names(struct renaming *renaming)
{
    for (size_t k = 0; k < RACEWALK_KINDS_MAX; k++) {
        for (size_t i = 0; i < RACEWALK_THINGS_MAX; i++)
            renaming->to[k][i] = (uint8_t)i;
    }
}

static void shuffle_names(const struct table_model *table, struct payload_rng *rng, struct renaming *renaming)
{
    keep_names(renaming);
    for (size_t k = 0; k < table->object.kind_count; k++) {
        for (uint32_t i = table->things[k]; table->kinds[k].symmetric && i > 1; i--) {
            const uint32_t j = below(rng, i);
            const uint8_t name = renaming->to[k][i - 1];
            renaming->to[k][i - 1] = renaming->to[k][j];
            renaming->to[k][j] = name;
        }
    }
}

static size_t new_index(const struct renaming *renaming, int32_t kind, size_t i)
{
    return kind < 0 ? i : renaming->to[kind][i];
}

static int64_t new_value(const struct table_model *table, const struct renaming *renaming,
                         const struct racewalk_field *field, int64_t value)
{
    if (field->type == RACEWALK_REF)
        return value < 0 ? value : renaming->to[field->of][value];
    if (field->type != RACEWALK_SET)
        return value;
    int64_t set = 0;
    for (uint32_t i = 0; i < table->things[field->of]; i++)
        set |= (value >> i & 1) << renaming->to[field->of][i];
    return set;
}

static void rename_all(const struct own_model *m, const struct table_model *table,
                       const struct renaming *renaming, const struct own_state *state,
                       struct own_state *ret_state)
{
    *ret_state = *state;
    for (size_t f = 0; f < table->object.field_count; f++) {
        const struct racewalk_field *field = &table->fields[f];
        uint32_t extent[2];
        own_extent(m, field, extent);
        for (size_t i = 0; i < extent[0]; i++) {
            for (size_t j = 0; j < extent[1]; j++)
                own_put(field, ret_state->bytes, new_index(renaming, field->kinds[0], i),
                        new_index(renaming, field->kinds[1], j),
                        new_value(table, renaming, field, own_get(field, state->bytes, i, j)));
        }
    }
}

/* The next of all renamings; false after the last one. */
static bool next_renaming(const struct table_model *table, struct renaming *renaming)
{
    for (size_t k = 0; k < table->object.kind_count; k++) {
        uint8_t *to = renaming->to[k];
        const size_t count = table->things[k];
        if (!table->kinds[k].symmetric)
            continue;
        size_t i = count - 1;
        while (i > 0 && to[i - 1] >= to[i])
            i--;
        for (size_t j = count; i > 0 && j-- > 0;) {
            if (to[j] > to[i - 1]) {
                const uint8_t name = to[j];
                to[j] = to[i - 1];
                to[i - 1] = name;
                break;
            }
        }
        for (size_t a = i, b = count - 1; a < b; a++, b--) {
            const uint8_t name = to[a];
            to[a] = to[b];
            to[b] = name;
        }
        if (i > 0)
            return true;
    }
    return false;
}

/* The smallest packed state of all renamings. */
static void smallest(const struct own_model *m, const struct table_model *table,
                     const struct own_state *state, uint64_t *ret_words)
{
    struct renaming renaming;
    struct own_state other;
    uint64_t words[PACKED_WORDS_MAX];
    const size_t size = m->base.packed_words * sizeof *words;
    keep_names(&renaming);
    memset(ret_words, 0xff, size);
    do {
        rename_all(m, table, &renaming, state, &other);
        model_pack(&m->base, other.bytes, words);
        if (memcmp(words, ret_words, size) < 0)
            memcpy(ret_words, words, size);
    } while (next_renaming(table, &renaming));
}

/* --- random tables and states --- */

static void make_table(struct payload_rng *rng, struct table_model *table)
{
    static const uint32_t sizes[] = {1, 2, 4, 8};
    table_model_init(table);
    const uint32_t kinds = 1 + below(rng, 3);
    for (uint32_t k = 0; k < kinds; k++) {
        const uint32_t most = 1 + below(rng, k == 0 ? 4 : 3);
        (void)table_model_add_kind(table, most, below(rng, 4) != 0, "a");
        if (below(rng, 4) == 0)
            table->things[k] = 1 + below(rng, most);
    }
    const uint32_t fields = 1 + below(rng, 4);
    for (uint32_t f = 0; f < fields; f++) {
        const uint32_t dimensions = below(rng, 3);
        const int32_t kind0 = dimensions > 0 ? (int32_t)below(rng, kinds) : -1;
        const int32_t kind1 = dimensions > 1 ? (int32_t)below(rng, kinds) : -1;
        const int32_t of = (int32_t)below(rng, kinds);
        const uint32_t size = sizes[below(rng, 4)];
        switch (below(rng, 4)) {
        case 0:
            table_model_add_field(table, kind0, kind1, RACEWALK_REF, of, below(rng, 2) == 0 ? -1 : 0, 0,
                                  size);
            break;
        case 1:
            table_model_add_field(table, kind0, kind1, RACEWALK_SET, of, 0, 0, size);
            break;
        case 2:
            table_model_add_field(table, kind0, kind1, RACEWALK_BOOL, -1, 0, 1, size);
            break;
        default:
            table_model_add_field(table, kind0, kind1, RACEWALK_NUMBER, -1, -3, 3, size);
        }
    }
}

/* Few different values, so that things tie. */
static void make_state(const struct own_model *m, struct payload_rng *rng, struct own_state *state)
{
    const uint32_t variety = 1 + below(rng, 4);
    *state = m->first;
    for (size_t f = 0; f < m->own->object->field_count; f++) {
        const struct racewalk_field *field = &m->own->object->fields[f];
        uint32_t extent[2];
        int64_t low, high;
        own_extent(m, field, extent);
        own_range(m, field, &low, &high);
        for (size_t i = 0; i < extent[0]; i++) {
            for (size_t j = 0; j < extent[1]; j++) {
                const uint64_t span = (uint64_t)(high - low) + 1;
                if (below(rng, variety) != 0)
                    own_put(field, state->bytes, i, j, low + (int64_t)below(rng, span));
            }
        }
    }
}

/* A model of the table's one instance. */
static const struct own_model *make_model(const struct table_model *table, struct model_class **ret_class)
{
    *ret_class = own_test_class(&table->object, NULL);
    return own_model_of(own_test_model(*ret_class, "default", 0, 0));
}

static void drop_model(const struct own_model *m, struct model_class *class)
{
    model_free((struct model *)(uintptr_t)&m->base);
    own_class_free(class);
}

static void canonical(const struct own_model *m, const struct own_state *state, struct own_state *ret_state)
{
    *ret_state = *state;
    m->own->class.speed.canonical(&m->base, ret_state->bytes);
}

/* Two states have one representative exactly if they have one smallest renaming. */
static void states_are_alike_exactly_when_a_renaming_says_so(void **state)
{
    (void)state;
    enum { STATES = 12 };
    struct payload_rng rng = payload_rng_of_trace_seed(12);
    size_t tables = 0, alike = 0;
    for (size_t round = 0; round < 700; round++) {
        static struct table_model table;
        struct model_class *class;
        uint64_t words[STATES][PACKED_WORDS_MAX], again[PACKED_WORDS_MAX];
        struct own_state states[STATES], made[STATES], other;
        struct renaming renaming;
        make_table(&rng, &table);
        const struct own_model *m = make_model(&table, &class);
        const size_t size = m->base.packed_words * sizeof(uint64_t);
        for (size_t s = 0; s < STATES && class->speed.canonical != NULL; s++) {
            make_state(m, &rng, &states[s]);
            smallest(m, &table, &states[s], words[s]);
            canonical(m, &states[s], &made[s]);
            /* It is a renaming of the state, and that of every renaming. */
            smallest(m, &table, &made[s], again);
            assert_memory_equal(words[s], again, size);
            for (size_t i = 0; i < 4; i++) {
                shuffle_names(&table, &rng, &renaming);
                rename_all(m, &table, &renaming, &states[s], &other);
                canonical(m, &other, &other);
                assert_memory_equal(other.bytes, made[s].bytes, m->base.state_size);
            }
            for (size_t t = 0; t < s; t++) {
                const bool are_alike = memcmp(words[s], words[t], size) == 0;
                assert_int_equal(memcmp(made[s].bytes, made[t].bytes, m->base.state_size) == 0, are_alike);
                alike += are_alike;
            }
        }
        tables += class->speed.canonical != NULL;
        drop_model(m, class);
    }
    assert_true(tables > 400 && alike > 1000);
}

/* --- many things --- */

/* All renamings of a state have one representative. */
static void assert_one_representative(const struct own_model *m, const struct table_model *table,
                                      const struct own_state *state, struct payload_rng *rng)
{
    struct own_state first, other;
    struct renaming renaming;
    canonical(m, state, &first);
    for (size_t i = 0; i < 20; i++) {
        shuffle_names(table, rng, &renaming);
        rename_all(m, table, &renaming, state, &other);
        canonical(m, &other, &other);
        assert_memory_equal(other.bytes, first.bytes, m->base.state_size);
    }
}

/* 16! orders are not tried where renamings change nothing: pairs, rings, a torus. */
static void things_that_refer_to_one_another_in_rings_take_no_time(void **state)
{
    (void)state;
    static struct table_model table;
    struct model_class *class;
    struct payload_rng rng = payload_rng_of_trace_seed(3);
    table_model_init(&table);
    const int32_t node = table_model_add_kind(&table, 16, true, "n1");
    table_model_add_field(&table, node, -1, RACEWALK_REF, node, -1, 0, 1);
    table_model_add_field(&table, node, -1, RACEWALK_SET, node, 0, 0, 2);
    const struct own_model *m = make_model(&table, &class);
    struct own_state s = m->first;
    canonical(m, &s, &s);
    assert_memory_equal(s.bytes, m->first.bytes, m->base.state_size);
    static const uint32_t rings[] = {2, 4, 8, 16};
    for (size_t r = 0; r < 4; r++) {
        for (uint32_t i = 0; i < 16; i++)
            own_put(&table.fields[0], s.bytes, i, 0, i / rings[r] * rings[r] + (i + 1) % rings[r]);
        assert_one_representative(m, &table, &s, &rng);
    }
    /* Rings of different lengths: their things tie, and are not alike. */
    static const uint32_t lengths[] = {3, 4, 6, 3};
    for (uint32_t r = 0, start = 0; r < 4; start += lengths[r++]) {
        for (uint32_t i = 0; i < lengths[r]; i++)
            own_put(&table.fields[0], s.bytes, start + i, 0, start + (i + 1) % lengths[r]);
    }
    assert_one_representative(m, &table, &s, &rng);
    s = m->first;
    for (uint32_t i = 0; i < 16; i++) /* a torus of 4 x 4 */
        own_put(&table.fields[1], s.bytes, i, 0,
                1 << (i / 4 * 4 + (i + 1) % 4) | 1 << (i / 4 * 4 + (i + 3) % 4) | 1 << (i + 4) % 16 |
                    1 << (i + 12) % 16);
    assert_one_representative(m, &table, &s, &rng);
    drop_model(m, class);
}

static void many_things_that_meet_nothing_are_sorted(void **state)
{
    (void)state;
    static struct table_model table;
    struct model_class *class;
    struct payload_rng rng = payload_rng_of_trace_seed(4);
    table_model_init(&table);
    const int32_t node = table_model_add_kind(&table, 254, true, "n1");
    table_model_add_field(&table, node, -1, RACEWALK_NUMBER, -1, 0, 7, 1);
    table_model_add_field(&table, -1, -1, RACEWALK_REF, node, -1, 0, 2);
    const struct own_model *m = make_model(&table, &class);
    for (size_t i = 0; i < 20; i++) {
        struct own_state s;
        make_state(m, &rng, &s);
        assert_one_representative(m, &table, &s, &rng);
    }
    drop_model(m, class);
}

static void too_many_things_that_meet_are_refused(void **state)
{
    (void)state;
    static struct table_model table;
    struct model *model = NULL;
    struct error err = {{0}};
    table_model_init(&table);
    const int32_t node = table_model_add_kind(&table, 17, true, "n1");
    table_model_add_field(&table, node, -1, RACEWALK_REF, node, -1, 0, 1);
    struct model_class *class = own_test_class(&table.object, NULL);
    assert_int_equal(model_new(class, &class->presets[0].instance, &model, &err), ERR_USAGE);
    assert_string_equal(err.text,
                        "the symmetric kind k0 has 17 things in this instance, which fields relate to one "
                        "another; up to 16 are possible, or make the kind ORDERED");
    own_class_free(class);
}

/* --- a model whose nodes vote for one another --- */

static void insert_words(uint64_t *list, size_t *count, size_t words, const uint64_t *state)
{
    for (size_t i = 0; i < *count; i++) {
        if (memcmp(list + i * words, state, words * sizeof *state) == 0)
            return;
    }
    memcpy(list + (*count)++ * words, state, words * sizeof *state);
}

/* A check up to symmetry counts each class of states once: as many as there are smallest renamings. */
static void a_check_counts_the_classes_of_states(void **state)
{
    (void)state;
    enum { STATES = 20000 };
    static struct table_model table; /* for what is renamed here: the election's kinds and fields */
    struct model_class *class = own_test_class(&racewalk_election, NULL);
    struct model *model = own_test_model(class, "e3_3_2", 0, 1);
    const struct own_model *m = own_model_of(model);
    const size_t words = model->packed_words;
    uint64_t *all = mem_new(STATES * words, sizeof *all);
    size_t count = 0, done = 0;
    assert_non_null(all);
    table.object = racewalk_election;
    memcpy(table.kinds, table.object.kinds, table.object.kind_count * sizeof table.kinds[0]);
    memcpy(table.fields, table.object.fields, table.object.field_count * sizeof table.fields[0]);
    memcpy(table.things, m->things, sizeof m->things);
    struct own_state s, next;
    class->init(model, s.bytes);
    smallest(m, &table, &s, all);
    /* The smallest renamings of the successors of smallest renamings are those of all states. */
    for (count = 1; done < count; done++) {
        struct enabled_move moves[MOVES_ROOM];
        uint64_t made[PACKED_WORDS_MAX];
        model_unpack(model, all + done * words, s.bytes);
        const size_t move_count = class->enabled(model, s.bytes, moves);
        for (size_t i = 0; i < move_count; i++) {
            next = s;
            class->apply(model, next.bytes, moves[i].move);
            smallest(m, &table, &next, made);
            assert_true(count < STATES);
            insert_words(all, &count, words, made);
        }
    }
    struct explore_config config = fixture_config(model, 1, EXPLORE_AUTO, 2);
    config.symmetry = true;
    const struct explore_result result = fixture_explore(&config);
    assert_int_equal(result.counts.states, count);
    assert_true(count > 500);
    mem_free(all);
    model_free(model);
    own_class_free(class);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_alike_exactly_when_a_renaming_says_so),
        cmocka_unit_test(things_that_refer_to_one_another_in_rings_take_no_time),
        cmocka_unit_test(many_things_that_meet_nothing_are_sorted),
        cmocka_unit_test(too_many_things_that_meet_are_refused),
        cmocka_unit_test(a_check_counts_the_classes_of_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
