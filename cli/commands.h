/* The rows of the program's commands. A group without rows in a command stands for the options of the instance. */
#ifndef RACEWALK_CLI_COMMANDS_H
#define RACEWALK_CLI_COMMANDS_H

#include "base/command.h"

extern const struct command run_command;
extern const struct command model_command;

#endif
