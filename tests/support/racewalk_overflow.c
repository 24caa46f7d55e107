/* SPDX-License-Identifier: Apache-2.0 */
/* The program over a model whose own engine finds a number too large for it as soon as it begins. */
#include "cli/cli.h"
#include "tests/support/search_fixture.h"

int main(int argc, char **argv)
{
    struct cell_kernel kernel;
    struct model_class class;
    fixture_make_overflowing(&kernel, &class);
    const struct subject subject = {.program = "racewalk-overflow", .class = &class};
    return cli_main(argc, argv, &subject);
}
