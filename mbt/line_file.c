/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/line_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

#define SUM_START UINT64_C(0xCBF29CE484222325)

/* FNV-1a with 64 bits (Fowler, Noll, Vo), byte by byte. */
static uint64_t sum_add(uint64_t sum, unsigned char byte)
{
    return (sum ^ byte) * UINT64_C(0x100000001B3);
}

static enum status failed(const char *path, struct error *err)
{
    return error_set(err, ERR_IO, "%s: cannot be gone on with: %s", path, strerror(errno));
}

static enum status note_line(struct line_file *lines, uint64_t sum, struct error *err)
{
    void *sums = lines->sums;
    const enum status status = mem_reserve(&sums, &lines->capacity, lines->count + 1, sizeof *lines->sums);
    if (status != OK)
        return error_memory(err, (lines->count + 1) * sizeof *lines->sums);
    lines->sums = sums;
    lines->sums[lines->count++] = sum;
    return OK;
}

/* Reads the lines that are there; ret_end is where the last whole one ends. */
static enum status read_lines(struct line_file *lines, FILE *file, off_t *ret_end, struct error *err)
{
    uint64_t sum = SUM_START;
    off_t at = 0;
    int byte;
    *ret_end = 0;
    while ((byte = getc(file)) != EOF) {
        sum = sum_add(sum, (unsigned char)byte);
        at++;
        if (byte != '\n')
            continue;
        const enum status status = note_line(lines, sum, err);
        if (status != OK)
            return status;
        sum = SUM_START;
        *ret_end = at;
    }
    lines->cut = at > *ret_end;
    return ferror(file) != 0 ? failed(lines->path, err) : OK;
}

/* Opens what is there, which need not be anything. */
static enum status go_on_with(struct line_file *lines, struct error *err)
{
    off_t end;
    FILE *file = fopen(lines->path, "r+e");
    if (file == NULL)
        return errno == ENOENT ? file_open_lines(lines->path, &lines->file, err) : failed(lines->path, err);
    lines->file = file;
    const enum status status = read_lines(lines, file, &end, err);
    if (status != OK)
        return status;
    if ((lines->cut && ftruncate(fileno(file), end) != 0) || fseeko(file, end, SEEK_SET) != 0)
        return failed(lines->path, err);
    return OK;
}

enum status line_file_open(struct line_file *lines, const char *path, bool go_on, struct error *err)
{
    *lines = (struct line_file){.path = path};
    if (!go_on || strcmp(path, "-") == 0)
        return file_open_lines(path, &lines->file, err);
    return go_on_with(lines, err);
}

enum status line_file_add(struct line_file *lines, const char *line, size_t length, struct error *err)
{
    uint64_t sum = SUM_START;
    for (size_t i = 0; i < length; i++)
        sum = sum_add(sum, (unsigned char)line[i]);
    for (size_t i = 0; i < lines->count; i++) {
        if (lines->sums[i] == sum)
            return OK;
    }
    return file_append(lines->file, lines->path, line, length, err);
}

enum status line_file_close(struct line_file *lines, struct error *err)
{
    const enum status status = file_close_lines(lines->file, lines->path, err);
    mem_free(lines->sums);
    *lines = (struct line_file){0};
    return status;
}
