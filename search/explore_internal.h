/* SPDX-License-Identifier: Apache-2.0 */
/* The insides of the exhaustive search: search/explore.c chooses the engine and says what it means,
 * search/explore_cells.c drives a model's own sweep, search/explore_traces.c finds the traces,
 * search/explore_save.c does the checkpoints, search/explore_peers.c talks to other processes. */
#ifndef RACEWALK_SEARCH_EXPLORE_INTERNAL_H
#define RACEWALK_SEARCH_EXPLORE_INTERNAL_H

#include "search/explore.h"
#include "search/sweep.h"

struct explore {
    const struct explore_config *config;
    struct peers *peers; /* the configuration's, or peers_alone */
    struct explore_result *result;
    struct budget budget;
    enum explore_phase phase;
    double start;           /* clock_seconds; earlier by what was spent before a resume */
    double deadline;        /* clock_seconds; 0: none */
    bool ignore_stop;       /* a stop was asked for already: only the deadline counts */
    double next_checkpoint; /* clock_seconds */
    double next_look;       /* clock_seconds: at the process's memory */
    struct error *err;
    struct pin *pin; /* NULL: none, or not yet */
    /* What explore_peers.c needs. */
    size_t *standing_counts;  /* EXPLORE_STANDING_WORDS for each rank */
    uint64_t *standing_words; /* so many of each rank */
    struct stream *stream;
};

/* Tells of the progress; false when the search is to stop, for the reason that is then in result->stop. */
bool explore_tick(struct explore *explore, const struct sweep_tally *counts, uint32_t layer,
                  uint32_t distance, double done);

/* --- search/explore_peers.c: everything there is collective --- */

/* Gets ready to talk, and gives back what that took. */
enum status explore_meet_peers(struct explore *explore) WARN_UNUSED;
void explore_leave_peers(struct explore *explore);

/* How a process stands to a part of the search, the worse the larger. */
enum explore_outcome {
    EXPLORE_WELL,
    EXPLORE_STOPPED, /* for the reason in the result, or for another process's */
    EXPLORE_NO_MEMORY,
    EXPLORE_OVERFLOW, /* the model's own sweep does not suit */
    EXPLORE_ERROR     /* the process knows which */
};

/* What a process tells the others of a part of the search. */
struct explore_standing {
    enum explore_outcome outcome;
    enum explore_stop stop;
    bool save; /* a checkpoint is due with rank 0 */
};
#define EXPLORE_STANDING_WORDS 3

/* A standing as words, and what comes of those of several: the worst, and the strongest reason to stop. */
void explore_standing_write(const struct explore_standing *standing, uint64_t *words);
void explore_standing_add(struct explore_standing *sum, const uint64_t *words);
/* Collective. Makes it the one of all. */
enum status explore_standing_agree(struct explore *explore, struct explore_standing *standing) WARN_UNUSED;
/* Takes the reason to stop from what is agreed upon. */
void explore_standing_obey(struct explore *explore, const struct explore_standing *standing);

/* The worst status of all, with its message. */
enum status explore_agree(struct explore *explore, enum status status) WARN_UNUSED;
/* Rank 0's bytes to all. */
enum status explore_share(struct explore *explore, void *bytes, size_t size) WARN_UNUSED;
/* All ranks' results become one: rank 0's, with the largest use of memory. */
enum status explore_share_result(struct explore *explore) WARN_UNUSED;

typedef enum status explore_save_function(const void *state, struct word_sink *sink, struct error *err);
typedef enum status explore_load_function(void *state, struct word_source *source, struct error *err);

/* Writes what save writes with each process, by rank, into rank 0's sink (NULL with the others). Returns a
 * status of its own, which is not agreed upon. */
enum status explore_collect(struct explore *explore, const void *state, explore_save_function *save,
                            struct word_sink *sink) WARN_UNUSED;
/* Has all processes load the words of rank 0's source (NULL with the others). Returns a status of its own. */
enum status explore_spread(struct explore *explore, void *state, explore_load_function *load,
                           struct word_source *source) WARN_UNUSED;

/* search/explore_save.c: looks at what is there already, and chooses the engine of what is resumed. */
enum status explore_begin_checkpoints(struct explore *explore) WARN_UNUSED;
/* The search has come to its end: there is nothing to go on from. */
void explore_end_checkpoints(const struct explore *explore);

/* Writes a checkpoint of the engine, which save writes out of state. */
enum status explore_save(struct explore *explore, const void *state, explore_save_function *save) WARN_UNUSED;
/* True when the next one is due. */
bool explore_save_due(const struct explore *explore);
/* Reads the checkpoint that is to be resumed into the engine. */
enum status explore_load(struct explore *explore, void *state, explore_load_function *load) WARN_UNUSED;

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
