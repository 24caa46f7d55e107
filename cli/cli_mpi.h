/* SPDX-License-Identifier: Apache-2.0 */
/* The main of a program as racewalk-mpi. */
#ifndef RACEWALK_CLI_CLI_MPI_H
#define RACEWALK_CLI_CLI_MPI_H

#include "cli/subject.h"

/* Collective. Carries out a command line on a subject with all ranks, and returns the exit status: as
 * cli_main, and needs no more. */
int cli_main_mpi(int argc, char **argv, const struct subject *subject);

#endif
