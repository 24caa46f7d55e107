/* SPDX-License-Identifier: Apache-2.0 */
/* A story as the page's JSON. A part of mbt/view.h.
 *
 * The keys of a trace, which mbt/view/page.js reads:
 *   name, file, index       the file's name without its folder, as the user named it, the trace's place in it
 *   instance, source, seed  texts
 *   property, kind, at      what it shows and in which state; null without
 *   outcome                 a sentence
 *   turn                    {at, words}: the moment of no return, or null
 *   departs                 how the file departs from the model, or null
 *   finding, system         {shape, text, hits, sample}, {verdict, fail, action, message}, or null
 *   states                  t tag, w words, x how it differs from the state before, in words
 * A narrator adds its own (struct narrator).
 */
#ifndef RACEWALK_MBT_VIEW_DATA_H
#define RACEWALK_MBT_VIEW_DATA_H

#include "mbt/view.h"

/* Appends the object; out of memory marks the buffer as failed. */
void view_data_trace(struct buffer *out, const struct story *story, const struct view_finding *finding,
                     const struct view_verdict *verdict);

#endif
