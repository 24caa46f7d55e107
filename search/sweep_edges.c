/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "search/sweep_internal.h"

/* qsort's function has no context: each record brings the number of words with it. */
struct sortable {
    struct sweep_edge edge;
    size_t words;
};

static int compare_edges(const void *left, const void *right)
{
    const struct sortable *a = left, *b = right;
    if (a->edge.length != b->edge.length)
        return a->edge.length < b->edge.length ? -1 : 1;
    const int to = visited_compare(a->edge.to, b->edge.to, a->words);
    return to != 0 ? to : visited_compare(a->edge.from, b->edge.from, a->words);
}

enum status sweep_edges(const struct sweep *sweep, struct sweep_edge **ret_edges, size_t *ret_count,
                        bool *ret_dropped, struct error *err)
{
    const size_t words = sweep->words, edge_words = 1 + 2 * words;
    size_t count = 0, n = 0;
    bool dropped = false;
    for (int t = 0; t < sweep->config.threads; t++) {
        count += sweep->workers[t].edge_count;
        dropped = dropped || sweep->workers[t].edges_dropped;
    }
    struct sortable *sorted = mem_new(count, sizeof *sorted);
    struct sweep_edge *edges = mem_new(count, sizeof *edges);
    if (sorted == NULL || edges == NULL) {
        mem_free(sorted);
        mem_free(edges);
        return error_memory(err, count * (sizeof *sorted + sizeof *edges));
    }
    for (int t = 0; t < sweep->config.threads; t++) {
        const struct worker *worker = &sweep->workers[t];
        for (size_t i = 0; i < worker->edge_count; i++) {
            const uint64_t *record = worker->edges + i * edge_words;
            sorted[n++] = (struct sortable){.edge = {.length = (uint32_t)(record[0] >> 32),
                                                     .properties = (uint32_t)record[0],
                                                     .from = record + 1,
                                                     .to = record + 1 + words},
                                            .words = words};
        }
    }
    qsort(sorted, count, sizeof *sorted, compare_edges);
    /* Several moves between the same two states (of names that are alike) are one edge. */
    n = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_edges(&sorted[i - 1], &sorted[i]) != 0)
            edges[n++] = sorted[i].edge;
    }
    mem_free(sorted);
    *ret_edges = edges;
    *ret_count = n;
    *ret_dropped = dropped;
    return OK;
}
