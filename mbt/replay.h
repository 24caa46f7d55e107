/* SPDX-License-Identifier: Apache-2.0 */
/* Replays traces on the literal model, state by state, and says whether they are runs of it and show what
 * they claim.
 *
 * Nothing is believed: neither the file's states (each is compared with the one that the model gives), nor
 * the claimed property (it must be violated, or witnessed, at the claimed state and at none before it). Uses
 * the literal state only, never the search.
 *
 * Functions return OK when the question was answered, whatever the answer is; the answer is in the report.
 * Pure; any thread, each with its own reports and traces. */
#ifndef RACEWALK_MBT_REPLAY_H
#define RACEWALK_MBT_REPLAY_H

#include "mbt/itf_reader.h"
#include "model/model.h"

enum replay_outcome {
    REPLAY_AGREES,     /* every state, and the claim if there is one */
    REPLAY_PARAMETERS, /* the trace is of another instance than the model */
    REPLAY_NO_STEP,    /* the state says of itself to come from a step that the model does not have */
    REPLAY_DISABLED,   /* the model does not allow the step there */
    REPLAY_DIFFERS,    /* the step leads to another state */
    REPLAY_CLAIM       /* every state agrees, but the claimed property does not hold to its claim */
};

#define REPLAY_MESSAGE_MAX 1024
#define REPLAY_NEVER       SIZE_MAX

struct replay_report {
    enum replay_outcome outcome;
    size_t state_count; /* of the trace, the initial one included */
    size_t agreed;      /* states that agree: the index of the first one that does not, when there is one */
    /* For each property the first of the agreed states that violates or witnesses it, or REPLAY_NEVER. */
    size_t first_hit[PROPERTIES_MAX];
    /* One line: "state 7: views[\"client-a\"]: 0, and not 1"; empty when all agrees. Cut at the limit. */
    char message[REPLAY_MESSAGE_MAX];
};

/* A trace as read. ret_trace, when it is not NULL, must be initialized, and becomes the trace of the agreed
 * states with what the file says about it; its property is only set when the claim holds. */
enum status replay_itf(const struct model *model, const struct itf_trace *itf, struct trace *ret_trace,
                       struct replay_report *ret_report, struct error *err) WARN_UNUSED;

/* A trace in memory: every step must be enabled, and its property must hold to its claim. */
enum status replay_trace(const struct model *model, const struct trace *trace,
                         struct replay_report *ret_report, struct error *err) WARN_UNUSED;

/* The trace as a file of its own would have it: writes it as ITF, reads that back, replays it, and compares
 * the steps with the trace's. What a search calls before it announces a finding. */
enum status replay_written(const struct model *model, const struct trace *trace,
                           struct replay_report *ret_report, struct error *err) WARN_UNUSED;

/* "17 transitions, violates no_inconsistent_root at state 17: every state agrees", or the message. */
void replay_print_summary(const struct model *model, const struct trace *claim,
                          const struct replay_report *report, struct buffer *out);

#endif
