/* SPDX-License-Identifier: Apache-2.0 */
/* The whole program over another model: all that a model of one's own needs besides its class. */
#include "cli/cli.h"
#include "tests/support/lease_lock.h"

int main(int argc, char **argv)
{
    const struct subject subject = {.program = "racewalk-lease", .class = lease_class()};
    return cli_main(argc, argv, &subject);
}
