/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/limit.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"
#include "bench/bench.h"
#include "bench/bench_walk.h"
#include "model/dns/dns_walk.h"

/* A limit is the best of several attempts: whatever disturbs one is no part of it. */
#define ATTEMPTS 8

bool limit_measure(const char *kernel, double seconds, struct walk_limit *ret_limit)
{
    limit_kernel *measure = NULL;
#if defined(__x86_64__)
    if (strcmp(kernel, "avx2") == 0)
        measure = limit_avx2;
    if (strcmp(kernel, "avx512") == 0)
        measure = limit_avx512;
#endif
    struct model *model = NULL;
    if (measure == NULL || dns_walk_select(kernel, NULL) != OK ||
        bench_model_new(3, 20, 3, 0, &model, NULL) != OK)
        return false;
    *ret_limit = (struct walk_limit){(double)INFINITY, (double)INFINITY};
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        struct walk_limit limit;
        measure(dns_model_of(model), seconds / ATTEMPTS, &limit);
        ret_limit->draw = fmin(ret_limit->draw, limit.draw);
        ret_limit->operation = fmin(ret_limit->operation, limit.operation);
    }
    model_free(model);
    return true;
}

double limit_copy(size_t bytes, double seconds)
{
    unsigned char *from = mem_new(bytes, 1), *to = mem_new(bytes, 1);
    double rate = 0;
    if (from != NULL && to != NULL) {
        memset(from, 1, bytes);
        memset(to, 2, bytes);
        const double end = clock_seconds() + seconds;
        do {
            const double start = clock_seconds();
            memcpy(to, from, bytes);
            __asm__ volatile("" : : "r"(to) : "memory");
            rate = fmax(rate, (double)bytes / (clock_seconds() - start));
        } while (clock_seconds() < end);
    }
    mem_free(from);
    mem_free(to);
    return rate;
}

static enum status run_limit(const struct bench *bench, const struct bench_settings *settings,
                             struct measure *ret_measure, struct error *err)
{
    struct walk_limit limit;
    if (!limit_measure(bench->setup, settings->seconds / 2, &limit))
        return error_set(err, ERR_USAGE, "this processor does not have %s", (const char *)bench->setup);
    *ret_measure = (struct measure){.value = 1 / limit_step(&limit, 3) / 1e6};
    return OK;
}

static enum status run_draw(const struct bench *bench, const struct bench_settings *settings,
                            struct measure *ret_measure, struct error *err)
{
    struct walk_limit limit;
    if (!limit_measure(bench->setup, settings->seconds / 2, &limit))
        return error_set(err, ERR_USAGE, "this processor does not have %s", (const char *)bench->setup);
    *ret_measure = (struct measure){.value = 1 / limit.draw / 1e6};
    return OK;
}

static enum status run_copy(const struct bench *bench, const struct bench_settings *settings,
                            struct measure *ret_measure, struct error *err)
{
    const double rate = limit_copy(*(const size_t *)bench->setup, settings->seconds);
    if (rate == 0)
        return error_set(err, ERR_MEMORY, "not enough memory");
    *ret_measure = (struct measure){.value = rate / 1e9};
    return OK;
}

static const struct bench rows[] = {
    {.name = "limit/draw alone/avx2", .unit = "M steps/s", .threads = 1, .run = run_draw, .setup = "avx2"},
    {.name = "limit/draw alone/avx512",
     .unit = "M steps/s",
     .threads = 1,
     .run = run_draw,
     .setup = "avx512"},
    {.name = "limit/walk/avx2", .unit = "M steps/s", .threads = 1, .run = run_limit, .setup = "avx2"},
    {.name = "limit/walk/avx512", .unit = "M steps/s", .threads = 1, .run = run_limit, .setup = "avx512"},
    {.name = "limit/copy of 32 MB",
     .unit = "GB/s",
     .threads = 1,
     .run = run_copy,
     .setup = &(const size_t){(size_t)32 << 20}},
};

const struct bench_table bench_limit_table = {rows, sizeof rows / sizeof rows[0]};
