/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/numbered.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PLACE "{seq}"

bool numbered_has_place(const char *path)
{
    return strstr(path, PLACE) != NULL;
}

/* The last dot of the name, unless the name begins with it; otherwise the end. */
static const char *before_extension(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    return dot == NULL || dot == name ? path + strlen(path) : dot;
}

enum status numbered_path(const char *path, uint64_t number, char ret_name[PATH_MAX], struct error *err)
{
    const char *place = strstr(path, PLACE), *dot = before_extension(path);
    int used;
    if (place != NULL)
        used = snprintf(ret_name, PATH_MAX, "%.*s%" PRIu64 "%s", (int)(place - path), path, number,
                        place + strlen(PLACE));
    else if (number <= 1)
        used = snprintf(ret_name, PATH_MAX, "%s", path);
    else
        used = snprintf(ret_name, PATH_MAX, "%.*s.%" PRIu64 "%s", (int)(dot - path), path, number - 1, dot);
    if (used < 0 || used >= PATH_MAX)
        return error_set(err, ERR_IO, "%.200s…: the path is too long", path);
    return OK;
}
