/* SPDX-License-Identifier: Apache-2.0 */
/* run --scheduler iw2: no walks, but a search for what is new (search/novelty.h). Main thread. */
#ifndef RACEWALK_CLI_RUN_GUIDED_H
#define RACEWALK_CLI_RUN_GUIDED_H

#include <stdio.h>

#include "model/finding.h"
#include "search/novelty.h"
#include "search/runner.h"

struct run_guided {
    struct novelty_result result;
    struct finding *finding; /* NULL: none; otherwise for finding_free */
};

/* max_steps 0: any. Of the config, model, properties, seed and timeout count. */
enum status run_guided_search(const struct run_config *config, uint32_t max_steps,
                              struct run_guided *ret_guided, struct error *err) WARN_UNUSED;
/* Why it stopped, as reports name it. */
const char *run_guided_stop(const struct run_guided *guided);
/* What it took. Tells of no finding. */
void run_guided_print(const struct run_guided *guided, FILE *out);

#endif
