/* SPDX-License-Identifier: Apache-2.0 */
/* The options of the run command that say what is searched, and how. Main thread. */
#ifndef RACEWALK_CLI_RUN_OPTIONS_H
#define RACEWALK_CLI_RUN_OPTIONS_H

#include "cli/cli.h"
#include "cluster/checkpoint.h"

/* For the command's table. */
#define RUN_OPTION_ROW_COUNT 9
extern const struct option run_option_rows[RUN_OPTION_ROW_COUNT];

/* What is searched. A seed that was not given is drawn. max_steps is 0 where it says auto. */
enum status run_options_parameters(const struct cli *cli, const struct option_set *options,
                                   struct run_parameters *ret_parameters, struct error *err) WARN_UNUSED;
/* --scheduler and --kernel, which is chosen. *ret_guided: iw2, and no walks. */
enum status run_options_scheduler(const struct cli *cli, const struct option_set *options, bool *ret_guided,
                                  struct error *err) WARN_UNUSED;
/* Seconds for this session, the sooner of --timeout and 99% of --max-hours; 0: no limit. */
double run_options_time_limit(const struct option_set *options);

#endif
