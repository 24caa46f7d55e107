#include "cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/stop.h"

#define INTERVAL_SECONDS 0.2

void progress_init(struct progress *progress, const struct option_set *options)
{
    const char *term = getenv("TERM");
    *progress = (struct progress){.active = isatty(STDERR_FILENO) == 1 && !option_flag(options, "quiet") &&
                                            !option_flag(options, "no-progress") &&
                                            (term == NULL || strcmp(term, "dumb") != 0)};
}

bool progress_due(struct progress *progress)
{
    if (!progress->active)
        return false;
    const double now = clock_seconds();
    if (now - progress->drawn < INTERVAL_SECONDS)
        return false;
    progress->drawn = now;
    return true;
}

void progress_draw(struct progress *progress, const char *format, ...)
{
    if (!progress->active)
        return;
    char line[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    struct winsize size;
    const int columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
    fprintf(stderr, "\r%.*s\033[K", columns - 1, line);
    fflush(stderr);
}

void progress_clear(struct progress *progress)
{
    if (progress->active && progress->drawn > 0)
        fputs("\r\033[K", stderr);
}
