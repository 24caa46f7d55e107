/* SPDX-License-Identifier: Apache-2.0 */
/* A client, what confirms through it, and a trace: what the tests of confirm work on. */
#ifndef RACEWALK_TESTS_CONFIRM_BENCH_H
#define RACEWALK_TESTS_CONFIRM_BENCH_H

#include "mbt/confirm.h"
#include "mbt/lab/lab_system.h"

/* Known traces. */
#define SHORTEST "itf/root_n3_5_3_shortest.itf.json"
#define MULTI    "itf/root_n3_5_3_multi_s7.itf.ndjson.gz"
#define SEVERAL  "itf/replay_root_n3_5_3_s123.itf.json.gz"

#define ROOT     "clouddb.us-east-1.api.acme"
#define ROLLBACK "_rollback." ROOT

/* How a bench confirms. */
struct bench_options {
    struct lab_driver_options driver;
    void (*on_call)(void *user, const struct http_request *request, const struct http_answer *answer);
    bool (*stopped)(void *user);
    void *user;
};

struct bench {
    struct http_client *client;
    struct lab_driver *lab;
    struct confirm *confirm;
    struct confirm_result result;
    struct itf_trace trace;
    struct error err;
};

/* What is watched is the property's; every trace keeps as much as its MAX_PLAN_AGE. */
extern const struct bench_options by_property;

void bench_open(struct bench *bench, const char *url, const struct bench_options *options);
void bench_close(struct bench *bench);

/* Reads trace index of a golden file into the bench. */
void bench_read_golden(struct bench *bench, const char *path, size_t index);
/* A trace of a model, written as a file has it and read back into the bench. */
void bench_read_trace(struct bench *bench, const struct model *model, const struct trace *trace);
/* The walk with that seed, up to the first state that hits one of the properties. */
void bench_read_walk(struct bench *bench, const struct instance *instance, uint64_t seed, uint32_t max_steps,
                     uint32_t properties);

/* What confirm says of the trace; judging well must be OK. */
enum status bench_judge(struct bench *bench) WARN_UNUSED;
void bench_judge_well(struct bench *bench);
void bench_expect(const struct bench *bench, enum confirm_verdict verdict, size_t fail_state);

/* The difference of that name in the result; NULL when there is none. */
const struct system_difference *bench_difference(const struct bench *bench, const char *name);

#endif
