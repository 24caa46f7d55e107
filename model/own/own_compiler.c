/* SPDX-License-Identifier: Apache-2.0 */
#include "model/own/own_compiler.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/program.h"
#include "model/own/own_child.h"

/* Without -O3 loops over a few things are not unrolled, and a search takes twice as long. A function that
 * is not static must be the author's, whatever libc or this program have of that name: hidden. */
static const char *const common_flags[] = {"-fPIC", "-fvisibility=hidden", "-Wall", NULL};
static const char *const plain_flags[] = {"-O3", "-shared", NULL};
/* The header has the handlers of what these find (racewalk/model.h), so that nothing is linked for them. */
static const char *const checked_flags[] = {
    "-DRACEWALK_CHECKED",
    "-O1",
    "-g",
    "-w",
    "-fsanitize=signed-integer-overflow,shift,integer-divide-by-zero,bounds,bool,null,unreachable,return",
    "-c",
    NULL};

bool own_kind_of(const char *path, enum own_kind *ret_kind)
{
    static const struct {
        const char *ending;
        enum own_kind kind;
    } endings[] = {
        {".c", OWN_C}, {".cc", OWN_CXX}, {".cpp", OWN_CXX}, {".cxx", OWN_CXX}, {".so", OWN_LIBRARY}};
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (dot != NULL && dot != name && strcmp(dot, endings[i].ending) == 0) {
            *ret_kind = endings[i].kind;
            return true;
        }
    }
    return false;
}

/* Cuts text at its blanks. False: more than OWN_WORDS_MAX words. */
static bool cut(char *text, const char **words, size_t *count)
{
    char *rest = NULL;
    for (char *word = strtok_r(text, " \t\n", &rest); word != NULL; word = strtok_r(NULL, " \t\n", &rest)) {
        if (*count == OWN_WORDS_MAX)
            return false;
        words[(*count)++] = word;
    }
    return true;
}

/* Where a shell would find the program. */
static bool find_program(const char *name, char *path, size_t size)
{
    struct stat info;
    if (strchr(name, '/') != NULL)
        return (size_t)snprintf(path, size, "%s", name) < size && access(path, X_OK) == 0;
    const char *folders = getenv("PATH");
    for (const char *at = folders != NULL ? folders : "/bin:/usr/bin"; *at != '\0';) {
        const int length = (int)strcspn(at, ":");
        const bool fits =
            (size_t)snprintf(path, size, "%.*s%s%s", length, at, length > 0 ? "/" : "./", name) < size;
        if (fits && stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

/* The header that belongs to this program: PREFIX/include of PREFIX/bin/racewalk. */
static void find_headers(char *folder, size_t size)
{
    char path[PATH_MAX + 32];
    const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    folder[0] = '\0';
    for (int up = 0; up < 2 && length > 0; up++) {
        path[up == 0 ? length : (ssize_t)strlen(path)] = '\0';
        char *slash = strrchr(path, '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
    if (length <= 0)
        return;
    const size_t used = strlen(path);
    (void)snprintf(path + used, sizeof path - used, "/include/racewalk/model.h");
    if (access(path, R_OK) == 0 && used + sizeof "/include" <= size)
        (void)snprintf(folder, size, "%.*s/include", (int)used, path);
}

static enum status no_compiler(const char *name, const char *variable, struct error *err)
{
    return error_set(err, ERR_IO,
                     "there is no compiler %.100s: install one (Debian: apt install gcc g++), or name "
                     "one by %s, or name a library that was built before: --model FILE.so",
                     name, variable);
}

enum status own_compiler_init(struct own_compiler *compiler, const char *source, enum own_kind kind,
                              const char *flags, struct error *err)
{
    assert(kind == OWN_C || kind == OWN_CXX);
    const char *variable = kind == OWN_C ? "CC" : "CXX", *named = getenv(variable);
    const char *all = named != NULL && named[strspn(named, " \t\n")] != '\0' ? named
                      : kind == OWN_C                                        ? "cc"
                                                                             : "c++";
    enum status status = OK;
    *compiler = (struct own_compiler){.standard = kind == OWN_C ? "-std=gnu17" : "-std=gnu++17"};
    compiler->texts[0] = mem_copy_string(all);
    compiler->texts[1] = mem_copy_string(flags != NULL ? flags : "");
    const char *dash = source[0] == '-' ? "./" : "";
    if (compiler->texts[0] == NULL || compiler->texts[1] == NULL)
        status = error_memory(err, strlen(all) + 1);
    else if ((size_t)snprintf(compiler->source, PATH_MAX, "%s%s", dash, source) >= PATH_MAX)
        status = error_set(err, ERR_NO_INPUT, "%.200s…: the name is too long", source);
    else if (!cut(compiler->texts[0], compiler->program, &compiler->program_count) ||
             !cut(compiler->texts[1], compiler->flags, &compiler->flag_count))
        status = error_set(err, ERR_USAGE, "%s and the compiler's flags may each have at most %d words",
                           variable, OWN_WORDS_MAX);
    else if (!find_program(compiler->program[0], compiler->path, sizeof compiler->path))
        status = no_compiler(compiler->program[0], variable, err);
    find_headers(compiler->headers, sizeof compiler->headers);
    if (status != OK)
        own_compiler_release(compiler);
    return status;
}

void own_compiler_release(struct own_compiler *compiler)
{
    mem_free(compiler->texts[0]);
    mem_free(compiler->texts[1]);
    compiler->texts[0] = compiler->texts[1] = NULL;
}

void own_compiler_describe(const struct own_compiler *compiler, struct buffer *out)
{
    static const char *const variables[] = {"CPATH",        "C_INCLUDE_PATH",  "CPLUS_INCLUDE_PATH",
                                            "LIBRARY_PATH", "GCC_EXEC_PREFIX", "COMPILER_PATH"};
    struct stat info = {0};
    struct utsname machine = {.machine = ""};
    char folder[PATH_MAX] = "";
    bool native = false;
    (void)stat(compiler->path, &info);
    (void)uname(&machine);
    buffer_format(out, "%s %lld %lld.%09ld\n%s\n", compiler->path, (long long)info.st_size,
                  (long long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec, machine.machine);
    buffer_format(out, "%s\n%s\n", getcwd(folder, sizeof folder) != NULL ? folder : "", compiler->source);
    buffer_format(out, "%s\n%s\n", compiler->standard, compiler->headers);
    for (size_t i = 1; i < compiler->program_count; i++)
        buffer_format(out, "%s\n", compiler->program[i]);
    for (size_t i = 0; i < compiler->flag_count; i++) {
        buffer_format(out, "%s\n", compiler->flags[i]);
        native = native || strstr(compiler->flags[i], "=native") != NULL;
    }
    for (size_t i = 0; checked_flags[i] != NULL; i++)
        buffer_format(out, "%s\n", checked_flags[i]);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        buffer_format(out, "%s\n", value != NULL ? value : "");
    }
    /* Machines that share a home folder may have other processors. */
    if (native)
        buffer_format(out, "%s\n", machine.nodename);
}

/* --- its command lines --- */

struct line {
    const char *words[2 * OWN_WORDS_MAX + 32];
    size_t count;
};

static void add(struct line *line, const char *word)
{
    assert(line->count + 1 < sizeof line->words / sizeof line->words[0]);
    line->words[line->count++] = word;
    line->words[line->count] = NULL;
}

static void add_all(struct line *line, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        add(line, words[i]);
}

static void begin_line(struct line *line, const struct own_compiler *compiler)
{
    line->count = 0;
    add(line, compiler->path);
    for (size_t i = 1; i < compiler->program_count; i++)
        add(line, compiler->program[i]);
}

/* The flags that say which text the compiler sees, and the source. The author's flags come last: they
 * overrule ours, and may name libraries. */
static void add_source(struct line *line, const struct own_compiler *compiler)
{
    add(line, compiler->standard);
    if (compiler->headers[0] != '\0') {
        add(line, "-I");
        add(line, compiler->headers);
    }
    add(line, compiler->source);
    for (size_t i = 0; i < compiler->flag_count; i++)
        add(line, compiler->flags[i]);
}

static enum status run(const struct line *line, struct buffer *output, struct buffer *words, bool *ret_well,
                       struct error *err)
{
    struct own_child child;
    const enum status status = own_child_start(line->words, &child, err);
    return status == OK ? own_child_wait(&child, output, words, ret_well, err) : status;
}

enum status own_compiler_version(const struct own_compiler *compiler, struct buffer *out, struct error *err)
{
    struct line line;
    struct buffer words;
    bool well = false;
    begin_line(&line, compiler);
    add(&line, "--version");
    buffer_init(&words);
    const enum status status = run(&line, out, &words, &well, err);
    buffer_release(&words);
    return status;
}

static enum status found_errors(const struct own_compiler *compiler, struct error *err)
{
    if (compiler->headers[0] != '\0')
        return error_set(err, ERR_DATA, "%.400s does not compile", compiler->source);
    return error_set(err, ERR_DATA,
                     "%.400s does not compile. racewalk/model.h is not in the folder include beside that of "
                     "%s: if it is missing, install it (Debian: racewalk-dev), or name its folder by CPATH",
                     compiler->source, program_name());
}

enum status own_compiler_preprocess(const struct own_compiler *compiler, struct buffer *text,
                                    struct buffer *words, struct error *err)
{
    struct line line;
    bool well = false;
    begin_line(&line, compiler);
    add(&line, "-E");
    add_source(&line, compiler);
    const enum status status = run(&line, text, words, &well, err);
    return status != OK || well ? status : found_errors(compiler, err);
}

/* The checked build takes two steps, since one would link the sanitizer's own handlers. words gets what is
 * said only where it fails. */
static enum status build_checked(const struct own_compiler *compiler, const char *object, const char *library,
                                 bool *ret_well, struct buffer *words, struct error *err)
{
    struct line line;
    begin_line(&line, compiler);
    add_all(&line, common_flags);
    add_source(&line, compiler);
    add_all(&line, checked_flags);
    add(&line, "-o");
    add(&line, object);
    enum status status = run(&line, NULL, words, ret_well, err);
    if (status != OK || !*ret_well)
        return status;
    begin_line(&line, compiler);
    add(&line, "-shared");
    add(&line, object);
    for (size_t i = 0; i < compiler->flag_count; i++)
        add(&line, compiler->flags[i]);
    add(&line, "-o");
    add(&line, library);
    return run(&line, NULL, words, ret_well, err);
}

enum status own_compiler_build(const struct own_compiler *compiler, const char *plain, const char *object,
                               const char *checked, struct buffer *words, struct error *err)
{
    struct line line;
    struct own_child child;
    struct buffer checked_words;
    struct error checked_err = {{0}};
    bool well = false, checked_well = false;
    begin_line(&line, compiler);
    add_all(&line, common_flags);
    add_all(&line, plain_flags);
    add_source(&line, compiler);
    add(&line, "-o");
    add(&line, plain);
    enum status status = own_child_start(line.words, &child, err);
    if (status != OK)
        return status;
    buffer_init(&checked_words);
    const enum status checked_status =
        build_checked(compiler, object, checked, &checked_well, &checked_words, &checked_err);
    status = own_child_wait(&child, NULL, words, &well, err);
    if (status == OK && well && checked_status != OK)
        status = error_set(err, checked_status, "%s", checked_err.text);
    else if (status == OK && well && !checked_well)
        buffer_append(words, checked_words.text, checked_words.length);
    buffer_release(&checked_words);
    return status != OK || (well && checked_well) ? status : found_errors(compiler, err);
}
