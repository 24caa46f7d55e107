/* A story as the page's JSON. A part of mbt/view.h.
 *
 * The keys of a trace, which mbt/view/page.js reads:
 *   name, file, index       the file's name without its folder, as the user named it, the trace's place in it
 *   instance, source, seed  texts
 *   property, kind, at      what it shows and in which state; null without
 *   outcome, rollback       a sentence; whether it is about the rollback name
 *   turn                    {at, by, words}: the moment of no return, or null
 *   departs                 how the file departs from the model, or null
 *   finding, lab            {shape, text, hits, sample}, {verdict, fail, action, message}, or null
 *   dns                     false: only t, w and x of the states are there
 *   root, rollbackName, lock, age, deployers, plans ([name, state that published it])
 *   records                 [kind, name, target, number]: every record that is ever in the zone
 *   pairs                   [balancer, its address]
 *   states                  t tag, d deployer (index), w words; and where they differ from the state before:
 * a and r records that were added and removed (indices), n counters, f views that are fresh (bits), p [plan
 * of root, resolves, plan of rollback, resolves] (-1: plan-init, -2: none); s: 1 when a stale plan is
 * installed
 */
#ifndef RACEWALK_MBT_VIEW_DATA_H
#define RACEWALK_MBT_VIEW_DATA_H

#include "mbt/view.h"

/* Appends the object; out of memory marks the buffer as failed. */
void view_data_trace(struct buffer *out, const struct story *story, const struct view_finding *finding,
                     const struct view_lab *lab);

#endif
