/* A benchmark is a row: a name, a unit, and a function that measures once. bench.c repeats the rows in turn
 * (so that a drift of the clock or a noisy neighbour meets them all alike) and reports medians.
 *
 * A file of rows offers a struct bench_table and is named in bench_tables in bench.c. Main thread; a measure
 * may use threads inside. */
#ifndef RACEWALK_BENCH_BENCH_H
#define RACEWALK_BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

/* How a measure is to be taken: the same for all rows of a run. */
struct bench_settings {
    double seconds; /* that one measure should take, about */
    uint64_t
        walks; /* walks of one measure in place of seconds, so that instructions can be counted; 0: seconds */
    int threads; /* what "all threads" means */
};

struct bench {
    const char *name; /* "walk/avx512/1 thread": parts by slashes, from the general to the special */
    const char *unit; /* "M steps/s" */
    /* Measures once. NAN: it cannot be measured here (a kernel that the processor does not have). */
    double (*run)(const struct bench *bench, const struct bench_settings *settings);
    const void *setup; /* the function's own */
    int threads;       /* it uses, 0 for all; cycles per unit are reckoned from it when unit is "M steps/s" */
};

struct bench_table {
    const struct bench *rows;
    size_t count;
};

extern const struct bench_table bench_walk_table;

/* The processor's name, "unknown" where the system does not tell. The text is static. */
const char *host_processor(void);
/* Clock cycles a second of one core that is busy with scalar code; 0 where it cannot be measured. */
double host_clock(void);

#endif
