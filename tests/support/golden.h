/* SPDX-License-Identifier: Apache-2.0 */
/* The golden traces: runs of the DNS balancer that the model's original tool wrote. */
#ifndef RACEWALK_TESTS_GOLDEN_H
#define RACEWALK_TESTS_GOLDEN_H

#include "base/buffer.h"
#include "mbt/itf_reader.h"

struct golden_file {
    const char *path; /* below TEST_DATA_DIR */
    size_t traces;
    const char *property; /* of the first trace; NULL: none */
    size_t states;        /* of the first trace */
    size_t property_state;
};

#define GOLDEN_FILES 17
extern const struct golden_file golden_files[GOLDEN_FILES];

/* The whole path of a file below TEST_DATA_DIR, in a static buffer. */
const char *golden_path(const char *path);
/* The file's text, unpacked; fails the test when that cannot be had. */
void golden_text(const char *path, struct buffer *out);

/* Calls visit for every golden trace with the model of its instance. */
struct model;
void golden_each(void (*visit)(const struct model *model, struct itf_trace *trace));

#endif
