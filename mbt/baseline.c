/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/view_notes.h"

struct entry {
    const char *file; /* borrowed from the notes, without "./" */
    size_t index;
    enum confirm_verdict verdict;
    bool same; /* as the report says, or as the verdict suggests */
    bool seen;
};

struct baseline {
    struct view_notes *notes;
    struct entry *entries; /* sorted by name without folder, then index, then path */
    size_t count;
};

const char *baseline_change_name(enum baseline_change change)
{
    static const char *const names[BASELINE_CHANGE_COUNT] = {"",      "new",           "unchanged",
                                                             "fixed", "still-failing", "new-failure"};
    return names[change];
}

const char *baseline_plain_path(const char *path)
{
    while (path[0] == '.' && path[1] == '/') {
        path += 2;
        path += strspn(path, "/");
    }
    return path;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static int compare_name(const struct entry *a, const struct entry *b)
{
    const int names = strcmp(base_name(a->file), base_name(b->file));
    return names != 0 ? names : (a->index > b->index) - (a->index < b->index);
}

static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    const int names = compare_name(a, b);
    return names != 0 ? names : strcmp(a->file, b->file);
}

/* Takes the notes. */
static enum status list_entries(struct view_notes *notes, struct baseline **ret_baseline, struct error *err)
{
    const size_t rows = view_notes_count(notes);
    struct baseline *baseline = mem_new(1, sizeof *baseline);
    if (baseline == NULL) {
        view_notes_free(notes);
        return error_memory(err, sizeof *baseline);
    }
    baseline->notes = notes;
    baseline->entries = mem_new(rows, sizeof(struct entry));
    if (baseline->entries == NULL) {
        baseline_free(baseline);
        return error_memory(err, rows * sizeof(struct entry));
    }
    for (size_t i = 0; i < rows; i++) {
        struct entry *entry = &baseline->entries[baseline->count];
        struct view_verdict verdict;
        view_notes_verdict(notes, i, &entry->file, &entry->index, &verdict);
        if (!confirm_find_verdict(verdict.verdict, &entry->verdict))
            continue; /* the notes have none such */
        entry->same = verdict.has_same
                          ? verdict.same
                          : entry->verdict == CONFIRM_CONFIRMED || entry->verdict == CONFIRM_AGREES;
        entry->file = baseline_plain_path(entry->file);
        baseline->count++;
    }
    if (baseline->count > 0)
        qsort(baseline->entries, baseline->count, sizeof(struct entry), compare);
    *ret_baseline = baseline;
    return OK;
}

enum status baseline_read(const char *path, struct baseline **ret_baseline, struct error *err)
{
    struct view_notes *notes = NULL;
    const enum status status = view_notes_read(path, VIEW_NOTES_TRACES, &notes, err);
    return status == OK ? list_entries(notes, ret_baseline, err) : status;
}

enum status baseline_read_memory(const char *name, const void *text, size_t length,
                                 struct baseline **ret_baseline, struct error *err)
{
    struct view_notes *notes = NULL;
    const enum status status = view_notes_read_memory(name, text, length, VIEW_NOTES_TRACES, &notes, err);
    return status == OK ? list_entries(notes, ret_baseline, err) : status;
}

void baseline_free(struct baseline *baseline)
{
    if (baseline == NULL)
        return;
    view_notes_free(baseline->notes);
    mem_free(baseline->entries);
    mem_free(baseline);
}

static struct entry *find(struct baseline *baseline, const char *file, size_t index)
{
    const struct entry key = {.file = baseline_plain_path(file), .index = index};
    size_t low = 0, high = baseline->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_name(&baseline->entries[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    /* Those of the same name and index: one of them may have the same path. */
    size_t end = low;
    for (; end < baseline->count && compare_name(&baseline->entries[end], &key) == 0; end++) {
        if (strcmp(baseline->entries[end].file, key.file) == 0)
            return &baseline->entries[end];
    }
    return end - low == 1 ? &baseline->entries[low] : NULL;
}

enum baseline_change baseline_compare(struct baseline *baseline, const char *file, size_t index,
                                      enum confirm_verdict verdict, bool same,
                                      enum confirm_expectation expectation, const char **ret_before)
{
    const bool passes = confirm_as_expected(verdict, same, expectation);
    struct entry *entry = find(baseline, file, index);
    if (entry == NULL) {
        *ret_before = NULL;
        return passes ? BASELINE_NEW : BASELINE_NEW_FAILURE;
    }
    entry->seen = true;
    *ret_before = confirm_verdict_name(entry->verdict);
    const bool passed = confirm_as_expected(entry->verdict, entry->same, expectation);
    if (passes)
        return passed ? BASELINE_UNCHANGED : BASELINE_FIXED;
    return passed ? BASELINE_NEW_FAILURE : BASELINE_STILL_FAILING;
}

bool baseline_next_missing(const struct baseline *baseline, size_t *at, const char **ret_file,
                           size_t *ret_index)
{
    while (*at < baseline->count && baseline->entries[*at].seen)
        (*at)++;
    if (*at == baseline->count)
        return false;
    *ret_file = baseline->entries[*at].file;
    *ret_index = baseline->entries[*at].index;
    (*at)++;
    return true;
}
