/* SPDX-License-Identifier: Apache-2.0 */
/* Where findings are written: NDJSON as they come, a schedule each, a folder with one file each and an index.
 *
 * A finding is on disk, whole, when findings_add returns. It is replayed on the model from its written form
 * first; one that does not replay is refused, since it would be an error of the search. Owner only. */
#ifndef RACEWALK_MBT_FINDINGS_H
#define RACEWALK_MBT_FINDINGS_H

#include "model/finding.h"

/* Any of them may be NULL. "-" is standard output. A path with {seq} in it gives a file for each finding,
 * counted from 1; so does out_schedule always (mbt/numbered.h). */
struct findings_paths {
    const char *out_itf;
    const char *out_schedule;
    const char *out_dir; /* made when it is not there */
    bool several;        /* findings may come; then no schedule goes to standard output (ERR_USAGE) */
    /* A search that is resumed: files that are there are gone on with, what stands in them is not written
     * twice, and so many findings were added before. */
    bool go_on;
    uint64_t added_before;
};

struct findings;

/* Borrows model and paths. Opens, or makes, what is named: ERR_IO when it cannot be written. */
enum status findings_open(const struct model *model, const struct findings_paths *paths,
                          struct findings **ret_findings, struct error *err) WARN_UNUSED;

/* Checks and writes one finding; fills in which invariants it violated before, and finding->file when it went
 * to a file of its own. ERR_INTERNAL when it does not replay. */
enum status findings_add(struct findings *findings, struct finding *finding, struct error *err) WARN_UNUSED;

/* Writes the folder's index.json anew, for the findings given: once at the end, when their hits are known,
 * and after each finding. Nothing without a folder. */
enum status findings_write_index(struct findings *findings, const struct finding *const *list, size_t count,
                                 struct error *err) WARN_UNUSED;

/* The file that all findings go to as traces, or NULL: there is none, or they go to standard output. */
const char *findings_single_file(const struct findings *findings);

/* True when a file ended in a line that was cut off, which was removed. */
bool findings_was_cut(const struct findings *findings);

/* NULL is fine. */
enum status findings_close(struct findings *findings, struct error *err) WARN_UNUSED;

/* Adds "findings", as reports and the index have it. in_folder: files are named as they stand in their
 * folder. */
struct json_writer;
void findings_add_json(struct json_writer *json, const struct model *model, const struct finding *const *list,
                       size_t count, bool in_folder);

#endif
