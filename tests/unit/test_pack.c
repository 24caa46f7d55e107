/* SPDX-License-Identifier: Apache-2.0 */
/* msgpack, written and read: values come back, msgpack-c reads them as well, and what is cut, damaged or
 * claims too much fails the cursor. */
#include "tests/support/cmocka_all.h"

#include <math.h>
#include <msgpack.h>
#include <string.h>

#include "cluster/pack.h"

static const uint64_t naturals[] = {
    0, 1, 127, 128, 255, 256, 65535, 65536, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX};
static const int64_t integers[] = {0,      -1,        -32,       -33,       -128, -129, -32768,
                                   -32769, INT32_MIN, INT64_MIN, INT64_MAX, 127,  128};

static void write_all(struct buffer *out)
{
    pack_map(out, 6);
    pack_text(out, "naturals");
    pack_array(out, sizeof naturals / sizeof naturals[0]);
    for (size_t i = 0; i < sizeof naturals / sizeof naturals[0]; i++)
        pack_uint(out, naturals[i]);
    pack_text(out, "integers");
    pack_array(out, sizeof integers / sizeof integers[0]);
    for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++)
        pack_int(out, integers[i]);
    pack_text(out, "real");
    pack_real(out, 0.1);
    pack_text(out, "flag");
    pack_bool(out, true);
    pack_text(out, "none");
    pack_nil(out);
    pack_text(out, "bytes");
    pack_bytes(out, "a\0b", 3);
}

static void read_all(struct unpack *in)
{
    size_t length = 0;
    unpack_map(in, 6);
    unpack_key(in, "naturals");
    const size_t natural_count = unpack_array(in, 100, 1);
    for (size_t i = 0; i < natural_count; i++)
        assert_true(unpack_uint(in, UINT64_MAX) == naturals[i] || in->wrong != NULL);
    unpack_key(in, "integers");
    const size_t integer_count = unpack_array(in, 100, 1);
    for (size_t i = 0; i < integer_count; i++)
        assert_true(unpack_int(in) == integers[i] || in->wrong != NULL);
    unpack_key(in, "real");
    assert_true(fabs(unpack_real(in) - 0.1) < 1e-18 || in->wrong != NULL);
    unpack_key(in, "flag");
    assert_true(unpack_bool(in) || in->wrong != NULL);
    unpack_key(in, "none");
    if (!unpack_is_nil(in))
        unpack_fail(in, "nil");
    unpack_key(in, "bytes");
    const uint8_t *bytes = unpack_bytes(in, &length);
    assert_true(bytes == NULL ? in->wrong != NULL : length == 3 && memcmp(bytes, "a\0b", 3) == 0);
}

static void values_written_are_read_again(void **unused)
{
    (void)unused;
    struct buffer out;
    struct unpack in;
    buffer_init(&out);
    write_all(&out);
    unpack_init(&in, out.text, out.length);
    read_all(&in);
    assert_int_equal(unpack_done(&in, "all", NULL), OK);
    buffer_release(&out);
}

static void values_written_are_read_by_msgpack_c(void **unused)
{
    (void)unused;
    struct buffer out;
    buffer_init(&out);
    write_all(&out);
    pack_seal(&out);
    msgpack_unpacked whole;
    msgpack_unpacked_init(&whole);
    size_t at = 0;
    assert_int_equal(msgpack_unpack_next(&whole, out.text, out.length, &at), MSGPACK_UNPACK_SUCCESS);
    assert_int_equal(whole.data.type, MSGPACK_OBJECT_MAP);
    assert_int_equal(whole.data.via.map.size, 6);
    assert_int_equal(msgpack_unpack_next(&whole, out.text, out.length, &at), MSGPACK_UNPACK_SUCCESS);
    assert_int_equal(whole.data.type, MSGPACK_OBJECT_BIN); /* the seal */
    assert_int_equal(at, out.length);
    msgpack_unpacked_destroy(&whole);
    buffer_release(&out);
}

static void read_of_every_beginning_fails(void **unused)
{
    (void)unused;
    struct buffer out;
    buffer_init(&out);
    write_all(&out);
    for (size_t length = 0; length < out.length; length++) {
        struct unpack in;
        struct error err = {{0}};
        unpack_init(&in, out.text, length);
        read_all(&in);
        assert_int_equal(unpack_done(&in, "cut", &err), ERR_DATA);
        assert_non_null(strstr(err.text, "cut: expected "));
    }
    buffer_release(&out);
}

static void read_of_damaged_sealed_bytes_fails(void **unused)
{
    (void)unused;
    struct buffer out;
    struct unpack in;
    buffer_init(&out);
    write_all(&out);
    pack_seal(&out);
    unpack_sealed(&in, out.text, out.length);
    read_all(&in);
    assert_int_equal(unpack_done(&in, "sealed", NULL), OK);
    for (size_t i = 0; i < out.length; i++) {
        out.text[i] ^= 0x10;
        unpack_sealed(&in, out.text, out.length);
        assert_non_null(in.wrong);
        out.text[i] ^= 0x10;
        unpack_sealed(&in, out.text, i);
        assert_non_null(in.wrong);
    }
    buffer_release(&out);
}

static void read_of_other_than_asked_for_fails(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes;
        size_t length;
    } texts[] = {
        {"\xdd\x00\x98\x96\x80", 5}, /* five bytes that claim ten million elements */
        {"\xdc\xff\xff", 3},         /* more elements than are asked for */
        {"\x81", 1},                 /* a map */
        {"\xc1", 1},                 /* no msgpack at all */
        {"", 0},
    };
    char text[4];
    struct unpack in;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        unpack_init(&in, texts[i].bytes, texts[i].length);
        assert_int_equal(unpack_array(&in, 1000, 1), 0);
        assert_non_null(in.wrong);
        assert_int_equal(unpack_uint(&in, UINT64_MAX), 0); /* a failed cursor gives nothing more */
        assert_int_equal(unpack_done(&in, "x", NULL), ERR_DATA);
    }
    unpack_init(&in, "\x93\x01\x02", 3); /* three elements in two bytes */
    assert_int_equal(unpack_array(&in, 1000, 1), 0);
    unpack_init(&in, "\x93\x01\x02\x03", 4); /* two at most are wanted */
    assert_int_equal(unpack_array(&in, 2, 1), 0);
    unpack_init(&in, "\x93\x01\x02\x03", 4);
    assert_int_equal(unpack_array(&in, 3, 1), 3);
    unpack_init(&in, "\x05", 1);
    (void)unpack_uint(&in, 4);
    assert_non_null(in.wrong);
    unpack_init(&in,
                "\xa4"
                "four",
                5);
    unpack_text(&in, text, sizeof text);
    assert_non_null(in.wrong);
    assert_string_equal(text, "");
    unpack_init(&in,
                "\xa2"
                "a\0",
                3);
    unpack_text(&in, text, sizeof text);
    assert_non_null(in.wrong);
    unpack_init(&in,
                "\xa1"
                "b",
                2);
    unpack_key(&in, "a");
    assert_non_null(in.wrong);
    unpack_init(&in, "\x01\x02", 2);
    assert_int_equal(unpack_uint(&in, 9), 1);
    assert_int_equal(unpack_done(&in, "x", NULL), ERR_DATA); /* a byte too many */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_written_are_read_again),
        cmocka_unit_test(values_written_are_read_by_msgpack_c),
        cmocka_unit_test(read_of_every_beginning_fails),
        cmocka_unit_test(read_of_damaged_sealed_bytes_fails),
        cmocka_unit_test(read_of_other_than_asked_for_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
