/* SPDX-License-Identifier: Apache-2.0 */
#include "model/own/own_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/replacement.h"
#include "base/rng.h"

#define UNREAD_SECONDS_MAX (30 * 24 * 3600)

uint64_t own_hash(uint64_t hash, const void *bytes, size_t length)
{
    const char *at = bytes;
    for (size_t left = length; left > 0;) {
        uint64_t word = 0;
        const size_t part = left < sizeof word ? left : sizeof word;
        memcpy(&word, at, part);
        hash = rng_mix((hash ^ word) + RNG_GAMMA);
        at += part;
        left -= part;
    }
    return rng_mix((hash ^ length) + RNG_GAMMA);
}

/* Makes the folder and those above it. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700); /* most are there */
        *slash = '/';
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

void own_cache_open(struct own_cache *cache)
{
    const char *caches = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    const size_t size = sizeof cache->folder;
    struct stat info;
    size_t used = size;
    cache->folder[0] = '\0';
    if (caches != NULL && caches[0] == '/')
        used = (size_t)snprintf(cache->folder, size, "%s/racewalk", caches);
    else if (home != NULL && home[0] == '/')
        used = (size_t)snprintf(cache->folder, size, "%s/.cache/racewalk", home);
    if (used >= size || !make_folders(cache->folder) || lstat(cache->folder, &info) != 0 ||
        !S_ISDIR(info.st_mode) || info.st_uid != geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        cache->folder[0] = '\0';
}

bool own_cache_path(const struct own_cache *cache, const char *name, char *path, size_t size)
{
    return cache->folder[0] != '\0' && (size_t)snprintf(path, size, "%s/%s", cache->folder, name) < size;
}

bool own_read_file(const char *path, struct buffer *out)
{
    char bytes[1 << 16];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t count;
    while ((count = read(fd, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR)) {
        if (count > 0)
            buffer_append(out, bytes, (size_t)count);
    }
    const int reason = errno;
    (void)close(fd);
    errno = out->failed ? ENOMEM : reason;
    return count == 0 && !out->failed;
}

bool own_cache_read(const struct own_cache *cache, const char *name, struct buffer *out)
{
    char path[PATH_MAX];
    return own_cache_path(cache, name, path, sizeof path) && own_read_file(path, out);
}

bool own_cache_write(const struct own_cache *cache, const char *name, const void *bytes, size_t length)
{
    char path[PATH_MAX], host[64] = "", suffix[128];
    struct replacement file;
    if (!own_cache_path(cache, name, path, sizeof path))
        return false;
    /* Processes of other machines may have the same number. */
    (void)gethostname(host, sizeof host - 1);
    (void)snprintf(suffix, sizeof suffix, ".%s.%ld.tmp", host, (long)getpid());
    if (!replacement_open(&file, AT_FDCWD, path, suffix))
        return false;
    if (replacement_write(&file, bytes, length) && replacement_commit(&file, false, NULL))
        return true;
    replacement_discard(&file);
    return false;
}

void own_cache_trim(const struct own_cache *cache)
{
    DIR *folder = cache->folder[0] != '\0' ? opendir(cache->folder) : NULL;
    const time_t now = time(NULL);
    const struct dirent *entry;
    struct stat info;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode))
            continue;
        const time_t used = info.st_atime > info.st_mtime ? info.st_atime : info.st_mtime;
        if (now - used > UNREAD_SECONDS_MAX)
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    if (folder != NULL)
        (void)closedir(folder);
}
