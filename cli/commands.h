/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the program's commands that stand in this folder. */
#ifndef RACEWALK_CLI_COMMANDS_H
#define RACEWALK_CLI_COMMANDS_H

#include "base/command.h"

extern const struct command run_command;
extern const struct command check_command;
extern const struct command odds_command;
extern const struct command shrink_command;
extern const struct command replay_command;
extern const struct command explain_command;
extern const struct command view_command;
extern const struct command confirm_command;
extern const struct command conform_command;
extern const struct command model_command;

#endif
