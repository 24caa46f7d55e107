/* SPDX-License-Identifier: Apache-2.0 */
/* A system of the user's own, reached through a driver: a program that speaks the protocol of
 * mbt/driver/driver_question.h and driver_answer.h (mbt/system.h; docs/systems.md).
 *
 * It takes traces of any model. What the driver shows of the system is compared with the model's states, field
 * by field. By state (the default) the first difference is the verdict. By violation differences are notes, and
 * a refused step is left out: for a system that was mended, and leaves the old script. An action that the
 * driver does not control is the system's own: it is waited for. */
#ifndef RACEWALK_MBT_DRIVER_DRIVER_SYSTEM_H
#define RACEWALK_MBT_DRIVER_DRIVER_SYSTEM_H

#include "mbt/system.h"

/* The options that confirm and shrink have for it, beside those of the connection (mbt/connection.h). */
#define DRIVER_CONFIRM_ROWS 6
#define DRIVER_SHRINK_ROWS  3
extern const struct option driver_confirm_rows[DRIVER_CONFIRM_ROWS];
extern const struct option driver_shrink_rows[DRIVER_SHRINK_ROWS];

/* For the commands' rules: what does nothing without a driver, and what excludes each other. */
#define DRIVER_STARTED_RULE                                                    \
    {                                                                          \
        .options = "unix-socket location cacert user header", .with = "driver" \
    }
#define DRIVER_CONFIRM_RULES                                                                               \
    DRIVER_STARTED_RULE, {.options = "settle judge action-var picks-var", .without = "driver driver-url"}, \
    {                                                                                                      \
        .options = "driver", .with = "driver-url",                                                         \
        .why = "--driver starts a driver, and --driver-url names one that runs: one of them"               \
    }
#define DRIVER_SHRINK_RULES                                                                  \
    DRIVER_STARTED_RULE, {.options = "settle", .without = "driver driver-url"},              \
    {                                                                                        \
        .options = "driver", .with = "driver-url",                                           \
        .why = "--driver starts a driver, and --driver-url names one that runs: one of them" \
    }

/* True when the options name a driver. */
bool driver_is_given(const struct option_set *options);

extern const struct system_driver driver_system;

#endif
