/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check_page.h"

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

/* Whether the counts only grow (0: none), up to all that was counted. */
static bool add_up(const uint64_t *counted, size_t count, uint64_t states)
{
    uint64_t before = 0;
    for (size_t i = 0; i < count; i++) {
        if (counted[i] > 0 && counted[i] < before)
            return false;
        before = counted[i] > 0 ? counted[i] : before;
    }
    return before == states;
}

/* What each layer, or distance, has, from what had been counted by its end; null when that is not known. */
static void add_layers(struct json_writer *data, const struct check_outcome *outcome,
                       const struct check_layers *layers)
{
    const struct explore_result *result = outcome->result;
    const bool by_distance = result->engine == EXPLORE_BY_LENGTH;
    const uint64_t *counted = by_distance ? layers->by_distance : layers->by_layer;
    const size_t count = by_distance ? layers->distance_count : layers->layer_count;
    uint64_t before = 0;
    if (layers->failed || result->resumed || !add_up(counted, count, result->counts.states)) {
        json_add_null(data, "layers");
        return;
    }
    json_add_object(data, "layers");
    json_add_text(data, "unit", by_distance ? "distance" : "layer");
    json_add_array(data, "states");
    for (size_t i = 0; i < count; i++) {
        const uint64_t upto = counted[i] > 0 ? counted[i] : before;
        json_add_count(data, NULL, upto - before);
        before = upto;
    }
    json_end(data);
    json_end(data);
}

enum status check_page_write(const struct check_outcome *outcome, const struct check_layers *layers,
                             const struct rate *rate, const char *path, struct error *err)
{
    struct json_writer data;
    json_writer_init(&data, JSON_LINE);
    json_add_object(&data, NULL);
    check_outcome_json(outcome, &data, "report");
    search_page_add_facts(&data, outcome->model, outcome->findings, outcome->finding_count, path);
    search_page_add_rate(&data, rate, "states");
    add_layers(&data, outcome, layers);
    json_end(&data);
    return search_page_write(&data, outcome->model, "check", path, err);
}
