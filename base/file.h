/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are there whole or not at all. Any thread, each with its own files. */
#ifndef RACEWALK_BASE_FILE_H
#define RACEWALK_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

/* Replaces the file by the bytes (base/replacement.h).
 * A reader sees the old file or the new one, and after a failure the old one is still there. "-" is standard
 * output. */
enum status file_write_whole(const char *path, const void *bytes, size_t length,
                             struct error *err) WARN_UNUSED;

/* Tells whether file_write_whole could write path now; leaves everything as it is. */
enum status file_try_write(const char *path, struct error *err) WARN_UNUSED;

/* Makes the folder unless it is there. Its parent must exist. */
enum status file_make_folder(const char *path, struct error *err) WARN_UNUSED;

/* The number of at least 0 that follows name at the start of the first such line, as the system's files have
 * them: "MemAvailable: 100 kB". With an empty name that of the first line. False when there is none. */
bool file_read_number(const char *path, const char *name, uint64_t *ret_number);

/* A file that grows line by line, each one on disk before the call returns. "-" is standard output. NULL path
 * in _open is a bug. */
enum status file_open_lines(const char *path, FILE **ret_file, struct error *err) WARN_UNUSED;
enum status file_append(FILE *file, const char *path, const void *bytes, size_t length,
                        struct error *err) WARN_UNUSED;
/* NULL is fine; standard output is left open. */
enum status file_close_lines(FILE *file, const char *path, struct error *err) WARN_UNUSED;

/* As fsync. True also for what cannot be synchronized: a pipe, a terminal, some file systems. False: see
 * errno. */
bool file_sync(int fd) WARN_UNUSED;

#endif
