/* Blocks of a text file that a program writes, between marks in comments:
 *
 *   <!-- begin NAME: … -->
 *   …
 *   <!-- end NAME -->
 *
 * so that numbers in a page are as old as the command that measured them, and no older. Owner only. */
#ifndef RACEWALK_BENCH_MARKED_H
#define RACEWALK_BENCH_MARKED_H

#include <stdbool.h>

#include "base/buffer.h"

#define MARKED_FILE_MAX ((size_t)16 << 20)

/* Replaces what stands between the marks of a name by a blank line, the content and a blank line. *ret_found
 * is false, and the text as it was, when it has no such block. ERR_DATA when a block has no end; ERR_MEMORY.
 */
enum status marked_replace(struct buffer *text, const char *name, const char *content, bool *ret_found,
                           struct error *err) WARN_UNUSED;

struct marked_block {
    const char *name, *content;
};

/* Replaces in a file those blocks that it has. ERR_DATA when it has none of them. */
enum status marked_update(const char *path, const struct marked_block *blocks, size_t count,
                          struct error *err) WARN_UNUSED;

#endif
