/* SPDX-License-Identifier: Apache-2.0 */
#include "search/runner.h"

#include "base/stop.h"
#include "search/merge.h"
#include "search/pin.h"
#include "search/walker.h"

static enum status merge_all(const struct run_config *config, struct run_result *state,
                             const struct pieces *pieces, struct error *err)
{
    for (size_t i = 0; i < pieces->count; i++) {
        const enum status status = merge_piece(config, state, &pieces->list[i], err);
        if (status != OK)
            return status;
    }
    return OK;
}

static enum status run_blocks(const struct run_config *config, struct walker *walker, struct pieces *pieces,
                              struct run_result *state, struct error *err)
{
    struct walker_task task;
    walker_task_init(&task, config, state);
    const double start = clock_seconds(), before = state->elapsed;
    while (!merge_is_over(config, state)) {
        pieces_clear(pieces);
        enum status status = walker_block(walker, &task, pieces, err);
        if (status == OK)
            status = merge_all(config, state, pieces, err);
        if (status != OK)
            return status;
        const double seconds = clock_seconds() - start;
        state->elapsed = before + seconds;
        if (merge_is_over(config, state))
            return OK;
        if (config->on_progress != NULL &&
            config->on_progress(config->context, state, merge_share_done(config, state, seconds)) != OK)
            return ERR_STOPPED;
        if (stop_requested()) {
            state->stop = RUN_STOP_SIGNAL;
            return OK;
        }
        if (config->timeout > 0 && seconds >= config->timeout) {
            state->stop = RUN_STOP_TIMEOUT;
            return OK;
        }
    }
    return OK;
}

enum status runner_run(const struct run_config *config, struct run_result *ret_result, struct error *err)
{
    struct walker *walker;
    enum status status = walker_new(config, &walker, err);
    if (status != OK)
        return status;
    struct pieces pieces;
    pieces_init(&pieces);
    merge_begin(config, ret_result);
    struct pin *pin = pin_begin(config->threads);
    status = run_blocks(config, walker, &pieces, ret_result, err);
    pin_end(pin);
    pieces_release(&pieces);
    walker_free(walker);
    return status;
}
