/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint of a run: a small file from which it goes on, on any number of ranks and threads.
 *
 * It is a file of base/checkpoint_file.h. Its text names the model; its body is msgpack with
 *
 *   parameters   they decide what walk k is
 *   state        how far the run is: all walks below next are counted, none above
 *   findings     so far
 *
 * Main thread. */
#ifndef RACEWALK_CLUSTER_CHECKPOINT_H
#define RACEWALK_CLUSTER_CHECKPOINT_H

#include "base/checkpoint_file.h"
#include "cluster/finding_codec.h"
#include "search/runner.h"

extern const struct checkpoint_kind run_checkpoint;

/* What a run is, apart from where and how fast it is done: two runs with the same parameters give the same
 * report. */
struct run_parameters {
    struct instance instance;
    uint64_t seed;
    uint64_t max_samples;
    uint64_t max_findings;
    uint32_t max_steps;
    uint32_t properties;
    enum run_goal goal;
};

struct checkpoint {
    struct run_parameters parameters;
    struct run_result state;
    bool complete;     /* the run has ended: there is nothing to go on with */
    uint64_t written;  /* findings that were announced in all; with RUN_SHORTEST only the last one is kept */
    uint64_t sessions; /* that worked on it so far */
    struct finding *findings[RUN_FINDINGS_MAX];
    size_t finding_count;
};

/* Appends the bytes of the body. Borrows the findings. */
enum status checkpoint_encode(const struct model *model, const struct checkpoint *checkpoint,
                              struct buffer *out, struct error *err) WARN_UNUSED;
/* A new checkpoint, for checkpoint_free; its findings are its own. ERR_DATA says what is wrong with the
 * bytes. */
enum status checkpoint_decode(const struct model_class *class, const void *bytes, size_t length,
                              struct checkpoint **ret_checkpoint, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void checkpoint_free(struct checkpoint *checkpoint);

/* Writes folder/run.checkpoint; the folder must be there. */
enum status checkpoint_write(const struct model *model, const struct checkpoint *checkpoint,
                             const char *folder, struct error *err) WARN_UNUSED;
/* As checkpoint_reader_open, whose warning is set when there was a file to read. */
enum status checkpoint_read(const struct model_class *class, const char *folder,
                            struct checkpoint **ret_checkpoint, struct error *ret_warning,
                            struct error *err) WARN_UNUSED;

#endif
