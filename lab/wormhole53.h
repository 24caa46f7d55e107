/* SPDX-License-Identifier: Apache-2.0 */
/* Wormhole53, the DNS store: the zone, an ordered list of records, no two of the same name and type.
 *
 * A batch of changes is all or nothing: it is applied to a copy, the copy is written to the store, and only
 * then does it take the zone's place. So memory never runs ahead of the disk. Owner only (the lab's lock). */
#ifndef RACEWALK_LAB_WORMHOLE53_H
#define RACEWALK_LAB_WORMHOLE53_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/status.h"
#include "lab/record.h"
#include "lab/store.h"

#define ZONE_RECORDS_MAX  65536
#define RESOLVE_DEPTH_MAX 64    /* aliases followed one behind the other */
#define RESOLVE_STEPS_MAX 65536 /* names looked at for one answer */

struct wormhole53 {
    struct record **records;
    size_t count;
    const struct store *store; /* borrowed; NULL keeps the zone in memory only */
};

enum change_action {
    CHANGE_CREATE, /* fails when there is such a record */
    CHANGE_DELETE, /* fails unless there is one with exactly this value */
    CHANGE_UPSERT  /* replaces the value in its place, or appends */
};

struct change {
    enum change_action action;
    struct record *record; /* borrowed; the zone takes a reference of its own */
};

/* Reads the zone from the store (borrowed), or writes an empty one there. ERR_DATA for a zone that is no
 * zone: file, place and reason. */
enum status wormhole53_open(struct wormhole53 *zone, const struct store *store,
                            struct error *err) WARN_UNUSED;
void wormhole53_release(struct wormhole53 *zone);

/* ERR_DATA, with "record mismatch: NAME|TYPE" or "record already exists: NAME|TYPE", when the batch is
 * refused. ERR_MEMORY, also for more than ZONE_RECORDS_MAX records, and ERR_IO when it could not be written.
 * Nothing has changed then. */
enum status wormhole53_change_record_sets(struct wormhole53 *zone, const struct change *changes, size_t count,
                                          struct error *err) WARN_UNUSED;

/* Throws the zone away for these records, which are borrowed and differ in name or type. */
enum status wormhole53_replace(struct wormhole53 *zone, struct record *const *records, size_t count,
                               struct error *err) WARN_UNUSED;

/* NULL when there is none. Borrowed from the zone. */
struct record *wormhole53_find(const struct wormhole53 *zone, enum record_type type, const char *name);

/* The version of the plan that the alias of this name points to; 0 when it points to none. */
int64_t wormhole53_version_at(const struct wormhole53 *zone, const char *name);

/* Appends the addresses as a JSON list of strings and returns how many there are. Targets are followed in
 * order, each branch with the names that lead to it as its own visited set; a missing target, a cycle, a
 * branch deeper than RESOLVE_DEPTH_MAX and whatever comes after RESOLVE_STEPS_MAX names give nothing. */
size_t wormhole53_resolve(const struct wormhole53 *zone, const char *name, struct buffer *out);

/* Calls visit for each step of that walk, in order; depth 0 is the name itself. */
enum resolve_step {
    RESOLVE_ADDRESS, /* record: the A record */
    RESOLVE_ALIAS,   /* record: the ALIAS; its targets follow, then RESOLVE_LEAVE */
    RESOLVE_LEAVE,   /* record: the ALIAS that has ended */
    RESOLVE_MISSING, /* no record that can be followed (a TXT record resolves to nothing) */
    RESOLVE_CYCLE,   /* the name is already on the way here */
    RESOLVE_TOO_FAR  /* a bound was met */
};
struct resolve_event {
    enum resolve_step step;
    const char *name;
    const struct weighted_target *edge; /* how the name was reached; NULL for depth 0 and a single target */
    const struct record *record;        /* NULL for the last three */
};
void wormhole53_walk(const struct wormhole53 *zone, const char *name,
                     void (*visit)(void *context, const struct resolve_event *event), void *context);

/* The zone file's text. */
void wormhole53_write(struct buffer *out, struct record *const *records, size_t count);

#endif
