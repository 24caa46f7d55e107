/* racewalk view: a page that plays traces. */
#ifndef RACEWALK_CLI_CMD_VIEW_H
#define RACEWALK_CLI_CMD_VIEW_H

#include "base/command.h"

extern const struct command view_command;

#endif
