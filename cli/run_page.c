/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_page.h"

#include <math.h>

#include "base/budget.h"
#include "base/program.h"
#include "cli/report.h"
#include "cli/search_page.h"
#include "search/odds.h"

/* What the exact chances may cost. */
#define ODDS_SECONDS    5.0
#define ODDS_MEMORY_MAX ((size_t)2 << 30)

static void on_odds(void *context, size_t states, uint32_t length)
{
    struct progress *progress = context;
    (void)length;
    if (progress_due(progress))
        progress_draw(progress, "computing the exact chances  %s states", report_number(states));
}

/* Classes of length as the run has them; the chance of a class is what the chance grows by over its lengths.
 */
static void add_classes(struct json_writer *data, const struct odds *odds)
{
    const uint32_t width = run_length_width(odds->max_steps);
    double before = 0;
    json_add_array(data, "by_class");
    for (uint32_t length = width - 1;; length += width) {
        const double upto = odds->chance[length < odds->max_steps ? length : odds->max_steps];
        json_add_number(data, NULL, upto - before);
        before = upto;
        if (length >= odds->max_steps)
            break;
    }
    json_end(data);
}

static void add_chances(struct json_writer *data, const struct odds *odds)
{
    json_add_count(data, "max_steps", odds->max_steps);
    json_add_number(data, "chance", odds->chance[odds->max_steps]);
    json_add_number(data, "walks", odds_walks(odds, odds->max_steps));
    json_add_number(data, "shortest", odds->shortest != ODDS_NEVER ? odds->shortest : JSON_NO_NUMBER);
    add_classes(data, odds);
}

/* Why the chances say nothing about this run; NULL: they do. */
static const char *reason_against(const struct run_outcome *outcome, bool guided)
{
    if (guided)
        return "A guided search takes no random walks, so that chances say nothing about it.";
    if (outcome->config->goal == RUN_SHORTEST)
        return "With --shortest each hit bounds the walks after it, so that there is no one chance for all.";
    if (outcome->config->max_steps > ODDS_STEPS_MAX)
        return "The walks are too long for exact chances.";
    return NULL;
}

static void add_odds(struct json_writer *data, const struct run_outcome *outcome, bool guided,
                     struct progress *progress)
{
    const size_t memory = memory_available() / 2;
    const struct odds_config config = {.model = outcome->model,
                                       .properties = outcome->config->properties,
                                       .max_steps = outcome->config->max_steps,
                                       .threads = outcome->config->threads,
                                       .memory_max = memory < ODDS_MEMORY_MAX ? memory + 1 : ODDS_MEMORY_MAX,
                                       .timeout = ODDS_SECONDS,
                                       .context = progress,
                                       .on_progress = on_odds};
    const char *reason = reason_against(outcome, guided);
    if (reason != NULL) {
        json_add_text(data, "note", reason);
        return;
    }
    struct odds odds;
    struct error err = {{0}};
    const enum status status = odds_compute(&config, &odds, &err);
    progress_clear(progress);
    if (status == OK) {
        add_chances(data, &odds);
        odds_release(&odds);
        return;
    }
    char note[ERROR_TEXT_MAX + 160];
    (void)snprintf(note, sizeof note,
                   "The exact chance was not computed within %g seconds (%s); %s odds takes the time "
                   "that it needs.",
                   ODDS_SECONDS, err.text, program_name());
    json_add_text(data, "note", note);
}

enum status run_page_write(const struct run_outcome *outcome, bool guided, const struct rate *rate,
                           struct progress *progress, const char *path, struct error *err)
{
    const struct walk_tally *tally = &outcome->result->tally;
    double low = 0, high = 1;
    if (tally->walks > 0)
        run_outcome_interval((double)tally->ended, (double)tally->walks, &low, &high);
    struct json_writer data;
    json_writer_init(&data, JSON_LINE);
    json_add_object(&data, NULL);
    run_outcome_json(outcome, &data, "report");
    search_page_add_facts(&data, outcome->model, outcome->findings, outcome->finding_count, path);
    json_add_bool(&data, "guided", guided);
    json_add_count(&data, "ended", tally->ended);
    json_add_number(&data, "low95", low);
    json_add_number(&data, "high95", high);
    search_page_add_rate(&data, rate, "steps");
    json_add_object(&data, "odds");
    add_odds(&data, outcome, guided, progress);
    json_end(&data);
    json_end(&data);
    return search_page_write(&data, outcome->model, "run", path, err);
}
