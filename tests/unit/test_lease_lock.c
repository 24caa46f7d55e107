/* SPDX-License-Identifier: Apache-2.0 */
/* The second model: sound in itself, and good for everything that the first is used for. */
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mbt/itf_reader.h"
#include "mbt/itf_writer.h"
#include "mbt/replay.h"
#include "mbt/schedule.h"
#include "search/walk.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/lease_lock.h"
#include "tests/support/test_model.h"

static struct model *make_model(size_t preset, uint32_t guards, uint32_t properties)
{
    struct instance instance = lease_lock.presets[preset].instance;
    instance.guards = guards;
    return test_model_of(&lease_lock, instance, properties);
}

static bool is_enabled(const struct enabled_move *moves, size_t count, uint32_t move)
{
    for (size_t i = 0; i < count; i++) {
        if (moves[i].move == move)
            return true;
    }
    return false;
}

/* Every move there is: enabled in the control state exactly if the literal state takes it. */
static void compare_moves(const struct model *model, const struct step *taken, size_t taken_count,
                          const struct enabled_move *moves, size_t count)
{
    for (uint32_t action = 0; action < LEASE_ACTION_COUNT; action++) {
        const uint32_t clients = action == LEASE_EXPIRE ? 1 : lease_model_of(model)->clients;
        for (uint32_t c = 0; c < clients; c++) {
            struct literal *literal = lease_literal_new(model);
            struct error err = {{0}};
            assert_non_null(literal);
            for (size_t i = 0; i < taken_count; i++)
                assert_int_equal(lease_literal_apply(literal, &taken[i], &err), OK);
            const struct step step = {
                .move = move_make(action, c), .choice_count = action == LEASE_WRITE, .choices = {5}};
            assert_int_equal(lease_literal_apply(literal, &step, &err) == OK,
                             is_enabled(moves, count, step.move));
            lease_literal_free(literal);
        }
    }
}

static void walk_in_lockstep(const struct model *model, uint64_t seed)
{
    enum { STEPS = 30 };
    struct step taken[STEPS];
    struct lease_state control, mapped, packed;
    struct rng rng = rng_of_trace_seed(seed);
    struct literal *literal = lease_literal_new(model);
    struct error err = {{0}};
    uint64_t words[PACKED_WORDS_MAX];
    assert_non_null(literal);
    lease_lock.init(model, &control);
    for (size_t i = 0;; i++) {
        struct enabled_move moves[MOVES_MAX];
        lease_literal_control(literal, &mapped);
        assert_memory_equal(&mapped, &control, sizeof control);
        assert_int_equal(lease_lock.properties_hit(model, &control), lease_literal_properties_hit(literal));
        model_pack(model, &control, words);
        model_unpack(model, words, &packed);
        assert_memory_equal(&packed, &control, sizeof control);
        const size_t count = lease_lock.enabled(model, &control, moves);
        compare_moves(model, taken, i, moves, count);
        if (count == 0 || i == STEPS)
            break;
        const struct enabled_move *move = &moves[rng_scaled(&rng, (uint32_t)count)];
        taken[i] = (struct step){.move = move->move,
                                 .choice_count = move_action(move->move) == LEASE_WRITE,
                                 .choices = {1 + (int64_t)(i % 9)}};
        lease_lock.apply(model, &control, move->move);
        assert_int_equal(move->idle, memcmp(&mapped, &control, sizeof control) == 0);
        assert_int_equal(lease_literal_apply(literal, &taken[i], &err), OK);
    }
    lease_literal_free(literal);
}

static void walks_of_both_states_agree(void **state)
{
    (void)state;
    for (size_t preset = 0; preset < lease_lock.preset_count; preset++) {
        for (uint32_t guards = 0; guards < 2; guards++) {
            struct model *model = make_model(preset, guards, 7);
            for (uint64_t seed = 0; seed < 50; seed++)
                walk_in_lockstep(model, seed);
            model_free(model);
        }
    }
}

/* A state's representative has the same properties, and so have all that are alike. */
static void canonical_of_renamed_clients_is_the_same(void **state)
{
    (void)state;
    struct model *model = make_model(1, 0, 7);
    struct lease_state a = {.term = 4, .held = 1, .views = {4, 0, 2}};
    struct lease_state b = {.term = 4, .held = 1, .views = {2, 4, 0}};
    const uint32_t hit = lease_lock.properties_hit(model, &a);
    lease_lock.speed.canonical(model, &a);
    lease_lock.speed.canonical(model, &b);
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(lease_lock.properties_hit(model, &a), hit);
    model_free(model);
}

static struct walk_tally tally_of(uint32_t guards)
{
    struct model *model = make_model(0, guards, 1);
    const struct walk_job job = {.seed = 1, .count = 20000, .max_steps = 12, .properties = 1};
    struct walk_tally tally = {0};
    walk_range(model, &job, &tally, NULL);
    model_free(model);
    return tally;
}

static void walks_find_the_stale_write_unless_fenced(void **state)
{
    (void)state;
    const struct walk_tally bare = tally_of(0);
    const struct walk_tally fenced = tally_of(1);
    assert_int_equal(bare.walks, 20000);
    assert_true(bare.hits[LEASE_NO_STALE_WRITE] > 100);
    assert_int_equal(fenced.hits[LEASE_NO_STALE_WRITE], 0);
    for (size_t action = 0; action < LEASE_ACTION_COUNT; action++)
        assert_true(bare.fired[action] > 1000);
}

/* What every finding goes through: drawn, written, read, replayed, as ITF and as a schedule. */
static void findings_replay_from_their_written_forms(void **state)
{
    (void)state;
    size_t found = 0;
    for (uint32_t p = 0; p < lease_lock.property_count; p++) {
        struct model *model = make_model(1, 0, 1U << p);
        for (uint64_t seed = 0; seed < 300; seed++) {
            struct trace trace, again;
            struct buffer text;
            struct replay_report report;
            struct error err = {{0}};
            trace_init(&trace);
            trace_init(&again);
            buffer_init(&text);
            assert_int_equal(walk_trace(model, seed, 25, 1U << p, &trace, &err), OK);
            if (replay_written(model, &trace, &report, &err) != OK)
                fail_msg("%s", err.text);
            assert_string_equal(report.message, "");
            if (trace.property != PROPERTY_NONE) {
                assert_int_equal(report.first_hit[p], trace.step_count);
                found++;
            }
            assert_int_equal(schedule_write(model, &trace, &text, &err), OK);
            if (schedule_read(model, text.text, text.length, &again, &err) != OK)
                fail_msg("%s", err.text);
            assert_int_equal(again.step_count, trace.step_count);
            assert_int_equal(replay_trace(model, &again, &report, &err), OK);
            assert_int_equal(report.outcome, REPLAY_AGREES);
            buffer_release(&text);
            trace_release(&again);
            trace_release(&trace);
        }
        model_free(model);
    }
    assert_true(found > 100);
}

/* --- the whole program over this model --- */

static char folder[] = "/tmp/racewalk-test-lease-XXXXXX";

/* Runs the program with the arguments in the folder; the exit status, and what it printed. */
static int run(const char *arguments, struct buffer *out)
{
    char command[4096];
    char block[4096];
    (void)snprintf(command, sizeof command, "cd %s && %s %s 2>&1", folder, RACEWALK_LEASE_PROGRAM, arguments);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    buffer_clear(out);
    for (size_t got; (got = fread(block, 1, sizeof block, pipe)) > 0;)
        buffer_append(out, block, got);
    const int status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int drop_folder(void **state)
{
    (void)state;
    char command[256];
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void program_finds_writes_and_replays(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    assert_int_equal(
        run("run --seed 5 --max-samples 100000 --property no_stale_write --out-itf found.itf.json "
            "--no-progress",
            &out),
        EXIT_VIOLATION);
    assert_int_equal(
        run("replay found.itf.json --out-schedule found.schedule.json --out-itf again.itf.json", &out),
        EXIT_NOTHING_FOUND);
    assert_non_null(strstr(out.text, "found.itf.json[0]: "));
    assert_non_null(strstr(out.text, "violates no_stale_write at state "));
    assert_non_null(strstr(out.text, ": every state agrees\n"));
    assert_int_equal(run("replay again.itf.json found.schedule.json", &out), EXIT_NOTHING_FOUND);
    assert_non_null(strstr(out.text, "2 traces: 2 agree, 0 do not\n"));
    /* With fencing, the same run shows nothing. */
    assert_int_equal(run("replay --guard fencing found.itf.json", &out), EXIT_VIOLATION);
    assert_int_equal(
        run("run --seed 5 --max-samples 10000 --property no_stale_write --guard fencing --no-progress", &out),
        EXIT_NOTHING_FOUND);
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_of_both_states_agree),
        cmocka_unit_test(canonical_of_renamed_clients_is_the_same),
        cmocka_unit_test(walks_find_the_stale_write_unless_fenced),
        cmocka_unit_test(findings_replay_from_their_written_forms),
        cmocka_unit_test_setup_teardown(program_finds_writes_and_replays, make_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
