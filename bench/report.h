/* SPDX-License-Identifier: Apache-2.0 */
/* What was measured, as a table for people and as JSON. Owner only. */
#ifndef RACEWALK_BENCH_REPORT_H
#define RACEWALK_BENCH_REPORT_H

#include "base/buffer.h"
#include "base/json_writer.h"
#include "bench/bench.h"

#define REPEAT_MAX 101

/* A row and what it gave. */
struct measured {
    const struct bench *bench;
    double values[REPEAT_MAX]; /* sorted once all are there */
    int count;
    double work, bytes, states; /* of the last measure */
    double instructions;        /* a step; 0: not counted */
    struct error why;           /* there is no value, and why; or empty */
};

/* What is written at the top of every report. */
struct bench_setting {
    const char *processor, *build;
    double clock; /* Hz; 0: unknown */
    struct bench_settings settings;
    int repeat;
    bool counting; /* instructions, in place of time */
};

/* Smallest first. */
void bench_sort(double *values, int count);
/* Sorts the values: before anything else here. */
void measured_sort(struct measured *row);

void report_text(const struct measured *rows, size_t count, const struct bench_setting *setting,
                 struct buffer *out);
/* The instructions a step alone. */
void report_instructions(const struct measured *rows, size_t count, const struct bench_setting *setting,
                         struct buffer *out);

/* Adds the setting's keys, without rows. */
void report_json_head(struct json_writer *json, const struct bench_setting *setting);
enum status report_json(const char *path, const struct measured *rows, size_t count,
                        const struct bench_setting *setting, struct error *err) WARN_UNUSED;

#endif
