/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of the program share: the model class they work on, the options that mean the same
 * everywhere. Main thread. */
#ifndef RACEWALK_CLI_CLI_H
#define RACEWALK_CLI_CLI_H

#include "base/command.h"
#include "cli/command_table.h"
#include "model/model.h"
#include "search/executor.h"

struct cli {
    const struct executor *executor;
    const struct subject *subject;
    const struct model_class *class; /* the subject's */
    int argc;                        /* the whole command line, for reports */
    char **argv;
};

/* True with the one process that prints and writes. */
static inline bool cli_leads(const struct cli *cli)
{
    return cli->executor->peers->rank == 0;
}

/* Carries out a command line on a subject and returns the exit status. The program's main is one call of
 * this; a model of one's own needs no more. */
int cli_main(int argc, char **argv, const struct subject *subject);
/* The same with another executor. */
int cli_main_with(int argc, char **argv, const struct subject *subject, const struct executor *executor);

/* Warns of messages between ranks that were dropped, if there were any; then: what came of that. */
void cli_warn_of_bad_messages(const struct executor *executor, const char *then);

/* Rows that several commands have among others of their own. */
#define CLI_TIMEOUT_ROW                                                                                    \
    {                                                                                                      \
        .name = "timeout", .kind = OPTION_REAL, .metavar = "SECONDS", .help = "stop after so many seconds" \
    }
#define CLI_THREADS_ROW                                                                             \
    {                                                                                               \
        .name = "threads", .kind = OPTION_INT, .metavar = "T", .min = 1, .max = 4096,               \
        .help = "OpenMP threads (default: all that the process may use and its CPU quota pays for)" \
    }

/* The threads that --threads asks for, or the default (search/threads.h). ERR_USAGE when they cannot be had.
 */
enum status cli_threads(const struct option_set *options, int *ret_threads, struct error *err) WARN_UNUSED;

/* False with --no-color, and when NO_COLOR is set and not empty. Whether it is a terminal is another
 * question. */
bool cli_allows_color(const struct option_set *options);

/* The instance that the options describe: the preset, then what was given on top of it, then the guards.
 * ERR_USAGE with the names that there are. */
enum status cli_instance(const struct option_set *options, const struct model_class *class,
                         struct instance *ret_instance, struct error *err) WARN_UNUSED;
/* True when any of the instance's options was given. */
bool cli_instance_given(const struct option_set *options, const struct model_class *class);

/* The guards that --guard names, by bit. */
enum status cli_guards(const struct option_set *options, const struct model_class *class,
                       uint32_t *ret_guards, struct error *err) WARN_UNUSED;

/* The system that a command is about: the driver's when --driver or --driver-url stands there, and otherwise the
 * subject's, which may be none (NULL). */
const struct system_driver *cli_system(const struct option_set *options, const struct cli *cli);

/* The properties that --property names, by bit; none: all invariants. */
enum status cli_properties(const struct option_set *options, const struct model_class *class,
                           uint32_t *ret_properties, struct error *err) WARN_UNUSED;

#endif
