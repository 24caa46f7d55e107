/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum status error_set(struct error *err, enum status status, const char *format, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        (void)vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return status;
}

enum status error_prefix(struct error *err, enum status status, const char *format, ...)
{
    if (err != NULL) {
        char rest[ERROR_TEXT_MAX];
        memcpy(rest, err->text, sizeof rest);
        va_list args;
        va_start(args, format);
        const int used = vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
        if (used >= 0 && (size_t)used < sizeof err->text)
            (void)snprintf(err->text + used, sizeof err->text - (size_t)used, "%s", rest);
    }
    return status;
}

enum status error_memory(struct error *err, size_t bytes)
{
    return error_set(err, ERR_MEMORY, "out of memory: %zu bytes were needed", bytes);
}

enum exit_code status_exit_code(enum status status)
{
    switch (status) {
    case OK:
        return EXIT_NOTHING_FOUND;
    case ERR_USAGE:
        return EXIT_USAGE;
    case ERR_DATA:
        return EXIT_DATA;
    case ERR_NO_INPUT:
        return EXIT_NO_INPUT;
    case ERR_IO:
        return EXIT_IO;
    case ERR_STOPPED:
        return EXIT_STOPPED;
    case ERR_INTERNAL:
    case ERR_MEMORY:
        break;
    }
    return EXIT_INTERNAL;
}
