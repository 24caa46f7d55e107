#include "bench/marked.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

enum status marked_replace(struct buffer *text, const char *name, const char *content, bool *ret_found,
                           struct error *err)
{
    char mark[256];
    snprintf(mark, sizeof mark, "<!-- begin %s:", name);
    const char *begin = strstr(text->text, mark);
    if (begin == NULL) {
        *ret_found = false;
        return OK;
    }
    snprintf(mark, sizeof mark, "<!-- end %s -->", name);
    const char *body = strchr(begin, '\n');
    const char *end = body != NULL ? strstr(body, mark) : NULL;
    if (end == NULL)
        return error_set(err, ERR_DATA, "the block %s has no end: %s", name, mark);
    struct buffer whole;
    buffer_init(&whole);
    buffer_append(&whole, text->text, (size_t)(body + 1 - text->text));
    buffer_format(&whole, "\n%s\n", content);
    buffer_string(&whole, end);
    const enum status status = buffer_status(&whole, err);
    if (status != OK) {
        buffer_release(&whole);
        return status;
    }
    buffer_release(text);
    *text = whole;
    *ret_found = true;
    return OK;
}

static enum status read_file(const char *path, struct buffer *out, struct error *err)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_set(err, ERR_NO_INPUT, "%s: %s", path, strerror(errno));
    char block[1 << 16];
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        buffer_append(out, block, got);
    const bool failed = ferror(file) != 0;
    (void)fclose(file);
    return failed ? error_set(err, ERR_IO, "%s: cannot be read", path) : buffer_status(out, err);
}

enum status marked_update(const char *path, const struct marked_block *blocks, size_t count,
                          struct error *err)
{
    struct buffer text;
    buffer_init_limited(&text, MARKED_FILE_MAX);
    bool any = false;
    enum status status = read_file(path, &text, err);
    for (size_t i = 0; i < count && status == OK; i++) {
        bool found;
        status = marked_replace(&text, blocks[i].name, blocks[i].content, &found, err);
        if (status != OK)
            status = error_prefix(err, status, "%s: ", path);
        any = any || (status == OK && found);
    }
    if (status == OK && !any)
        status = error_set(err, ERR_DATA, "%s has none of the blocks that were measured: <!-- begin %s: -->",
                           path, count > 0 ? blocks[0].name : "NAME");
    if (status == OK)
        status = file_write_whole(path, text.text, text.length, err);
    buffer_release(&text);
    return status;
}
