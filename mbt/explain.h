/* SPDX-License-Identifier: Apache-2.0 */
/* A story as text: for a terminal, or as Markdown for a pull request or a post-mortem.
 *
 * A step is a line in plain words, with what it changed below. The moment of no return and the state that
 * shows the property are marked. The same trace is the same text. Pure. */
#ifndef RACEWALK_MBT_EXPLAIN_H
#define RACEWALK_MBT_EXPLAIN_H

#include "base/buffer.h"
#include "mbt/story.h"

enum explain_form { EXPLAIN_TEXT, EXPLAIN_MARKDOWN };

struct explain_style {
    enum explain_form form;
    bool color; /* escape sequences; text only */
    bool brief; /* sentences only, not what changed */
};

#define EXPLAIN_WIDTH 96 /* columns that a line of text aims at */

void explain_story(const struct story *story, const struct explain_style *style, struct buffer *out);

#endif
