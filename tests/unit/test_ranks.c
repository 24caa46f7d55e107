/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol of the ranks, all of them in one process, over queues in memory and a clock that goes on with
 * the work: ranks that stand still, fall silent or are stopped together, and messages that are damaged. The
 * answer is that of one process. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "base/memory.h"
#include "cluster/coordinator.h"
#include "cluster/heartbeat.h"
#include "cluster/reorder.h"
#include "cluster/speeds.h"
#include "cluster/worker.h"
#include "tests/support/lease_lock.h"
#include "tests/support/test_model.h"

enum { RANKS_MAX = 8, LETTERS_MAX = 4096 };

#define MOVE_SECONDS    20e-6 /* a walk's step takes so long */
#define ROUND_SECONDS   1e-3
#define SILENCE_SECONDS 30.0

struct letter {
    int from, to;
    struct buffer text;
};

struct rank {
    struct exchange exchange; /* first */
    struct process process;
    struct fault fault;
    struct worker *worker; /* NULL with rank 0 */
    int index;
    bool over;
    double still_from, still_until; /* takes no turn between these times */
};

/* One play of the protocol. There is one at a time: the model's moves make its clock go on. */
static struct {
    struct rank ranks[RANKS_MAX];
    int count;
    struct letter letters[LETTERS_MAX]; /* in order of sending */
    size_t letter_count;
    double now;
    uint64_t clock_calls;
    uint64_t pause_at;          /* all are stopped for a while at this look at the clock; 0: never */
    int damage_from, damage_to; /* of the letters between these ranks the nth is damaged on arrival, */
    int damage_nth, damage_every, between; /* or every so manieth; so many have come */
    bool stop;
    double merged_at, longest_rest; /* when walks were last merged, and the longest time between two merges */
    uint64_t merged;
    uint64_t bad;
    double busy[RANKS_MAX];
} play;

/* --- the world --- */

static double read_clock(void *context)
{
    (void)context;
    if (++play.clock_calls == play.pause_at)
        play.now += 10 * SILENCE_SECONDS;
    return play.now;
}

static bool read_stop(void *context)
{
    (void)context;
    return play.stop;
}

static void set_stop(void *context)
{
    (void)context;
    play.stop = true;
}

static enum status post(struct exchange *exchange, int to, const struct buffer *message, struct error *err)
{
    (void)err;
    assert_true(play.letter_count < LETTERS_MAX && to >= 0 && to < play.count);
    struct letter *letter = &play.letters[play.letter_count++];
    letter->from = ((struct rank *)(void *)exchange)->index;
    letter->to = to;
    buffer_init(&letter->text);
    buffer_append(&letter->text, message->text, message->length);
    exchange->traffic.sent++;
    return OK;
}

static void damage(const struct letter *letter)
{
    if (letter->from != play.damage_from || letter->to != play.damage_to)
        return;
    play.between++;
    if (play.between == play.damage_nth || (play.damage_every > 0 && play.between % play.damage_every == 0))
        letter->text.text[letter->text.length / 2] ^= 0x40;
}

static enum status receive(struct exchange *exchange, struct buffer *ret_message, int *ret_from,
                           struct error *err)
{
    (void)err;
    const int self = ((struct rank *)(void *)exchange)->index;
    *ret_from = -1;
    buffer_clear(ret_message);
    for (size_t i = 0; i < play.letter_count; i++) {
        struct letter *letter = &play.letters[i];
        if (letter->to != self)
            continue;
        damage(letter);
        *ret_from = letter->from;
        buffer_append(ret_message, letter->text.text, letter->text.length);
        buffer_release(&letter->text);
        memmove(letter, letter + 1, (--play.letter_count - i) * sizeof *letter);
        break;
    }
    return OK;
}

static bool is_sent(struct exchange *exchange)
{
    (void)exchange;
    return true;
}

static void apply_slowly(const struct model *model, void *state, uint32_t move)
{
    play.now += MOVE_SECONDS;
    lease_class()->apply(model, state, move);
}

static struct model *new_model(struct model_class *class)
{
    *class = *lease_class();
    class->apply = apply_slowly;
    class->speed.walk = NULL; /* which applies moves itself */
    struct instance instance = lease_class()->presets[1].instance;
    struct model *model = test_model_of(lease_class(), instance, 1U << LEASE_NO_STALE_WRITE);
    model->class = class;
    return model;
}

static enum status watch_merging(void *context, const struct run_result *state, double done)
{
    (void)context, (void)done;
    const double rest = play.now - play.merged_at;
    if (state->next == play.merged)
        return OK;
    play.longest_rest = rest > play.longest_rest ? rest : play.longest_rest;
    play.merged = state->next;
    play.merged_at = play.now;
    return OK;
}

static struct run_config config_of(const struct model *model, enum run_goal goal, uint64_t walks)
{
    return (struct run_config){.model = model,
                               .seed = 5,
                               .max_samples = walks,
                               .max_steps = 24,
                               .properties = 1U << LEASE_NO_STALE_WRITE,
                               .goal = goal,
                               .max_findings = 1000,
                               .threads = 1,
                               .on_progress = watch_merging};
}

/* --- a play --- */

static void prepare(int ranks)
{
    memset(&play, 0, sizeof play);
    play.count = ranks;
    play.damage_from = play.damage_to = -1;
    for (int r = 0; r < ranks; r++) {
        struct rank *rank = &play.ranks[r];
        rank->index = r;
        rank->exchange = (struct exchange){.send = post, .receive = receive, .is_sent = is_sent};
        rank->process = (struct process){.exchange = &rank->exchange,
                                         .fault = &rank->fault,
                                         .silence_max = SILENCE_SECONDS,
                                         .clock = read_clock,
                                         .stop_requested = read_stop,
                                         .request_stop = set_stop};
    }
}

static void turn(struct rank *rank, struct coordinator *coordinator)
{
    if (rank->over || (play.now >= rank->still_from && play.now < rank->still_until))
        return;
    const enum turn turn = rank->worker == NULL ? coordinator_turn(coordinator) : worker_turn(rank->worker);
    rank->over = turn == TURN_OVER;
}

static bool all_over(void)
{
    bool over = true;
    for (int r = 0; r < play.count; r++)
        over = over && play.ranks[r].over;
    return over;
}

/* What a play came to. */
struct ending {
    struct run_result result;
    enum status status; /* rank 0's */
    bool lost;
    struct error err;
    enum status workers[RANKS_MAX];
};

/* Plays until all ranks are over, or rank 0 has lost one, which aborts the job. */
static void perform(const struct run_config *config, struct ending *ending)
{
    static const char hosts[RANKS_MAX][64] = {"host0", "host1", "host2", "host3",
                                              "host4", "host5", "host6", "host7"};
    const struct coordinator_config settings = {.run = config,
                                                .process = &play.ranks[0].process,
                                                .ranks = play.count,
                                                .hosts = hosts,
                                                .busy = play.busy,
                                                .bad = &play.bad};
    struct coordinator *coordinator;
    *ending = (struct ending){.status = OK};
    assert_int_equal(coordinator_new(&settings, &ending->result, &coordinator, NULL), OK);
    for (int r = 1; r < play.count; r++)
        assert_int_equal(worker_new(config, &play.ranks[r].process, &play.ranks[r].worker, NULL), OK);
    const double end = play.now + 2000;
    while (!all_over() && !ending->lost) {
        for (int r = 0; r < play.count; r++)
            turn(&play.ranks[r], coordinator);
        play.now += ROUND_SECONDS;
        if (play.now > end)
            fail_msg("the play does not come to an end");
        if (play.ranks[0].over)
            ending->status = coordinator_end(coordinator, &ending->lost, &ending->err);
    }
    for (int r = 1; r < play.count; r++) {
        ending->workers[r] = play.ranks[r].over ? worker_end(play.ranks[r].worker, NULL) : OK;
        worker_free(play.ranks[r].worker);
    }
    coordinator_free(coordinator);
    for (size_t i = 0; i < play.letter_count; i++)
        buffer_release(&play.letters[i].text);
    play.letter_count = 0;
}

static void run_alone(const struct run_config *config, struct run_result *ret_result)
{
    struct run_config alone = *config;
    alone.on_progress = NULL;
    assert_int_equal(runner_run(&alone, ret_result, NULL), OK);
}

static void assert_same(const struct run_result *expected, const struct ending *ending)
{
    if (ending->status != OK)
        fail_msg("%s", ending->err.text);
    const struct run_result *result = &ending->result;
    assert_int_equal(result->next, expected->next);
    assert_int_equal(result->stop, expected->stop);
    assert_int_equal(result->max_steps, expected->max_steps);
    assert_memory_equal(&result->tally, &expected->tally, sizeof expected->tally);
    assert_memory_equal(result->lengths, expected->lengths, sizeof expected->lengths);
    assert_int_equal(result->shape_count, expected->shape_count);
    assert_memory_equal(result->shapes, expected->shapes, expected->shape_count * sizeof expected->shapes[0]);
    for (int r = 1; r < play.count; r++)
        assert_int_equal(ending->workers[r], OK);
}

static uint32_t below(struct payload_rng *rng, uint32_t bound)
{
    return (uint32_t)payload_rng_below(rng, bound);
}

static struct ending ending;
static struct run_result expected;

/* --- the same answer, whatever happens to the ranks --- */

static void ranks_that_stand_still_and_damaged_messages_do_not_change_the_result(void **unused)
{
    (void)unused;
    static const enum run_goal goals[] = {RUN_COUNT, RUN_SHAPES, RUN_SHORTEST};
    struct model_class class;
    struct model *model = new_model(&class);
    struct payload_rng rng = payload_rng_of_trace_seed(7);
    for (int round = 0; round < 45; round++) {
        struct run_config config = config_of(model, goals[round % 3], 1000 + below(&rng, 30000));
        config.seed = below(&rng, 1000);
        config.max_findings = 1 + below(&rng, 60);
        run_alone(&config, &expected);
        prepare(2 + (int)below(&rng, RANKS_MAX - 1));
        for (int r = 1; r < play.count; r++) {
            play.ranks[r].still_from = below(&rng, 20);
            play.ranks[r].still_until = play.ranks[r].still_from + below(&rng, (uint32_t)SILENCE_SECONDS - 2);
        }
        const bool damaged = below(&rng, 2) == 0;
        if (damaged) {
            play.damage_from = 1;
            play.damage_to = 0;
            play.damage_every = 20 + (int)below(&rng, 20);
        }
        perform(&config, &ending);
        assert_same(&expected, &ending);
        if (!damaged) /* what a backup sends is right, too */
            assert_int_equal(play.bad, 0);
    }
    model_free(model);
}

static void a_rank_that_stands_still_stops_nobody(void **unused)
{
    (void)unused;
    struct model_class class;
    struct model *model = new_model(&class);
    const struct run_config config = config_of(model, RUN_SHAPES, 200000);
    run_alone(&config, &expected);
    for (int still = 1; still <= 3; still++) {
        prepare(5);
        for (int r = 1; r <= still; r++) {
            play.ranks[r].still_from = 5;
            play.ranks[r].still_until = 30;
        }
        perform(&config, &ending);
        assert_same(&expected, &ending);
        assert_true(play.now > 35);
        if (play.longest_rest > 4)
            fail_msg("%d stand still: nothing was merged for %.1f s", still, play.longest_rest);
        assert_int_equal(play.bad, 0);
    }
    model_free(model);
}

/* --- silence --- */

static void a_pause_of_all_at_any_moment_is_nobodys_silence(void **unused)
{
    (void)unused;
    struct model_class class;
    struct model *model = new_model(&class);
    const struct run_config config = config_of(model, RUN_SHAPES, 3000);
    run_alone(&config, &expected);
    prepare(3);
    perform(&config, &ending);
    assert_same(&expected, &ending);
    const uint64_t looks = play.clock_calls;
    for (uint64_t at = 10; at < looks; at += 1 + looks / 150) {
        prepare(3);
        play.pause_at = at;
        perform(&config, &ending);
        assert_same(&expected, &ending);
    }
    model_free(model);
}

static void a_rank_that_falls_silent_is_named(void **unused)
{
    (void)unused;
    struct model_class class;
    struct model *model = new_model(&class);
    const struct run_config config = config_of(model, RUN_COUNT, 10000000);
    prepare(3);
    play.ranks[2].still_from = 4;
    play.ranks[2].still_until = 1e9;
    perform(&config, &ending);
    assert_int_equal(ending.status, ERR_IO);
    assert_true(ending.lost);
    assert_non_null(strstr(ending.err.text, "rank 2 on host2 has not been heard of for 30 s"));
    assert_true(play.now < 4 + SILENCE_SECONDS + 5);
    /* And what was merged is there. */
    run_alone(&(struct run_config){.model = model,
                                   .seed = config.seed,
                                   .max_samples = ending.result.next,
                                   .max_steps = config.max_steps,
                                   .properties = config.properties,
                                   .goal = RUN_COUNT,
                                   .threads = 1},
              &expected);
    assert_memory_equal(&ending.result.tally, &expected.tally, sizeof expected.tally);
    model_free(model);
}

static void a_worker_that_does_not_hear_of_rank_0_gives_up(void **unused)
{
    (void)unused;
    struct model_class class;
    struct model *model = new_model(&class);
    const struct run_config config = config_of(model, RUN_COUNT, 1000);
    struct worker *worker;
    struct error err = {{0}};
    prepare(2);
    assert_int_equal(worker_new(&config, &play.ranks[1].process, &worker, NULL), OK);
    while (worker_turn(worker) != TURN_OVER)
        play.now += 0.1;
    assert_int_equal(worker_end(worker, &err), ERR_IO);
    assert_non_null(strstr(err.text, "rank 0 has not been heard of for 30 s"));
    for (size_t i = 0; i < play.letter_count; i++)
        buffer_release(&play.letters[i].text);
    worker_free(worker);
    model_free(model);
}

static void silence_is_measured_while_awake(void **unused)
{
    (void)unused;
    struct heartbeat heartbeat;
    assert_int_equal(heartbeat_init(&heartbeat, 2, 100), OK);
    for (int i = 1; i <= 40; i++)
        heartbeat_look(&heartbeat, 100 + 0.25 * i);
    assert_true(heartbeat_silence(&heartbeat, 1) == 10);
    heartbeat_look(&heartbeat, 5000);
    assert_true(heartbeat_silence(&heartbeat, 1) == 10 + AWAKE_STEP_MAX);
    heartbeat_hear(&heartbeat, 1);
    assert_true(heartbeat_silence(&heartbeat, 1) == 0);
    assert_true(heartbeat_silence(&heartbeat, 0) > 10);
    heartbeat_hear_all(&heartbeat);
    assert_true(heartbeat_silence(&heartbeat, 0) == 0);
    heartbeat_release(&heartbeat);
}

/* --- failures are told --- */

static void any_damaged_message_from_rank_0_is_named_and_ends_all(void **unused)
{
    (void)unused;
    struct model_class class;
    struct model *model = new_model(&class);
    const struct run_config config = config_of(model, RUN_COUNT, 4000);
    int named = 0, letters = 0;
    for (int nth = 1; nth == 1 || nth <= letters; nth++) {
        prepare(3);
        play.damage_from = 0;
        play.damage_to = 1;
        play.damage_nth = nth;
        perform(&config, &ending);
        letters = nth == 1 ? 100 : letters;
        for (int r = 1; r < play.count; r++)
            assert_int_equal(ending.workers[r], OK);
        assert_true(play.now < 10);
        if (ending.status == OK) { /* it was the dismissal, or there were not so many */
            letters = nth;
            continue;
        }
        named++;
        assert_int_equal(ending.status, ERR_DATA);
        assert_false(ending.lost);
        assert_non_null(strstr(ending.err.text, "rank 1 on host1: a message from rank 0 is not right"));
    }
    assert_true(named > 2);
    /* Even when no message of rank 0 is right. */
    prepare(2);
    play.damage_from = 0;
    play.damage_to = 1;
    play.damage_every = 1;
    perform(&config, &ending);
    assert_int_equal(ending.status, ERR_DATA);
    assert_int_equal(ending.workers[1], OK);
    model_free(model);
}

static void a_rank_that_sends_nothing_right_is_named(void **unused)
{
    (void)unused;
    struct model_class class;
    struct model *model = new_model(&class);
    const struct run_config config = config_of(model, RUN_COUNT, 1000000);
    prepare(3);
    play.damage_from = 2;
    play.damage_to = 0;
    play.damage_every = 1;
    perform(&config, &ending);
    assert_int_equal(ending.status, ERR_DATA);
    assert_non_null(strstr(ending.err.text, "rank 2 on host2 sent 16 messages that are not right"));
    model_free(model);
}

/* As announcing a finding on a disk that is full. */
static enum status fail_to_announce(void *context, const struct walk_hit *hit)
{
    (void)hit;
    return error_set(context, ERR_IO, "the disk is full");
}

static void what_a_callback_says_of_its_failure_is_kept(void **unused)
{
    (void)unused;
    struct model_class class;
    struct model *model = new_model(&class);
    struct run_config config = config_of(model, RUN_SHAPES, 100000);
    config.on_finding = fail_to_announce;
    config.context = &ending.err;
    prepare(3);
    perform(&config, &ending);
    assert_int_equal(ending.status, ERR_STOPPED);
    assert_string_equal(ending.err.text, "the disk is full");
    model_free(model);
}

static void a_signal_to_one_rank_stops_all(void **unused)
{
    (void)unused;
    struct model_class class;
    struct model *model = new_model(&class);
    const struct run_config config = config_of(model, RUN_COUNT, 10000000);
    prepare(4);
    play.stop = true;
    perform(&config, &ending);
    assert_int_equal(ending.status, OK);
    assert_int_equal(ending.result.stop, RUN_STOP_SIGNAL);
    model_free(model);
}

/* --- its parts --- */

static void the_reorder_buffer_finds_what_is_in_it(void **unused)
{
    (void)unused;
    struct reorder_buffer buffer;
    assert_int_equal(reorder_init(&buffer, 10), OK);
    uint64_t cursor = 3, first = 3;
    struct payload_rng rng = payload_rng_of_trace_seed(7);
    for (int i = 0; i < 2000; i++) {
        if (!reorder_is_full(&buffer) && below(&rng, 2) == 0) {
            const uint64_t count = 1 + below(&rng, 9);
            const struct range *range = reorder_add(&buffer, cursor, count, (int)below(&rng, 3), i);
            assert_int_equal(range->backup, REORDER_NOBODY);
            cursor += count;
        } else if (buffer.count > 0 && below(&rng, 2) == 0) {
            first += reorder_at(&buffer, 0)->count;
            reorder_at(&buffer, 0)->done = true;
            reorder_pop(&buffer);
        }
        size_t found = 0;
        for (uint64_t at = first > 5 ? first - 5 : 0; at < cursor + 5; at++) {
            const struct range *range = reorder_find(&buffer, at);
            found += range != NULL;
            assert_true(range == NULL || range->first == at);
        }
        assert_int_equal(found, buffer.count);
    }
    reorder_clear(&buffer);
    assert_null(reorder_find(&buffer, cursor));
    reorder_release(&buffer);
}

static void a_range_is_of_a_rank_and_of_its_backup(void **unused)
{
    (void)unused;
    struct reorder_buffer buffer;
    assert_int_equal(reorder_init(&buffer, 4), OK);
    struct range *a = reorder_add(&buffer, 0, 10, 1, 0), *b = reorder_add(&buffer, 10, 10, 2, 0);
    b->backup = 3;
    assert_ptr_equal(reorder_first_of(&buffer, 1), a);
    assert_ptr_equal(reorder_first_of(&buffer, 2), b);
    assert_ptr_equal(reorder_first_of(&buffer, 3), b);
    assert_null(reorder_first_of(&buffer, 0));
    b->done = true;
    assert_null(reorder_first_of(&buffer, 3));
    reorder_release(&buffer);
}

static void ranges_follow_the_speed_that_was_measured(void **unused)
{
    (void)unused;
    struct speeds speeds;
    assert_int_equal(speeds_init(&speeds, 4), OK);
    assert_true(speeds_expected(&speeds, 1, 1000) == 0);
    assert_int_equal(speeds_next_range(&speeds, 1, 1000000), 256);
    assert_int_equal(speeds_next_range(&speeds, 1, 100), 100);
    speeds_note(&speeds, 1, 1000, 1);
    speeds_note(&speeds, 2, 3000, 1);
    assert_true(speeds_expected(&speeds, 1, 1000) == 1);
    assert_true(speeds_expected(&speeds, 2, 1000) == 1000 / 3000.0);
    assert_true(speeds_expected(&speeds, 3, 1000) == 0.5); /* like the others */
    assert_int_equal(speeds_next_range(&speeds, 1, 1000000), 100);
    /* The sum that is kept is the sum. */
    for (int i = 0; i < 1000; i++)
        speeds_note(&speeds, i % 4, 1 + (uint64_t)i * 37 % 1000, 0.01 + i % 7);
    double sum = 0;
    for (int r = 0; r < 4; r++)
        sum += speeds.ranks[r].speed;
    assert_true(speeds.sum - sum < 1e-6 * sum && sum - speeds.sum < 1e-6 * sum);
    assert_int_equal(speeds.measured, 4);
    speeds_release(&speeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_that_stand_still_and_damaged_messages_do_not_change_the_result),
        cmocka_unit_test(a_rank_that_stands_still_stops_nobody),
        cmocka_unit_test(a_pause_of_all_at_any_moment_is_nobodys_silence),
        cmocka_unit_test(a_rank_that_falls_silent_is_named),
        cmocka_unit_test(a_worker_that_does_not_hear_of_rank_0_gives_up),
        cmocka_unit_test(silence_is_measured_while_awake),
        cmocka_unit_test(any_damaged_message_from_rank_0_is_named_and_ends_all),
        cmocka_unit_test(a_rank_that_sends_nothing_right_is_named),
        cmocka_unit_test(what_a_callback_says_of_its_failure_is_kept),
        cmocka_unit_test(a_signal_to_one_rank_stops_all),
        cmocka_unit_test(the_reorder_buffer_finds_what_is_in_it),
        cmocka_unit_test(a_range_is_of_a_rank_and_of_its_backup),
        cmocka_unit_test(ranges_follow_the_speed_that_was_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
