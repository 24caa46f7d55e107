/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a page (HTML, CSS, scripts) that the build has put into the program; web/embed.cmake writes the
 * tables. Pure functions: any thread. */
#ifndef RACEWALK_BASE_ASSET_H
#define RACEWALK_BASE_ASSET_H

#include <stddef.h>

#include "base/buffer.h"

struct asset {
    const char *name; /* of the file, without its folder */
    const unsigned char *bytes;
    size_t length;
};

struct asset_list {
    const struct asset *rows;
    size_t count;
};

/* Appends the file of that name, in which each @NAME@ (letters, digits, '.', '-' and '_') has been replaced:
 * by the file NAME as it stands, or by what write_slot appends when there is no such file. That the file is
 * there is the build's duty (assert). */
void asset_write_page(const struct asset_list *assets, const char *name,
                      void (*write_slot)(void *context, const char *slot, struct buffer *out), void *context,
                      struct buffer *out);

#endif
