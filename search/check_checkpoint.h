/* SPDX-License-Identifier: Apache-2.0 */
/* The checkpoint of a check: a file (base/checkpoint_file.h) whose text is the instance and what is asked of
 * it, and whose body is words: the microseconds spent so far, then whatever the engine saves. Main thread. */
#ifndef RACEWALK_SEARCH_CHECK_CHECKPOINT_H
#define RACEWALK_SEARCH_CHECK_CHECKPOINT_H

#include "base/checkpoint_file.h"
#include "model/cells.h"

extern const struct checkpoint_kind check_checkpoint;

struct check_writer {
    struct word_sink sink; /* first: what an engine is given */
    struct checkpoint_writer file;
};

struct check_reader {
    struct word_source source; /* first */
    struct checkpoint_reader file;
};

/* As checkpoint_writer_open and checkpoint_writer_close. */
enum status check_writer_open(struct check_writer *writer, const char *folder, const char *text,
                              struct error *err) WARN_UNUSED;
enum status check_writer_close(struct check_writer *writer, enum status status,
                               struct error *err) WARN_UNUSED;

/* As checkpoint_reader_open, checkpoint_reader_take and checkpoint_reader_close. */
enum status check_reader_open(struct check_reader *reader, const char *folder, struct error *err) WARN_UNUSED;
enum status check_reader_take(struct check_reader *reader, FILE *file, const char *name,
                              struct error *err) WARN_UNUSED;
void check_reader_close(struct check_reader *reader);

#endif
