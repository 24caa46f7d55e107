/* SPDX-License-Identifier: Apache-2.0 */
/* A trace as a person would tell it: what each step did, in words, and what it changed.
 *
 * This is what racewalk explain and racewalk view have in common. A story is made of the values of a trace
 * that was replayed on the model: only states that the model gives are told. A narrator knows the words of one
 * model class, and more of its states than words: the *tale*. Without one, a step is told by the names of its
 * action and arguments, and by how the values changed.
 *
 * A story borrows from the itf_trace it was made of. Owner only. */
#ifndef RACEWALK_MBT_STORY_H
#define RACEWALK_MBT_STORY_H

#include "base/asset.h"
#include "mbt/itf_reader.h"
#include "mbt/replay.h"

#define STORY_BYTES_MAX ((size_t)1 << 30) /* of all that a story holds */

struct story_state {
    const char *tag;          /* of the action that made the state */
    const char *words;        /* one sentence without its full stop */
    const char *changes_text; /* how the state differs from the one before; NULL: not at all, or the narrator
                                 tells */
};

/* The state from which on the violation is only a matter of time, when a narrator knows of one. */
struct story_turn {
    bool found;
    size_t state;
    const char *words;
};

struct story;

/* Takes a line about a change: + what is new, - what is gone, ~ what is different. */
typedef void story_line(void *user, char sign, const char *text);

/* What knows the words of a model class. All functions are there. */
struct narrator {
    const char *explain_help, *view_help; /* what explain and view have beyond the general, for --help */

    /* Makes the tale, with the tag and the words of each state. steps, of which step s leads to state s + 1, are gone
     * afterwards. */
    enum status (*tell)(struct story *story, const struct trace *steps, struct error *err);
    /* The story shows a property: its outcome, when there is more to say than its name, and its turn. */
    enum status (*conclude)(struct story *story, struct error *err);
    /* What the reader has to know first; markdown: as the end of a paragraph that has begun. */
    void (*tell_legend)(const struct story *story, bool markdown, struct buffer *out);
    /* What state s > 0 changed, line by line; of the first state nothing. */
    void (*tell_changes)(const struct story *story, size_t s, story_line *line, void *user);
    /* A table's columns beside step and words. */
    size_t (*columns)(const struct story *story);
    void (*tell_column)(const struct story *story, size_t column, struct buffer *out);
    /* *ret_alarm: the cell is to be seen. */
    void (*tell_cell)(const struct story *story, size_t s, size_t column, struct buffer *out,
                      bool *ret_alarm);
    /* Members of the page's JSON objects of the trace and of a state, each with a comma in front. */
    void (*write_page)(const struct story *story, struct buffer *out);
    void (*write_page_state)(const struct story *story, size_t s, struct buffer *out);
    /* What the page has for them: picture.css; picture_top.html, picture_middle.html, picture_bottom.html,
     * parts of its body; and picture_scripts.html, which sets picture (mbt/view/page.js). */
    const struct asset_list *picture;
};

struct story {
    const struct itf_trace *itf;     /* borrowed */
    const struct narrator *narrator; /* NULL: none */
    struct model *model;
    struct replay_report report; /* of which states the model agrees with */
    struct story_state *states;
    size_t state_count; /* those that agree: at least 1 */

    int property; /* what the trace shows: its claim, or else the first invariant that fails; PROPERTY_NONE */
    size_t property_state; /* where */
    const char *outcome;   /* a sentence about the state where it shows; NULL without a property */
    bool outcome_is_told;  /* it says more than that the property is violated or witnessed */
    struct story_turn turn;

    void *tale; /* the narrator's, in the arena */
    struct arena arena;
};

/* Replays the trace and tells it. narrator may be NULL, and is borrowed. ERR_DATA when not even its parameters
 * and its initial state are the model's. A trace that departs from the model later is told up to there; see
 * report. */
enum status story_new(const struct model_class *class, const struct narrator *narrator,
                      const struct itf_trace *itf, struct story **ret_story, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void story_free(struct story *story);

/* The whole trace is a run of the model and shows what it claims. */
static inline bool story_agrees(const struct story *story)
{
    return story->report.outcome == REPLAY_AGREES;
}

/* What it shows is a violation. */
static inline bool story_is_violation(const struct story *story)
{
    return story->property != PROPERTY_NONE &&
           story->model->class->properties[story->property].kind == PROPERTY_INVARIANT;
}

/* For narrators: copies the buffer's text into the story's memory. */
enum status story_keep_text(struct story *story, const struct buffer *text, const char **ret_text,
                            struct error *err) WARN_UNUSED;

#endif
