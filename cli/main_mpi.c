/* SPDX-License-Identifier: Apache-2.0 */
/* racewalk-mpi: a run, or a check, on all ranks of an MPI job. */
#include "cli/cli_mpi.h"
#include "subject/dns_subject.h"

int main(int argc, char **argv)
{
    return cli_main_mpi(argc, argv, &dns_subject);
}
