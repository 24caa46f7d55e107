#include "cli/check_page.h"

#include <cjson/cJSON.h>

#include "base/memory.h"
#include "cli/search_page.h"

/* More bars than this make no plot. */
#define LAYERS_MAX 8192

/* --- layers --- */

static bool note(uint64_t **list, size_t *count, size_t *capacity, size_t index, uint64_t states)
{
    void *items = *list;
    if (index >= LAYERS_MAX || mem_reserve(&items, capacity, index + 1, sizeof **list) != OK)
        return false;
    *list = items;
    while (*count <= index)
        (*list)[(*count)++] = 0;
    (*list)[index] = states;
    return true;
}

void check_layers_note(struct check_layers *layers, const struct explore_progress *progress)
{
    if (progress->phase != EXPLORE_COUNTING || layers->failed)
        return;
    layers->failed = !note(&layers->by_layer, &layers->layer_count, &layers->layer_capacity, progress->layer,
                           progress->states) ||
                     !note(&layers->by_distance, &layers->distance_count, &layers->distance_capacity,
                           progress->distance, progress->states);
}

void check_layers_release(struct check_layers *layers)
{
    mem_free(layers->by_layer);
    mem_free(layers->by_distance);
    *layers = (struct check_layers){.failed = false};
}

/* What each has, from what had been counted by its end; NULL unless they add up to all that was counted. */
static cJSON *differences(const uint64_t *counted, size_t count, uint64_t states)
{
    cJSON *rows = cJSON_CreateArray();
    uint64_t before = 0;
    bool ok = rows != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        const uint64_t upto = counted[i] > 0 ? counted[i] : before;
        ok = upto >= before && cJSON_AddItemToArray(rows, cJSON_CreateNumber((double)(upto - before)));
        before = upto;
    }
    if (ok && before == states)
        return rows;
    cJSON_Delete(rows);
    return NULL;
}

static bool add_layers(cJSON *data, const struct check_outcome *outcome, const struct check_layers *layers)
{
    const struct explore_result *result = outcome->result;
    const bool by_distance = result->engine == EXPLORE_BY_LENGTH;
    cJSON *rows = NULL;
    if (!layers->failed && !result->resumed)
        rows = by_distance ? differences(layers->by_distance, layers->distance_count, result->counts.states)
                           : differences(layers->by_layer, layers->layer_count, result->counts.states);
    if (rows == NULL)
        return cJSON_AddNullToObject(data, "layers") != NULL;
    cJSON *object = cJSON_AddObjectToObject(data, "layers");
    return object != NULL &&
           cJSON_AddStringToObject(object, "unit", by_distance ? "distance" : "layer") != NULL &&
           cJSON_AddItemToObject(object, "states", rows) != 0;
}

enum status check_page_write(const struct check_outcome *outcome, const struct check_layers *layers,
                             const struct rate *rate, const char *path, struct error *err)
{
    cJSON *data = search_page_data(check_outcome_json(outcome), outcome->model, path);
    const bool ok =
        data != NULL && search_page_add_rate(data, rate, "states") && add_layers(data, outcome, layers);
    if (!ok) {
        cJSON_Delete(data);
        data = NULL;
    }
    return search_page_write(data, path, err);
}
