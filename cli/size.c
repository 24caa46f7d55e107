/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/size.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/budget.h"

static enum status parse(const char *option, const char *text, size_t *ret_bytes, struct error *err)
{
    static const char units[] = "KMGT";
    char *end;
    double bytes = strtod(text, &end);
    const char *unit = *end != '\0' ? strchr(units, toupper((unsigned char)*end)) : NULL;
    if (unit != NULL) {
        for (ptrdiff_t i = unit - units; i >= 0; i--)
            bytes *= 1024;
    }
    if (end == text || (unit == NULL && *end != '\0') || (unit != NULL && end[1] != '\0') || !(bytes >= 1) ||
        bytes >= (double)(SIZE_MAX / 2))
        return error_set(err, ERR_USAGE,
                         "--%s '%.64s' is not a size; give bytes, or a number with K, M, G or T", option,
                         text);
    *ret_bytes = (size_t)bytes;
    return OK;
}

enum status size_parse_limit(const char *option, const char *text, size_t *ret_bytes, struct error *err)
{
    enum { ROOM = 2 << 20 };
    size_t bytes = 0;
    const enum status status = parse(option, text, &bytes, err);
    if (status != OK)
        return status;
    const size_t resident = memory_resident();
    if (bytes < resident + ROOM)
        return error_set(
            err, ERR_USAGE,
            "--%s %s: the program itself has %.1f MB in use before it begins; give at least %.1f MB", option,
            text, (double)resident / 1e6, (double)(resident + ROOM) / 1e6);
    *ret_bytes = bytes;
    return OK;
}
