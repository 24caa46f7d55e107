/* SPDX-License-Identifier: Apache-2.0 */
/* For renameat2. */
#define _GNU_SOURCE

#include "base/replacement.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

bool replacement_open(struct replacement *file, int folder, const char *path, const char *suffix)
{
    char own[32];
    (void)snprintf(own, sizeof own, ".%ld.tmp", (long)getpid());
    const int used =
        snprintf(file->temporary, sizeof file->temporary, "%s%s", path, suffix != NULL ? suffix : own);
    file->folder = folder;
    file->fd = -1;
    if (used < 0 || (size_t)used >= sizeof file->temporary) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(file->path, path, strlen(path) + 1);
    /* What is there already is a leftover; a link or a pipe of that name is nothing of ours, and is neither
     * followed nor removed. */
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    struct stat there;
    file->fd = openat(folder, file->temporary, flags, 0666);
    if (file->fd < 0 && errno == EEXIST &&
        fstatat(folder, file->temporary, &there, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(there.st_mode) &&
        unlinkat(folder, file->temporary, 0) == 0)
        file->fd = openat(folder, file->temporary, flags, 0666);
    return file->fd >= 0;
}

bool replacement_write(struct replacement *file, const void *bytes, size_t length)
{
    const char *at = bytes;
    assert(file->fd >= 0);
    while (length > 0) {
        const ssize_t n = write(file->fd, at, length);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            at += n;
            length -= (size_t)n;
        }
    }
    return true;
}

/* Makes the rename in the path's folder last. A folder that may not be read is left to the system. */
static bool synchronize_folder(const struct replacement *file)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(file->path, '/');
    const size_t length = slash == NULL ? 0 : (size_t)(slash - file->path);
    memcpy(parent, file->path, length);
    parent[length] = '\0';
    const char *name = slash == NULL ? "." : length == 0 ? "/" : parent;
    const int fd = openat(file->folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return true;
    const bool ok = file_sync(fd);
    const int reason = errno;
    (void)close(fd);
    errno = reason;
    return ok;
}

/* How the new file came to its place. */
enum placing { NOT_PLACED, EXCHANGED, RENAMED_OVER, RENAMED_TO_NEW_NAME };

/* Gives the old file a second name, so that there is one at path at any moment; where the file system has no
 * such names, it is moved. */
static bool keep_old(const struct replacement *file, const char *previous)
{
    if (unlinkat(file->folder, previous, 0) != 0 && errno != ENOENT)
        return false;
    return linkat(file->folder, file->path, file->folder, previous, 0) == 0 ||
           renameat(file->folder, file->path, file->folder, previous) == 0;
}

/* A plain rename over an old file makes ext4 write the new one's data out first (auto_da_alloc), some 80 µs
 * that only a power cut could reward; to exchange the two takes 10, and can be taken back. Where there is no
 * old one, or no such call, rename does it. */
static enum placing place(const struct replacement *file, const char *previous)
{
    if (renameat2(file->folder, file->temporary, file->folder, file->path, RENAME_EXCHANGE) == 0)
        return EXCHANGED;
    const bool is_new = errno == ENOENT;
    if (previous != NULL && !is_new && !keep_old(file, previous))
        return NOT_PLACED;
    if (renameat(file->folder, file->temporary, file->folder, file->path) != 0)
        return NOT_PLACED;
    return is_new ? RENAMED_TO_NEW_NAME : RENAMED_OVER;
}

/* The new file is under its temporary name again, if that can be. Keeps errno. */
static void take_back(const struct replacement *file, enum placing placing)
{
    const int reason = errno;
    if (placing == EXCHANGED)
        (void)renameat2(file->folder, file->temporary, file->folder, file->path, RENAME_EXCHANGE);
    else if (placing == RENAMED_TO_NEW_NAME)
        (void)renameat(file->folder, file->path, file->folder, file->temporary);
    errno = reason;
}

/* The bytes are on the disk, where that is asked for, and the file is closed. */
static bool finish_writing(struct replacement *file, bool durable)
{
    const bool synchronized = !durable || file_sync(file->fd);
    const int reason = errno;
    const bool closed = close(file->fd) == 0;
    file->fd = -1;
    if (!synchronized)
        errno = reason;
    return synchronized && closed;
}

bool replacement_commit(struct replacement *file, bool durable, const char *previous)
{
    assert(file->fd >= 0);
    enum placing placing = NOT_PLACED;
    bool ok = finish_writing(file, durable);
    if (ok) {
        placing = place(file, previous);
        ok = placing != NOT_PLACED && (!durable || synchronize_folder(file));
    }
    if (ok && placing == EXCHANGED && previous != NULL)
        ok = renameat(file->folder, file->temporary, file->folder, previous) == 0;
    if (!ok)
        take_back(file, placing);
    const int reason = errno;
    if (!ok || (placing == EXCHANGED && previous == NULL))
        (void)unlinkat(file->folder, file->temporary, 0);
    errno = reason;
    return ok;
}

void replacement_discard(struct replacement *file)
{
    const int reason = errno;
    if (file->fd >= 0) {
        (void)close(file->fd);
        (void)unlinkat(file->folder, file->temporary, 0);
    }
    file->fd = -1;
    errno = reason;
}
