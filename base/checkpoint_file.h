/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint file, which keeps unfinished work: one container for all checkpoints, whatever their body.
 *
 * FOLDER/KIND.checkpoint, in words of 64 bits in the machine's byte order:
 *
 *     +----------+-------+---------+--------+----------- - ---+----------- - ---+--------+----------+
 *     | RACEWALK | kind  | version | length | text            | body            | length | checksum |
 *     | 8 bytes  | "run" | of this | of the | what it is a    | what its owner  | of the | of all   |
 *     |          | …     | kind    | text   | checkpoint of   | writes          | body   | before   |
 *     +----------+-------+---------+--------+----------- - ---+----------- - ---+--------+----------+
 *
 * Lengths are in bytes; text and body are filled up with zeros to whole words. The text is lines of "name
 * value", which whoever goes on compares with its own.
 *
 * Writing streams, so a body may be larger than the memory. A new file is written beside the old one and takes
 * its place only when it is on the disk. Then the old one becomes KIND.checkpoint.previous, until the next
 * write begins. So there are at most two files at a time, and at least one of them is whole: the work is not
 * lost when a power cut or a bad disk has damaged the other.
 *
 * Reading trusts nothing: the checksum of the whole file is verified before anything else is read. If it is
 * wrong, or the file is missing or unreadable, the reader takes the previous file and has a warning that says
 * so.
 *
 * What belongs to the folder (the lock, leftovers) is in base/checkpoint_folder.h. Owner only. */
#ifndef RACEWALK_BASE_CHECKPOINT_FILE_H
#define RACEWALK_BASE_CHECKPOINT_FILE_H

#include <stdint.h>
#include <stdio.h>

#include "base/replacement.h"

#define CHECKPOINT_TEXT_MAX     8192
#define CHECKPOINT_BUFFER_WORDS 4096

struct checkpoint_kind {
    const char *name; /* at most 8 bytes: "run", "check" */
    uint32_t version; /* of text and body; a file of another version is refused */
};

struct checkpoint_writer {
    struct replacement file;
    char previous[PATH_MAX];
    uint64_t checksum;
    uint64_t length; /* of the body so far */
    size_t used;     /* bytes of the buffer */
    uint64_t buffer[CHECKPOINT_BUFFER_WORDS];
};

struct checkpoint_reader {
    FILE *file;
    uint64_t left; /* bytes of the body that were not read yet */
    char text[CHECKPOINT_TEXT_MAX + 1];
    struct error warning; /* why the one before was taken; empty: it was not */
};

/* Begins a checkpoint in the folder, which must be there. ERR_IO. */
enum status checkpoint_writer_open(struct checkpoint_writer *writer, const char *folder,
                                   const struct checkpoint_kind *kind, const char *text,
                                   struct error *err) WARN_UNUSED;
/* Appends to the body. */
enum status checkpoint_writer_put(struct checkpoint_writer *writer, const void *bytes, size_t length,
                                  struct error *err) WARN_UNUSED;
/* Ends it: with status OK it takes the place of the one before, otherwise it is thrown away. Returns status,
 * or the ERR_IO of its own. */
enum status checkpoint_writer_close(struct checkpoint_writer *writer, enum status status,
                                    struct error *err) WARN_UNUSED;

/* Opens the folder's newest whole checkpoint. ERR_NO_INPUT when there is none, ERR_DATA when there is no
 * whole one, or none of this version. */
enum status checkpoint_reader_open(struct checkpoint_reader *reader, const char *folder,
                                   const struct checkpoint_kind *kind, struct error *err) WARN_UNUSED;
/* The same from an open file, which the reader takes, also when it fails; name is for messages. */
enum status checkpoint_reader_take(struct checkpoint_reader *reader, FILE *file, const char *name,
                                   const struct checkpoint_kind *kind, struct error *err) WARN_UNUSED;
/* The next bytes of the body; ERR_DATA when there are not so many. */
enum status checkpoint_reader_get(struct checkpoint_reader *reader, void *bytes, size_t length,
                                  struct error *err) WARN_UNUSED;
/* Closing twice is fine. */
void checkpoint_reader_close(struct checkpoint_reader *reader);

/* Compares two texts line by line; ERR_USAGE names both values of the first one that differs. */
enum status checkpoint_text_compare(const struct checkpoint_kind *kind, const char *theirs, const char *ours,
                                    struct error *err) WARN_UNUSED;
/* The value of a line; false when there is none, or it does not fit. */
bool checkpoint_text_value(const char *text, const char *name, char *value, size_t size);

/* The checksum of words, continued from one (0 at first). */
uint64_t checkpoint_checksum(uint64_t checksum, const uint64_t *words, size_t count);

#endif
