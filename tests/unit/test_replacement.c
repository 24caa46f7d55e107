/* SPDX-License-Identifier: Apache-2.0 */
/* A new file in the place of an old one, on file systems that can exchange two files and on those that
 * cannot. */
#define _GNU_SOURCE

#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/replacement.h"

static bool no_exchange, no_links, folders_resist;

/* These take the place of libc's in this program. */
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    if (no_exchange && flags != 0) {
        errno = access(to, F_OK) == 0 ? EINVAL : ENOENT;
        return -1;
    }
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    if (no_links) {
        errno = EPERM;
        return -1;
    }
    return (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

int fsync(int fd)
{
    struct stat info;
    if (folders_resist && fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

static char folder[] = "/tmp/racewalk-replacement-XXXXXX";

static int enter_folder(void **unused)
{
    (void)unused;
    return mkdtemp(folder) == NULL || chdir(folder) != 0 ? -1 : 0;
}

static int remove_folder(void **unused)
{
    (void)unused;
    return rmdir(folder); /* which fails when anything is left over */
}

static bool replace(const char *text, bool durable, const char *previous)
{
    struct replacement file;
    if (replacement_open(&file, AT_FDCWD, "file", NULL) && replacement_write(&file, text, strlen(text)) &&
        replacement_commit(&file, durable, previous))
        return true;
    replacement_discard(&file);
    return false;
}

static void assert_text(const char *path, const char *expected)
{
    char text[64] = "";
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    assert_int_equal(fclose(in), 0);
    assert_string_equal(text, expected);
}

static void commit_replaces_and_keeps_the_previous_one(void **unused)
{
    (void)unused;
    for (int way = 0; way < 8; way++) {
        const bool durable = (way & 1) != 0;
        no_exchange = (way & 2) != 0;
        no_links = (way & 4) != 0;
        assert_true(replace("first", durable, "previous"));
        assert_int_equal(access("previous", F_OK), -1);
        assert_true(replace("second", durable, "previous"));
        assert_text("file", "second");
        assert_text("previous", "first");
        assert_true(replace("third", durable, "previous"));
        assert_text("previous", "second");
        assert_true(replace("fourth", durable, NULL));
        assert_text("file", "fourth");
        assert_text("previous", "second");
        assert_int_equal(unlink("file") | unlink("previous"), 0);
    }
    no_exchange = no_links = false;
}

/* What cannot be brought to the disk is taken back. */
static void commit_that_fails_leaves_the_old_file(void **unused)
{
    (void)unused;
    assert_true(replace("old", true, NULL));
    folders_resist = true;
    assert_false(replace("new", true, "previous"));
    assert_int_equal(errno, EIO);
    folders_resist = false;
    assert_text("file", "old");
    assert_int_equal(access("previous", F_OK), -1);
    /* A folder is in the way of the old one's new name. */
    for (int way = 0; way < 2; way++) {
        no_exchange = way != 0;
        assert_int_equal(mkdir("previous", 0700), 0);
        assert_false(replace("new", true, "previous"));
        assert_int_equal(rmdir("previous"), 0);
        assert_text("file", "old");
    }
    no_exchange = false;
    assert_int_equal(unlink("file"), 0);
    folders_resist = true;
    assert_false(replace("new", true, NULL));
    folders_resist = false;
    assert_int_equal(access("file", F_OK), -1);
}

static void open_takes_over_leftovers_only(void **unused)
{
    (void)unused;
    char temporary[64];
    (void)snprintf(temporary, sizeof temporary, "file.%ld.tmp", (long)getpid());
    const int fd = open(temporary, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0 && write(fd, "a longer text of before", 23) == 23 && close(fd) == 0);
    assert_true(replace("new", false, NULL));
    assert_text("file", "new");
    assert_int_equal(symlink("/nowhere", temporary), 0);
    assert_false(replace("newer", false, NULL));
    assert_int_equal(unlink(temporary) | mkfifo(temporary, 0600), 0);
    assert_false(replace("newer", false, NULL)); /* and does not wait */
    assert_text("file", "new");
    assert_int_equal(unlink(temporary) | unlink("file"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commit_replaces_and_keeps_the_previous_one),
        cmocka_unit_test(commit_that_fails_leaves_the_old_file),
        cmocka_unit_test(open_takes_over_leftovers_only),
    };
    return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
