/* SPDX-License-Identifier: Apache-2.0 */
#include "search/check_checkpoint.h"

const struct checkpoint_kind check_checkpoint = {.name = "check", .version = 3};

static enum status write_words(struct word_sink *sink, const uint64_t *words, size_t count, struct error *err)
{
    struct check_writer *writer = (struct check_writer *)(void *)sink;
    return checkpoint_writer_put(&writer->file, words, count * sizeof *words, err);
}

enum status check_writer_open(struct check_writer *writer, const char *folder, const char *text,
                              struct error *err)
{
    writer->sink.write = write_words;
    return checkpoint_writer_open(&writer->file, folder, &check_checkpoint, text, err);
}

enum status check_writer_close(struct check_writer *writer, enum status status, struct error *err)
{
    return checkpoint_writer_close(&writer->file, status, err);
}

static enum status read_words(struct word_source *source, uint64_t *words, size_t count, struct error *err)
{
    struct check_reader *reader = (struct check_reader *)(void *)source;
    return checkpoint_reader_get(&reader->file, words, count * sizeof *words, err);
}

static uint64_t words_left(struct word_source *source)
{
    return ((const struct check_reader *)(const void *)source)->file.left / sizeof(uint64_t);
}

static void begin(struct check_reader *reader)
{
    reader->source.read = read_words;
    reader->source.left = words_left;
}

enum status check_reader_open(struct check_reader *reader, const char *folder, struct error *err)
{
    begin(reader);
    return checkpoint_reader_open(&reader->file, folder, &check_checkpoint, err);
}

enum status check_reader_take(struct check_reader *reader, FILE *file, const char *name, struct error *err)
{
    begin(reader);
    return checkpoint_reader_take(&reader->file, file, name, &check_checkpoint, err);
}

void check_reader_close(struct check_reader *reader)
{
    checkpoint_reader_close(&reader->file);
}
