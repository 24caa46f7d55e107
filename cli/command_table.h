/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of a program, as its subject makes them: the rows that
 * several share in place, and every text about the subject at hand. Main thread.
 *
 * Texts of commands and rows may hold
 *   {program}         the program's name
 *   {system}          the kind of system, one word
 *   {system notes}    what its driver has to say about verdicts
 *   {explain notes}, {view notes}  what its narrator has beside the general
 *   {if system}…{end} only with a system */
#ifndef RACEWALK_CLI_COMMAND_TABLE_H
#define RACEWALK_CLI_COMMAND_TABLE_H

#include "cli/subject.h"

#define COMMANDS_MAX 16

/* The commands in the order of --help. They live until the next call. */
size_t cli_commands(const struct subject *subject, const struct command *const **ret_commands);

enum cli_names { CLI_PRESETS, CLI_GUARDS, CLI_PROPERTIES };
/* Appends the class's names of that kind, with commas between. */
void cli_join_names(struct buffer *out, const struct model_class *class, enum cli_names kind);

/* Groups of option rows that several commands have; they stand in a command's table as these, and
 * cli_commands puts the rows in. The instance's are --instance, --guard and one row for each parameter of the
 * class; the property's is --property; the output's are --quiet, --no-progress and --no-color. */
#define CLI_INSTANCE_GROUP  \
    {                       \
        "Instance", NULL, 0 \
    }
#define CLI_PROPERTY_GROUP  \
    {                       \
        "Property", NULL, 0 \
    }
#define CLI_OUTPUT_GROUP  \
    {                     \
        "Output", NULL, 0 \
    }

/* Which model: --model and --cflags. Every command has it, at its end, except for the subject's own. */
#define CLI_MODEL_GROUP  \
    {                    \
        "Model", NULL, 0 \
    }

/* Where findings and the report of a search go: --out-itf, --out-schedule, --out-dir, --json and --report. */
#define CLI_RESULTS_GROUP  \
    {                      \
        "Results", NULL, 0 \
    }

/* How a system is reached: the rows of the subject's system, or those that a driver's URL needs. */
#define CLI_CONNECTION_GROUP  \
    {                         \
        "Connection", NULL, 0 \
    }

/* Rows that the system's driver has in their place, and none without a system. */
#define CLI_CONFIRM_SYSTEM_ROWS \
    {                           \
        .name = "{confirm}"     \
    }
#define CLI_SHRINK_SYSTEM_ROWS \
    {                          \
        .name = "{shrink}"     \
    }

#endif
