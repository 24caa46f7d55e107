/* SPDX-License-Identifier: Apache-2.0 */
#include "base/asset.h"

#include <assert.h>
#include <string.h>

#define SLOT_NAME_MAX 32 /* bytes, with the NUL; longer ones are no slots */

static const struct asset *find(const struct asset_list *assets, const char *name)
{
    for (size_t i = 0; i < assets->count; i++) {
        if (strcmp(assets->rows[i].name, name) == 0)
            return &assets->rows[i];
    }
    return NULL;
}

/* The length of NAME when at, which is behind a @, begins NAME@; otherwise 0. */
static size_t slot_length(const char *at, const char *end)
{
    size_t length = 0;
    while (at + length < end && length < SLOT_NAME_MAX && at[length] != '\0' &&
           strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", at[length]) != NULL)
        length++;
    return length < SLOT_NAME_MAX && at + length < end && at[length] == '@' ? length : 0;
}

void asset_write_page(const struct asset_list *assets, const char *name,
                      void (*write_slot)(void *context, const char *slot, struct buffer *out), void *context,
                      struct buffer *out)
{
    const struct asset *page = find(assets, name);
    assert(page != NULL);
    const char *at = (const char *)page->bytes, *end = at + page->length;
    for (const char *open; at < end && (open = memchr(at, '@', (size_t)(end - at))) != NULL;) {
        buffer_append(out, at, (size_t)(open - at));
        const size_t length = slot_length(open + 1, end);
        if (length == 0) {
            buffer_char(out, '@');
            at = open + 1;
            continue;
        }
        char slot[SLOT_NAME_MAX];
        memcpy(slot, open + 1, length);
        slot[length] = '\0';
        const struct asset *asset = find(assets, slot);
        if (asset != NULL)
            buffer_append(out, asset->bytes, asset->length);
        else
            write_slot(context, slot, out);
        at = open + 1 + length + 1;
    }
    buffer_append(out, at, (size_t)(end - at));
}
