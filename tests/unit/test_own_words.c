/* SPDX-License-Identifier: Apache-2.0 */
/* Traces of authors' models, told in the authors' words. */
#include <stdio.h>
#include <string.h>

#include "mbt/explain.h"
#include "mbt/own/own_narrator.h"
#include "mbt/own/own_tale.h"
#include "mbt/view.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/moves.h"
#include "tests/support/own_models.h"

/* --- stories --- */

enum lease_action { ACQUIRE, EXPIRE, WRITE };

static const uint32_t stale_write[] = {ACQUIRE, EXPIRE, ACQUIRE | 1 << 8, WRITE | 1 << 8, WRITE};

struct told {
    struct model_class *class;
    struct itf_trace itf;
    struct story *story;
};

/* The first count moves; claim is what the file says that they show in the end, or NULL. */
static void tell_moves(const struct racewalk_model *object, const uint32_t *moves, size_t count,
                       const char *claim, struct told *ret_told)
{
    struct itf_reader *reader = NULL;
    struct error err = {{0}};
    struct buffer text;
    bool found = false;
    buffer_init(&text);
    ret_told->class = own_test_class(object, NULL);
    itf_trace_init(&ret_told->itf);
    moves_write_itf(ret_told->class, &ret_told->class->presets[0].instance, moves, count, &text);
    assert_int_equal(itf_reader_open_memory("moves", text.text, text.length, ret_told->class, &reader, &err),
                     OK);
    if (itf_reader_next(reader, &ret_told->itf, &found, &err) != OK || !found)
        fail_msg("%s", err.text);
    itf_reader_close(reader);
    if (claim != NULL) {
        ret_told->itf.head.property = model_find_property(ret_told->class, claim);
        ret_told->itf.head.property_state = count;
    }
    if (story_new(ret_told->class, &own_narrator, &ret_told->itf, &ret_told->story, &err) != OK)
        fail_msg("%s", err.text);
    assert_true(story_agrees(ret_told->story));
    assert_int_equal(ret_told->story->state_count, count + 1);
    buffer_release(&text);
}

static void release(struct told *told)
{
    story_free(told->story);
    itf_trace_release(&told->itf);
    own_class_free(told->class);
}

static void explain(const struct told *told, enum explain_form form, struct buffer *out)
{
    buffer_init(out);
    explain_story(told->story, &(struct explain_style){.form = form}, out);
}

static void assert_has(const struct buffer *text, const char *wanted)
{
    if (strstr(text->text, wanted) == NULL)
        fail_msg("not there: %s\n%s", wanted, text->text);
}

/* What is told of the tool's own affairs, or of another model. */
static void assert_plain(const struct buffer *text)
{
    static const char *const strange[] = {"mbt::", "ghost", "nondet", "outage", "clean-up", "Init"};
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        if (strstr(text->text, strange[i]) != NULL)
            fail_msg("there is \"%s\" in: %s", strange[i], text->text);
    }
}

/* --- text --- */

static void steps_are_the_sentences_of_the_author(void **state)
{
    (void)state;
    struct told told;
    struct buffer text;
    tell_moves(&racewalk_lease, stale_write, 5, "no_stale_write", &told);
    explain(&told, EXPLAIN_TEXT, &text);
    assert_string_equal(
        text.text, "moves\n"
                   "  no_stale_write is violated at step 5\n"
                   "  l2_3_3: clients 2, leases 3, writes 3; trace seed 1\n"
                   "  the model lease: clients that write under a lock held by lease\n"
                   "\n"
                   "     0  the initial state\n"
                   "     1  client-a acquires the free lease\n"
                   "          ~ term: 0 → 1\n"
                   "          ~ held: false → true\n"
                   "          ~ client-a.view: 0 → 1\n"
                   "     2  the lease runs out\n"
                   "          ~ held: true → false\n"
                   "     3  client-b acquires the free lease\n"
                   "          ~ term: 1 → 2\n"
                   "          ~ held: false → true\n"
                   "          ~ client-b.view: 0 → 2\n"
                   "     4  client-b writes 3\n"
                   "          ~ writes: 0 → 1\n"
                   "          ~ highest: 0 → 2\n"
                   "✗    5  client-a writes 7\n"
                   "          ~ writes: 1 → 2\n"
                   "          ~ stale: false → true\n"
                   "          no_stale_write is violated: it is not true any more that no write of an older "
                   "lease\n"
                   "          comes after one of a newer.\n");
    assert_plain(&text);
    buffer_release(&text);
    release(&told);
}

static void table_has_what_the_violation_hangs_on(void **state)
{
    (void)state;
    struct told told;
    struct buffer text;
    tell_moves(&racewalk_lease, stale_write, 3, NULL, &told);
    explain(&told, EXPLAIN_MARKDOWN, &text);
    assert_has(&text, "| step | what happens | held | client-a.view | client-b.view |\n"
                      "| ---: | --- | --- | --- | --- |\n"
                      "| 0 | the initial state | false | 0 | 0 |\n"
                      "| 1 | client-a acquires the free lease | true | 1 | 0 |\n");
    assert_has(&text, "| 3 | **client-b acquires the free lease** — the violation | true | **1** | **2** |");
    assert_plain(&text);
    buffer_release(&text);
    release(&told);
}

static void sets_are_told_by_what_comes_and_goes(void **state)
{
    (void)state;
    struct told told;
    struct buffer text;
    /* n1 and n2 stand; n3 votes for n1; n1 restarts. */
    const uint32_t moves[] = {0, 0 | 1 << 8, 1 | 2 << 8 | 0 << 16, 3};
    tell_moves(&racewalk_election, moves, 4, NULL, &told);
    explain(&told, EXPLAIN_TEXT, &text);
    assert_has(&text, "     3  n3 votes for n1\n"
                      "          + n1.votes: n3\n"
                      "          ~ n3.term: 0 → 1\n"
                      "          ~ n3.vote: none → n1\n");
    assert_has(&text, "          - n1.votes: n1, n3\n");
    buffer_release(&text);
    release(&told);
}

static void things_that_are_numbers_are_told_with_their_kind(void **state)
{
    (void)state;
    struct told told;
    struct buffer text;
    tell_moves(&racewalk_mesh, (const uint32_t[]){0 | 2 << 8 | 1 << 16, 1}, 2, NULL, &told);
    explain(&told, EXPLAIN_TEXT, &text);
    assert_has(&text, "     1  3 tells 2\n          ~ node 2.heard.node 3: false → true\n");
    assert_has(&text, "     2  the list turns round\n          ~ turns: 0 → 1\n"
                      "          ~ node 1.next: none → 2\n");
    assert_has(&text, "2 steps, no invariant is violated");
    buffer_release(&text);
    release(&told);
}

static void examples_are_told_by_their_sentence(void **state)
{
    (void)state;
    struct told told;
    struct buffer text;
    tell_moves(&racewalk_lease, stale_write, 3, "handover", &told);
    explain(&told, EXPLAIN_TEXT, &text);
    assert_has(&text, "\n  handover is witnessed at step 3\n");
    assert_has(&text, "\n          handover is witnessed: a second lease was granted.\n");
    buffer_release(&text);
    release(&told);
}

/* --- reasons --- */

static const struct own_cell *find_cell(const struct story *story, const char *path)
{
    const struct own_tale *tale = own_tale_of(story);
    for (size_t c = 0; c < tale->cell_count; c++) {
        if (strcmp(tale->cells[c].path, path) == 0)
            return &tale->cells[c];
    }
    fail_msg("no cell %s", path);
    return NULL;
}

static void reasons_are_what_would_have_mended_it(void **state)
{
    (void)state;
    struct told told;
    tell_moves(&racewalk_lease, stale_write, 3, NULL, &told);
    static const struct {
        const char *path;
        bool matters, led;
    } rows[] = {
        {"client-a.view", true, true}, {"client-b.view", true, false}, {"held", false, true},
        {"term", false, false},        {"writes", false, false},       {"stale", false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct own_cell *cell = find_cell(told.story, rows[i].path);
        if (cell->matters != rows[i].matters || cell->led != rows[i].led)
            fail_msg("%s: matters %d, led %d", cell->path, cell->matters, cell->led);
    }
    release(&told);
}

static void expression_that_never_comes_back_gives_no_reasons(void **state)
{
    (void)state;
    struct told told;
    tell_moves(&racewalk_mesh, (const uint32_t[]){1, 1}, 2, NULL, &told);
    assert_int_equal(told.story->property_state, 2);
    assert_false(find_cell(told.story, "turns")->matters);
    assert_false(find_cell(told.story, "node 1.next")->matters);
    assert_string_equal(told.story->outcome,
                        "it is not true any more that the list turns round once at most");
    release(&told);
}

/* --- the page --- */

static void page_has_the_model_and_nothing_of_another(void **state)
{
    (void)state;
    struct told told;
    struct view view;
    struct buffer page;
    struct error err = {{0}};
    tell_moves(&racewalk_lease, stale_write, 5, "no_stale_write", &told);
    view_init(&view, &own_narrator, NULL);
    buffer_init(&page);
    view_add(&view, told.story, NULL, NULL);
    assert_int_equal(view_write(&view, "stale", &page, &err), OK);
    assert_has(&page, "\"kinds\":[[\"client\",[\"client-a\",\"client-b\"]]]");
    assert_has(&page, "\"fields\":[[\"term\",-1,-1],[\"held\",-1,-1],[\"writes\",-1,-1],[\"highest\",-1,-1],"
                      "[\"stale\",-1,-1],[\"view\",0,-1]]");
    assert_has(&page, "\"w\":\"the lease runs out\",\"c\":[[1,\"false\"]]}");
    assert_has(&page, "\"why\":[4],\"led\":[3,5]");
    assert_plain(&page);
    static const char *const strange[] = {"dns", "deployer", "zone", "rollback"};
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++)
        assert_null(strstr(page.text, strange[i]));
    buffer_release(&page);
    view_release(&view);
    release(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_the_sentences_of_the_author),
        cmocka_unit_test(table_has_what_the_violation_hangs_on),
        cmocka_unit_test(sets_are_told_by_what_comes_and_goes),
        cmocka_unit_test(things_that_are_numbers_are_told_with_their_kind),
        cmocka_unit_test(examples_are_told_by_their_sentence),
        cmocka_unit_test(reasons_are_what_would_have_mended_it),
        cmocka_unit_test(expression_that_never_comes_back_gives_no_reasons),
        cmocka_unit_test(page_has_the_model_and_nothing_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
