/* The engine that carries out a run on all ranks of an MPI job. Main thread. */
#ifndef RACEWALK_CLUSTER_CLUSTER_H
#define RACEWALK_CLUSTER_CLUSTER_H

#include "cli/cli.h"

/* Collective. Starts MPI: ERR_INTERNAL when it does not give the thread level that is needed; ERR_USAGE, on
 * all ranks, when they do not all run the same version of the same program; ERR_IO when they cannot reach
 * each other. Warns when this process is one of several copies that a launcher of another MPI has started. Of
 * the ranks only the first prints anything from now on. The engine is valid until cluster_finish, which must
 * be called after a failure, too. */
enum status cluster_start(int *argc, char ***argv, const struct model_class *class,
                          const struct cli_engine **ret_engine, struct error *err) WARN_UNUSED;

/* Collective. Gives all ranks rank 0's exit status and ends MPI; returns that status. When the run has lost a
 * rank, the job is aborted with it instead. */
int cluster_finish(int code);

/* Collective. Carries out a command line on a model class with all ranks, and returns the exit status: the
 * main of a program as racewalk-mpi is one call of this. */
int cluster_main(int argc, char **argv, const struct subject *subject);

#endif
