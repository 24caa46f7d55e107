/* SPDX-License-Identifier: Apache-2.0 */
/* The container of all checkpoints: whole, or the one before it, or refused; and the folder that one process
 * at a time saves in. */
#include "tests/support/cmocka_all.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checkpoint_folder.h"
#include "base/memory.h"
#include "base/rng.h"

static const struct checkpoint_kind kind = {.name = "test", .version = 7};
static char folder[] = "/tmp/racewalk-container-XXXXXX";
static char newest[sizeof folder + 64], previous[sizeof folder + 64];
static struct checkpoint_writer writer;
static struct checkpoint_reader reader;

static int make_folder(void **unused)
{
    (void)unused;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(newest, sizeof newest, "%s/test.checkpoint", folder);
    (void)snprintf(previous, sizeof previous, "%s/test.checkpoint.previous", folder);
    return 0;
}

static int remove_folder(void **unused)
{
    (void)unused;
    checkpoint_folder_forget(folder, &kind);
    return rmdir(folder); /* which fails when anything is left over */
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void save(const char *text, const void *body, size_t length)
{
    struct error err = {{0}};
    enum status status = checkpoint_writer_open(&writer, folder, &kind, text, &err);
    /* In pieces of odd lengths. */
    for (size_t at = 0, some = 1; status == OK && at < length; at += some, some = some * 3 + 1) {
        some = some < length - at ? some : length - at;
        status = checkpoint_writer_put(&writer, (const char *)body + at, some, &err);
    }
    status = checkpoint_writer_close(&writer, status, &err);
    if (status != OK)
        fail_msg("%s", err.text);
}

static size_t read_bytes(const char *path, unsigned char **ret_bytes)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    const size_t size = (size_t)info.st_size;
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    *ret_bytes = mem_new(size + 1, 1);
    assert_int_equal(fread(*ret_bytes, 1, size, in), size);
    assert_int_equal(fclose(in), 0);
    return size;
}

static void write_bytes(const char *path, const void *bytes, size_t size)
{
    (void)unlink(path); /* the other name of the file is not to change */
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
}

static enum status open_reader(struct error *err)
{
    err->text[0] = '\0';
    const enum status status = checkpoint_reader_open(&reader, folder, &kind, err);
    assert_true((status == OK) == (err->text[0] == '\0'));
    return status;
}

static void assert_newest_is(const char *text)
{
    struct error err;
    assert_int_equal(open_reader(&err), OK);
    assert_string_equal(reader.text, text);
    assert_string_equal(reader.warning.text, "");
    checkpoint_reader_close(&reader);
}

static void body_written_and_read_is_the_same(void **unused)
{
    (void)unused;
    static const size_t lengths[] = {0, 1, 7, 8, 9, 4095 * 8, 32767, 32768, 32769, 100000};
    char *body = mem_new(100000, 1), *read = mem_new(100000, 1);
    struct error err;
    for (size_t i = 0; i < 100000; i++)
        body[i] = (char)rng_mix(i);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        save(i % 2 != 0 ? "a text\nof lines\n" : "", body, lengths[i]);
        assert_int_equal(open_reader(&err), OK);
        assert_string_equal(reader.text, i % 2 != 0 ? "a text\nof lines\n" : "");
        assert_int_equal(reader.left, lengths[i]);
        assert_int_equal(checkpoint_reader_get(&reader, read, lengths[i] / 2, &err), OK);
        assert_int_equal(
            checkpoint_reader_get(&reader, read + lengths[i] / 2, lengths[i] - lengths[i] / 2, &err), OK);
        assert_memory_equal(read, body, lengths[i]);
        assert_int_equal(checkpoint_reader_get(&reader, read, 1, &err), ERR_DATA);
        checkpoint_reader_close(&reader);
    }
    mem_free(body);
    mem_free(read);
}

/* Any damage to a file: refused where it is the only one, and the one before is taken where there is one. */
static void look_at_damage(const unsigned char *bytes, size_t size)
{
    struct error err;
    write_bytes(newest, bytes, size);
    assert_int_equal(open_reader(&err), OK);
    assert_string_equal(reader.text, "first\n");
    assert_non_null(strstr(reader.warning.text, newest));
    assert_non_null(strstr(reader.warning.text, previous));
    checkpoint_reader_close(&reader);
    char away[sizeof previous + 8];
    (void)snprintf(away, sizeof away, "%s.away", previous);
    assert_int_equal(rename(previous, away), 0);
    assert_int_equal(open_reader(&err), ERR_DATA);
    assert_non_null(strstr(err.text, newest));
    assert_int_equal(rename(away, previous), 0);
}

static void damaged_file_is_not_the_end(void **unused)
{
    (void)unused;
    unsigned char *bytes;
    char body[100];
    memset(body, 'x', sizeof body);
    save("first\n", body, sizeof body);
    save("second\n", body, sizeof body);
    assert_true(exists(previous));
    const size_t size = read_bytes(newest, &bytes);
    for (size_t length = 0; length < size; length++)
        look_at_damage(bytes, length);
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 0x10;
        look_at_damage(bytes, size);
        bytes[i] ^= 0x10;
    }
    /* As a file is whose length came to the disk before its bytes. */
    unsigned char *zeros = mem_new(size, 1);
    look_at_damage(zeros, size);
    mem_free(zeros);
    mem_free(bytes);
}

/* Nothing is there but the one before. */
static void missing_file_is_not_the_end(void **unused)
{
    (void)unused;
    struct error err;
    save("first\n", "", 0);
    save("second\n", "", 0);
    assert_int_equal(unlink(newest), 0);
    assert_true(checkpoint_folder_has(folder, &kind));
    assert_int_equal(open_reader(&err), OK);
    assert_string_equal(reader.text, "first\n");
    assert_true(reader.warning.text[0] != '\0');
    checkpoint_reader_close(&reader);
    /* Both are damaged. */
    write_bytes(newest, "x", 1);
    write_bytes(previous, "y", 1);
    assert_int_equal(open_reader(&err), ERR_DATA);
    assert_non_null(strstr(err.text, "the one before it is no better"));
    checkpoint_folder_forget(folder, &kind);
    assert_false(exists(newest) || exists(previous) || checkpoint_folder_has(folder, &kind));
    assert_int_equal(open_reader(&err), ERR_NO_INPUT);
}

/* After the one before was taken, what is saved next does not replace it by the damaged one. */
static void save_after_put_back_keeps_the_whole_one(void **unused)
{
    (void)unused;
    struct error err;
    save("first\n", "", 0);
    save("second\n", "", 0);
    write_bytes(newest, "torn", 4);
    assert_int_equal(checkpoint_folder_put_back(folder, &kind, &err), OK);
    assert_newest_is("first\n");
    save("third\n", "", 0);
    assert_newest_is("third\n");
    write_bytes(newest, "torn", 4);
    assert_int_equal(open_reader(&err), OK);
    assert_string_equal(reader.text, "first\n");
    checkpoint_reader_close(&reader);
}

static void file_of_another_kind_or_version_is_refused(void **unused)
{
    (void)unused;
    static const struct checkpoint_kind later = {.name = "test", .version = 8};
    struct error err;
    unsigned char *bytes;
    checkpoint_folder_forget(folder, &kind);
    save("text\n", "", 0);
    assert_int_equal(checkpoint_reader_open(&reader, folder, &later, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "has version 7, and this program reads version 8"));
    const size_t size = read_bytes(newest, &bytes);
    FILE *memory = fmemopen(bytes, size, "rb");
    assert_int_equal(
        checkpoint_reader_take(&reader, memory, "it", &(struct checkpoint_kind){"other", 7}, &err), ERR_DATA);
    assert_string_equal(err.text, "it is not the checkpoint of a other");
    mem_free(bytes);
    static const char check[] = "RWCHECK1 and so on", run[] = "\xde\x00\x12\xa6"
                                                              "format\xb5racewalk-checkpoint 2";
    for (int i = 0; i < 2; i++) {
        write_bytes(newest, i == 0 ? check : run, i == 0 ? sizeof check : sizeof run);
        assert_int_equal(open_reader(&err), ERR_DATA);
        assert_non_null(strstr(err.text, "is of an older version of this program"));
    }
}

/* One that could not be finished leaves the one before as it was, and nothing beside it. */
static void write_that_fails_keeps_the_one_before(void **unused)
{
    (void)unused;
    struct error err = {{0}};
    checkpoint_folder_forget(folder, &kind);
    save("first\n", "body", 4);
    assert_int_equal(checkpoint_writer_open(&writer, folder, &kind, "second\n", &err), OK);
    assert_int_equal(checkpoint_writer_put(&writer, "other", 5, &err), OK);
    assert_int_equal(checkpoint_writer_close(&writer, ERR_MEMORY, &err), ERR_MEMORY);
    assert_newest_is("first\n");
    assert_false(exists(previous));
    assert_int_equal(checkpoint_writer_open(&writer, "/proc/nowhere/at/all", &kind, "text\n", &err), ERR_IO);
    assert_non_null(strstr(err.text, "/proc/nowhere/at/all/test.checkpoint could not be written"));
    /* A folder in the way of the old one's new name stands in for a file system that refuses. */
    assert_int_equal(mkdir(previous, 0700), 0);
    assert_int_equal(checkpoint_writer_open(&writer, folder, &kind, "third\n", &err), OK);
    assert_int_equal(checkpoint_writer_close(&writer, OK, &err), ERR_IO);
    assert_int_equal(rmdir(previous), 0);
    assert_newest_is("first\n");
}

/* --- the folder --- */

/* Runs enter in a process of its own, which tells by a byte that it has the folder and then sleeps. */
static pid_t enter_in_a_process(void)
{
    int told[2];
    char byte = 0;
    assert_int_equal(pipe(told), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct checkpoint_lock lock;
        if (checkpoint_folder_enter(&lock, folder, NULL, &kind, 1, NULL) == OK && lock.held)
            (void)!write(told[1], "y", 1);
        (void)pause();
        _exit(0);
    }
    assert_int_equal(read(told[0], &byte, 1), 1);
    (void)close(told[0]);
    (void)close(told[1]);
    return child;
}

static void enter_of_a_taken_folder_says_who_has_it(void **unused)
{
    (void)unused;
    struct checkpoint_lock lock;
    struct error err = {{0}};
    char owner[64];
    const pid_t child = enter_in_a_process();
    assert_int_equal(checkpoint_folder_enter(&lock, folder, NULL, &kind, 0.3, &err), ERR_USAGE);
    assert_false(lock.held);
    (void)snprintf(owner, sizeof owner, "is in use by a test, process %ld on ", (long)child);
    assert_non_null(strstr(err.text, owner));
    /* It goes with its process, however that ends. */
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(checkpoint_folder_enter(&lock, folder, NULL, &kind, 1, &err), OK);
    assert_true(lock.held);
    checkpoint_folder_leave(&lock);
    checkpoint_folder_leave(&lock);
}

static void enter_removes_what_was_half_written(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        bool goes;
    } files[] = {{"test.checkpoint.123.tmp", true},
                 {"run.checkpoint.4.tmp", true},
                 {"check.checkpoint.new", true},
                 {"test.checkpoint.tmp", false},
                 {"my.checkpoint.12x.tmp", false},
                 {".checkpoint.12.tmp", false},
                 {"notes.12.tmp", false}};
    struct checkpoint_lock lock;
    for (int i = 0; i < 7; i++) {
        char path[sizeof folder + 64];
        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        write_bytes(path, "half", 4);
    }
    assert_int_equal(checkpoint_folder_enter(&lock, folder, NULL, &kind, 1, NULL), OK);
    for (int i = 0; i < 7; i++) {
        char path[sizeof folder + 64];
        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        assert_int_equal(exists(path), !files[i].goes);
        (void)unlink(path);
    }
    checkpoint_folder_leave(&lock);
}

static void enter_without_what_to_go_on_from_makes_nothing(void **unused)
{
    (void)unused;
    struct checkpoint_lock lock;
    struct error err = {{0}};
    char typo[sizeof folder + 64];
    (void)snprintf(typo, sizeof typo, "%s/typo", folder);
    assert_int_equal(checkpoint_folder_enter(&lock, typo, typo, &kind, 1, &err), ERR_NO_INPUT);
    assert_non_null(strstr(err.text, "there is no checkpoint to resume: "));
    assert_false(lock.held || exists(typo));
}

/* Killed at any moment: there is a whole one, the newest or the one that was being replaced. */
static void kill_at_any_moment_leaves_a_whole_one(void **unused)
{
    (void)unused;
    struct checkpoint_lock lock;
    struct error err;
    checkpoint_folder_forget(folder, &kind);
    save("number 0\n", "", 0);
    unsigned last = 0;
    for (unsigned round = 0; round < 100; round++) {
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            static char body[200000];
            for (unsigned number = last + 1;
                 checkpoint_folder_enter(&lock, folder, NULL, &kind, 1, NULL) == OK; number++) {
                char text[32];
                (void)snprintf(text, sizeof text, "number %u\n", number);
                save(text, body, number * 7919 % sizeof body);
                checkpoint_folder_leave(&lock);
            }
            _exit(1);
        }
        (void)usleep((useconds_t)(rng_mix(round) % 30000));
        assert_int_equal(kill(child, SIGKILL), 0);
        int how = 0;
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSIGNALED(how));
        assert_int_equal(open_reader(&err), OK);
        assert_string_equal(reader.warning.text, "");
        unsigned number = 0;
        assert_int_equal(sscanf(reader.text, "number %u", &number), 1);
        assert_true(number >= last);
        checkpoint_reader_close(&reader);
        last = number;
    }
    assert_true(last > 0);
    assert_int_equal(checkpoint_folder_enter(&lock, folder, NULL, &kind, 1, NULL), OK);
    checkpoint_folder_leave(&lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(body_written_and_read_is_the_same),
        cmocka_unit_test(damaged_file_is_not_the_end),
        cmocka_unit_test(missing_file_is_not_the_end),
        cmocka_unit_test(save_after_put_back_keeps_the_whole_one),
        cmocka_unit_test(file_of_another_kind_or_version_is_refused),
        cmocka_unit_test(write_that_fails_keeps_the_one_before),
        cmocka_unit_test(enter_of_a_taken_folder_says_who_has_it),
        cmocka_unit_test(enter_removes_what_was_half_written),
        cmocka_unit_test(enter_without_what_to_go_on_from_makes_nothing),
        cmocka_unit_test(kill_at_any_moment_leaves_a_whole_one),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
