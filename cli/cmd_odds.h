/* racewalk odds: the exact chances of random walks. */
#ifndef RACEWALK_CLI_CMD_ODDS_H
#define RACEWALK_CLI_CMD_ODDS_H

#include "base/command.h"

extern const struct command odds_command;

#endif
