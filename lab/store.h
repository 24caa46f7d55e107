/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's bucket: a folder of JSON files under the base directory.
 *
 *     BASE/s3-persistence/current_dns_zone.json     the zone, a list of records in order
 *     BASE/s3-persistence/plans/plan-001.json …     one file a plan, written once
 *
 * A file is written under a temporary name and then renamed over the old one. So a reader sees the whole old
 * text or the whole new one, and so does a process that starts after this one was killed. To survive a power
 * cut as well, the file and its folder need an fsync before the change counts, some milliseconds each time:
 * `durable` asks for that. The folder is locked while a store is open, for one process at a time.
 *
 * A write that fails, on a full or a read-only disk, leaves the old text. The lab's own files are regular files
 * with exactly these names, or with ".tmp" behind them while they are written. Anything else under such a name
 * is refused with ERR_IO. Other files in the folders are left alone.
 *
 * The store knows texts and versions, not what they mean. Owner only: no function may be called twice at
 * once. */
#ifndef RACEWALK_LAB_STORE_H
#define RACEWALK_LAB_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"

#define STORE_FILE_MAX ((size_t)256 << 20) /* bytes of one file */

struct store {
    char *folder; /* BASE/s3-persistence, for messages */
    int folder_fd;
    int plans_fd;
    bool durable;
};

/* Makes the folders that are missing, locks them, and removes temporary files that a killed process left.
 * ERR_IO names the path and why. */
enum status store_open(struct store *store, const char *base_dir, bool durable,
                       struct error *err) WARN_UNUSED;
void store_close(struct store *store);

/* Appends the zone's text to out; *ret_exists is false when there is none yet. */
enum status store_read_zone(const struct store *store, struct buffer *out, bool *ret_exists,
                            struct error *err) WARN_UNUSED;
enum status store_write_zone(const struct store *store, const struct buffer *text,
                             struct error *err) WARN_UNUSED;

enum status store_read_plan(const struct store *store, int64_t version, struct buffer *out, bool *ret_exists,
                            struct error *err) WARN_UNUSED;
enum status store_write_plan(const struct store *store, int64_t version, const struct buffer *text,
                             struct error *err) WARN_UNUSED;

/* The versions of all plans, in order; freed with mem_free. */
enum status store_plan_versions(const struct store *store, int64_t **ret_versions, size_t *ret_count,
                                struct error *err) WARN_UNUSED;

/* Removes all plans, the newest first, so that what is left after a kill has no gaps. *last_version becomes
 * the largest version that is left, also when it fails on the way: 0 when there is none. */
enum status store_clear_plans(const struct store *store, int64_t *last_version,
                              struct error *err) WARN_UNUSED;

#endif
