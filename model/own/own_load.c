/* SPDX-License-Identifier: Apache-2.0 */
/* For memfd_create. */
#define _GNU_SOURCE

#include "model/own/own_load.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A library that was cut short, as by a copy that failed, would be loaded, and crash where it ends. */
static bool is_whole(const struct buffer *code)
{
    ElfW(Ehdr) head;
    if (code->length < sizeof head || memcmp(code->text, ELFMAG, SELFMAG) != 0)
        return false;
    memcpy(&head, code->text, sizeof head);
    if (head.e_phentsize != sizeof(ElfW(Phdr)) || head.e_phoff > code->length ||
        head.e_phnum > (code->length - head.e_phoff) / sizeof(ElfW(Phdr)))
        return false;
    for (size_t i = 0; i < head.e_phnum; i++) {
        ElfW(Phdr) part;
        memcpy(&part, code->text + head.e_phoff + i * sizeof part, sizeof part);
        if (part.p_offset > code->length || part.p_filesz > code->length - part.p_offset)
            return false;
    }
    return true;
}

static enum status check_model(const struct racewalk_model *model, bool checked, const char *name,
                               struct error *err)
{
    if (model == NULL)
        return error_set(err, ERR_DATA,
                         "%.400s has no model: it must include <racewalk/model.h> at its end, with "
                         "RACEWALK_MODEL defined",
                         name);
    if (model->interface != RACEWALK_INTERFACE || model->size != sizeof *model)
        return error_set(
            err, ERR_DATA,
            "%.400s was built for version %u of the interface of models (%u bytes), and this program "
            "has version %d (%zu bytes): build it again with this program's racewalk/model.h",
            name, model->interface, model->size, RACEWALK_INTERFACE, sizeof *model);
    if ((model->checked != 0) != checked)
        return error_set(err, ERR_DATA, "%.400s was built with RACEWALK_CHECKED: build it without", name);
    return OK;
}

/* A file that is only in memory. */
static enum status put_in_memory(const struct buffer *code, const char *name, int *ret_fd, struct error *err)
{
    const int fd = memfd_create("model", MFD_CLOEXEC);
    size_t written = 0;
    while (fd >= 0 && written < code->length) {
        const ssize_t count = write(fd, code->text + written, code->length - written);
        if (count < 0 && errno != EINTR)
            break;
        written += count > 0 ? (size_t)count : 0;
    }
    if (fd < 0 || written < code->length) {
        (void)error_set(err, ERR_IO, "%.400s cannot be kept in memory: %s", name, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return ERR_IO;
    }
    *ret_fd = fd;
    return OK;
}

static enum status open_library(const char *path, bool checked, const char *name, void **ret_library,
                                const struct racewalk_model **ret_model, struct error *err)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return error_set(err, ERR_DATA,
                         "%.200s cannot be loaded: %.400s (a library that it needs is named to the compiler, "
                         "as -lm)",
                         name, dlerror());
    const struct racewalk_model *model = dlsym(library, "racewalk_model");
    const enum status status = check_model(model, checked, name, err);
    if (status != OK) {
        (void)dlclose(library);
        return status;
    }
    *ret_library = library;
    *ret_model = model;
    return OK;
}

/* A file in memory stays open as long as the library is loaded: dlopen tells libraries by their names, and
 * /proc/self/fd/5 must not become another one's. */
static enum status load(const struct buffer *code, const char *path, bool checked, const char *name,
                        struct own_library *model, struct error *err)
{
    char memory[64];
    if (!is_whole(code))
        return error_set(err, ERR_DATA, "%.400s is no shared library for this machine, or not whole", name);
    if (path[0] == '\0') {
        const enum status status = put_in_memory(code, name, &model->files[checked], err);
        if (status != OK)
            return status;
        (void)snprintf(memory, sizeof memory, "/proc/self/fd/%d", model->files[checked]);
        path = memory;
    }
    return open_library(path, checked, name, &model->libraries[checked],
                        checked ? &model->checked : &model->plain, err);
}

enum status own_load(const struct own_code *code, const char *name, struct own_library *ret_model,
                     struct error *err)
{
    struct own_library model = {.files = {-1, -1}};
    enum status status = load(&code->plain, code->plain_path, false, name, &model, err);
    if (status == OK && code->checked.length > 0)
        status = load(&code->checked, code->checked_path, true, name, &model, err);
    if (status == OK)
        *ret_model = model;
    else
        own_unload(&model);
    return status;
}

void own_unload(struct own_library *model)
{
    for (size_t i = 0; i < 2; i++) {
        if (model->libraries[i] != NULL)
            (void)dlclose(model->libraries[i]);
        if (model->files[i] >= 0)
            (void)close(model->files[i]);
        model->libraries[i] = NULL;
        model->files[i] = -1;
    }
    model->plain = model->checked = NULL;
}
