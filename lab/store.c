/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/store.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/replacement.h"
#include "lab/names.h"

#define ZONE_FILE        "current_dns_zone.json"
#define TEMPORARY_SUFFIX ".tmp"

/* Like mkdir -p. */
static enum status make_folders(const char *path, struct error *err)
{
    char *copy = mem_copy_string(path);
    if (copy == NULL)
        return error_memory(err, strlen(path) + 1);
    enum status status = OK;
    for (char *at = copy + 1; status == OK; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        const char kept = *at;
        *at = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            status = error_set(err, ERR_IO, "cannot make the folder %s: %s", copy, strerror(errno));
        *at = kept;
        if (kept == '\0')
            break;
    }
    mem_free(copy);
    return status;
}

static enum status open_folder(const char *path, int *ret_fd, struct error *err)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_set(err, ERR_IO, "cannot open the folder %s: %s", path, strerror(errno));
    *ret_fd = fd;
    return OK;
}

/* Calls visit on each file name in a folder. */
static enum status each_file(const struct store *store, int folder_fd, const char *shown,
                             enum status (*visit)(void *context, int folder_fd, const char *name,
                                                  struct error *err),
                             void *context, struct error *err)
{
    /* A descriptor of its own: closedir closes it, and the position in the folder is not shared. */
    const int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (folder == NULL) {
        const int reason = errno;
        if (fd >= 0)
            (void)close(fd);
        return error_set(err, ERR_IO, "cannot list %s%s: %s", store->folder, shown, strerror(reason));
    }
    enum status status = OK;
    while (status == OK) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            if (errno != 0)
                status =
                    error_set(err, ERR_IO, "cannot list %s%s: %s", store->folder, shown, strerror(errno));
            break;
        }
        status = visit(context, folder_fd, entry->d_name, err);
    }
    (void)closedir(folder);
    return status;
}

/* A file of the lab's own is a regular one. Anything else under such a name, a pipe or a link that somebody
 * put there, is neither opened nor written over nor deleted. */
static enum status not_regular(const struct store *store, const char *shown, const char *name,
                               struct error *err)
{
    return error_set(err, ERR_IO, "%s%s/%s is not a regular file; the lab needs this name for its own",
                     store->folder, shown, name);
}

/* OK for a regular file and for none at all, which *ret_exists tells apart. */
static enum status check_name(const struct store *store, int folder_fd, const char *shown, const char *name,
                              bool *ret_exists, struct error *err)
{
    struct stat found;
    const bool exists = fstatat(folder_fd, name, &found, AT_SYMLINK_NOFOLLOW) == 0;
    if (!exists && errno != ENOENT)
        return error_set(err, ERR_IO, "cannot look at %s%s/%s: %s", store->folder, shown, name,
                         strerror(errno));
    if (exists && !S_ISREG(found.st_mode))
        return not_regular(store, shown, name, err);
    *ret_exists = exists;
    return OK;
}

static enum status remove_file(const struct store *store, int folder_fd, const char *shown, const char *name,
                               struct error *err)
{
    bool exists = false;
    const enum status status = check_name(store, folder_fd, shown, name, &exists, err);
    if (status == OK && exists && unlinkat(folder_fd, name, 0) != 0 && errno != ENOENT)
        return error_set(err, ERR_IO, "cannot remove %s%s/%s: %s", store->folder, shown, name,
                         strerror(errno));
    return status;
}

/* Of a killed process. Only a name that the lab itself gives is its own. */
static enum status remove_plan_leftover(void *context, int folder_fd, const char *name, struct error *err)
{
    char plan[LAB_NAME_SIZE];
    const size_t length = strlen(name), suffix = strlen(TEMPORARY_SUFFIX);
    if (length <= suffix || length - suffix >= sizeof plan ||
        strcmp(name + length - suffix, TEMPORARY_SUFFIX) != 0)
        return OK;
    memcpy(plan, name, length - suffix);
    plan[length - suffix] = '\0';
    return version_of_file_name(plan) != 0 ? remove_file(context, folder_fd, "/plans", name, err) : OK;
}

static enum status open_in(struct store *store, const char *base_dir, struct error *err)
{
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s/s3-persistence/plans", base_dir);
    enum status status = buffer_status(&path, err);
    if (status == OK)
        status = make_folders(path.text, err);
    if (status == OK)
        status = open_folder(path.text, &store->plans_fd, err);
    if (status == OK) {
        path.text[path.length - strlen("/plans")] = '\0';
        status = open_folder(path.text, &store->folder_fd, err);
    }
    if (status == OK) {
        store->folder = mem_copy_string(path.text);
        if (store->folder == NULL)
            status = error_memory(err, path.length);
    }
    buffer_release(&path);
    return status;
}

enum status store_open(struct store *store, const char *base_dir, bool durable, struct error *err)
{
    *store = (struct store){.folder_fd = -1, .plans_fd = -1, .durable = durable};
    if (base_dir[0] == '\0')
        return error_set(err, ERR_USAGE, "the base directory has no name");
    enum status status = open_in(store, base_dir, err);
    if (status == OK && flock(store->folder_fd, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK
                     ? error_set(err, ERR_IO, "%s is in use by another lab", store->folder)
                     : error_set(err, ERR_IO, "cannot lock %s: %s", store->folder, strerror(errno));
    }
    if (status == OK)
        status = remove_file(store, store->folder_fd, "", ZONE_FILE TEMPORARY_SUFFIX, err);
    if (status == OK)
        status = each_file(store, store->plans_fd, "/plans", remove_plan_leftover, store, err);
    if (status != OK)
        store_close(store);
    return status;
}

void store_close(struct store *store)
{
    if (store->plans_fd >= 0)
        (void)close(store->plans_fd);
    if (store->folder_fd >= 0)
        (void)close(store->folder_fd);
    mem_free(store->folder);
    *store = (struct store){.folder_fd = -1, .plans_fd = -1};
}

static enum status read_all(int fd, struct buffer *out)
{
    char block[16384];
    for (;;) {
        const ssize_t got = read(fd, block, sizeof block);
        if (got == 0)
            return OK;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ERR_IO;
        if (out->length + (size_t)got > STORE_FILE_MAX)
            return ERR_DATA;
        buffer_append(out, block, (size_t)got);
    }
}

static enum status read_file(const struct store *store, int folder_fd, const char *shown, const char *name,
                             struct buffer *out, bool *ret_exists, struct error *err)
{
    /* Without O_NONBLOCK, to open a pipe is to wait for somebody who writes into it. */
    const int fd = openat(folder_fd, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        *ret_exists = false;
        return OK;
    }
    struct stat opened;
    if (fd < 0 ? errno == ELOOP || errno == ENXIO : fstat(fd, &opened) == 0 && !S_ISREG(opened.st_mode)) {
        if (fd >= 0)
            (void)close(fd);
        return not_regular(store, shown, name, err);
    }
    enum status status = fd < 0 ? ERR_IO : read_all(fd, out);
    if (status == ERR_IO)
        (void)error_set(err, ERR_IO, "cannot read %s%s/%s: %s", store->folder, shown, name, strerror(errno));
    else if (status == ERR_DATA)
        (void)error_set(err, ERR_DATA, "%s%s/%s: larger than %zu bytes", store->folder, shown, name,
                        STORE_FILE_MAX);
    else
        status = buffer_status(out, err);
    if (fd >= 0)
        (void)close(fd);
    if (status == OK)
        *ret_exists = true;
    return status;
}

static enum status write_file(const struct store *store, int folder_fd, const char *shown, const char *name,
                              const struct buffer *text, struct error *err)
{
    char temporary[LAB_NAME_SIZE + sizeof TEMPORARY_SUFFIX];
    struct replacement file;
    bool exists;
    assert(strlen(name) < LAB_NAME_SIZE);
    (void)snprintf(temporary, sizeof temporary, "%s" TEMPORARY_SUFFIX, name);
    enum status status = check_name(store, folder_fd, shown, name, &exists, err);
    if (status == OK)
        status = check_name(store, folder_fd, shown, temporary, &exists, err);
    if (status != OK)
        return status;
    if (replacement_open(&file, folder_fd, name, TEMPORARY_SUFFIX) &&
        replacement_write(&file, text->text, text->length) && replacement_commit(&file, store->durable, NULL))
        return OK;
    replacement_discard(&file);
    return error_set(err, ERR_IO, "cannot write %s%s/%s: %s", store->folder, shown, name, strerror(errno));
}

enum status store_read_zone(const struct store *store, struct buffer *out, bool *ret_exists,
                            struct error *err)
{
    return read_file(store, store->folder_fd, "", ZONE_FILE, out, ret_exists, err);
}

enum status store_write_zone(const struct store *store, const struct buffer *text, struct error *err)
{
    return write_file(store, store->folder_fd, "", ZONE_FILE, text, err);
}

enum status store_read_plan(const struct store *store, int64_t version, struct buffer *out, bool *ret_exists,
                            struct error *err)
{
    return read_file(store, store->plans_fd, "/plans", plan_file_name(version).text, out, ret_exists, err);
}

enum status store_write_plan(const struct store *store, int64_t version, const struct buffer *text,
                             struct error *err)
{
    return write_file(store, store->plans_fd, "/plans", plan_file_name(version).text, text, err);
}

struct version_list {
    const struct store *store;
    int64_t *versions;
    size_t count, capacity;
};

static enum status collect_version(void *context, int folder_fd, const char *name, struct error *err)
{
    struct version_list *list = context;
    const int64_t version = version_of_file_name(name);
    bool exists = false;
    const enum status status =
        version != 0 ? check_name(list->store, folder_fd, "/plans", name, &exists, err) : OK;
    if (status != OK || !exists)
        return status;
    void *versions = list->versions;
    if (mem_reserve(&versions, &list->capacity, list->count + 1, sizeof *list->versions) != OK)
        return error_memory(err, (list->count + 1) * sizeof *list->versions);
    list->versions = versions;
    list->versions[list->count++] = version;
    return OK;
}

static int compare_versions(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

enum status store_plan_versions(const struct store *store, int64_t **ret_versions, size_t *ret_count,
                                struct error *err)
{
    struct version_list list = {.store = store};
    const enum status status = each_file(store, store->plans_fd, "/plans", collect_version, &list, err);
    if (status != OK) {
        mem_free(list.versions);
        return status;
    }
    if (list.count > 0)
        qsort(list.versions, list.count, sizeof *list.versions, compare_versions);
    *ret_versions = list.versions;
    *ret_count = list.count;
    return OK;
}

enum status store_clear_plans(const struct store *store, int64_t *last_version, struct error *err)
{
    int64_t *versions;
    size_t count;
    enum status status = store_plan_versions(store, &versions, &count, err);
    if (status != OK)
        return status;
    while (count > 0) {
        *last_version = versions[count - 1];
        status = remove_file(store, store->plans_fd, "/plans", plan_file_name(*last_version).text, err);
        if (status != OK)
            break;
        count--;
    }
    if (count == 0)
        *last_version = 0;
    mem_free(versions);
    if (status == OK && store->durable && fsync(store->plans_fd) != 0)
        status = error_set(err, ERR_IO, "cannot flush %s/plans: %s", store->folder, strerror(errno));
    return status;
}
