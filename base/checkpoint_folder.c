/* SPDX-License-Identifier: Apache-2.0 */
#include "base/checkpoint_folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/stop.h"

#define LOCK_FILE  "checkpoint.lock"
#define OWNER_SIZE 256

static enum status join(char *path, const char *folder, const char *name, const char *suffix,
                        struct error *err)
{
    const int used = snprintf(path, PATH_MAX, "%s/%s%s", folder, name, suffix);
    if (used < 0 || used >= PATH_MAX)
        return error_set(err, ERR_IO, "%.200s…: the path is too long", folder);
    return OK;
}

enum status checkpoint_folder_path(char *path, const char *folder, const struct checkpoint_kind *kind,
                                   bool previous, struct error *err)
{
    return join(path, folder, kind->name, previous ? ".checkpoint.previous" : ".checkpoint", err);
}

bool checkpoint_folder_has(const char *folder, const struct checkpoint_kind *kind)
{
    char path[PATH_MAX];
    for (int previous = 0; previous <= 1; previous++) {
        if (checkpoint_folder_path(path, folder, kind, previous != 0, NULL) == OK && access(path, F_OK) == 0)
            return true;
    }
    return false;
}

/* --- the lock --- */

/* Says in the locked file who has it. That is a help to people and no more: a failure is none. */
static void sign(int fd, const struct checkpoint_kind *kind)
{
    char host[128] = "", when[32] = "", text[OWNER_SIZE];
    struct tm local;
    const time_t now = time(NULL);
    (void)gethostname(host, sizeof host - 1);
    if (localtime_r(&now, &local) != NULL)
        (void)strftime(when, sizeof when, "%F %T", &local);
    const int length = snprintf(text, sizeof text, "a %s, process %ld on %s since %s", kind->name,
                                (long)getpid(), host, when);
    if (length > 0 && (size_t)length < sizeof text && ftruncate(fd, 0) == 0)
        (void)!pwrite(fd, text, (size_t)length, 0);
}

/* What the lock's holder says of itself, fit to be printed. */
static void read_owner(int fd, char owner[OWNER_SIZE])
{
    const ssize_t length = pread(fd, owner, OWNER_SIZE - 1, 0);
    owner[length > 0 ? length : 0] = '\0';
    for (char *c = owner; *c != '\0'; c++) {
        if (isprint((unsigned char)*c) == 0)
            *c = '?';
    }
    if (owner[0] == '\0')
        (void)snprintf(owner, OWNER_SIZE, "another process");
}

/* A holder that leaves removes its file: a lock on what is not at path any more is worth nothing. */
static bool is_at(int fd, const char *path)
{
    struct stat locked, there;
    return fstat(fd, &locked) == 0 && stat(path, &there) == 0 && locked.st_ino == there.st_ino &&
           locked.st_dev == there.st_dev;
}

/* Tries once. *ret_taken: somebody else has it, as owner says. */
static enum status try_lock(struct checkpoint_lock *lock, char owner[OWNER_SIZE], bool *ret_taken,
                            struct error *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const int fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
    if (fd < 0)
        return error_set(err, ERR_IO, "%s: cannot be made: %s", lock->path, strerror(errno));
    const bool got = fcntl(fd, F_SETLK, &whole) == 0;
    const bool taken = !got && (errno == EACCES || errno == EAGAIN);
    lock->held = got && is_at(fd, lock->path);
    lock->fd = fd;
    if (!lock->held) {
        read_owner(fd, owner);
        (void)close(fd);
    }
    *ret_taken = taken || (got && !lock->held);
    return OK;
}

static enum status take_lock(struct checkpoint_lock *lock, const char *folder,
                             const struct checkpoint_kind *kind, double wait, struct error *err)
{
    char owner[OWNER_SIZE];
    bool taken = false;
    const double start = clock_seconds();
    enum status status = join(lock->path, folder, LOCK_FILE, "", err);
    if (status == OK)
        status = try_lock(lock, owner, &taken, err);
    while (status == OK && taken && clock_seconds() - start < wait) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        status = try_lock(lock, owner, &taken, err);
    }
    if (status == OK && taken)
        return error_set(err, ERR_USAGE, "%.200s is in use by %s; wait for its end, or use another folder",
                         folder, owner);
    if (status == OK && lock->held) /* or the file system has no locks */
        sign(lock->fd, kind);
    return status;
}

/* True for "KIND.checkpoint.PID.tmp", and for what an older version wrote first. */
static bool is_leftover(const char *name)
{
    static const char middle[] = ".checkpoint.";
    const char *at = strstr(name, middle);
    if (at == NULL || at == name)
        return false;
    at += strlen(middle);
    const size_t digits = strspn(at, "0123456789");
    return strcmp(name, "check.checkpoint.new") == 0 || (digits > 0 && strcmp(at + digits, ".tmp") == 0);
}

/* Whoever wrote them is gone, or it would have the lock. */
static void remove_leftovers(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (is_leftover(entry->d_name))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    (void)closedir(dir);
}

enum status checkpoint_folder_enter(struct checkpoint_lock *lock, const char *folder, const char *from,
                                    const struct checkpoint_kind *kind, double wait, struct error *err)
{
    char path[PATH_MAX];
    lock->held = false;
    if (from != NULL && !checkpoint_folder_has(from, kind)) {
        enum status status = checkpoint_folder_path(path, from, kind, false, err);
        if (status == OK)
            status = error_set(err, ERR_NO_INPUT, "there is no checkpoint to resume: %s: %s", path,
                               strerror(ENOENT));
        return status;
    }
    enum status status = file_make_folder(folder, err);
    if (status == OK)
        status = take_lock(lock, folder, kind, wait, err);
    if (status == OK && lock->held)
        remove_leftovers(folder);
    return status;
}

void checkpoint_folder_leave(struct checkpoint_lock *lock)
{
    if (!lock->held)
        return;
    (void)unlink(lock->path);
    (void)close(lock->fd);
    lock->held = false;
}

/* --- for whoever holds it --- */

enum status checkpoint_folder_put_back(const char *folder, const struct checkpoint_kind *kind,
                                       struct error *err)
{
    char path[PATH_MAX], previous[PATH_MAX];
    enum status status = checkpoint_folder_path(path, folder, kind, false, err);
    if (status == OK)
        status = checkpoint_folder_path(previous, folder, kind, true, err);
    if (status == OK && rename(previous, path) != 0)
        status = error_set(err, ERR_IO, "%s could not be renamed to %s: %s", previous, path, strerror(errno));
    return status;
}

void checkpoint_folder_forget_previous(const char *folder, const struct checkpoint_kind *kind)
{
    char path[PATH_MAX];
    if (checkpoint_folder_path(path, folder, kind, true, NULL) == OK)
        (void)unlink(path);
}

void checkpoint_folder_forget(const char *folder, const struct checkpoint_kind *kind)
{
    char path[PATH_MAX];
    checkpoint_folder_forget_previous(folder, kind);
    if (checkpoint_folder_path(path, folder, kind, false, NULL) == OK)
        (void)unlink(path);
}
