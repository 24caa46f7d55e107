/* SPDX-License-Identifier: Apache-2.0 */
/* The manual pages, each a whole document appended to a buffer. Owner only. */
#ifndef RACEWALK_MANUAL_PAGES_H
#define RACEWALK_MANUAL_PAGES_H

#include "base/buffer.h"
#include "cli/subject.h"
#include "manual/texts.h"

/* racewalk(1) */
void pages_overview(struct buffer *out, const struct subject *subject, const char *date);
/* racewalk-COMMAND(1) */
void pages_command(struct buffer *out, const struct command *command, const char *date);
/* The page of another program that carries out some of the commands: racewalk-mpi(1). */
void pages_mpi(struct buffer *out, const struct subject *subject, const struct program *program,
               const char *date);

#endif
