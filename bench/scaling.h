/* How cost grows with size, threads and ranks, against the machine's limit: plots, tables and numbers. */
#ifndef RACEWALK_BENCH_SCALING_H
#define RACEWALK_BENCH_SCALING_H

#include "bench/report.h"

#define SCALING_PLOTS_MAX 8

/* Measures, and writes FOLDER/NAME.svg for each plot and FOLDER/scaling.json. ret_tables holds a Markdown
 * table for each plot, by name, and one called "machine": SCALING_PLOTS_MAX + 1 of them at most, which the
 * caller releases. Main thread. */
struct scaling_table {
    const char *name;
    struct buffer text;
};
enum status scaling_run(const char *folder, const struct bench_setting *setting,
                        struct scaling_table ret_tables[SCALING_PLOTS_MAX + 1], size_t *ret_count,
                        struct error *err) WARN_UNUSED;

#endif
