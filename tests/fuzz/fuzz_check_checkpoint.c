/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds bytes to the reader of a check's checkpoint and to the engines that take it over. The bytes are words
 * of a file whose checksum, which no fuzzer could guess, is put right first. The first byte chooses the
 * engine; what an engine accepts must be something that it can write again. */
#define _GNU_SOURCE
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dns/dns_balancer.h"
#include "model/dns/dns_state.h"
#include "search/check_checkpoint.h"
#include "search/sweep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status write_nowhere(struct word_sink *sink, const uint64_t *words, size_t count,
                                 struct error *err)
{
    (void)sink, (void)err;
    return count == 0 || words != NULL ? OK : ERR_INTERNAL;
}

static struct model *make_model(void)
{
    struct model *model = NULL;
    struct instance instance = dns_balancer.presets[0].instance;
    instance.properties = model_invariants(&dns_balancer);
    const enum status status = model_new(&dns_balancer, &instance, &model, NULL);
    assert(status == OK);
    return model;
}

static void load_cells(const struct model *model, struct word_source *source, struct budget *budget)
{
    const struct cell_kernel *kernel = dns_balancer.speed.cells;
    const struct cell_job job = {
        .properties = 3, .symmetry = true, .threads = 1, .budget = budget, .ranks = 1};
    struct word_sink sink = {.write = write_nowhere};
    struct cell_sweep *sweep = NULL;
    struct error err = {{0}};
    enum status status = kernel->sweep_new(model, &job, &sweep, &err);
    assert(status == OK);
    status = kernel->load(sweep, source, &err);
    assert(status == OK || err.text[0] != '\0');
    if (status == OK) {
        /* What passed for a layer can be swept on. */
        size_t cells;
        status = kernel->save(sweep, &sink, &err);
        assert(status == OK);
        status = kernel->plan(sweep, 100, &cells);
        for (size_t i = 0; status == OK && i < cells; i++)
            status = kernel->make(sweep, i, 0);
    }
    kernel->sweep_free(sweep);
}

static void load_sweep(const struct model *model, struct word_source *source, struct budget *budget)
{
    const struct sweep_config config = {.model = model,
                                        .properties = 3,
                                        .max_steps = 1000,
                                        .max_progress = UINT32_MAX,
                                        .threads = 1,
                                        .symmetry = true,
                                        .layered = true,
                                        .budget = budget};
    struct word_sink sink = {.write = write_nowhere};
    struct sweep *sweep = NULL;
    struct error err = {{0}};
    enum status status = sweep_new(&config, &sweep, &err);
    assert(status == OK);
    status = sweep_load(sweep, source, &err);
    assert(status == OK || err.text[0] != '\0');
    if (status == OK)
        status = sweep_save(sweep, &sink, &err);
    sweep_free(sweep);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct model *model;
    static struct check_reader reader;
    struct budget budget;
    struct error err = {{0}};
    if (size < 1 + 4 * sizeof(uint64_t))
        return 0;
    if (model == NULL)
        model = make_model();
    const size_t words = (size - 1) / sizeof(uint64_t);
    uint64_t *file = malloc(words * sizeof *file);
    assert(file != NULL);
    memcpy(file, data + 1, words * sizeof *file);
    file[words - 1] = checkpoint_checksum(0, file, words - 1);
    FILE *stream = fmemopen(file, words * sizeof *file, "rb");
    assert(stream != NULL);
    budget_init(&budget, (size_t)64 << 20);
    if (check_reader_take(&reader, stream, "input", &err) == OK) {
        if (data[0] == 'c')
            load_cells(model, &reader.source, &budget);
        else
            load_sweep(model, &reader.source, &budget);
        assert(budget_used(&budget) == 0);
        check_reader_close(&reader);
    } else {
        assert(err.text[0] != '\0');
    }
    free(file);
    return 0;
}
