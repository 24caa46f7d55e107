#include "cli/run_page.h"

#include <cjson/cJSON.h>
#include <math.h>

#include "base/budget.h"
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
static bool add_classes(cJSON *object, const struct odds *odds)
{
    const uint32_t width = run_length_width(odds->max_steps);
    cJSON *rows = cJSON_AddArrayToObject(object, "by_class");
    bool ok = rows != NULL;
    double before = 0;
    for (uint32_t length = width - 1; ok; length += width) {
        const double upto = odds->chance[length < odds->max_steps ? length : odds->max_steps];
        ok = cJSON_AddItemToArray(rows, cJSON_CreateNumber(upto - before)) != 0;
        before = upto;
        if (length >= odds->max_steps)
            break;
    }
    return ok;
}

static bool add_chances(cJSON *object, const struct odds *odds)
{
    const double walks = odds_walks(odds, odds->max_steps);
    return cJSON_AddNumberToObject(object, "max_steps", odds->max_steps) != NULL &&
           cJSON_AddNumberToObject(object, "chance", odds->chance[odds->max_steps]) != NULL &&
           cJSON_AddItemToObject(object, "walks",
                                 isfinite(walks) ? cJSON_CreateNumber(walks) : cJSON_CreateNull()) != 0 &&
           cJSON_AddItemToObject(object, "shortest",
                                 odds->shortest != ODDS_NEVER ? cJSON_CreateNumber(odds->shortest)
                                                              : cJSON_CreateNull()) != 0 &&
           add_classes(object, odds);
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

static bool add_odds(cJSON *data, const struct run_outcome *outcome, bool guided, struct progress *progress)
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
    cJSON *object = cJSON_AddObjectToObject(data, "odds");
    const char *reason = reason_against(outcome, guided);
    if (object == NULL)
        return false;
    if (reason != NULL)
        return cJSON_AddStringToObject(object, "note", reason) != NULL;
    struct odds odds;
    struct error err = {{0}};
    const enum status status = odds_compute(&config, &odds, &err);
    progress_clear(progress);
    if (status != OK) {
        struct buffer note;
        buffer_init(&note);
        buffer_format(
            &note,
            "The exact chance was not computed within %g seconds (%s); racewalk odds takes the time "
            "that it needs.",
            ODDS_SECONDS, err.text);
        const bool ok = cJSON_AddStringToObject(object, "note", note.text) != NULL;
        buffer_release(&note);
        return ok;
    }
    const bool ok = add_chances(object, &odds);
    odds_release(&odds);
    return ok;
}

enum status run_page_write(const struct run_outcome *outcome, bool guided, const struct rate *rate,
                           struct progress *progress, const char *path, struct error *err)
{
    cJSON *data = search_page_data(run_outcome_json(outcome), outcome->model, path);
    double low = 0, high = 1;
    if (outcome->result->tally.walks > 0)
        run_outcome_interval((double)outcome->result->tally.ended, (double)outcome->result->tally.walks, &low,
                             &high);
    const bool ok = data != NULL && cJSON_AddBoolToObject(data, "guided", guided) != NULL &&
                    cJSON_AddNumberToObject(data, "ended", (double)outcome->result->tally.ended) != NULL &&
                    cJSON_AddNumberToObject(data, "low95", low) != NULL &&
                    cJSON_AddNumberToObject(data, "high95", high) != NULL &&
                    search_page_add_rate(data, rate, "steps") && add_odds(data, outcome, guided, progress);
    if (!ok) {
        cJSON_Delete(data);
        data = NULL;
    }
    return search_page_write(data, path, err);
}
