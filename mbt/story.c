/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/story.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

static enum status no_room(struct error *err)
{
    return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
}

enum status story_keep_text(struct story *story, const struct buffer *text, const char **ret_text,
                            struct error *err)
{
    const enum status status = buffer_status(text, err);
    if (status != OK)
        return status;
    char *copy = arena_copy(&story->arena, text->text, text->length);
    if (copy == NULL)
        return error_memory(err, text->length + 1);
    *ret_text = copy;
    return OK;
}

/* --- what the model itself can tell --- */

/* The move, and the difference of the values. */
static enum status tell_state(struct story *story, const struct trace *steps, size_t s, struct error *err)
{
    assert(s < story->state_count && (s == 0 || s <= steps->step_count));
    struct story_state *state = &story->states[s];
    const struct model_class *class = story->model->class;
    struct buffer text;
    buffer_init(&text);
    state->tag = "Init";
    if (s == 0) {
        buffer_string(&text, "the initial state");
    } else {
        const uint32_t move = steps->steps[s - 1].move;
        state->tag = class->actions[move_action(move)].tag;
        model_print_move(story->model, move, &text);
    }
    enum status status = story_keep_text(story, &text, &state->words, err);
    if (status == OK && s > 0) {
        buffer_clear(&text);
        value_describe_change(&text, &story->itf->states[s - 1], &story->itf->states[s]);
        if (text.length > 0)
            status = story_keep_text(story, &text, &state->changes_text, err);
    }
    buffer_release(&text);
    return status;
}

/* --- what it all leads to --- */

static void find_property(struct story *story, const struct trace *claim)
{
    const struct model_class *class = story->model->class;
    story->property = PROPERTY_NONE;
    if (claim->property != PROPERTY_NONE) {
        story->property = claim->property;
        story->property_state = claim->property_state;
    }
    for (size_t p = 0; p < class->property_count && claim->property == PROPERTY_NONE; p++) {
        const size_t hit = story->report.first_hit[p];
        if (class->properties[p].kind != PROPERTY_INVARIANT || hit >= story->state_count)
            continue;
        if (story->property == PROPERTY_NONE || hit < story->property_state) {
            story->property = (int)p;
            story->property_state = hit;
        }
    }
}

static enum status tell_outcome(struct story *story, const char **ret_outcome, struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "%s %s", story->model->class->properties[story->property].name,
                  story_is_violation(story) ? "is violated" : "is witnessed");
    const enum status status = story_keep_text(story, &text, ret_outcome, err);
    buffer_release(&text);
    return status;
}

/* --- life cycle --- */

static enum status tell(struct story *story, const struct trace *steps, struct error *err)
{
    story->states = arena_new(&story->arena, story->state_count, sizeof *story->states);
    if (story->states == NULL)
        return no_room(err);
    memset(story->states, 0, story->state_count * sizeof *story->states);
    const struct narrator *narrator = story->narrator;
    enum status status = narrator != NULL ? narrator->tell(story, steps, err) : OK;
    for (size_t s = 0; status == OK && narrator == NULL && s < story->state_count; s++)
        status = tell_state(story, steps, s, err);
    if (status != OK)
        return status;
    find_property(story, steps);
    if (story->property == PROPERTY_NONE)
        return OK;
    const char *outcome = NULL;
    status = tell_outcome(story, &outcome, err);
    if (status != OK)
        return status;
    story->outcome = outcome;
    if (narrator != NULL)
        status = narrator->conclude(story, err);
    story->outcome_is_told = strcmp(story->outcome, outcome) != 0;
    return status;
}

enum status story_new(const struct model_class *class, const struct narrator *narrator,
                      const struct itf_trace *itf, struct story **ret_story, struct error *err)
{
    assert(narrator == NULL || (narrator->tell != NULL && narrator->picture != NULL));
    struct story *story = mem_new(1, sizeof *story);
    if (story == NULL)
        return error_memory(err, sizeof *story);
    struct trace steps;
    struct instance instance = itf->instance;
    instance.guards = itf->guards;
    instance.properties = model_invariants(class);
    story->itf = itf;
    story->narrator = narrator;
    arena_init(&story->arena, STORY_BYTES_MAX);
    trace_init(&steps);
    enum status status = model_new(class, &instance, &story->model, err);
    if (status == ERR_USAGE)
        status = ERR_DATA; /* it is the file that asks for the impossible, not the command line */
    if (status == OK)
        status = replay_itf(story->model, itf, &steps, &story->report, err);
    if (status == OK && story->report.agreed == 0)
        status = error_set(err, ERR_DATA, "%s", story->report.message);
    if (status == OK) {
        story->state_count = story->report.agreed;
        status = tell(story, &steps, err);
    }
    trace_release(&steps);
    if (status != OK) {
        story_free(story);
        return status;
    }
    *ret_story = story;
    return OK;
}

void story_free(struct story *story)
{
    if (story == NULL)
        return;
    model_free(story->model);
    arena_release(&story->arena);
    mem_free(story);
}
