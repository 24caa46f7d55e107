/* SPDX-License-Identifier: Apache-2.0 */
/* msgpack, written with msgpack-c and read by a cursor that trusts nothing.
 *
 * The cursor never allocates: strings point into the bytes that are read, and a claimed count is compared
 * with the bytes that are left before it is believed. The first thing that is not as asked for fails the
 * cursor, later reads give nothing, and the owner asks once at the end. Values must stand in the order in
 * which they are asked for; map keys are compared.
 *
 * A sealed text ends with eight bytes that are the checksum of all before them, written as a msgpack value of
 * its own, so that the whole is still msgpack.
 *
 * Owner only. */
#ifndef RACEWALK_CLUSTER_PACK_H
#define RACEWALK_CLUSTER_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

void pack_map(struct buffer *out, size_t pairs);
void pack_array(struct buffer *out, size_t count);
void pack_uint(struct buffer *out, uint64_t value);
void pack_int(struct buffer *out, int64_t value);
void pack_real(struct buffer *out, double value);
void pack_bool(struct buffer *out, bool value);
void pack_nil(struct buffer *out);
void pack_text(struct buffer *out, const char *text);
void pack_bytes(struct buffer *out, const void *bytes, size_t length);
/* Appends the checksum of what the buffer holds. */
void pack_seal(struct buffer *out);

struct unpack {
    const uint8_t *at, *end;
    const char *wrong; /* NULL while all is well; else what was wanted */
};

void unpack_init(struct unpack *in, const void *bytes, size_t length);
/* As unpack_init, without the seal; fails the cursor when the checksum is another. */
void unpack_sealed(struct unpack *in, const void *bytes, size_t length);

/* The map must have just so many pairs. */
void unpack_map(struct unpack *in, size_t pairs);
/* The number of elements, at most max, each of at least element_bytes bytes. */
size_t unpack_array(struct unpack *in, size_t max, size_t element_bytes);
void unpack_key(struct unpack *in, const char *key);
uint64_t unpack_uint(struct unpack *in, uint64_t max);
int64_t unpack_int(struct unpack *in);
double unpack_real(struct unpack *in);
bool unpack_bool(struct unpack *in);
/* True when a nil stands here, which is then read. */
bool unpack_is_nil(struct unpack *in);
/* Copies the text, which must fit with its NUL. */
void unpack_text(struct unpack *in, char *ret_text, size_t size);
/* Points into what is read; NULL when the cursor failed. */
const uint8_t *unpack_bytes(struct unpack *in, size_t *ret_length);

/* Fails the cursor. */
void unpack_fail(struct unpack *in, const char *wrong);
/* OK when everything was as asked for and nothing is left; ERR_DATA: "WHAT: …". */
enum status unpack_done(const struct unpack *in, const char *what, struct error *err) WARN_UNUSED;

#endif
