/* SPDX-License-Identifier: Apache-2.0 */
/* Going on with a run under the options of now. Walk k depends on the seed and k alone, so that a run that is
 * given more walks, or asked for more findings, ends as one that was begun so. Main thread. */
#ifndef RACEWALK_CLI_RUN_EXTEND_H
#define RACEWALK_CLI_RUN_EXTEND_H

#include "base/options.h"
#include "cluster/checkpoint.h"

/* The parameters with which the run in the folder goes on: those of its checkpoint, and --max-samples,
 * --max-findings and --shortest where the command line has them, which given holds. ERR_USAGE, with both
 * values, when another option that stands on the command line says something else than the checkpoint, and
 * when one run from the beginning with these options would not have got to where this run is. */
enum status run_extend(const struct option_set *options, const char *folder, const struct model_class *class,
                       const struct checkpoint *saved, const struct run_parameters *given,
                       struct run_parameters *ret_parameters, struct error *err) WARN_UNUSED;

#endif
