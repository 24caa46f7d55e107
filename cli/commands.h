/* The rows of the program's commands that have no header of their own. */
#ifndef RACEWALK_CLI_COMMANDS_H
#define RACEWALK_CLI_COMMANDS_H

#include "base/command.h"

extern const struct command run_command;
extern const struct command shrink_command;
extern const struct command model_command;

#endif
