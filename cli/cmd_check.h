/* racewalk check: a verdict for the whole instance. */
#ifndef RACEWALK_CLI_CMD_CHECK_H
#define RACEWALK_CLI_CMD_CHECK_H

#include "base/command.h"

extern const struct command check_command;

#endif
