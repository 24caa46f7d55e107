/* SPDX-License-Identifier: Apache-2.0 */
/* A finding: a trace that shows a property, with where it comes from and which bug it is. What searches hand
 * on to whoever writes, shares and confirms. Owner only. */
#ifndef RACEWALK_MODEL_FINDING_H
#define RACEWALK_MODEL_FINDING_H

#include "model/model.h"

#define FINDING_FILE_MAX    4096
#define FINDING_COMMAND_MAX 8192
#define SHAPE_TEXT_MAX      128
#define SHAPE_NAME_MAX      12 /* "s" and eight hexadecimal digits */

/* Which bug it is: see search/shape.h. */
struct shape {
    uint64_t id;     /* never 0 */
    uint32_t length; /* moves of the reduced run */
    char name[SHAPE_NAME_MAX];
    char text[SHAPE_TEXT_MAX]; /* one line in words, the same for all runs of the shape */
    char here[SHAPE_TEXT_MAX]; /* of shape_of_trace: the trace's own steps that it is about, by name */
};

/* An invariant that a run violated, and the first state that does. */
struct finding_violation {
    uint32_t property;
    size_t state;
};

struct finding {
    struct trace trace; /* owned; trace.property says what it shows, trace.property_state its length */
    bool has_sample;
    uint64_t sample; /* k of the walk that found it */
    struct shape shape;
    /* The other invariants that the run had violated before it came to the state that it shows, by their
     * rows. They may not have been asked for. Filled in when the finding is replayed, see mbt/findings.h. */
    struct finding_violation before[PROPERTIES_MAX];
    size_t before_count;
    uint64_t hits;                    /* walks of this shape, this one included; 0: not counted */
    char file[FINDING_FILE_MAX];      /* where it was written; empty: nowhere */
    char replay[FINDING_COMMAND_MAX]; /* the command line that brings it back; empty: not known */
};

#endif
