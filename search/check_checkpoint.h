/* The file of an unfinished check: what it is a check of, then whatever its engine saves, then a checksum.
 *
 *   magic | version | bytes of the text | the text, filled up with 0 | words of the engine | checksum
 *
 * All are words of 64 bits in the machine's byte order (another order is refused by the magic). The text is
 * lines of "name value", which a resumed check compares with its own. The file is DIR/check.checkpoint. A new
 * one is written beside it and takes its place when it is whole and on the disk, so that there is always one
 * to resume from.
 *
 * Reading trusts nothing: the checksum of the whole file is verified before anything else is looked at, and
 * counts are compared with the words that are left. Main thread. */
#ifndef RACEWALK_SEARCH_CHECK_CHECKPOINT_H
#define RACEWALK_SEARCH_CHECK_CHECKPOINT_H

#include <stdio.h>

#include "model/cells.h"

#define CHECKPOINT_TEXT_MAX 8192
#define CHECKPOINT_PATH_MAX 4096
#define CHECKPOINT_WORDS    4096 /* buffered */

struct checkpoint_writer {
    struct word_sink sink; /* first: what an engine is given */
    FILE *file;
    char path[CHECKPOINT_PATH_MAX], temporary[CHECKPOINT_PATH_MAX], dir[CHECKPOINT_PATH_MAX];
    uint64_t checksum;
    size_t used;
    uint64_t words[CHECKPOINT_WORDS];
};

struct checkpoint_reader {
    struct word_source source; /* first */
    FILE *file;
    uint64_t left; /* words before the checksum */
    char text[CHECKPOINT_TEXT_MAX + 1];
};

/* The checkpoint's path (CHECKPOINT_PATH_MAX bytes) in dir; false when it is too long. */
bool checkpoint_path(char *path, const char *dir);

/* Begins a checkpoint in dir, which is made when it is not there. ERR_IO. */
enum status checkpoint_writer_open(struct checkpoint_writer *writer, const char *dir, const char *text,
                                   struct error *err) WARN_UNUSED;
/* Ends it: with status OK it takes the place of the one before, otherwise it is thrown away. Returns status,
 * or the ERR_IO of its own. */
enum status checkpoint_writer_close(struct checkpoint_writer *writer, enum status status,
                                    struct error *err) WARN_UNUSED;

/* ERR_NO_INPUT when there is none in dir, ERR_DATA when it is damaged. */
enum status checkpoint_reader_open(struct checkpoint_reader *reader, const char *dir,
                                   struct error *err) WARN_UNUSED;
/* The same from an open file, which the reader takes, also when it fails; name is for messages. */
enum status checkpoint_reader_take(struct checkpoint_reader *reader, FILE *file, const char *name,
                                   struct error *err) WARN_UNUSED;
void checkpoint_reader_close(struct checkpoint_reader *reader);

/* Compares line by line; ERR_USAGE names both values of the first one that differs. */
enum status checkpoint_compare(const char *theirs, const char *ours, struct error *err) WARN_UNUSED;
/* The value of a line of the text; false when there is none. */
bool checkpoint_value(const char *text, const char *name, char *value, size_t size);

/* The checksum of words, continued from one (0 at first). */
uint64_t checkpoint_checksum(uint64_t checksum, const uint64_t *words, size_t count);

#endif
