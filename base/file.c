#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status failed(const char *doing, const char *path, struct error *err)
{
    return error_set(err, ERR_IO, "%s: cannot be %s: %s", path, doing, strerror(errno));
}

static int write_fully(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
    return 0;
}

/* A pipe or a terminal cannot be synchronized, which is no failure. */
static int sync_if_possible(int fd)
{
    return fsync(fd) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP ? -1 : 0;
}

/* Makes the rename in path's folder last. A folder that cannot be opened is left to the system. */
static void sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length >= sizeof folder)
        return;
    memcpy(folder, path, length);
    folder[length] = '\0';
    const int fd = open(slash == NULL ? "." : length == 0 ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

static enum status write_stdout(const void *bytes, size_t length, struct error *err)
{
    if (fwrite(bytes, 1, length, stdout) != length || fflush(stdout) != 0)
        return failed("written", "standard output", err);
    return OK;
}

/* True when path is there and no plain file: a pipe or a device, which is written to as it is. */
static bool is_special(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

/* Opens a new file beside path. */
static enum status open_temporary(const char *path, char temporary[PATH_MAX], int *ret_fd, struct error *err)
{
    const int used = snprintf(temporary, PATH_MAX, "%s.%ld.tmp", path, (long)getpid());
    if (used < 0 || used >= PATH_MAX)
        return error_set(err, ERR_IO, "%.200s…: the path is too long", path);
    *ret_fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return *ret_fd >= 0 ? OK : failed("written", path, err);
}

enum status file_try_write(const char *path, struct error *err)
{
    if (strcmp(path, "-") == 0)
        return OK;
    if (is_special(path)) {
        /* Opening a pipe could wait for its reader. */
        struct stat info;
        const bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
        errno = folder ? EISDIR : 0;
        return folder || access(path, W_OK) != 0 ? failed("written", path, err) : OK;
    }
    char temporary[PATH_MAX];
    int fd;
    const enum status status = open_temporary(path, temporary, &fd, err);
    if (status != OK)
        return status;
    (void)close(fd);
    (void)unlink(temporary);
    return OK;
}

enum status file_write_whole(const char *path, const void *bytes, size_t length, struct error *err)
{
    if (strcmp(path, "-") == 0)
        return write_stdout(bytes, length, err);
    if (is_special(path)) {
        const int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write_fully(fd, bytes, length) != 0 || close(fd) != 0)
            return failed("written", path, err);
        return OK;
    }
    char temporary[PATH_MAX];
    int fd;
    const enum status opened = open_temporary(path, temporary, &fd, err);
    if (opened != OK)
        return opened;
    const int wrong = write_fully(fd, bytes, length) != 0 || sync_if_possible(fd) != 0;
    if ((close(fd) != 0) | wrong || rename(temporary, path) != 0) {
        const enum status status = failed("written", path, err);
        (void)unlink(temporary);
        return status;
    }
    sync_folder(path);
    return OK;
}

enum status file_make_folder(const char *path, struct error *err)
{
    struct stat info;
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)))
        return OK;
    return failed("made a folder", path, err);
}

enum status file_open_lines(const char *path, FILE **ret_file, struct error *err)
{
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
    if (file == NULL)
        return failed("written", path, err);
    *ret_file = file;
    return OK;
}

enum status file_append(FILE *file, const char *path, const void *bytes, size_t length, struct error *err)
{
    if (fwrite(bytes, 1, length, file) != length || fflush(file) != 0 || sync_if_possible(fileno(file)) != 0)
        return failed("written", path, err);
    return OK;
}

enum status file_close_lines(FILE *file, const char *path, struct error *err)
{
    if (file == NULL || file == stdout)
        return OK;
    return fclose(file) == 0 ? OK : failed("written", path, err);
}
