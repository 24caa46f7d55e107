/* racewalk replay: traces again on the model, from ITF files, schedules or a trace seed. */
#ifndef RACEWALK_CLI_CMD_REPLAY_H
#define RACEWALK_CLI_CMD_REPLAY_H

#include "base/command.h"

extern const struct command replay_command;

#endif
