/* SPDX-License-Identifier: Apache-2.0 */
/* Shapes: what makes two findings the same bug.
 *
 * A run is first reduced: idle moves go, then every move without which (and without what it alone made
 * possible) the property is still hit at the end. Then it is brought into normal form: moves that commute
 * stand in the order of their action (the lexicographic normal form of a Mazurkiewicz trace: Anisimov, Knuth,
 * "Inhomogeneous sorting", 1979), and interchangeable arguments are named in the order of their appearance.
 * Two runs with the same property and the same normal form have the same shape. Reducing again changes
 * nothing, and a reduced run has the shape of the run that it came from.
 *
 * Works on moves of the control state alone. Any thread. */
#ifndef RACEWALK_SEARCH_SHAPE_H
#define RACEWALK_SEARCH_SHAPE_H

#include "model/finding.h"

/* Reduces a run in place: moves[0..*count) must be a run whose last state hits property (and none before it);
 * what is left is one too, a subsequence of it. kept may be NULL; otherwise kept[i] becomes the index that
 * move i had. ERR_INTERNAL when a state that is looked at is beyond the model's limits (model_check_moves).
 */
enum status shape_reduce(const struct model *model, int property, uint32_t *moves, size_t *count,
                         size_t *kept, struct error *err) WARN_UNUSED;

/* The shape of a run, without words; moves is used as scratch and ends up in normal form, *count moves of it.
 * kept may be NULL; otherwise kept[i] becomes the index that move i had. ERR_INTERNAL as shape_reduce. */
enum status shape_of_moves(const struct model *model, int property, uint32_t *moves, size_t *count,
                           size_t *kept, struct shape *ret_shape, struct error *err) WARN_UNUSED;

/* The shape of a run that is reduced already, and shows what is no property: label tells kinds of that apart.
 * is_run: all moves but the last can be taken, so that those that commute are sorted; otherwise they stay in
 * their order. moves ends up in normal form. */
void shape_of_run(const struct model *model, uint64_t label, bool is_run, uint32_t *moves, size_t count,
                  struct shape *ret_shape);

/* The id alone of the walk with this trace seed, which must hit the property at length transitions.
 * Allocates; 0 when out of memory, or as shape_reduce. */
uint64_t shape_of_walk(const struct model *model, uint64_t trace_seed, uint32_t length, int property);

/* The shape of a trace up to the state where it shows its property. ERR_MEMORY; ERR_DATA when it shows none;
 * ERR_INTERNAL as shape_reduce. */
enum status shape_of_trace(const struct model *model, const struct trace *trace, struct shape *ret_shape,
                           struct error *err) WARN_UNUSED;

/* The shortest trace of the same shape that deleting steps gives: the trace up to its property without the
 * steps that do not matter; the others keep their order, names and choices. ret_trace must be initialized. */
enum status shape_shrink_trace(const struct model *model, const struct trace *trace, struct trace *ret_trace,
                               struct error *err) WARN_UNUSED;

#endif
