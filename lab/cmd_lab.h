/* SPDX-License-Identifier: Apache-2.0 */
/* The command `racewalk lab`: serves the lab until SIGINT or SIGTERM. Main thread. */
#ifndef RACEWALK_LAB_CMD_LAB_H
#define RACEWALK_LAB_CMD_LAB_H

#include "base/command.h"

extern const struct command lab_command;

#endif
