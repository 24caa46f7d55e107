/* SPDX-License-Identifier: Apache-2.0 */
/* The limits of models, in one place. model_check_class refuses a class that exceeds one, and model_new a
 * model. The moves and atoms of a state show only while states are visited; a state with too many ends the
 * search with a message. Each case is an ERR_INTERNAL that names the limit, never an abort. Then the model has
 * to change, or the number here: arrays on stacks and in messages follow it. */
#ifndef RACEWALK_MODEL_LIMITS_H
#define RACEWALK_MODEL_LIMITS_H

#include <stdint.h>

/* Of a class. */
#define ACTIONS_MAX     32
#define PROPERTIES_MAX  16
#define PARAMETERS_MAX  16
#define GUARDS_MAX      16
#define KINDS_MAX       16 /* of arguments */
#define TRACE_NAMES_MAX 96 /* parameters and variables of its traces */

/* Of a model. */
#define STATE_SIZE_MAX   512                 /* bytes of a control state */
#define PACKED_WORDS_MAX 32                  /* words of 64 bits of a packed one */
#define PROGRESS_LIMIT   ((uint32_t)1 << 16) /* a state's progress is below it */

/* Of a state. A caller that asks for moves or atoms must give room for twice as many, so that a model that
 * writes a few too many is reported and overwrites nothing. */
#define MOVES_MAX  256
#define MOVES_ROOM (2 * MOVES_MAX)
#define ATOMS_MAX  256
#define ATOMS_ROOM (2 * ATOMS_MAX)

/* Of a step. */
#define SAMPLES_MAX      8  /* of a schedule */
#define STEP_CHOICES_MAX 64 /* numbers of its payload */
/* Of a description of a run. */
#define KEY_MOVES_MAX 4
/* Of a move: its arguments, a byte each. Shapes rename interchangeable ones that are below ARGUMENT_NAMES_MAX;
 * a larger one keeps its name. */
#define MOVE_ARGUMENTS_MAX 3
#define ARGUMENT_NAMES_MAX 255

#endif
