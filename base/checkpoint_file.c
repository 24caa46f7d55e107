/* SPDX-License-Identifier: Apache-2.0 */
#include "base/checkpoint_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/checkpoint_folder.h"
#include "base/rng.h"

#define MAGIC      UINT64_C(0x4b4c415745434152) /* "RACEWALK" where the lowest byte comes first */
#define WORD       sizeof(uint64_t)
#define TEXT_WORDS (CHECKPOINT_TEXT_MAX / WORD)

enum head { HEAD_MAGIC, HEAD_KIND, HEAD_VERSION, HEAD_LENGTH, HEAD_WORDS };
enum tail { TAIL_LENGTH, TAIL_CHECKSUM, TAIL_WORDS };

/* What files began with before all checkpoints had one container: those of checks, and those of runs. */
static const char *const older_formats[] = {"RWCHECK1", "racewalk-checkpoint"};

uint64_t checkpoint_checksum(uint64_t checksum, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        checksum = rng_mix((checksum ^ words[i]) + RNG_GAMMA);
    return checksum;
}

static uint64_t words_for(uint64_t bytes)
{
    return bytes / WORD + (bytes % WORD != 0);
}

static uint64_t kind_word(const struct checkpoint_kind *kind)
{
    uint64_t word = 0;
    assert(strlen(kind->name) <= WORD);
    memcpy(&word, kind->name, strlen(kind->name));
    return word;
}

/* --- writing --- */

static enum status write_failed(const struct checkpoint_writer *writer, struct error *err)
{
    return error_set(err, ERR_IO, "the checkpoint %s could not be written: %s", writer->file.path,
                     strerror(errno));
}

static enum status flush(struct checkpoint_writer *writer, struct error *err)
{
    assert(writer->used % WORD == 0);
    writer->checksum = checkpoint_checksum(writer->checksum, writer->buffer, writer->used / WORD);
    if (!replacement_write(&writer->file, writer->buffer, writer->used))
        return write_failed(writer, err);
    writer->used = 0;
    return OK;
}

static enum status put(struct checkpoint_writer *writer, const void *bytes, size_t length, struct error *err)
{
    const char *at = bytes;
    while (length > 0) {
        const size_t room = sizeof writer->buffer - writer->used, some = length < room ? length : room;
        memcpy((char *)writer->buffer + writer->used, at, some);
        writer->used += some;
        at += some;
        length -= some;
        if (writer->used == sizeof writer->buffer) {
            const enum status status = flush(writer, err);
            if (status != OK)
                return status;
        }
    }
    return OK;
}

/* Fills up with zeros to a whole word. */
static enum status pad(struct checkpoint_writer *writer, struct error *err)
{
    static const char zeros[WORD];
    return put(writer, zeros, (WORD - writer->used % WORD) % WORD, err);
}

enum status checkpoint_writer_open(struct checkpoint_writer *writer, const char *folder,
                                   const struct checkpoint_kind *kind, const char *text, struct error *err)
{
    const size_t length = strlen(text);
    char path[PATH_MAX];
    if (length > CHECKPOINT_TEXT_MAX)
        return error_set(err, ERR_INTERNAL, "the checkpoint's description is too long");
    writer->checksum = writer->length = 0;
    writer->used = 0;
    enum status status = checkpoint_folder_path(path, folder, kind, false, err);
    if (status == OK)
        status = checkpoint_folder_path(writer->previous, folder, kind, true, err);
    if (status != OK)
        return status;
    /* The newest one is whole, on the disk, and stays until this one is: room is needed for two, not for
     * three. */
    if (access(path, F_OK) == 0)
        (void)unlink(writer->previous);
    if (!replacement_open(&writer->file, AT_FDCWD, path, NULL))
        return error_set(err, ERR_IO, "the checkpoint %s could not be written: %s", path, strerror(errno));
    const uint64_t head[HEAD_WORDS] = {MAGIC, kind_word(kind), kind->version, length};
    status = put(writer, head, sizeof head, err);
    if (status == OK)
        status = put(writer, text, length, err);
    if (status == OK)
        status = pad(writer, err);
    return status == OK ? OK : checkpoint_writer_close(writer, status, err);
}

enum status checkpoint_writer_put(struct checkpoint_writer *writer, const void *bytes, size_t length,
                                  struct error *err)
{
    writer->length += length;
    return put(writer, bytes, length, err);
}

static enum status put_tail(struct checkpoint_writer *writer, struct error *err)
{
    enum status status = pad(writer, err);
    if (status == OK)
        status = put(writer, &writer->length, sizeof writer->length, err);
    if (status == OK)
        status = flush(writer, err);
    if (status == OK && !replacement_write(&writer->file, &writer->checksum, sizeof writer->checksum))
        status = write_failed(writer, err);
    return status;
}

enum status checkpoint_writer_close(struct checkpoint_writer *writer, enum status status, struct error *err)
{
    if (status == OK)
        status = put_tail(writer, err);
    if (status == OK && !replacement_commit(&writer->file, true, writer->previous))
        status = write_failed(writer, err);
    replacement_discard(&writer->file);
    return status;
}

/* --- reading --- */

static enum status damaged(const char *name, const char *how, struct error *err)
{
    return error_set(err, ERR_DATA, "%s is damaged: %s", name, how);
}

static enum status read_failed(const char *name, struct error *err)
{
    return error_set(err, ERR_IO, "%s could not be read: %s", name, strerror(errno));
}

/* A file that does not begin as one of ours. */
static enum status not_ours(const char *name, const void *bytes, size_t length, struct error *err)
{
    for (size_t i = 0; i < sizeof older_formats / sizeof older_formats[0]; i++) {
        const size_t word = strlen(older_formats[i]);
        for (size_t at = 0; at + word <= length && at < 32; at++) {
            if (memcmp((const char *)bytes + at, older_formats[i], word) == 0)
                return error_set(
                    err, ERR_DATA,
                    "%s is of an older version of this program: go on with that version, or remove "
                    "the file and begin anew",
                    name);
        }
    }
    return error_set(err, ERR_DATA, "%s is damaged, or no checkpoint at all", name);
}

/* Reads the whole file once. Sets its number of words, and the last ones. */
static enum status verify(FILE *file, const char *name, uint64_t *ret_words, uint64_t tail[TAIL_WORDS],
                          struct error *err)
{
    uint64_t words[CHECKPOINT_BUFFER_WORDS], checksum = 0, total = 0;
    size_t bytes;
    while ((bytes = fread(words, 1, sizeof words, file)) > 0) {
        const size_t count = bytes / WORD;
        if (total == 0 && (count == 0 || words[HEAD_MAGIC] != MAGIC))
            return not_ours(name, words, bytes, err);
        if (bytes % WORD != 0)
            return damaged(name, "it is cut off", err);
        /* The last word of the file is the checksum itself: each word waits until another one follows. */
        if (total > 0)
            checksum = checkpoint_checksum(checksum, &tail[TAIL_CHECKSUM], 1);
        checksum = checkpoint_checksum(checksum, words, count - 1);
        tail[TAIL_LENGTH] = count > 1 ? words[count - 2] : tail[TAIL_CHECKSUM];
        tail[TAIL_CHECKSUM] = words[count - 1];
        total += count;
    }
    if (ferror(file) != 0)
        return read_failed(name, err);
    if (total == 0)
        return damaged(name, "it is empty", err);
    if (total < HEAD_WORDS + TAIL_WORDS || checksum != tail[TAIL_CHECKSUM])
        return damaged(name, "its checksum is wrong, as of a file that is cut off or changed", err);
    *ret_words = total;
    return OK;
}

static enum status read_words(FILE *file, const char *name, void *words, size_t count, struct error *err)
{
    if (fread(words, WORD, count, file) == count)
        return OK;
    return ferror(file) != 0 ? read_failed(name, err) : damaged(name, "it has become shorter", err);
}

/* From the file's beginning, after it was verified. */
static enum status read_head(struct checkpoint_reader *reader, const char *name,
                             const struct checkpoint_kind *kind, uint64_t words, uint64_t length,
                             struct error *err)
{
    uint64_t head[HEAD_WORDS], text[TEXT_WORDS];
    enum status status = read_words(reader->file, name, head, HEAD_WORDS, err);
    if (status != OK)
        return status;
    if (head[HEAD_KIND] != kind_word(kind))
        return error_set(err, ERR_DATA, "%s is not the checkpoint of a %s", name, kind->name);
    if (head[HEAD_VERSION] != kind->version)
        return error_set(
            err, ERR_DATA,
            "%s has version %llu, and this program reads version %u: go on with the program that "
            "wrote it, or remove the file and begin anew",
            name, (unsigned long long)head[HEAD_VERSION], kind->version);
    const uint64_t text_words = words_for(head[HEAD_LENGTH]);
    if (head[HEAD_LENGTH] > CHECKPOINT_TEXT_MAX || words < HEAD_WORDS + text_words + TAIL_WORDS ||
        words - HEAD_WORDS - text_words - TAIL_WORDS != words_for(length))
        return damaged(name, "its lengths", err);
    status = read_words(reader->file, name, text, (size_t)text_words, err);
    if (status != OK)
        return status;
    memcpy(reader->text, text, (size_t)head[HEAD_LENGTH]);
    reader->text[head[HEAD_LENGTH]] = '\0';
    reader->left = length;
    return OK;
}

/* Takes the file that was verified. */
static enum status begin(struct checkpoint_reader *reader, const char *name,
                         const struct checkpoint_kind *kind, uint64_t words, uint64_t length,
                         struct error *err)
{
    enum status status = OK;
    if (fseek(reader->file, 0, SEEK_SET) != 0)
        status = read_failed(name, err);
    if (status == OK)
        status = read_head(reader, name, kind, words, length, err);
    if (status != OK)
        checkpoint_reader_close(reader);
    return status;
}

enum status checkpoint_reader_take(struct checkpoint_reader *reader, FILE *file, const char *name,
                                   const struct checkpoint_kind *kind, struct error *err)
{
    uint64_t words, tail[TAIL_WORDS];
    reader->file = file;
    reader->warning.text[0] = '\0';
    const enum status status = verify(file, name, &words, tail, err);
    if (status == OK)
        return begin(reader, name, kind, words, tail[TAIL_LENGTH], err);
    checkpoint_reader_close(reader);
    return status;
}

/* Opens a file and verifies it. */
static enum status open_verified(const char *path, FILE **ret_file, uint64_t *ret_words,
                                 uint64_t tail[TAIL_WORDS], struct error *err)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return error_set(err, ERR_NO_INPUT, "there is no checkpoint to resume: %s: %s", path,
                         strerror(errno));
    const enum status status = verify(file, path, ret_words, tail, err);
    if (status == OK)
        *ret_file = file;
    else
        (void)fclose(file);
    return status;
}

enum status checkpoint_reader_open(struct checkpoint_reader *reader, const char *folder,
                                   const struct checkpoint_kind *kind, struct error *err)
{
    char path[PATH_MAX], previous[PATH_MAX];
    uint64_t words, tail[TAIL_WORDS];
    struct error wrong = {{0}};
    reader->file = NULL;
    reader->warning.text[0] = '\0';
    enum status status = checkpoint_folder_path(path, folder, kind, false, err);
    if (status == OK)
        status = checkpoint_folder_path(previous, folder, kind, true, err);
    if (status != OK)
        return status;
    status = open_verified(path, &reader->file, &words, tail, &wrong);
    if (status == OK)
        return begin(reader, path, kind, words, tail[TAIL_LENGTH], err);
    if (open_verified(previous, &reader->file, &words, tail, NULL) != OK)
        return error_set(err, status,
                         access(previous, F_OK) == 0 ? "%s; the one before it is no better" : "%s",
                         wrong.text);
    (void)error_set(&reader->warning, status, "%s; the one before it is taken, %s", wrong.text, previous);
    return begin(reader, previous, kind, words, tail[TAIL_LENGTH], err);
}

enum status checkpoint_reader_get(struct checkpoint_reader *reader, void *bytes, size_t length,
                                  struct error *err)
{
    if (length > reader->left)
        return error_set(err, ERR_DATA, "the checkpoint is damaged: it ends too early");
    if (fread(bytes, 1, length, reader->file) != length)
        return error_set(err, ERR_IO, "the checkpoint could not be read: %s", strerror(errno));
    reader->left -= length;
    return OK;
}

void checkpoint_reader_close(struct checkpoint_reader *reader)
{
    if (reader->file != NULL)
        (void)fclose(reader->file);
    reader->file = NULL;
}

/* --- the text --- */

/* Length of the line at text, without its newline. */
static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

enum status checkpoint_text_compare(const struct checkpoint_kind *kind, const char *theirs, const char *ours,
                                    struct error *err)
{
    while (*theirs != '\0' || *ours != '\0') {
        const size_t a = line_length(theirs), b = line_length(ours);
        if (a != b || memcmp(theirs, ours, a) != 0)
            return error_set(err, ERR_USAGE,
                             "the checkpoint is of another %s: it has '%.*s', this one '%.*s'", kind->name,
                             (int)a, theirs, (int)b, ours);
        theirs += a + (theirs[a] == '\n');
        ours += b + (ours[b] == '\n');
    }
    return OK;
}

bool checkpoint_text_value(const char *text, const char *name, char *value, size_t size)
{
    const size_t length = strlen(name);
    for (; *text != '\0'; text += line_length(text), text += *text == '\n') {
        if (strncmp(text, name, length) != 0 || text[length] != ' ')
            continue;
        const size_t value_length = line_length(text) - length - 1;
        if (value_length >= size)
            return false;
        memcpy(value, text + length + 1, value_length);
        value[value_length] = '\0';
        return true;
    }
    return false;
}
