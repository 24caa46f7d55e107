/* SPDX-License-Identifier: Apache-2.0 */
#include "search/odds.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"
#include "search/markov_chain.h"
#include "search/quotient.h"

/* Lengths that are done in one pass over the classes. With one more place for the last length of the pass
 * before, a class's numbers fill a cache line, so that a pass costs as many cache misses as there are edges,
 * and a length a seventh of them. */
#define GROUP          7
#define PLACES         (GROUP + 1)
#define CACHE_LINE     64
#define LEVEL_PARALLEL 1024 /* fewer classes or states are done by one thread: others would come too late */

/* What a series counts: the chance that a walk has hit, or that it has ended in whatever way, within k
 * transitions. */
enum series { SERIES_HIT, SERIES_ENDED };

struct solver {
    const struct odds_config *config;
    struct markov_chain *chain; /* with cycles */
    struct quotient quotient;   /* without */
    bool cyclic;
    /* Without cycles: PLACES for each class, the chances with k - 1, k, … transitions left. With cycles: one
     * for each state. */
    double *values;
    double *next; /* with cycles */
    double ever;  /* chance that a walk without end hits; 1 when that is not known */
    double deadline;
};

/* --- passes over a chain without cycles --- */

/* The next GROUP lengths of one class. What it leads to has its own already: place j is the chance with k - 1
 * + j transitions left. */
static void solve_class(const struct markov_row *row, const struct markov_edge *edges, double *values,
                        double *mine)
{
    if (row->total == 0)
        return; /* a dead end keeps what it started with */
    double sums[PLACES] = {0};
    for (uint32_t i = 0; i < row->edge_count; i++) {
        const double *theirs = values + (size_t)edges[i].target * PLACES;
        const double weight = edges[i].weight;
        for (size_t j = 0; j < PLACES; j++)
            sums[j] += weight * theirs[j];
    }
    const double hit = row->hit, stay = row->stay, total = row->total;
    double chance = mine[PLACES - 1];
    mine[0] = chance;
    for (size_t j = 1; j < PLACES; j++) {
        chance = (hit + stay * chance + sums[j - 1]) / total;
        mine[j] = chance;
    }
}

/* The next GROUP lengths of all classes, level by level. */
static void solve_group(const struct solver *solver)
{
    const struct quotient *quotient = &solver->quotient;
    double *values = solver->values;
    const int threads = solver->config->threads;
    for (size_t level = 0; level < quotient->level_count; level++) {
        const size_t first = quotient->starts[level], end = quotient->starts[level + 1];
#pragma omp parallel for schedule(static)                                                          \
    num_threads(threads) if (end - first >= LEVEL_PARALLEL) default(none) shared(quotient, values) \
        firstprivate(first, end)
        for (size_t c = first; c < end; c++) {
            const struct markov_row *row = &quotient->rows[c];
            solve_class(row, quotient->edges + row->first_edge, values, values + c * PLACES);
        }
    }
}

/* The chance that a walk without end hits, which no walk exceeds. */
static double solve_ever(const struct solver *solver)
{
    const struct quotient *quotient = &solver->quotient;
    double *values = solver->values;
    for (size_t c = QUOTIENT_NEVER + 1; c < quotient->class_count; c++) {
        const struct markov_row *row = &quotient->rows[c];
        double sum = row->hit;
        for (uint32_t i = 0; i < row->edge_count; i++) {
            const struct markov_edge *edge = &quotient->edges[row->first_edge + i];
            sum += edge->weight * values[(size_t)edge->target * PLACES];
        }
        values[c * PLACES] = row->total == row->stay ? 0 : sum / (row->total - row->stay);
    }
    return values[(size_t)quotient->initial * PLACES];
}

/* --- passes over a chain with cycles --- */

static void solve_one(struct solver *solver)
{
    const struct markov_chain *chain = solver->chain;
    const double *now = solver->values;
    double *next = solver->next;
    const int threads = solver->config->threads;
#pragma omp parallel for schedule(static) \
    num_threads(threads) if (chain->state_count >= LEVEL_PARALLEL) default(none) shared(chain, now, next)
    for (size_t id = 0; id < chain->state_count; id++) {
        const struct markov_row *row = &chain->rows[id];
        const struct markov_edge *edges = chain->edges + row->first_edge;
        double sum = row->hit + row->stay * now[id];
        for (uint32_t i = 0; i < row->edge_count; i++)
            sum += edges[i].weight * now[edges[i].target];
        next[id] = row->total == 0 ? now[id] : sum / row->total;
    }
    double *const swapped = solver->values;
    solver->values = solver->next;
    solver->next = swapped;
}

/* --- series --- */

/* With no transition left, nothing has hit, and a dead end has ended. */
static void series_start(struct solver *solver, enum series series)
{
    const bool cyclic = solver->cyclic;
    const struct markov_row *rows = cyclic ? solver->chain->rows : solver->quotient.rows;
    const size_t count = cyclic ? solver->chain->state_count : solver->quotient.class_count;
    const size_t places = cyclic ? 1 : PLACES;
    for (size_t i = 0; i < count; i++) {
        const bool never = !cyclic && i == QUOTIENT_NEVER;
        const double value = series == SERIES_ENDED && rows[i].total == 0 && !never ? 1 : 0;
        for (size_t j = 0; j < places; j++)
            solver->values[i * places + j] = value;
    }
}

static double series_first(const struct solver *solver)
{
    return solver->values[solver->cyclic ? 0 : (size_t)solver->quotient.initial * PLACES];
}

/* The next lengths of the initial state, at most GROUP: copies them and returns their number. */
static size_t series_next(struct solver *solver, double *out)
{
    if (solver->cyclic) {
        solve_one(solver);
        out[0] = solver->values[0];
        return 1;
    }
    solve_group(solver);
    memcpy(out, solver->values + (size_t)solver->quotient.initial * PLACES + 1, GROUP * sizeof *out);
    return GROUP;
}

static enum status check_stop(const struct solver *solver, uint32_t done, struct error *err)
{
    const struct odds_config *config = solver->config;
    if (config->on_progress != NULL)
        config->on_progress(config->context, solver->chain->state_count, done);
    const bool late = solver->deadline > 0 && clock_seconds() >= solver->deadline;
    if (!late && !stop_requested())
        return OK;
    return error_set(err, ERR_STOPPED, "%s at walks of %u transitions, with %zu states",
                     late ? "out of time" : "stopped by a signal", done, solver->chain->state_count);
}

/* Chances that a walk has ended by 0 .. count - 1 transitions. */
static enum status solve_ended(struct solver *solver, uint32_t count, double *ended, struct error *err)
{
    series_start(solver, SERIES_ENDED);
    ended[0] = series_first(solver);
    enum status status = OK;
    for (uint32_t k = 1; k < count && status == OK;) {
        double next[GROUP];
        const size_t n = series_next(solver, next);
        for (size_t j = 0; j < n && k < count; j++)
            ended[k++] = next[j];
        status = check_stop(solver, k, err);
    }
    return status;
}

/* Notes the chance for walks one transition longer than before. ended is NULL when walks end by hits only. */
static void note_chance(struct odds *odds, double chance, const double *ended)
{
    const uint32_t before = odds->max_steps++, length = odds->max_steps;
    /* Rounding must not make a longer walk's chance the smaller. */
    odds->chance[length] = chance > odds->chance[before] ? chance : odds->chance[before];
    odds->steps[length] = odds->steps[before] + (1 - (ended != NULL ? ended[before] : odds->chance[before]));
    if (chance > 0 &&
        (odds->best_max_steps == 0 || odds_steps(odds, length) < odds_steps(odds, odds->best_max_steps)))
        odds->best_max_steps = length;
}

/* A longer walk takes more transitions on average and hits with no more than the chance of a walk without
 * end. So the best so far stays the best as soon as that bound is no better (but for rounding, when walks end
 * by themselves and the lengths beyond make no difference). */
static bool best_is_certain(const struct odds *odds, double ever)
{
    if (ever == 0)
        return true;
    if (odds->best_max_steps == 0)
        return false;
    return odds->steps[odds->max_steps] / ever >= odds_steps(odds, odds->best_max_steps) * (1 - 1e-12);
}

static enum status solve_chances(struct solver *solver, const double *ended, struct odds *odds,
                                 struct error *err)
{
    series_start(solver, SERIES_HIT);
    const uint32_t max_steps = solver->config->max_steps;
    while (odds->max_steps < max_steps) {
        double next[GROUP];
        const size_t n = series_next(solver, next);
        for (size_t j = 0; j < n && odds->max_steps < max_steps; j++)
            note_chance(odds, next[j], ended);
        const enum status status = check_stop(solver, odds->max_steps, err);
        if (status != OK)
            return status;
        odds->best_is_certain = best_is_certain(odds, solver->ever);
        if (solver->config->until_best && odds->best_is_certain)
            break;
    }
    return OK;
}

static enum status solver_prepare(struct solver *solver, struct error *err)
{
    const struct odds_config *config = solver->config;
    struct markov_chain *chain = solver->chain;
    const enum status status =
        quotient_make(chain, config->threads, config->memory_max, &solver->quotient, &solver->cyclic, err);
    if (status != OK)
        return status;
    const size_t count = solver->cyclic ? chain->state_count : PLACES * solver->quotient.class_count;
    solver->values = mem_new_aligned(CACHE_LINE, count, sizeof *solver->values);
    solver->next = solver->cyclic ? mem_new(count, sizeof *solver->next) : NULL;
    if (solver->values == NULL || (solver->cyclic && solver->next == NULL))
        return error_memory(err, count * sizeof(double) * (solver->cyclic ? 2 : 1));
    solver->ever = !solver->cyclic && chain->complete ? solve_ever(solver) : 1;
    return OK;
}

static enum status solve(struct solver *solver, struct odds *odds, struct error *err)
{
    const uint32_t max_steps = solver->config->max_steps;
    double *ended = NULL;
    enum status status = solver_prepare(solver, err);
    if (status == OK && solver->chain->dead_ends) {
        ended = mem_new(max_steps, sizeof *ended);
        status = ended != NULL ? solve_ended(solver, max_steps, ended, err)
                               : error_memory(err, max_steps * sizeof *ended);
    }
    if (status == OK)
        status = solve_chances(solver, ended, odds, err);
    mem_free(ended);
    mem_free(solver->values);
    mem_free(solver->next);
    quotient_release(&solver->quotient);
    return status;
}

/* --- the questions --- */

void odds_release(struct odds *odds)
{
    mem_free(odds->chance);
    mem_free(odds->steps);
    *odds = (struct odds){0};
}

double odds_walks(const struct odds *odds, uint32_t max_steps)
{
    assert(max_steps <= odds->max_steps);
    return odds->chance[max_steps] > 0 ? 1 / odds->chance[max_steps] : HUGE_VAL;
}

double odds_steps(const struct odds *odds, uint32_t max_steps)
{
    assert(max_steps <= odds->max_steps);
    return odds->chance[max_steps] > 0 ? odds->steps[max_steps] / odds->chance[max_steps] : HUGE_VAL;
}

/* The initial state hits: every walk is over before it begins. */
static void fill_hit_at_once(struct odds *odds, uint32_t max_steps)
{
    odds->max_steps = max_steps;
    for (uint32_t k = 0; k <= max_steps; k++)
        odds->chance[k] = 1;
    odds->best_is_certain = true;
}

static void on_states(void *context, size_t states)
{
    const struct odds_config *config = context;
    config->on_progress(config->context, states, 0);
}

/* A model that is beyond its limits says so itself. */
static enum status not_finished(enum status status, struct error *err)
{
    return status == ERR_INTERNAL ? status : error_prefix(err, status, "the odds are not finished: ");
}

static enum status compute(const struct odds_config *config, double start, struct odds *odds,
                           struct markov_chain *chain, struct error *err)
{
    struct odds_config states = *config; /* for on_states: a copy, since its context is not const */
    const double deadline = config->timeout > 0 ? start + config->timeout : 0;
    const struct markov_chain_config chain_config = {.model = config->model,
                                                     .properties = config->properties,
                                                     .max_steps = config->max_steps,
                                                     .threads = config->threads,
                                                     .memory_max = config->memory_max,
                                                     .state_extra = QUOTIENT_STATE_BYTES,
                                                     .deadline = deadline,
                                                     .context = &states,
                                                     .on_progress =
                                                         config->on_progress != NULL ? on_states : NULL};
    enum status status = markov_chain_build(&chain_config, chain, err);
    if (status != OK)
        return not_finished(status, err);
    odds->shortest = chain->shortest;
    odds->states = chain->state_count;
    odds->transitions = chain->transitions;
    odds->complete = chain->complete;
    if (chain->shortest == 0) {
        fill_hit_at_once(odds, config->max_steps);
    } else if (config->max_steps > 0) {
        struct solver solver = {.config = config, .chain = chain, .deadline = deadline};
        status = solve(&solver, odds, err);
    }
    return status == OK ? OK : not_finished(status, err);
}

enum status odds_compute(const struct odds_config *config, struct odds *ret_odds, struct error *err)
{
    assert(config->threads >= 1 && config->max_steps <= ODDS_STEPS_MAX);
    const double start = clock_seconds();
    const size_t lengths = (size_t)config->max_steps + 1;
    struct odds odds = {.chance = mem_new(lengths, sizeof(double)),
                        .steps = mem_new(lengths, sizeof(double))};
    struct markov_chain chain = {.rows = NULL};
    enum status status = odds.chance != NULL && odds.steps != NULL
                             ? compute(config, start, &odds, &chain, err)
                             : error_memory(err, 2 * lengths * sizeof(double));
    markov_chain_release(&chain);
    odds.elapsed = clock_seconds() - start;
    if (status == OK)
        *ret_odds = odds;
    else
        odds_release(&odds);
    return status;
}

enum status odds_shortest(const struct model *model, uint32_t properties, uint32_t max_steps,
                          size_t states_max, double seconds, struct odds_reach *ret_reach, struct error *err)
{
    const struct markov_chain_config config = {.model = model,
                                               .properties = properties,
                                               .max_steps = max_steps == 0 ? MARKOV_CHAIN_NEVER : max_steps,
                                               .until_hit = true,
                                               .threads = 1,
                                               .states_max = states_max,
                                               .deadline = seconds > 0 ? clock_seconds() + seconds : 0};
    struct markov_chain chain;
    struct error stopped;
    enum status status = markov_chain_build(&config, &chain, &stopped);
    const bool limit_met = status == ERR_STOPPED || (states_max != 0 && chain.state_count > states_max);
    if (status != OK && limit_met)
        status = OK;
    if (status == OK) {
        const bool found = chain.shortest != MARKOV_CHAIN_NEVER;
        const bool never = chain.complete && !found;
        *ret_reach = (struct odds_reach){.found = found,
                                         .never = never,
                                         .shortest = chain.shortest,
                                         .at_least = found   ? chain.shortest
                                                     : never ? ODDS_NEVER
                                                             : chain.levels + 1};
    } else {
        (void)error_set(err, status, "%s", stopped.text);
    }
    markov_chain_release(&chain);
    return status;
}

enum status odds_best_max_steps(const struct odds_config *budget, uint32_t bound, uint32_t *ret_max_steps,
                                struct error *err)
{
    struct odds_config config = *budget;
    config.max_steps = bound;
    config.until_best = true;
    struct odds odds;
    enum status status = odds_compute(&config, &odds, err);
    if (status != OK)
        return status;
    if (odds.shortest == ODDS_NEVER)
        status = error_set(err, ERR_DATA, "no walk of up to %u transitions can find anything", bound);
    else
        *ret_max_steps = odds.best_max_steps;
    odds_release(&odds);
    return status;
}
