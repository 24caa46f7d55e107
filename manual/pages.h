/* The manual pages, each a whole document appended to a buffer. Owner only. */
#ifndef RACEWALK_MANUAL_PAGES_H
#define RACEWALK_MANUAL_PAGES_H

#include "base/buffer.h"
#include "base/command.h"
#include "manual/texts.h"
#include "model/model.h"

/* racewalk(1) */
void pages_overview(struct buffer *out, const struct model_class *class, const char *date);
/* racewalk-COMMAND(1) */
void pages_command(struct buffer *out, const struct command *command, const char *date);
/* The page of another program that carries out some of the commands: racewalk-mpi(1). */
void pages_mpi(struct buffer *out, const struct model_class *class, const struct program *program,
               const char *date);

#endif
