/* SPDX-License-Identifier: Apache-2.0 */
/* How cost grows with size, threads and ranks, against the machine's limit. */
#ifndef RACEWALK_BENCH_SCALING_H
#define RACEWALK_BENCH_SCALING_H

#include "bench/report.h"

/* Measures, and writes the plots' numbers to FOLDER/scaling.json; bench/pages.py draws them. Main thread. */
enum status scaling_run(const char *folder, const struct bench_setting *setting, struct error *err);

#endif
