/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/replacement.h"

static enum status failed(const char *doing, const char *path, struct error *err)
{
    return error_set(err, ERR_IO, "%s: cannot be %s: %s", path, doing, strerror(errno));
}

bool file_sync(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP;
}

static enum status write_stdout(const void *bytes, size_t length, struct error *err)
{
    if (fwrite(bytes, 1, length, stdout) != length || fflush(stdout) != 0)
        return failed("written", "standard output", err);
    return OK;
}

static enum status write_special(const char *path, const void *bytes, size_t length, struct error *err)
{
    FILE *file = fopen(path, "we");
    const bool whole = file != NULL && fwrite(bytes, 1, length, file) == length;
    if ((file != NULL && fclose(file) != 0) || !whole)
        return failed("written", path, err);
    return OK;
}

/* True when path is there and no plain file: a pipe or a device, which is written to as it is. */
static bool is_special(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
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
    struct replacement file;
    if (!replacement_open(&file, AT_FDCWD, path, NULL))
        return failed("written", path, err);
    replacement_discard(&file);
    return OK;
}

enum status file_write_whole(const char *path, const void *bytes, size_t length, struct error *err)
{
    if (strcmp(path, "-") == 0)
        return write_stdout(bytes, length, err);
    if (is_special(path))
        return write_special(path, bytes, length, err);
    struct replacement file;
    const bool whole = replacement_open(&file, AT_FDCWD, path, NULL) &&
                       replacement_write(&file, bytes, length) && replacement_commit(&file, true, NULL);
    if (whole)
        return OK;
    replacement_discard(&file);
    return failed("written", path, err);
}

enum status file_make_folder(const char *path, struct error *err)
{
    struct stat info;
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)))
        return OK;
    return failed("made a folder", path, err);
}

bool file_read_number(const char *path, const char *name, uint64_t *ret_number)
{
    FILE *file = fopen(path, "re");
    char line[256];
    const char *digits = NULL;
    while (file != NULL && digits == NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0)
            digits = line + strlen(name) + strspn(line + strlen(name), " \t");
    }
    if (file != NULL)
        (void)fclose(file);
    if (digits == NULL || !isdigit((unsigned char)digits[0]))
        return false;
    *ret_number = strtoull(digits, NULL, 10);
    return true;
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
    if (fwrite(bytes, 1, length, file) != length || fflush(file) != 0 || !file_sync(fileno(file)))
        return failed("written", path, err);
    return OK;
}

enum status file_close_lines(FILE *file, const char *path, struct error *err)
{
    if (file == NULL || file == stdout)
        return OK;
    return fclose(file) == 0 ? OK : failed("written", path, err);
}
