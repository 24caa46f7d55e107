/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds bytes to the reader of baselines. What it reads is compared with a few traces, and listed to its end.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "mbt/baseline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const files[] = {"a", "./a", "x/a", "traces/a.itf.json", ""};
    struct baseline *baseline = NULL;
    struct error err = {{0}};
    if (baseline_read_memory("input", data, size, &baseline, &err) != OK) {
        assert(err.text[0] != '\0' && baseline == NULL);
        return 0;
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const char *before = NULL;
        const enum baseline_change change = baseline_compare(baseline, files[i], i % 2, CONFIRM_AGREES, true,
                                                             CONFIRM_EXPECT_HEALTHY, &before);
        assert((before == NULL) == (change == BASELINE_NEW));
    }
    const char *file;
    size_t at = 0, index;
    while (baseline_next_missing(baseline, &at, &file, &index))
        assert(file != NULL);
    baseline_free(baseline);
    return 0;
}
