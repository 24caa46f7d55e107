/* SPDX-License-Identifier: Apache-2.0 */
/* The whole program over a model that is beyond a limit: one move too many. */
#include "cli/cli.h"
#include "tests/support/wide_lease.h"

int main(int argc, char **argv)
{
    const struct subject subject = {
        .program = "racewalk-wide",
        .class = wide_lease_class(&(struct wide_lease){.moves = MOVES_MAX + 1, .keep_weights = true})};
    return cli_main(argc, argv, &subject);
}
