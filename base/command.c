/* SPDX-License-Identifier: Apache-2.0 */
#include "base/command.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/plain.h"
#include "base/program.h"

static bool color_off, muted;

void message_mute(void)
{
    muted = true;
}

void message_hint(const char *format, ...)
{
    if (muted)
        return;
    va_list args;
    va_start(args, format);
    print_vline(stderr, format, args);
    va_end(args);
}

void message_no_color(void)
{
    color_off = true;
}

static void __attribute__((format(printf, 3, 0)))
message(const char *kind, const char *color, const char *format, va_list args)
{
    if (muted)
        return;
    const char *no_color = getenv("NO_COLOR");
    const bool colored =
        !color_off && (no_color == NULL || no_color[0] == '\0') && isatty(STDERR_FILENO) == 1;
    fprintf(stderr, "%s: %s%s%s: ", program_name(), colored ? color : "", kind, colored ? "\033[0m" : "");
    print_vline(stderr, format, args);
}

void message_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message("error", "\033[1;31m", format, args);
    va_end(args);
}

void message_warning(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message("warning", "\033[1;33m", format, args);
    va_end(args);
}

int message_failure(enum status status, const struct error *err)
{
    message_error("%s", err->text[0] != '\0' ? err->text : "failed without a message (a bug)");
    return (int)status_exit_code(status);
}
