/* What other files say about traces: a findings folder's index, and the report of racewalk confirm --json.
 *
 * Both are an object with an array of rows. A row that is not as it should be is skipped as if it were not
 * there, but a file that is no such object is an error. What is found is borrowed from the notes. Owner only.
 */
#ifndef RACEWALK_MBT_VIEW_NOTES_H
#define RACEWALK_MBT_VIEW_NOTES_H

#include "mbt/view.h"

#define VIEW_NOTES_BYTES_MAX ((size_t)64 << 20)

struct view_notes; /* opaque */

/* The array is the member of that name: "findings" of an index, "traces" of a report. */
enum status view_notes_read(const char *path, const char *array, struct view_notes **ret_notes,
                            struct error *err) WARN_UNUSED;
/* The text of a file, which is borrowed for the call; name stands for the file in messages. */
enum status view_notes_read_memory(const char *name, const void *text, size_t length, const char *array,
                                   struct view_notes **ret_notes, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void view_notes_free(struct view_notes *notes);

size_t view_notes_count(const struct view_notes *notes);
/* The row's file without its folder; NULL when it names none. */
const char *view_notes_file(const struct view_notes *notes, size_t row);

/* The row of an index about the file of that name (without its folder). */
bool view_notes_find_finding(const struct view_notes *notes, const char *name,
                             struct view_finding *ret_finding);

/* The row of a report: which trace it is about, and what the lab did. False when it names no file or no
 * verdict.
 */
bool view_notes_lab(const struct view_notes *notes, size_t row, const char **ret_file, size_t *ret_index,
                    struct view_lab *ret_lab);

/* The row of a report about a trace: that of the same path, or else the only one of the same name without its
 * folder. */
bool view_notes_find_lab(const struct view_notes *notes, const char *path, size_t index,
                         struct view_lab *ret_lab);

#endif
