/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program.h"

static const char *program = "racewalk";

void program_set_name(const char *name)
{
    program = name;
}

const char *program_name(void)
{
    return program;
}
