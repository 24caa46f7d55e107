/* SPDX-License-Identifier: Apache-2.0 */
/* The executor that carries out a run on all ranks of an MPI job. Main thread. */
#ifndef RACEWALK_CLUSTER_CLUSTER_H
#define RACEWALK_CLUSTER_CLUSTER_H

#include "model/model.h"
#include "search/executor.h"

/* Collective. Starts MPI: ERR_INTERNAL when it does not give the thread level that is needed; ERR_USAGE, on
 * all ranks, when they do not all run the same version of the same program; ERR_IO when they cannot reach
 * each other. Warns when this process is one of several copies that a launcher of another MPI has started. Of
 * the ranks only the first prints anything from now on. The executor is valid until cluster_finish, which
 * must be called after a failure, too. */
enum status cluster_start(int *argc, char ***argv, const struct model_class *class,
                          const struct executor **ret_executor, struct error *err) WARN_UNUSED;

/* Collective. Gives all ranks rank 0's exit status and ends MPI; returns that status. When the run has lost a
 * rank, the job is aborted with it instead. */
int cluster_finish(int code);

#endif
