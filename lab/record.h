/* SPDX-License-Identifier: Apache-2.0 */
/* One record of the DNS store: a name, a type and a value, which never change once made.
 *
 * Records are shared by reference count between the zone, a plan being installed and what deployers have
 * observed. record_ref takes one more reference, record_unref gives one up. The counts are plain integers:
 * all users of a record hold the lab's lock (see server.h), or there is one thread. */
#ifndef RACEWALK_LAB_RECORD_H
#define RACEWALK_LAB_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "base/status.h"

enum record_type {
    RECORD_A,    /* value: an IPv4 address */
    RECORD_TXT,  /* value: any text */
    RECORD_ALIAS /* value: a target's name, or a list of weighted targets */
};

struct weighted_target {
    const char *name;
    int64_t weight;
};

struct record {
    size_t references;
    enum record_type type;
    uint64_t name_hash; /* compared before the name */
    const char *name;
    const char *text; /* the address, the text or the single target; NULL for a list of targets */
    const struct weighted_target *targets;
    size_t target_count;
};

#define RECORD_NAME_MAX    1024  /* bytes of a name or a target */
#define RECORD_TARGETS_MAX 4096  /* targets of one list */
#define RECORD_TEXT_MAX    65536 /* bytes of a TXT value */

/* New records with one reference; they copy what they are given. NULL when out of memory. */
struct record *record_new_text(enum record_type type, const char *name, const char *text) WARN_UNUSED;
struct record *record_new_weighted(const char *name, const struct weighted_target *targets,
                                   size_t count) WARN_UNUSED;

struct record *record_ref(struct record *record);
/* NULL is fine. */
void record_unref(struct record *record);
/* Gives up count references and the array, which mem_free takes. */
void record_unref_all(struct record **records, size_t count);

uint64_t record_hash(const char *name);
const char *record_type_name(enum record_type type);
bool record_same_identity(const struct record *a, const struct record *b);
bool record_same_value(const struct record *a, const struct record *b);

/* {"name": …, "type": …, "value": …}, and null for NULL. */
void record_write(struct buffer *out, const struct record *record);

/* An alias's target in few words: its name, without the suffix that the names of all plans have, or how many
 * there are. */
void record_write_label(struct buffer *out, const struct record *alias);

/* A record from a tree of that form; ERR_DATA names what is wrong with it. */
enum status record_read(const cJSON *tree, struct record **ret_record, struct error *err) WARN_UNUSED;

/* All records of a list; ERR_DATA says which one is wrong. Freed with record_unref_all. */
enum status record_read_list(const cJSON *list, struct record ***ret_records, size_t *ret_count,
                             struct error *err) WARN_UNUSED;

#endif
