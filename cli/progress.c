#include "cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/stop.h"

#define INTERVAL_SECONDS     0.2
#define LOG_INTERVAL_SECONDS 10
#define LOG_INTERVAL_MAX     600

void progress_init(struct progress *progress, const struct option_set *options)
{
    const char *term = getenv("TERM");
    const bool log = isatty(STDERR_FILENO) != 1 || (term != NULL && strcmp(term, "dumb") == 0);
    *progress =
        (struct progress){.active = !option_flag(options, "quiet") && !option_flag(options, "no-progress"),
                          .log = log,
                          .interval = log ? LOG_INTERVAL_SECONDS : INTERVAL_SECONDS,
                          .drawn = log ? clock_seconds() : 0};
}

bool progress_due(struct progress *progress)
{
    if (!progress->active)
        return false;
    const double now = clock_seconds();
    if (now - progress->drawn < progress->interval)
        return false;
    progress->drawn = now;
    if (progress->log && progress->interval < LOG_INTERVAL_MAX)
        progress->interval *= 2;
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
    if (progress->log) {
        fprintf(stderr, "%s\n", line);
        return;
    }
    struct winsize size;
    const int columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
    fprintf(stderr, "\r%.*s\033[K", columns - 1, line);
    (void)fflush(stderr);
}

void progress_clear(struct progress *progress)
{
    if (progress->active && !progress->log && progress->drawn > 0)
        fputs("\r\033[K", stderr);
}
