/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/scaling.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/stop.h"
#include "bench/bench_check.h"
#include "bench/bench_walk.h"
#include "bench/limit.h"
#include "bench/report.h"
#include "bench/spawn.h"
#include "model/dns/dns_walk.h"

#define POINTS_MAX       128
#define PLOT_CURVES_MAX  6
#define PLOT_POINTS_MAX  64
#define RANK_WALKS       200000000
#define RANK_WALKS_QUICK 20000
#define COPY_BYTES       ((size_t)32 << 20)

struct plot_point {
    double x, y;
    double low, high; /* of the measures, when low < high */
};

struct plot_curve {
    const char *name;
    bool limit; /* what cannot be passed */
    struct plot_point points[PLOT_POINTS_MAX];
    size_t count; /* in order of x */
};

/* What a plot says besides its curves; bench/pages.py draws it. */
struct plot {
    const char *title, *caption;   /* the caption goes before the table's columns */
    const char *x_label, *y_label; /* with their units */
    bool x_log, y_log;             /* then all numbers on that axis are positive; otherwise y begins at 0 */
    bool x_at_points;              /* marks on the x axis just where the first curve has points */
};

/* A measure of a plot, repeated. */
struct sample {
    /* Sets y, and x where it is not known before. A failure leaves the sample out. */
    enum status (*run)(struct sample *sample, const struct bench_settings *settings, double *ret_y,
                       struct error *err);
    size_t curve;
    double x;
    int workers; /* threads or ranks */
    struct walk_setup walk;
    struct check_setup check;
    double transitions, bytes; /* of a check */
    double values[REPEAT_MAX];
    int count;
};

struct figure {
    const char *name;
    struct plot plot;
    struct plot_curve curves[PLOT_CURVES_MAX];
    size_t curve_count;
    struct sample samples[POINTS_MAX];
    size_t sample_count;
};

/* What is known of the machine. */
struct machine {
    const struct bench_setting *setting;
    const char *widest; /* kernel */
    bool has_limit;
    struct walk_limit limit; /* of the widest */
    double copy;             /* bytes a second */
};

/* --- building a figure --- */

static size_t add_curve(struct figure *figure, const char *name, bool limit)
{
    const size_t index = figure->curve_count++;
    figure->curves[index].name = name;
    figure->curves[index].limit = limit;
    return index;
}

static struct sample *add_sample(struct figure *figure, size_t curve, double x)
{
    struct sample *sample = &figure->samples[figure->sample_count++];
    *sample = (struct sample){.curve = curve, .x = x, .workers = 1};
    return sample;
}

static void add_point(struct figure *figure, size_t curve, double x, double y)
{
    struct plot_curve *to = &figure->curves[curve];
    to->points[to->count++] = (struct plot_point){.x = x, .y = y};
}

/* Measures all samples in turn, round by round, and puts their medians into the curves. */
static void measure(struct figure *figure, const struct bench_setting *setting)
{
    for (int round = 0; round < setting->repeat; round++) {
        for (size_t i = 0; i < figure->sample_count && !stop_requested(); i++) {
            struct sample *sample = &figure->samples[i];
            struct error err = {{0}};
            double y;
            if (isatty(STDERR_FILENO) != 0)
                (void)fprintf(stderr, "\r%s: round %d of %d, %zu of %zu   ", figure->name, round + 1,
                              setting->repeat, i + 1, figure->sample_count);
            if (sample->run(sample, &setting->settings, &y, &err) == OK)
                sample->values[sample->count++] = y;
            else if (round == 0)
                (void)fprintf(stderr, "%s: %s at %g: %s\n", figure->name, figure->curves[sample->curve].name,
                              sample->x, err.text);
        }
    }
    for (size_t i = 0; i < figure->sample_count; i++) {
        struct sample *sample = &figure->samples[i];
        struct plot_curve *curve = &figure->curves[sample->curve];
        if (sample->count == 0)
            continue;
        bench_sort(sample->values, sample->count);
        curve->points[curve->count++] = (struct plot_point){.x = sample->x,
                                                            .y = sample->values[(sample->count - 1) / 2],
                                                            .low = sample->values[0],
                                                            .high = sample->values[sample->count - 1]};
    }
}

/* --- walks --- */

/* Nanoseconds that a step takes one core. */
static enum status run_walk_cost(struct sample *sample, const struct bench_settings *settings, double *ret_y,
                                 struct error *err)
{
    struct measure measure;
    const enum status status = walk_measure(&sample->walk, sample->workers, settings, &measure, err);
    if (status == OK)
        *ret_y = 1e3 / measure.value;
    return status;
}

static void add_walk(struct figure *figure, size_t curve, double x, const struct walk_setup *setup)
{
    struct sample *sample = add_sample(figure, curve, x);
    sample->run = run_walk_cost;
    sample->walk = *setup;
}

static void walk_figure(struct figure *figure, const char *name, const char *title, const char *x_label)
{
    *figure = (struct figure){.name = name,
                              .plot = {.title = title,
                                       .x_label = x_label,
                                       .y_label = "nanoseconds a step, one core",
                                       .y_log = true,
                                       .x_at_points = true}};
}

static void add_limit(struct figure *figure, const struct machine *machine, const double *xs, size_t count,
                      bool x_is_deployers)
{
    if (!machine->has_limit)
        return;
    const size_t curve = add_curve(figure, "the machine's limit", true);
    for (size_t i = 0; i < count; i++)
        add_point(figure, curve, xs[i],
                  1e9 * limit_step(&machine->limit, x_is_deployers ? (uint32_t)xs[i] : 3));
}

static void by_deployers(struct figure *figure, const struct machine *machine)
{
    static const double xs[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const char *const kernels[] = {"scalar", "avx2", "avx512"};
    walk_figure(figure, "walk-deployers", "Walks: cost per step against deployers", "deployers");
    figure->plot.caption = "20 plans, MAX_PLAN_AGE 3, walks of 20 steps; nanoseconds a step on one core.";
    for (size_t k = 0; k < sizeof kernels / sizeof kernels[0]; k++) {
        if (dns_walk_select(kernels[k], NULL) != OK)
            continue;
        const size_t curve = add_curve(figure, kernels[k], false);
        for (size_t i = 0; i < sizeof xs / sizeof xs[0]; i++)
            add_walk(figure, curve, xs[i], &(struct walk_setup){kernels[k], (int)xs[i], 20, 3, 20, 0, false});
    }
    measure(figure, machine->setting);
    add_limit(figure, machine, xs, sizeof xs / sizeof xs[0], true);
}

static void by_plans(struct figure *figure, const struct machine *machine)
{
    static const double xs[] = {5, 10, 20, 40, 63, 80, 127, 254};
    walk_figure(figure, "walk-plans", "Walks: cost per step against plans",
                "plans (from 64 on: one walk at a time)");
    figure->plot.caption = "3 deployers, MAX_PLAN_AGE 3, walks of 20 steps; nanoseconds a step on one core.";
    figure->plot.x_log = true;
    const size_t widest = add_curve(figure, machine->widest, false);
    const size_t scalar = add_curve(figure, "scalar", false);
    for (size_t i = 0; i < sizeof xs / sizeof xs[0]; i++) {
        add_walk(figure, widest, xs[i], &(struct walk_setup){"auto", 3, (int)xs[i], 3, 20, 0, false});
        add_walk(figure, scalar, xs[i], &(struct walk_setup){"scalar", 3, (int)xs[i], 3, 20, 0, false});
    }
    measure(figure, machine->setting);
    add_limit(figure, machine, xs, 5, false);
}

static void by_steps(struct figure *figure, const struct machine *machine)
{
    static const double xs[] = {5, 10, 20, 50, 100, 200, 400, 1000};
    walk_figure(figure, "walk-steps", "Walks: cost per step against their length", "max-steps");
    figure->plot.caption =
        "n3_20_3; nanoseconds a step on one core. Where nothing is watched, no walk ends early.";
    figure->plot.x_log = true;
    const size_t watched = add_curve(figure, "both invariants watched", false);
    const size_t harmless = add_curve(figure, "nothing watched", false);
    for (size_t i = 0; i < sizeof xs / sizeof xs[0]; i++) {
        add_walk(figure, watched, xs[i], &(struct walk_setup){"auto", 3, 20, 3, (uint32_t)xs[i], 0, false});
        add_walk(figure, harmless, xs[i], &(struct walk_setup){"auto", 3, 20, 3, (uint32_t)xs[i], 0, true});
    }
    measure(figure, machine->setting);
    add_limit(figure, machine, xs, sizeof xs / sizeof xs[0], false);
}

/* --- threads and ranks --- */

static enum status run_walk_rate(struct sample *sample, const struct bench_settings *settings, double *ret_y,
                                 struct error *err)
{
    struct measure measure;
    const enum status status = walk_measure(&sample->walk, sample->workers, settings, &measure, err);
    if (status == OK)
        *ret_y = measure.value;
    return status;
}

static enum status run_check_rate(struct sample *sample, const struct bench_settings *settings, double *ret_y,
                                  struct error *err)
{
    struct measure measure;
    const enum status status = check_measure(&sample->check, sample->workers, settings, &measure, NULL, err);
    if (status == OK)
        *ret_y = 1 / measure.value;
    return status;
}

/* racewalk-mpi on so many ranks of one thread, by its own clock, which begins when all ranks are there. */
static enum status run_ranks(int rank_count, const char *const *command,
                             const struct bench_settings *settings, double *ret_rate, struct error *err)
{
    char program[4096], ranks[32], json[4096];
    (void)snprintf(program, sizeof program, "%s/racewalk-mpi", settings->programs);
    (void)snprintf(ranks, sizeof ranks, "%d", rank_count);
    (void)snprintf(json, sizeof json, "%s/ranks.json", settings->work);
    (void)unlink(json);
    const char *argv[40] = {"mpirun", "-q", "--oversubscribe", "--bind-to", "none", "-n", ranks, program};
    size_t n = 8;
    for (; *command != NULL; command++)
        argv[n++] = *command;
    const char *const rest[] = {"--threads", "1", "--quiet", "--json", json, NULL};
    for (const char *const *word = rest; *word != NULL; word++)
        argv[n++] = *word;
    double seconds, elapsed = 0;
    int exit_status;
    enum status status = spawn_run(argv, NULL, NULL, &seconds, &exit_status, err);
    if (status == OK)
        status = spawn_number(json, "\"elapsed_s\":", NULL, &elapsed, err);
    if (status == OK)
        *ret_rate = 1 / elapsed;
    return status;
}

static enum status run_rank_walks(struct sample *sample, const struct bench_settings *settings, double *ret_y,
                                  struct error *err)
{
    char walks[32];
    (void)snprintf(walks, sizeof walks, "%d", settings->quick ? RANK_WALKS_QUICK : RANK_WALKS);
    const char *const command[] = {
        "run", "--instance", "n3_20_3", "--max-samples", walks, "--max-findings", "0", "--seed", "1", NULL};
    return run_ranks(sample->workers, command, settings, ret_y, err);
}

static enum status run_rank_check(struct sample *sample, const struct bench_settings *settings, double *ret_y,
                                  struct error *err)
{
    const char *const command[] = {"check", "--plans", settings->quick ? "5" : "30", NULL};
    return run_ranks(sample->workers, command, settings, ret_y, err);
}

/* Every rate becomes a multiple of its curve's first. */
static void divide_by_first(struct figure *figure)
{
    for (size_t c = 0; c < figure->curve_count; c++) {
        struct plot_curve *curve = &figure->curves[c];
        const double first = curve->count > 0 ? curve->points[0].y : 1;
        for (size_t i = 0; i < curve->count; i++) {
            curve->points[i].y /= first;
            curve->points[i].low /= first;
            curve->points[i].high /= first;
        }
    }
}

/* As many times one worker's rate as there are workers, up to the number of processors. */
static void add_ideal(struct figure *figure, const struct machine *machine, int most)
{
    const int processors = machine->setting->settings.threads;
    const size_t curve = add_curve(figure, "the machine's limit: one worker a processor", true);
    add_point(figure, curve, 1, 1);
    if (processors > 1 && processors < most)
        add_point(figure, curve, processors, processors);
    if (most > 1)
        add_point(figure, curve, most, processors < most ? processors : most);
}

static void worker_figure(struct figure *figure, const char *name, const char *title, const char *x_label)
{
    *figure = (struct figure){.name = name,
                              .plot = {.title = title,
                                       .x_label = x_label,
                                       .y_label = "times as fast as one",
                                       .x_at_points = true,
                                       .x_log = true}};
}

static const int worker_counts[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256};
#define WORKER_COUNTS (sizeof worker_counts / sizeof worker_counts[0])

static void by_threads(struct figure *figure, const struct machine *machine)
{
    const int most = 2 * machine->setting->settings.threads;
    worker_figure(figure, "threads", "Threads", "threads");
    figure->plot.caption =
        "Times as fast as one thread: walks of n3_20_3, and check of 30 plans, MAX_PLAN_AGE 3.";
    const size_t walks = add_curve(figure, "walks", false), check = add_curve(figure, "check", false);
    for (size_t i = 0; i < WORKER_COUNTS && worker_counts[i] <= most; i++) {
        const int threads = worker_counts[i];
        struct sample *sample = add_sample(figure, walks, threads);
        sample->run = run_walk_rate;
        sample->workers = threads;
        sample->walk = (struct walk_setup){"auto", 3, 20, 3, 20, 0, false};
        sample = add_sample(figure, check, threads);
        sample->run = run_check_rate;
        sample->workers = threads;
        sample->check = (struct check_setup){30, 3, EXPLORE_AUTO};
    }
    measure(figure, machine->setting);
    divide_by_first(figure);
    add_ideal(figure, machine, most);
}

static bool has_ranks(const struct machine *machine)
{
    char program[4096];
    (void)snprintf(program, sizeof program, "%s/racewalk-mpi", machine->setting->settings.programs);
    return spawn_there("mpirun") && access(program, X_OK) == 0;
}

static void by_ranks(struct figure *figure, const struct machine *machine)
{
    const int most = machine->setting->settings.quick ? 2 : 4 * machine->setting->settings.threads;
    worker_figure(figure, "ranks", "Ranks of one thread each", "ranks");
    figure->plot.caption =
        "Times as fast as one rank: 2·10^8 walks of n3_20_3, and check of 30 plans, MAX_PLAN_AGE 3.";
    const size_t walks = add_curve(figure, "walks", false), check = add_curve(figure, "check", false);
    for (int ranks = 1; ranks <= most; ranks *= 2) {
        struct sample *sample = add_sample(figure, walks, ranks);
        sample->run = run_rank_walks;
        sample->workers = ranks;
        sample = add_sample(figure, check, ranks);
        sample->run = run_rank_check;
        sample->workers = ranks;
    }
    measure(figure, machine->setting);
    divide_by_first(figure);
    add_ideal(figure, machine, most);
}

/* --- check --- */

static enum status run_check_time(struct sample *sample, const struct bench_settings *settings, double *ret_y,
                                  struct error *err)
{
    struct measure measure;
    uint64_t states;
    const enum status status =
        check_measure(&sample->check, sample->workers, settings, &measure, &states, err);
    if (status != OK)
        return status;
    *ret_y = measure.value;
    sample->x = (double)states;
    sample->transitions = measure.work;
    sample->bytes = measure.bytes;
    return OK;
}

static void check_figure(struct figure *figure, const char *name, const char *title, const char *y_label)
{
    *figure = (struct figure){.name = name,
                              .plot = {.title = title,
                                       .x_label = "states up to symmetry",
                                       .y_label = y_label,
                                       .x_log = true,
                                       .y_log = true}};
}

/* The general sweep's hash tables are some thousand times as slow to fill: it has the small instances. */
static void check_times(struct figure *figure, const struct machine *machine)
{
    static const int plans[] = {5, 8, 10, 12, 15, 20, 25, 30};
    static const size_t layers_count = 4;
    const int threads = machine->setting->settings.threads;
    check_figure(figure, "check-time", "Check: time against states", "seconds");
    figure->plot.caption = "3 deployers, MAX_PLAN_AGE 3, 5 to 30 plans; seconds.";
    const size_t one = add_curve(figure, "cells, 1 thread", false);
    const size_t all = threads > 1 ? add_curve(figure, "cells, all threads", false) : one;
    const size_t layers = add_curve(figure, "layers (any model), 1 thread", false);
    const size_t count = machine->setting->settings.quick ? 1 : sizeof plans / sizeof plans[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t curve = one; curve <= layers; curve++) {
            if (curve == layers && i >= layers_count)
                continue;
            struct sample *sample = add_sample(figure, curve, 0);
            sample->run = run_check_time;
            sample->workers = curve == all ? threads : 1;
            sample->check =
                (struct check_setup){plans[i], 3, curve == layers ? EXPLORE_LAYERS : EXPLORE_AUTO};
        }
    }
    measure(figure, machine->setting);
    if (machine->copy == 0)
        return;
    const size_t limit = add_curve(figure, "one byte a transition and a state, copied", true);
    for (size_t i = 0; i < figure->sample_count; i++) {
        const struct sample *sample = &figure->samples[i];
        if (sample->curve == one && sample->count > 0)
            add_point(figure, limit, sample->x, (sample->x + sample->transitions) / machine->copy);
    }
}

/* From the same measures. */
static void check_bytes(struct figure *figure, const struct figure *times)
{
    check_figure(figure, "check-memory", "Check: memory against states", "MB");
    figure->plot.caption = "The same searches; the most memory that they had in use, in MB.";
    for (size_t c = 0; c < times->curve_count; c++) {
        if (!times->curves[c].limit)
            (void)add_curve(figure, times->curves[c].name, false);
    }
    const size_t all_states = add_curve(figure, "8 bytes for every state", true);
    for (size_t i = 0; i < times->sample_count; i++) {
        const struct sample *sample = &times->samples[i];
        if (sample->count == 0)
            continue;
        add_point(figure, sample->curve, sample->x, sample->bytes / 1e6);
        if (sample->curve == 0)
            add_point(figure, all_states, sample->x, 8 * sample->x / 1e6);
    }
}

/* --- the report --- */

static void add_curve_json(struct json_writer *json, const struct plot_curve *curve)
{
    json_add_object(json, NULL);
    json_add_text(json, "name", curve->name);
    json_add_bool(json, "limit", curve->limit);
    json_add_array(json, "points");
    for (size_t i = 0; i < curve->count; i++) {
        json_add_object(json, NULL);
        json_add_number(json, "x", curve->points[i].x);
        json_add_number(json, "y", curve->points[i].y);
        if (curve->points[i].low < curve->points[i].high) {
            json_add_number(json, "min", curve->points[i].low);
            json_add_number(json, "max", curve->points[i].high);
        }
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

static void add_figure(struct json_writer *json, const struct figure *figure)
{
    json_add_object(json, NULL);
    json_add_text(json, "name", figure->name);
    json_add_text(json, "title", figure->plot.title);
    json_add_text(json, "x", figure->plot.x_label);
    json_add_text(json, "y", figure->plot.y_label);
    json_add_text(json, "caption", figure->plot.caption);
    json_add_bool(json, "x_log", figure->plot.x_log);
    json_add_bool(json, "y_log", figure->plot.y_log);
    json_add_bool(json, "x_at_points", figure->plot.x_at_points);
    json_add_array(json, "curves");
    for (size_t c = 0; c < figure->curve_count; c++)
        add_curve_json(json, &figure->curves[c]);
    json_end(json);
    json_end(json);
}

/* --- all of it --- */

static void look_at_machine(struct machine *machine)
{
    const double seconds = machine->setting->settings.seconds;
    for (size_t i = 1; dns_walk_kernel_names[i] != NULL; i++) {
        if (dns_walk_select(dns_walk_kernel_names[i], NULL) == OK)
            machine->widest = dns_walk_kernel_names[i];
    }
    machine->has_limit = limit_measure(machine->widest, seconds, &machine->limit);
    machine->copy = limit_copy(COPY_BYTES, seconds);
}

static void add_machine(struct json_writer *json, const struct machine *machine)
{
    json_add_object(json, "machine");
    json_add_text(json, "kernel", machine->widest);
    if (machine->has_limit) {
        json_add_number(json, "draw_s", machine->limit.draw);
        json_add_number(json, "operation_s", machine->limit.operation);
        json_add_number(json, "operations", limit_operations(3));
        json_add_number(json, "step_s", limit_step(&machine->limit, 3));
    }
    json_add_number(json, "copy_bytes_per_s", machine->copy);
    json_add_bool(json, "ranks", has_ranks(machine));
    json_end(json);
}

enum status scaling_run(const char *folder, const struct bench_setting *setting, struct error *err)
{
    static void (*const makers[])(struct figure *, const struct machine *) = {
        by_deployers, by_plans, by_steps, by_threads, by_ranks, check_times};
    static struct figure figures[2];
    struct machine machine = {.setting = setting};
    enum status status = file_make_folder(folder, err);
    if (status != OK)
        return status;
    look_at_machine(&machine);
    struct json_writer json;
    json_writer_init(&json, JSON_PRETTY);
    json_add_object(&json, NULL);
    report_json_head(&json, setting);
    add_machine(&json, &machine);
    json_add_array(&json, "plots");
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        if (makers[i] == by_ranks && !has_ranks(&machine))
            continue;
        makers[i](&figures[0], &machine);
        add_figure(&json, &figures[0]);
    }
    check_bytes(&figures[1], &figures[0]);
    add_figure(&json, &figures[1]);
    json_end(&json);
    json_end(&json);
    if (isatty(STDERR_FILENO) != 0)
        (void)fprintf(stderr, "\r%-60s\r", "");
    if (stop_requested()) {
        json_writer_release(&json);
        return error_set(err, ERR_STOPPED, "stopped before the end; nothing is written");
    }
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/scaling.json", folder);
    return json_writer_save(&json, path, err);
}
