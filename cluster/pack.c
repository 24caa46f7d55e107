/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/pack.h"

#include <assert.h>
#include <msgpack/pack.h>
#include <string.h>

/* --- writing --- */

static int write_to_buffer(void *data, const char *bytes, size_t length)
{
    buffer_append(data, bytes, length);
    return 0; /* the buffer remembers a failure */
}

static msgpack_packer packer_of(struct buffer *out)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, out, write_to_buffer);
    return packer;
}

void pack_map(struct buffer *out, size_t pairs)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_map(&packer, pairs);
}

void pack_array(struct buffer *out, size_t count)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_array(&packer, count);
}

void pack_uint(struct buffer *out, uint64_t value)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_uint64(&packer, value);
}

void pack_int(struct buffer *out, int64_t value)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_int64(&packer, value);
}

void pack_real(struct buffer *out, double value)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_double(&packer, value);
}

void pack_bool(struct buffer *out, bool value)
{
    msgpack_packer packer = packer_of(out);
    (void)(value ? msgpack_pack_true(&packer) : msgpack_pack_false(&packer));
}

void pack_nil(struct buffer *out)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_nil(&packer);
}

void pack_text(struct buffer *out, const char *text)
{
    msgpack_packer packer = packer_of(out);
    const size_t length = strlen(text);
    (void)msgpack_pack_str(&packer, length);
    (void)msgpack_pack_str_body(&packer, text, length);
}

void pack_bytes(struct buffer *out, const void *bytes, size_t length)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_bin(&packer, length);
    (void)msgpack_pack_bin_body(&packer, bytes, length);
}

/* FNV-1a with 64 bits (Fowler, Noll, Vo): against accidents, not against forgery. */
static uint64_t checksum(const uint8_t *bytes, size_t length)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001B3);
    return hash;
}

enum { SEAL_BYTES = 10, SEAL_SUM = 8 }; /* bin 8 header, length, the sum */

void pack_seal(struct buffer *out)
{
    const uint64_t sum = checksum((const uint8_t *)out->text, out->length);
    uint8_t bytes[SEAL_SUM];
    for (size_t i = 0; i < SEAL_SUM; i++)
        bytes[i] = (uint8_t)(sum >> (8 * (SEAL_SUM - 1 - i)));
    pack_bytes(out, bytes, sizeof bytes);
}

/* --- reading --- */

void unpack_init(struct unpack *in, const void *bytes, size_t length)
{
    assert(bytes != NULL || length == 0);
    *in = (struct unpack){.at = bytes, .end = (const uint8_t *)bytes + length};
}

void unpack_fail(struct unpack *in, const char *wrong)
{
    if (in->wrong == NULL)
        in->wrong = wrong;
    in->at = in->end;
}

static size_t left(const struct unpack *in)
{
    return (size_t)(in->end - in->at);
}

/* Big-endian, as everything in msgpack. The bytes must be there. */
static uint64_t number_at(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

void unpack_sealed(struct unpack *in, const void *bytes, size_t length)
{
    unpack_init(in, bytes, length);
    if (length < SEAL_BYTES) {
        unpack_fail(in, "a checksum at its end (it is cut off)");
        return;
    }
    const uint8_t *seal = in->end - SEAL_BYTES;
    if (seal[0] != 0xc4 || seal[1] != SEAL_SUM) {
        unpack_fail(in, "a checksum at its end (it is cut off)");
        return;
    }
    if (number_at(seal + 2, SEAL_SUM) != checksum(in->at, length - SEAL_BYTES)) {
        unpack_fail(in, "bytes that agree with the checksum (it is damaged)");
        return;
    }
    in->end = seal;
}

/* One format byte with a big-endian number of so many bytes behind it; false when they are not there. */
static bool take_number(struct unpack *in, size_t bytes, uint64_t *ret_value)
{
    if (left(in) < 1 + bytes)
        return false;
    *ret_value = number_at(in->at + 1, bytes);
    in->at += 1 + bytes;
    return true;
}

/* The length of a thing with a short form (fix .. fix + fix_max) and long forms of 1, 2 and 4 bytes (0: there
 * is none). */
static bool take_length(struct unpack *in, uint8_t fix, uint8_t fix_max, uint8_t form1, uint8_t form2,
                        uint8_t form4, uint64_t *ret_length)
{
    if (left(in) == 0)
        return false;
    const uint8_t format = *in->at;
    if (fix != 0 && format >= fix && format <= fix + fix_max) {
        *ret_length = (uint64_t)(format - fix);
        in->at++;
        return true;
    }
    if (form1 != 0 && format == form1)
        return take_number(in, 1, ret_length);
    if (format == form2)
        return take_number(in, 2, ret_length);
    return format == form4 && take_number(in, 4, ret_length);
}

void unpack_map(struct unpack *in, size_t pairs)
{
    uint64_t count;
    if (in->wrong == NULL && (!take_length(in, 0x80, 15, 0, 0xde, 0xdf, &count) || count != pairs))
        unpack_fail(in, "a map with the right number of keys");
}

size_t unpack_array(struct unpack *in, size_t max, size_t element_bytes)
{
    uint64_t count;
    if (in->wrong != NULL)
        return 0;
    if (!take_length(in, 0x90, 15, 0, 0xdc, 0xdd, &count) || count > max ||
        count * element_bytes > left(in)) {
        unpack_fail(in, "an array that fits");
        return 0;
    }
    return (size_t)count;
}

uint64_t unpack_uint(struct unpack *in, uint64_t max)
{
    uint64_t value = 0;
    bool ok = in->wrong == NULL && left(in) > 0;
    if (ok && *in->at <= 0x7f)
        value = *in->at++;
    else
        ok = ok && *in->at >= 0xcc && *in->at <= 0xcf &&
             take_number(in, (size_t)1 << (*in->at - 0xcc), &value);
    if (ok && value <= max)
        return value;
    unpack_fail(in, "an unsigned number within its bounds");
    return 0;
}

int64_t unpack_int(struct unpack *in)
{
    uint64_t value = 0;
    if (in->wrong != NULL || left(in) == 0 || *in->at <= 0x7f || (*in->at >= 0xcc && *in->at <= 0xcf))
        return (int64_t)unpack_uint(in, INT64_MAX);
    const uint8_t format = *in->at;
    if (format >= 0xe0) {
        in->at++;
        return (int8_t)format;
    }
    if (format >= 0xd0 && format <= 0xd3 && take_number(in, (size_t)1 << (format - 0xd0), &value)) {
        const unsigned shift = 64 - (8U << (format - 0xd0));
        return (int64_t)(value << shift) >> shift; /* extends the sign */
    }
    unpack_fail(in, "a number");
    return 0;
}

double unpack_real(struct unpack *in)
{
    uint64_t bits;
    double value = 0;
    if (in->wrong != NULL || left(in) == 0 || *in->at != 0xcb || !take_number(in, 8, &bits)) {
        unpack_fail(in, "a real number");
        return 0;
    }
    memcpy(&value, &bits, sizeof value);
    if (!(value >= 0 && value < 1e18))
        unpack_fail(in, "a real number within its bounds");
    return value;
}

bool unpack_bool(struct unpack *in)
{
    if (in->wrong == NULL && left(in) > 0 && (*in->at == 0xc2 || *in->at == 0xc3))
        return *in->at++ == 0xc3;
    unpack_fail(in, "true or false");
    return false;
}

bool unpack_is_nil(struct unpack *in)
{
    if (in->wrong != NULL || left(in) == 0 || *in->at != 0xc0)
        return false;
    in->at++;
    return true;
}

/* The bytes of a text; NULL after a failure. */
static const char *take_text(struct unpack *in, size_t *ret_length)
{
    uint64_t length;
    if (in->wrong != NULL || !take_length(in, 0xa0, 31, 0xd9, 0xda, 0xdb, &length) || length > left(in)) {
        unpack_fail(in, "a text");
        return NULL;
    }
    const char *text = (const char *)in->at;
    in->at += length;
    *ret_length = (size_t)length;
    return text;
}

void unpack_text(struct unpack *in, char *ret_text, size_t size)
{
    size_t length = 0;
    const char *text = take_text(in, &length);
    ret_text[0] = '\0';
    if (text == NULL)
        return;
    if (length >= size || memchr(text, '\0', length) != NULL) {
        unpack_fail(in, "a shorter text");
        return;
    }
    memcpy(ret_text, text, length);
    ret_text[length] = '\0';
}

void unpack_key(struct unpack *in, const char *key)
{
    size_t length = 0;
    const char *text = take_text(in, &length);
    if (text != NULL && (length != strlen(key) || memcmp(text, key, length) != 0))
        unpack_fail(in, "another key");
}

const uint8_t *unpack_bytes(struct unpack *in, size_t *ret_length)
{
    uint64_t length;
    if (in->wrong != NULL || !take_length(in, 0, 0, 0xc4, 0xc5, 0xc6, &length) || length > left(in)) {
        unpack_fail(in, "bytes");
        return NULL;
    }
    const uint8_t *bytes = in->at;
    in->at += length;
    *ret_length = (size_t)length;
    return bytes;
}

enum status unpack_done(const struct unpack *in, const char *what, struct error *err)
{
    if (in->wrong != NULL)
        return error_set(err, ERR_DATA, "%s: expected %s", what, in->wrong);
    if (in->at != in->end)
        return error_set(err, ERR_DATA, "%s: %zu bytes too many", what, left(in));
    return OK;
}
