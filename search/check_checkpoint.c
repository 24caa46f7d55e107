#include "search/check_checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/rng.h"

#define MAGIC      UINT64_C(0x314b434548435752) /* "RWCHECK1" where the lowest byte comes first */
#define VERSION    1
#define FILE_NAME  "check.checkpoint"
#define HEAD_WORDS 3
#define TEXT_WORDS (CHECKPOINT_TEXT_MAX / 8)

uint64_t checkpoint_checksum(uint64_t checksum, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        checksum = rng_mix((checksum ^ words[i]) + RNG_GAMMA);
    return checksum;
}

/* --- writing --- */

static enum status write_failed(const struct checkpoint_writer *writer, struct error *err)
{
    return error_set(err, ERR_IO, "the checkpoint %s could not be written: %s", writer->temporary,
                     strerror(errno));
}

static enum status flush(struct checkpoint_writer *writer, struct error *err)
{
    writer->checksum = checkpoint_checksum(writer->checksum, writer->words, writer->used);
    const size_t written = fwrite(writer->words, sizeof *writer->words, writer->used, writer->file);
    if (written != writer->used)
        return write_failed(writer, err);
    writer->used = 0;
    return OK;
}

static enum status write_words(struct word_sink *sink, const uint64_t *words, size_t count, struct error *err)
{
    struct checkpoint_writer *writer = (struct checkpoint_writer *)(void *)sink;
    while (count > 0) {
        const size_t room = CHECKPOINT_WORDS - writer->used;
        const size_t some = count < room ? count : room;
        memcpy(writer->words + writer->used, words, some * sizeof *words);
        writer->used += some;
        words += some;
        count -= some;
        if (writer->used == CHECKPOINT_WORDS) {
            const enum status status = flush(writer, err);
            if (status != OK)
                return status;
        }
    }
    return OK;
}

static bool join(char *path, const char *dir, const char *name)
{
    const int length = snprintf(path, CHECKPOINT_PATH_MAX, "%s/%s", dir, name);
    return length > 0 && length < CHECKPOINT_PATH_MAX;
}

bool checkpoint_path(char *path, const char *dir)
{
    return join(path, dir, FILE_NAME);
}

enum status checkpoint_writer_open(struct checkpoint_writer *writer, const char *dir, const char *text,
                                   struct error *err)
{
    const size_t length = strlen(text);
    if (length > CHECKPOINT_TEXT_MAX)
        return error_set(err, ERR_INTERNAL, "the checkpoint's description is too long");
    writer->sink.write = write_words;
    writer->checksum = 0;
    writer->used = 0;
    writer->file = NULL;
    if (!checkpoint_path(writer->path, dir) || !join(writer->temporary, dir, FILE_NAME ".new"))
        return error_set(err, ERR_IO, "the name of the checkpoint's folder is too long");
    (void)snprintf(writer->dir, sizeof writer->dir, "%s", dir);
    if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        return error_set(err, ERR_IO, "the checkpoint's folder %s could not be made: %s", dir,
                         strerror(errno));
    writer->file = fopen(writer->temporary, "wb");
    if (writer->file == NULL)
        return write_failed(writer, err);
    uint64_t padded[TEXT_WORDS] = {0};
    memcpy(padded, text, length);
    enum status status =
        write_words(&writer->sink, (const uint64_t[]){MAGIC, VERSION, length}, HEAD_WORDS, err);
    if (status == OK)
        status = write_words(&writer->sink, padded, (length + 7) / 8, err);
    return status == OK ? OK : checkpoint_writer_close(writer, status, err);
}

/* A rename is on the disk when its folder is. A file system that cannot do that has no better way. */
static void sync_dir(const char *dir)
{
    const int fd = open(dir, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

enum status checkpoint_writer_close(struct checkpoint_writer *writer, enum status status, struct error *err)
{
    if (status == OK)
        status = flush(writer, err);
    if (status == OK && fwrite(&writer->checksum, sizeof writer->checksum, 1, writer->file) != 1)
        status = write_failed(writer, err);
    if (status == OK && (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0))
        status = write_failed(writer, err);
    if (fclose(writer->file) != 0 && status == OK)
        status = write_failed(writer, err);
    writer->file = NULL;
    if (status == OK && rename(writer->temporary, writer->path) != 0)
        status = write_failed(writer, err);
    if (status == OK)
        sync_dir(writer->dir);
    else
        (void)remove(writer->temporary);
    return status;
}

/* --- reading --- */

static enum status read_words(struct word_source *source, uint64_t *words, size_t count, struct error *err)
{
    struct checkpoint_reader *reader = (struct checkpoint_reader *)(void *)source;
    if (count > reader->left)
        return error_set(err, ERR_DATA, "the checkpoint is damaged: it ends too early");
    if (fread(words, sizeof *words, count, reader->file) != count)
        return error_set(err, ERR_IO, "the checkpoint could not be read: %s", strerror(errno));
    reader->left -= count;
    return OK;
}

static uint64_t words_left(struct word_source *source)
{
    return ((const struct checkpoint_reader *)(const void *)source)->left;
}

/* Reads the whole file once; sets the number of words before the checksum. */
static enum status verify(struct checkpoint_reader *reader, const char *name, struct error *err)
{
    uint64_t words[CHECKPOINT_WORDS], checksum = 0, last = 0, total = 0;
    size_t bytes;
    while ((bytes = fread(words, 1, sizeof words, reader->file)) > 0) {
        if (bytes % sizeof *words != 0)
            return error_set(err, ERR_DATA, "%s is damaged or no checkpoint: its length is odd", name);
        const size_t count = bytes / sizeof *words;
        /* The last word of the file is the checksum itself: each word waits until another one follows. */
        if (total > 0)
            checksum = checkpoint_checksum(checksum, &last, 1);
        else if (words[0] != MAGIC)
            return error_set(err, ERR_DATA, "%s is no checkpoint of a check", name);
        checksum = checkpoint_checksum(checksum, words, count - 1);
        last = words[count - 1];
        total += count;
    }
    if (ferror(reader->file) != 0)
        return error_set(err, ERR_IO, "%s could not be read: %s", name, strerror(errno));
    if (total <= HEAD_WORDS || checksum != last)
        return error_set(err, ERR_DATA, "%s is damaged: its checksum is wrong", name);
    reader->left = total - 1;
    return OK;
}

static enum status read_head(struct checkpoint_reader *reader, const char *name, struct error *err)
{
    uint64_t head[HEAD_WORDS], text[TEXT_WORDS];
    enum status status = read_words(&reader->source, head, HEAD_WORDS, err);
    if (status != OK)
        return status;
    if (head[1] != VERSION)
        return error_set(err, ERR_DATA, "%s has version %llu, and this program reads version %d", name,
                         (unsigned long long)head[1], VERSION);
    if (head[2] > CHECKPOINT_TEXT_MAX)
        return error_set(err, ERR_DATA, "%s is damaged: its description", name);
    status = read_words(&reader->source, text, ((size_t)head[2] + 7) / 8, err);
    if (status != OK)
        return status;
    memcpy(reader->text, text, (size_t)head[2]);
    reader->text[head[2]] = '\0';
    return OK;
}

enum status checkpoint_reader_take(struct checkpoint_reader *reader, FILE *file, const char *name,
                                   struct error *err)
{
    reader->file = file;
    reader->source.read = read_words;
    reader->source.left = words_left;
    reader->left = 0;
    enum status status = verify(reader, name, err);
    if (status == OK && fseek(file, 0, SEEK_SET) != 0)
        status = error_set(err, ERR_IO, "%s could not be read: %s", name, strerror(errno));
    if (status == OK)
        status = read_head(reader, name, err);
    if (status != OK)
        checkpoint_reader_close(reader);
    return status;
}

enum status checkpoint_reader_open(struct checkpoint_reader *reader, const char *dir, struct error *err)
{
    char path[CHECKPOINT_PATH_MAX];
    if (!checkpoint_path(path, dir))
        return error_set(err, ERR_NO_INPUT, "the name of the checkpoint's folder is too long");
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_set(err, ERR_NO_INPUT, "there is no checkpoint to resume: %s: %s", path,
                         strerror(errno));
    return checkpoint_reader_take(reader, file, path, err);
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

enum status checkpoint_compare(const char *theirs, const char *ours, struct error *err)
{
    while (*theirs != '\0' || *ours != '\0') {
        const size_t a = line_length(theirs), b = line_length(ours);
        if (a != b || memcmp(theirs, ours, a) != 0)
            return error_set(err, ERR_USAGE,
                             "the checkpoint is of another check: it has '%.*s', this one '%.*s'", (int)a,
                             theirs, (int)b, ours);
        theirs += a + (theirs[a] == '\n');
        ours += b + (ours[b] == '\n');
    }
    return OK;
}

bool checkpoint_value(const char *text, const char *name, char *value, size_t size)
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
