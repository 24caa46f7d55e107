/* racewalk explain: traces in words. */
#ifndef RACEWALK_CLI_CMD_EXPLAIN_H
#define RACEWALK_CLI_CMD_EXPLAIN_H

#include "base/command.h"

extern const struct command explain_command;

#endif
