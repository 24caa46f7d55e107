/* The insides of the exhaustive search: search/explore.c chooses the engine and says what it means,
 * search/explore_cells.c drives a model's own sweep, search/explore_traces.c finds the traces,
 * search/explore_save.c does the checkpoints. */
#ifndef RACEWALK_SEARCH_EXPLORE_INTERNAL_H
#define RACEWALK_SEARCH_EXPLORE_INTERNAL_H

#include "search/explore.h"
#include "search/sweep.h"

struct explore {
    const struct explore_config *config;
    struct explore_result *result;
    struct budget budget;
    enum explore_phase phase;
    double start;           /* clock_seconds; earlier by what was spent before a resume */
    double deadline;        /* clock_seconds; 0: none */
    bool deaf;              /* a stop was asked for already: only the deadline counts */
    double next_checkpoint; /* clock_seconds */
    struct error *err;      /* of what a callback from inside an engine met, with its status */
    enum status status;
};

/* Tells of the progress; false when the search is to stop, for the reason that is then in result->stop. */
bool explore_tick(struct explore *explore, const struct sweep_tally *counts, uint32_t layer,
                  uint32_t distance, double done);

/* search/explore_save.c: looks at what is there already, and chooses the engine of what is resumed. */
enum status explore_begin_checkpoints(struct explore *explore) WARN_UNUSED;
/* The search has come to its end: there is nothing to go on from. */
void explore_end_checkpoints(const struct explore *explore);

/* Writes a checkpoint of the engine, which save writes out of state. */
enum status explore_save(struct explore *explore, const void *state,
                         enum status (*save)(const void *state, struct word_sink *sink,
                                             struct error *err)) WARN_UNUSED;
/* True when the next one is due. */
bool explore_save_due(const struct explore *explore);
/* Reads the checkpoint that is to be resumed into the engine. */
enum status explore_load(struct explore *explore, void *state,
                         enum status (*load)(void *state, struct word_source *source,
                                             struct error *err)) WARN_UNUSED;

/* What all sweeps of this search have in common. */
struct sweep_config explore_sweep_config(struct explore *explore);

/* Runs the model's own sweep. *ret_overflow: it does not suit this instance after all. */
enum status explore_cells(struct explore *explore, bool *ret_overflow) WARN_UNUSED;

/* One shortest trace for each property that was hit. */
enum status explore_shortest(struct explore *explore) WARN_UNUSED;
/* All traces that end in a property, shortest first, as far as they are asked for. shortest is the least
 * distance of a state that hits one. */
enum status explore_findings(struct explore *explore, uint32_t shortest) WARN_UNUSED;

#endif
