/* The sentences of a story. A part of mbt/story.h: nobody else calls it. Owner only. */
#ifndef RACEWALK_MBT_STORY_WORDS_H
#define RACEWALK_MBT_STORY_WORDS_H

#include "mbt/story.h"

/* Copies the buffer's text into the story's memory. */
enum status story_keep_text(struct story *story, const struct buffer *text, const char **ret_text,
                            struct error *err) WARN_UNUSED;

/* states[s].words, once the rest of states[0 … s] is there; also finds installs_stale. */
enum status story_words_of_step(struct story *story, size_t s, struct error *err) WARN_UNUSED;
/* no_return.words: plan is what the name points to. */
enum status story_words_of_no_return(struct story *story, int plan, struct error *err) WARN_UNUSED;
/* outcome. */
enum status story_words_of_outcome(struct story *story, struct error *err) WARN_UNUSED;

#endif
