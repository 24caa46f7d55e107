/* SPDX-License-Identifier: Apache-2.0 */
#include "model/own/own_code.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/own/own_cache.h"
#include "model/own/own_compiler.h"
#include "model/own/own_inputs.h"

/* A file that changes again and again while it is compiled is given up. */
#define TRIES_MAX 4

void own_code_init(struct own_code *code)
{
    *code = (struct own_code){.identity = 0};
    buffer_init(&code->plain);
    buffer_init(&code->checked);
}

void own_code_release(struct own_code *code)
{
    buffer_release(&code->plain);
    buffer_release(&code->checked);
}

static enum status cannot_be_read(const char *path, struct error *err)
{
    return error_set(err, errno == ENOMEM ? ERR_MEMORY : ERR_NO_INPUT, "%.400s cannot be read: %s", path,
                     strerror(errno));
}

/* --- what is in the cache --- */

struct names {
    char plain[64], checked[64];
};

static struct names names_of(uint64_t code)
{
    struct names names;
    (void)snprintf(names.plain, sizeof names.plain, "%016" PRIx64 ".so", code);
    (void)snprintf(names.checked, sizeof names.checked, "%016" PRIx64 ".checked.so", code);
    return names;
}

static bool find_compiled(const struct own_cache *cache, uint64_t identity, uint64_t name,
                          struct own_code *code)
{
    const struct names names = names_of(name);
    buffer_clear(&code->plain);
    buffer_clear(&code->checked);
    if (!own_cache_read(cache, names.plain, &code->plain) ||
        !own_cache_read(cache, names.checked, &code->checked) ||
        !own_cache_path(cache, names.plain, code->plain_path, sizeof code->plain_path) ||
        !own_cache_path(cache, names.checked, code->checked_path, sizeof code->checked_path)) {
        code->plain_path[0] = code->checked_path[0] = '\0';
        return false;
    }
    code->identity = identity;
    return true;
}

/* When the cache does not take it, the code is in memory only. */
static void keep_compiled(const struct own_cache *cache, uint64_t name, struct own_code *code)
{
    const struct names names = names_of(name);
    own_cache_trim(cache);
    if (own_cache_write(cache, names.plain, code->plain.text, code->plain.length) &&
        own_cache_path(cache, names.plain, code->plain_path, sizeof code->plain_path) &&
        own_cache_write(cache, names.checked, code->checked.text, code->checked.length) &&
        own_cache_path(cache, names.checked, code->checked_path, sizeof code->checked_path))
        return;
    code->plain_path[0] = code->checked_path[0] = '\0';
}

/* --- compiling --- */

struct build {
    struct own_compiler compiler;
    struct own_cache cache;
    char inputs[64]; /* the name of the list of inputs */
    struct buffer description, version;
    struct buffer *words;
};

/* The folder to compile in is removed, whatever happens: who presses Ctrl-C ends the compiler at once, and this
 * program when it has tidied up. */
static void hold_signals(sigset_t *before)
{
    static const int held[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t signals;
    (void)sigemptyset(&signals);
    for (size_t i = 0; i < sizeof held / sizeof held[0]; i++)
        (void)sigaddset(&signals, held[i]);
    (void)pthread_sigmask(SIG_BLOCK, &signals, before);
}

static enum status compile_in(struct build *build, const char *folder, struct own_code *code,
                              struct error *err)
{
    char plain[PATH_MAX + 16], checked[PATH_MAX + 16], object[PATH_MAX + 16];
    (void)snprintf(plain, sizeof plain, "%s/plain.so", folder);
    (void)snprintf(checked, sizeof checked, "%s/checked.so", folder);
    (void)snprintf(object, sizeof object, "%s/checked.o", folder);
    enum status status = own_compiler_build(&build->compiler, plain, object, checked, build->words, err);
    buffer_clear(&code->plain);
    buffer_clear(&code->checked);
    if (status == OK && !own_read_file(plain, &code->plain))
        status = cannot_be_read(plain, err);
    if (status == OK && !own_read_file(checked, &code->checked))
        status = cannot_be_read(checked, err);
    (void)unlink(plain);
    (void)unlink(object);
    (void)unlink(checked);
    return status;
}

static enum status compile(struct build *build, struct own_code *code, struct error *err)
{
    const char *folders = getenv("TMPDIR");
    char folder[PATH_MAX];
    sigset_t before;
    enum status status;
    hold_signals(&before);
    if ((size_t)snprintf(folder, sizeof folder, "%s/racewalk.XXXXXX",
                         folders != NULL && folders[0] != '\0' ? folders : "/tmp") >= sizeof folder ||
        mkdtemp(folder) == NULL) {
        status = error_set(err, ERR_IO, "%.200s: no folder to compile in can be made there: %s", folder,
                           strerror(errno));
    } else {
        status = compile_in(build, folder, code, err);
        (void)rmdir(folder);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}

/* The code of the files as they are now. *ret_same: they were not changed meanwhile, so that it is theirs. */
static enum status make_code(struct build *build, struct buffer *text, struct buffer *files,
                             struct own_code *code, bool *ret_same, struct error *err)
{
    enum status status = own_compiler_preprocess(&build->compiler, text, build->words, err);
    if (status != OK)
        return status;
    const uint64_t identity = own_inputs_identity(text);
    uint64_t name = own_hash(identity, build->description.text, build->description.length);
    name = own_hash(name, build->version.text, build->version.length);
    const bool listed = own_inputs_list(text, files);
    const bool kept = find_compiled(&build->cache, identity, name, code);
    struct buffer again; /* what is said a second time */
    buffer_init(&again);
    if (!kept)
        status = compile(build, code, err);
    buffer_clear(text);
    if (status == OK)
        status = own_compiler_preprocess(&build->compiler, text, &again, err);
    buffer_clear(&again);
    *ret_same = status == OK && own_inputs_identity(text) == identity;
    if (*ret_same) {
        code->identity = identity;
        if (!kept)
            keep_compiled(&build->cache, name, code);
        own_inputs_write(identity, name, files, &again);
        if (listed)
            (void)own_cache_write(&build->cache, build->inputs, again.text, again.length);
    }
    buffer_release(&again);
    return status;
}

static enum status build_code(struct build *build, struct own_code *code, struct error *err)
{
    struct buffer text, files;
    buffer_init(&text);
    buffer_init(&files);
    bool same = false;
    enum status status = own_compiler_version(&build->compiler, &build->version, err);
    for (int i = 0; i < TRIES_MAX && status == OK && !same; i++) {
        buffer_clear(&text);
        buffer_clear(&files);
        buffer_clear(build->words);
        status = make_code(build, &text, &files, code, &same, err);
    }
    if (status == OK && !same)
        status = error_set(err, ERR_IO, "%.400s changes while it is compiled", build->compiler.source);
    buffer_release(&text);
    buffer_release(&files);
    return status;
}

static enum status find_code(const char *path, enum own_kind kind, const char *flags, struct own_code *code,
                             struct buffer *words, struct error *err)
{
    struct build build = {.words = words};
    struct buffer inputs;
    uint64_t identity, name;
    enum status status = own_compiler_init(&build.compiler, path, kind, flags, err);
    if (status != OK)
        return status;
    own_cache_open(&build.cache);
    buffer_init(&build.description);
    buffer_init(&build.version);
    buffer_init(&inputs);
    own_compiler_describe(&build.compiler, &build.description);
    (void)snprintf(build.inputs, sizeof build.inputs, "%016" PRIx64 ".inputs",
                   own_hash(0, build.description.text, build.description.length));
    if (!own_cache_read(&build.cache, build.inputs, &inputs) || !own_inputs_read(&inputs, &identity, &name) ||
        !find_compiled(&build.cache, identity, name, code))
        status = build_code(&build, code, err);
    buffer_release(&inputs);
    buffer_release(&build.version);
    buffer_release(&build.description);
    own_compiler_release(&build.compiler);
    return status;
}

static enum status find_library(const char *path, struct own_code *code, struct error *err)
{
    /* dlopen looks for a name without a folder elsewhere. */
    const char *here = strchr(path, '/') == NULL ? "./" : "";
    if (!own_read_file(path, &code->plain))
        return cannot_be_read(path, err);
    if ((size_t)snprintf(code->plain_path, sizeof code->plain_path, "%s%s", here, path) >=
        sizeof code->plain_path)
        return error_set(err, ERR_NO_INPUT, "%.200s…: the name is too long", path);
    code->identity = own_hash(0, code->plain.text, code->plain.length);
    return OK;
}

enum status own_code_find(const char *path, const char *flags, struct own_code *code, struct buffer *words,
                          struct error *err)
{
    enum own_kind kind;
    struct stat info;
    if (!own_kind_of(path, &kind))
        return error_set(err, ERR_USAGE,
                         "%.400s is no model: a source (.c, .cc, .cpp, .cxx) or a library (.so) was expected",
                         path);
    if (stat(path, &info) != 0 || access(path, R_OK) != 0)
        return cannot_be_read(path, err);
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERR_NO_INPUT, "%.400s is no file", path);
    return kind == OWN_LIBRARY ? find_library(path, code, err)
                               : find_code(path, kind, flags, code, words, err);
}
