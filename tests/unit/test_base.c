/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, arenas, buffers and files: limits and failures above all. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"

static void new_with_overflowing_size_fails(void **unused)
{
    (void)unused;
    assert_null(mem_new(SIZE_MAX / 2, 3));
    assert_null(mem_resize(NULL, SIZE_MAX / 2, 3));
    assert_null(mem_new_aligned(64, SIZE_MAX / 2, 3));
    assert_null(mem_new_aligned(64, SIZE_MAX - 8, 1));
}

static void new_after_fail_from_fails(void **unused)
{
    (void)unused;
    mem_fail_from(2);
    void *first = mem_new(1, 8);
    assert_non_null(first);
    assert_null(mem_new(1, 8));
    assert_null(mem_copy_string("x"));
    assert_int_equal(mem_allocations(), 3);
    mem_fail_from(0);
    mem_free(first);
}

static void new_aligned_is_aligned_and_zero(void **unused)
{
    (void)unused;
    unsigned char *block = mem_new_aligned(64, 3, 33);
    assert_int_equal((uintptr_t)block % 64, 0);
    for (size_t i = 0; i < 99; i++)
        assert_int_equal(block[i], 0);
    mem_free(block);
}

static void arena_past_its_limit_gives_nothing(void **unused)
{
    (void)unused;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    size_t got = 0;
    while (arena_new(&arena, 1, 1000) != NULL)
        got += 1000;
    assert_true(got > (1 << 20) / 2 && got <= 1 << 20);
    assert_true(arena.total <= 1 << 20);
    assert_null(arena_new(&arena, SIZE_MAX / 4, 8));
    arena_clear(&arena);
    assert_non_null(arena_new(&arena, 1, 1000));
    char *copy = arena_copy(&arena, "hello", 4);
    assert_string_equal(copy, "hell");
    arena_release(&arena);
}

static void buffer_past_its_limit_fails_and_keeps_text(void **unused)
{
    (void)unused;
    struct buffer buffer;
    buffer_init_limited(&buffer, 10);
    assert_string_equal(buffer.text, "");
    buffer_format(&buffer, "%d", 12345);
    buffer_string(&buffer, "abcde");
    assert_int_equal(buffer_status(&buffer, NULL), OK);
    buffer_char(&buffer, '!');
    assert_int_equal(buffer_status(&buffer, NULL), ERR_MEMORY);
    buffer_clear(&buffer);
    buffer_html(&buffer, "<&'\"");
    assert_int_equal(buffer_status(&buffer, NULL), ERR_MEMORY);
    buffer_release(&buffer);
    buffer_init(&buffer);
    buffer_html(&buffer, "<a href=\"x\">'&'</a>");
    assert_string_equal(buffer.text, "&lt;a href=&quot;x&quot;&gt;&#x27;&amp;&#x27;&lt;/a&gt;");
    mem_fail_from(1);
    for (int i = 0; i < 100; i++)
        buffer_string(&buffer, "more text");
    mem_fail_from(0);
    assert_int_equal(buffer_status(&buffer, NULL), ERR_MEMORY);
    buffer_release(&buffer);
}

static void read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    (void)fclose(file);
}

static void write_whole_replaces_and_leaves_nothing_behind(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/racewalk-test-XXXXXX", path[64], text[64], beside[96];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/file", folder);
    (void)snprintf(beside, sizeof beside, "%s.%ld.tmp", path, (long)getpid());
    struct error err = {{0}};
    assert_int_equal(file_write_whole(path, "first", 5, &err), OK);
    assert_int_equal(file_write_whole(path, "second", 6, &err), OK);
    read_file(path, text, sizeof text);
    assert_string_equal(text, "second");
    assert_int_equal(access(beside, F_OK), -1);
    /* A folder in the way: nothing is written, nothing is left. */
    assert_int_equal(mkdir(beside, 0700), 0);
    assert_int_equal(file_write_whole(path, "third", 5, &err), ERR_IO);
    read_file(path, text, sizeof text);
    assert_string_equal(text, "second");
    (void)rmdir(beside);
    assert_int_equal(file_write_whole("/nowhere/at/all", "x", 1, &err), ERR_IO);
    assert_string_equal(err.text, "/nowhere/at/all: cannot be written: No such file or directory");
    assert_int_equal(file_write_whole("/dev/null", "x", 1, &err), OK);
    assert_int_equal(file_make_folder(folder, &err), OK);
    assert_int_equal(file_make_folder(path, &err), ERR_IO);
    (void)unlink(path);
    (void)rmdir(folder);
}

static void error_set_cuts_and_prefixes(void **unused)
{
    (void)unused;
    struct error err;
    char longer[2 * ERROR_TEXT_MAX];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(error_set(&err, ERR_DATA, "%s", longer), ERR_DATA);
    assert_int_equal(strlen(err.text), ERROR_TEXT_MAX - 1);
    (void)error_set(&err, ERR_DATA, "wrong");
    assert_int_equal(error_prefix(&err, ERR_DATA, "%s: line %d: ", "file", 3), ERR_DATA);
    assert_string_equal(err.text, "file: line 3: wrong");
    assert_int_equal(error_set(NULL, ERR_IO, "x"), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_with_overflowing_size_fails),
        cmocka_unit_test(new_after_fail_from_fails),
        cmocka_unit_test(new_aligned_is_aligned_and_zero),
        cmocka_unit_test(arena_past_its_limit_gives_nothing),
        cmocka_unit_test(buffer_past_its_limit_fails_and_keeps_text),
        cmocka_unit_test(write_whole_replaces_and_leaves_nothing_behind),
        cmocka_unit_test(error_set_cuts_and_prefixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
