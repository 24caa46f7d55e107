/* SPDX-License-Identifier: Apache-2.0 */
/* The second model on all ranks of an MPI job. */
#include "cli/cli_mpi.h"
#include "tests/support/lease_lock.h"

int main(int argc, char **argv)
{
    const struct subject subject = {.program = "racewalk-lease", .class = lease_class()};
    return cli_main_mpi(argc, argv, &subject);
}
