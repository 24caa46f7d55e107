/* racewalk confirm: traces against a running system, with verdicts. */
#ifndef RACEWALK_CLI_CMD_CONFIRM_H
#define RACEWALK_CLI_CMD_CONFIRM_H

#include "base/command.h"

extern const struct command confirm_command;

#endif
