/* SPDX-License-Identifier: Apache-2.0 */
/* Merging pieces of walks: what a hit means to a run, in each of its goals. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "search/merge.h"

/* What on_finding was told. */
struct told {
    struct walk_hit hits[16];
    size_t count;
    enum status status; /* what it answers */
};

static enum status tell(void *context, const struct walk_hit *hit)
{
    struct told *told = context;
    told->hits[told->count++] = *hit;
    return told->status;
}

static struct run_config config_of(enum run_goal goal, struct told *told)
{
    *told = (struct told){.status = OK};
    return (struct run_config){.max_samples = 1000,
                               .max_steps = 20,
                               .properties = 1,
                               .goal = goal,
                               .max_findings = 2,
                               .context = told,
                               .on_finding = tell};
}

/* Walks up to the state's next + count - 1, the last of which hits when length is not 0. */
static struct piece *add_piece(struct pieces *pieces, uint64_t first, uint64_t count, uint32_t length,
                               uint64_t shape)
{
    struct piece *piece = pieces_add(pieces, first);
    assert_non_null(piece);
    piece->count = count;
    piece->tally.walks = count;
    piece->tally.steps = 10 * count;
    if (length == 0)
        return piece;
    piece->has_hit = true;
    piece->hit =
        (struct walk_hit){.sample = first + count - 1, .length = length, .properties = 1, .shape = shape};
    piece->tally.ended = piece->tally.hits[0] = 1;
    piece->lengths[length] = 1;
    if (shape != 0)
        assert_int_equal(piece_count_shape(piece, shape, 1), OK);
    return piece;
}

/* Merges all pieces, each of which must go well, until the run is over; returns how many it took. */
static size_t merge_all(const struct run_config *config, const struct pieces *pieces,
                        struct run_result *state)
{
    size_t i = 0;
    merge_begin(config, state);
    while (!merge_is_over(config, state) && i < pieces->count)
        assert_int_equal(merge_piece(config, state, &pieces->list[i++], NULL), OK);
    return i;
}

static void merge_of_counted_hits_tells_nobody(void **unused)
{
    (void)unused;
    static struct run_result state;
    struct told told;
    struct pieces pieces;
    struct run_config config = config_of(RUN_COUNT, &told);
    config.on_finding = NULL;
    config.max_samples = 30;
    pieces_init(&pieces);
    struct piece *piece = add_piece(&pieces, 0, 10, 0, 0);
    piece->tally.ended = piece->tally.hits[0] = 3;
    piece->lengths[7] = 3;
    (void)add_piece(&pieces, 10, 20, 0, 0);
    assert_int_equal(merge_all(&config, &pieces, &state), 2);
    assert_true(merge_is_over(&config, &state));
    assert_int_equal(state.stop, RUN_STOP_SAMPLES);
    assert_int_equal(state.next, 30);
    assert_int_equal(state.tally.steps, 300);
    assert_int_equal(state.tally.ended, 3);
    assert_int_equal(state.lengths[7], 3);
    pieces_release(&pieces);
}

static void merge_of_shapes_tells_the_first_of_each(void **unused)
{
    (void)unused;
    static struct run_result state;
    struct told told;
    struct pieces pieces;
    const struct run_config config = config_of(RUN_SHAPES, &told);
    pieces_init(&pieces);
    (void)add_piece(&pieces, 0, 5, 12, 77);
    (void)add_piece(&pieces, 5, 5, 11, 77); /* the same bug again */
    struct piece *piece = add_piece(&pieces, 10, 10, 13, 88);
    assert_int_equal(piece_count_shape(piece, 77, 4), OK);
    (void)add_piece(&pieces, 20, 5, 12, 99);
    assert_int_equal(merge_all(&config, &pieces, &state), 3); /* two shapes were asked for */
    assert_int_equal(state.stop, RUN_STOP_FINDING);
    assert_int_equal(told.count, 2);
    assert_int_equal(told.hits[0].sample, 4);
    assert_int_equal(told.hits[1].sample, 19);
    assert_int_equal(state.shape_count, 2);
    assert_true(state.shapes[0].id == 77 && state.shapes[0].hits == 6);
    assert_true(state.shapes[1].id == 88 && state.shapes[1].hits == 1);
    assert_int_equal(state.next, 20);
    pieces_release(&pieces);
}

static void merge_for_the_shortest_lowers_the_bound(void **unused)
{
    (void)unused;
    static struct run_result state;
    struct told told;
    struct pieces pieces;
    const struct run_config config = config_of(RUN_SHORTEST, &told);
    pieces_init(&pieces);
    (void)add_piece(&pieces, 0, 5, 12, 0);
    (void)add_piece(&pieces, 5, 5, 11, 0);
    (void)add_piece(&pieces, 10, 990, 0, 0);
    assert_int_equal(merge_all(&config, &pieces, &state), 3);
    assert_int_equal(state.stop, RUN_STOP_SAMPLES); /* no shorter one turned up */
    assert_int_equal(told.count, 2);
    assert_int_equal(state.max_steps, 10);
    pieces_clear(&pieces);
    (void)add_piece(&pieces, 0, 1, 1, 0);
    assert_int_equal(merge_all(&config, &pieces, &state), 1);
    assert_int_equal(state.max_steps, 0);
    assert_true(
        merge_is_over(&config, &state)); /* a trace of no transitions is all that is left to look for */
    pieces_release(&pieces);
}

static void merge_of_shape_that_nobody_showed_is_refused(void **unused)
{
    (void)unused;
    static struct run_result state, before;
    struct told told;
    struct pieces pieces;
    struct error err = {{0}};
    const struct run_config config = config_of(RUN_SHAPES, &told);
    pieces_init(&pieces);
    struct piece *piece = add_piece(&pieces, 0, 5, 12, 77);
    assert_int_equal(piece_count_shape(piece, 5, 1), OK);
    merge_begin(&config, &state);
    before = state;
    assert_int_equal(merge_piece(&config, &state, piece, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "walks 0 to 4"));
    assert_memory_equal(&state, &before, sizeof state);
    assert_int_equal(told.count, 0);
    pieces_release(&pieces);
}

static void merge_ends_when_the_finding_cannot_be_told(void **unused)
{
    (void)unused;
    static struct run_result state;
    struct told told;
    struct pieces pieces;
    const struct run_config config = config_of(RUN_SHAPES, &told);
    told.status = ERR_IO;
    pieces_init(&pieces);
    const struct piece *piece = add_piece(&pieces, 0, 5, 12, 77);
    merge_begin(&config, &state);
    assert_int_equal(merge_piece(&config, &state, piece, NULL), ERR_STOPPED);
    assert_int_equal(state.next, 0); /* its walks are not counted: they are walked again after a resume */
    pieces_release(&pieces);
}

static void share_done_follows_samples_and_time(void **unused)
{
    (void)unused;
    static struct run_result state;
    struct told told;
    struct run_config config = config_of(RUN_COUNT, &told);
    merge_begin(&config, &state);
    state.next = 250;
    assert_true(merge_share_done(&config, &state, 5) == 0.25);
    config.timeout = 10;
    assert_true(merge_share_done(&config, &state, 5) == 0.5);
    assert_true(merge_share_done(&config, &state, 50) == 1);
    config.resume = &state;
    static struct run_result resumed;
    merge_begin(&config, &resumed);
    assert_int_equal(resumed.next, 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merge_of_counted_hits_tells_nobody),
        cmocka_unit_test(merge_of_shapes_tells_the_first_of_each),
        cmocka_unit_test(merge_for_the_shortest_lowers_the_bound),
        cmocka_unit_test(merge_of_shape_that_nobody_showed_is_refused),
        cmocka_unit_test(merge_ends_when_the_finding_cannot_be_told),
        cmocka_unit_test(share_done_follows_samples_and_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
