/* SPDX-License-Identifier: Apache-2.0 */
/* What other files say about traces: a findings folder's index, and the report of racewalk confirm --json.
 *
 * Both are one object with an array of rows. They are read as strictly as traces: what a row must have or may
 * have is of its type and there once, and nothing stands behind the object; other members are skipped. What
 * is found is borrowed from the notes. Owner only. */
#ifndef RACEWALK_MBT_VIEW_NOTES_H
#define RACEWALK_MBT_VIEW_NOTES_H

#include "mbt/view.h"

#define VIEW_NOTES_BYTES_MAX ((size_t)64 << 20)

struct view_notes; /* opaque */

enum view_notes_kind { VIEW_NOTES_FINDINGS, VIEW_NOTES_TRACES }; /* an index, a report */

/* ERR_DATA says what is wrong: "old.json: traces: row 2: no \"verdict\"". */
enum status view_notes_read(const char *path, enum view_notes_kind kind, struct view_notes **ret_notes,
                            struct error *err) WARN_UNUSED;
/* The text of a file, which is borrowed for the call; name stands for the file in messages. */
enum status view_notes_read_memory(const char *name, const void *text, size_t length,
                                   enum view_notes_kind kind, struct view_notes **ret_notes,
                                   struct error *err) WARN_UNUSED;
/* NULL is fine. */
void view_notes_free(struct view_notes *notes);

size_t view_notes_count(const struct view_notes *notes);
/* The row's file without its folder; NULL when it names none. */
const char *view_notes_file(const struct view_notes *notes, size_t row);

/* The row of an index about the file of that name (without its folder). */
bool view_notes_find_finding(const struct view_notes *notes, const char *name,
                             struct view_finding *ret_finding);

/* The row of a report: which trace it is about, and what the system did. */
void view_notes_verdict(const struct view_notes *notes, size_t row, const char **ret_file, size_t *ret_index,
                        struct view_verdict *ret_verdict);

/* The row of a report about a trace: that of the same path, or else the only one of the same name without its
 * folder. */
bool view_notes_find_verdict(const struct view_notes *notes, const char *path, size_t index,
                             struct view_verdict *ret_verdict);

#endif
