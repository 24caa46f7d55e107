/* How fast ITF files are read, and read and replayed: MB of (decompressed) JSON a second, for each file that
 * is named.
 *
 * bench_itf FILE… */
#include <stdio.h>
#include <time.h>

#include "mbt/itf_reader.h"
#include "mbt/replay.h"
#include "model/dns_balancer.h"

#define SECONDS_MIN 1.0

static double now_s(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The traces of a text, once; returns their number, or 0 after a message. */
static size_t read_all(const char *name, const struct buffer *text, bool replay, struct itf_trace *trace)
{
    struct itf_reader *reader = NULL;
    struct error err = {{0}};
    size_t count = 0;
    bool found = false;
    enum status status = itf_reader_open_memory(name, text->text, text->length, &dns_balancer, &reader, &err);
    if (status == OK)
        status = itf_reader_next(reader, trace, &found, &err);
    while (status == OK && found) {
        struct model *model = NULL;
        struct replay_report report;
        count++;
        if (replay) {
            status = model_new(&dns_balancer, &trace->instance, &model, &err);
            if (status == OK)
                status = replay_itf(model, trace, NULL, &report, &err);
            if (status == OK && report.outcome != REPLAY_AGREES)
                fprintf(stderr, "%s: %s\n", name, report.message);
            model_free(model);
        }
        if (status == OK)
            status = itf_reader_next(reader, trace, &found, &err);
    }
    itf_reader_close(reader);
    if (status != OK)
        fprintf(stderr, "%s\n", err.text);
    return status == OK ? count : 0;
}

static double speed_mb_s(const char *name, const struct buffer *text, bool replay, struct itf_trace *trace)
{
    const double start = now_s();
    double elapsed = 0;
    size_t rounds = 0;
    for (; elapsed < SECONDS_MIN; rounds++) {
        if (read_all(name, text, replay, trace) == 0)
            return 0;
        elapsed = now_s() - start;
    }
    return (double)rounds * (double)text->length / elapsed / 1e6;
}

int main(int argc, char **argv)
{
    struct itf_trace trace;
    itf_trace_init(&trace);
    printf("%-60s %8s %12s %12s\n", "file", "MB", "read MB/s", "replay MB/s");
    for (int i = 1; i < argc; i++) {
        struct buffer text;
        char block[1 << 16];
        buffer_init(&text);
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL)
            continue;
        for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
            buffer_append(&text, block, got);
        (void)fclose(file);
        printf("%-60s %8.2f %12.0f %12.0f\n", argv[i], (double)text.length / 1e6,
               speed_mb_s(argv[i], &text, false, &trace), speed_mb_s(argv[i], &text, true, &trace));
        buffer_release(&text);
    }
    itf_trace_release(&trace);
    return 0;
}
