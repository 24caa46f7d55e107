/* From a piece of JSON text to a value.
 *
 * A cursor (base/json_cursor.h) walks the document and hands out slices; a slice is then given to cJSON and
 * turned into a value. So what cJSON holds at a time is one slice.
 *
 * cJSON allocates through base/memory here: its tree of a slice goes into an arena with a limit, since a node
 * of 64 bytes can come from two bytes of text. The hooks of cJSON belong to the whole process: json_init sets
 * them, once, and must have been called before other threads use cJSON; outside of json_decode they are
 * base/memory's plain allocation. A decoder has one owner. */
#ifndef RACEWALK_MBT_JSON_H
#define RACEWALK_MBT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json_cursor.h"
#include "base/status.h"
#include "model/value.h"

struct cJSON;

void json_init(void);

/* Appends what cJSON prints of json (NULL: ERR_MEMORY), in UTF-8 whatever its strings hold. */
enum json_form { JSON_LINE, JSON_PRETTY };
enum status json_print(const struct cJSON *json, enum json_form form, struct buffer *out,
                       struct error *err) WARN_UNUSED;

/* Adds "file", and where the path is not UTF-8, so that "file" cannot hold it, "file_uri" with its bytes
 * (base/uri.h). False when out of memory. */
bool json_add_file(struct cJSON *object, const char *path);

enum { JSON_SHARED_STRINGS = 1024 }; /* a power of two */

/* From slices to values in ITF encoding. */
struct json_decoder {
    struct arena tree;    /* of cJSON's nodes; emptied with every slice */
    struct arena *values; /* where values go; borrowed */
    bool share;           /* the strings that come again: then forget them before values is emptied */
    struct value shared[JSON_SHARED_STRINGS];
};

void json_decoder_init(struct json_decoder *decoder, size_t tree_limit, struct arena *values, bool share);
void json_decoder_release(struct json_decoder *decoder);
/* To be called when values has been emptied. */
void json_decoder_forget(struct json_decoder *decoder);

/* The slice must have come from a cursor. ERR_DATA says where in the value: "element 3: value: #set: …". */
enum status json_decode(struct json_decoder *decoder, const struct json_slice *slice, struct value *ret_value,
                        struct error *err) WARN_UNUSED;

/* ERR_DATA when the arena's limit, ERR_MEMORY when the system refused that many bytes more. */
enum status json_arena_refused(const struct arena *arena, size_t bytes, const char *what, struct error *err);

#endif
