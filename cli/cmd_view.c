/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/plain.h"
#include "base/program.h"
#include "cli/cli.h"
#include "cli/trace_files.h"
#include "mbt/itf_reader.h"
#include "mbt/view.h"
#include "mbt/view_notes.h"

static const struct option view_rows[] = {
    {.name = "out",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "where the page goes; - is standard output. None: {program}.html beside the first "
             "input"},
    {.name = "confirm",
     .kind = OPTION_TEXT,
     .metavar = "REPORT.json",
     .help = "{if system}show what the {system} did: the report that {program} confirm --json wrote about "
             "the same files{end}"},
};

struct viewing {
    const struct model_class *class;
    struct view view;
    struct view_notes *report; /* of confirm, or NULL */
    bool quiet, told_others;   /* that variables are skipped */
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* --- one file --- */

static enum status add_trace(struct viewing *viewing, const struct itf_trace *itf,
                             const struct view_notes *index, struct error *err)
{
    struct story *story = NULL;
    struct view_finding finding;
    struct view_verdict verdict;
    const enum status status = story_new(viewing->class, viewing->view.narrator, itf, &story, err);
    if (status != OK)
        return error_prefix(err, status, "%s: trace %zu: ", itf->file, itf->index);
    const bool found = index != NULL && view_notes_find_finding(index, base_name(itf->file), &finding);
    const bool confirmed =
        viewing->report != NULL && view_notes_find_verdict(viewing->report, itf->file, itf->index, &verdict);
    view_add(&viewing->view, story, found ? &finding : NULL, confirmed ? &verdict : NULL);
    story_free(story);
    return OK;
}

static enum status add_file(struct viewing *viewing, const char *path, const struct view_notes *index,
                            struct error *err)
{
    struct itf_reader *reader = NULL;
    struct itf_trace itf;
    bool found = true;
    enum status status = itf_reader_open(path, viewing->class, &reader, err);
    if (status != OK)
        return status;
    itf_trace_init(&itf);
    while (status == OK && found) {
        status = itf_reader_next(reader, &itf, &found, err);
        if (status == OK && found && !viewing->quiet)
            trace_files_tell_others(&itf, &viewing->told_others);
        if (status == OK && found)
            status = add_trace(viewing, &itf, index, err);
    }
    itf_trace_release(&itf);
    itf_reader_close(reader);
    return status;
}

/* --- a folder --- */

struct name_list {
    char **names; /* owned */
    size_t count, capacity;
};

static void name_list_release(struct name_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        mem_free(list->names[i]);
    mem_free(list->names);
}

static bool ends_with(const char *name, const char *suffix)
{
    const size_t length = strlen(name), suffix_length = strlen(suffix);
    return length > suffix_length && strcmp(name + length - suffix_length, suffix) == 0;
}

static bool is_trace_file(const char *name)
{
    static const char *const suffixes[] = {".itf.json", ".itf.json.gz", ".itf.ndjson", ".itf.ndjson.gz"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (ends_with(name, suffixes[i]))
            return true;
    }
    return false;
}

static enum status name_list_add(struct name_list *list, const char *name, struct error *err)
{
    void *names = list->names;
    if (mem_reserve(&names, &list->capacity, list->count + 1, sizeof *list->names) != OK)
        return error_memory(err, (list->count + 1) * sizeof *list->names);
    list->names = names;
    list->names[list->count] = mem_copy_string(name);
    if (list->names[list->count] == NULL)
        return error_memory(err, strlen(name) + 1);
    list->count++;
    return OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files that the index names, in its order, and then all others by name. */
static enum status list_folder(const char *folder, const struct view_notes *index, struct name_list *list,
                               struct error *err)
{
    struct view_finding unused;
    enum status status = OK;
    for (size_t i = 0; index != NULL && i < view_notes_count(index) && status == OK; i++) {
        const char *name = view_notes_file(index, i);
        if (name != NULL && name[0] != '\0')
            status = name_list_add(list, name, err);
    }
    if (status != OK)
        return status;
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return error_set(err, ERR_NO_INPUT, "%s: %s", folder, strerror(errno));
    const size_t indexed = list->count;
    const struct dirent *entry;
    while (status == OK && (entry = readdir(directory)) != NULL) {
        if (is_trace_file(entry->d_name) &&
            (index == NULL || !view_notes_find_finding(index, entry->d_name, &unused)))
            status = name_list_add(list, entry->d_name, err);
    }
    (void)closedir(directory);
    if (list->count > indexed)
        qsort(list->names + indexed, list->count - indexed, sizeof *list->names, compare_names);
    if (status == OK && list->count == 0)
        return error_set(err, ERR_NO_INPUT, "%s: the folder has no *.itf.json or *.itf.ndjson files", folder);
    return status;
}

static enum status join(const char *folder, const char *name, char *path, struct error *err)
{
    const size_t length = strlen(folder);
    const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
    const int used = snprintf(path, PATH_MAX, "%s%s%s", folder, slash, name);
    if (used < 0 || used >= PATH_MAX)
        return error_set(err, ERR_USAGE, "%.200s…: the path is too long", folder);
    return OK;
}

static enum status add_folder(struct viewing *viewing, const char *folder, struct error *err)
{
    char path[PATH_MAX];
    struct view_notes *index = NULL;
    struct name_list list = {.count = 0};
    struct stat info;
    enum status status = join(folder, "index.json", path, err);
    if (status == OK && stat(path, &info) == 0)
        status = view_notes_read(path, VIEW_NOTES_FINDINGS, &index, err);
    if (status == OK)
        status = list_folder(folder, index, &list, err);
    for (size_t i = 0; status == OK && i < list.count; i++) {
        status = join(folder, list.names[i], path, err);
        if (status == OK)
            status = add_file(viewing, path, index, err);
    }
    name_list_release(&list);
    view_notes_free(index);
    return status;
}

/* --- the command --- */

static bool is_folder(const char *path)
{
    struct stat info;
    return strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* PROGRAM.html in the first input, when it is a folder, or beside it. */
static enum status default_path(const char *first, char *path, struct error *err)
{
    char name[NAME_MAX], folder[PATH_MAX];
    const size_t length = (size_t)(base_name(first) - first);
    (void)snprintf(name, sizeof name, "%s.html", program_name());
    if (is_folder(first))
        return join(first, name, path, err);
    if (strcmp(first, "-") == 0 || length == 0)
        return join(".", name, path, err);
    if (snprintf(folder, sizeof folder, "%.*s", (int)length, first) >= PATH_MAX)
        return error_set(err, ERR_USAGE, "%.200s…: the path is too long", first);
    return join(folder, name, path, err);
}

static enum status write_page(const struct viewing *viewing, const char *first, const char *path,
                              struct error *err)
{
    struct buffer page;
    buffer_init_limited(&page, VIEW_BYTES_MAX);
    const char *title = strcmp(first, "-") == 0 ? "standard input" : base_name(first);
    enum status status = view_write(&viewing->view, title[0] != '\0' ? title : first, &page, err);
    if (status == OK)
        status = file_write_whole(path, page.text, page.length, err);
    buffer_release(&page);
    return status;
}

/* Everything is read before anything is written, so that bad input leaves an older page as it was. */
static enum status make_page(struct viewing *viewing, const struct option_set *options, char *path,
                             struct error *err)
{
    char *const *inputs;
    const size_t count = option_operands(options, &inputs);
    const char *out = option_text(options, "out"),
               *report = viewing->view.system != NULL ? option_text(options, "confirm") : NULL;
    if (count == 0)
        return error_set(err, ERR_USAGE,
                         "which traces? Name ITF files, findings folders, or - for standard input");
    enum status status = OK;
    if (out == NULL)
        status = default_path(inputs[0], path, err);
    else if (snprintf(path, PATH_MAX, "%s", out) >= PATH_MAX)
        status = error_set(err, ERR_USAGE, "--out: the path is too long");
    if (status == OK && report != NULL)
        status = view_notes_read(report, VIEW_NOTES_TRACES, &viewing->report, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        status = is_folder(inputs[i]) ? add_folder(viewing, inputs[i], err)
                                      : add_file(viewing, inputs[i], NULL, err);
    }
    return status == OK ? write_page(viewing, inputs[0], path, err) : status;
}

static int run_view(const struct option_set *options, void *context)
{
    const struct cli *cli = context;
    struct viewing viewing = {.class = cli->class, .quiet = option_flag(options, "quiet")};
    struct error err = {{0}};
    char path[PATH_MAX];
    if (option_flag(options, "no-color"))
        message_no_color();
    const struct system_driver *system = cli->subject->system;
    view_init(&viewing.view, cli->subject->words, system != NULL ? system->name : NULL);
    const enum status status = make_page(&viewing, options, path, &err);
    const size_t count = viewing.view.trace_count;
    view_notes_free(viewing.report);
    view_release(&viewing.view);
    if (status != OK)
        return message_failure(status, &err);
    if (!viewing.quiet && strcmp(path, "-") != 0)
        print_line(stdout, "%s: %zu trace%s. Open it in a browser.", path, count, count == 1 ? "" : "s");
    return EXIT_NOTHING_FOUND;
}

const struct command view_command = {
    .name = "view",
    .operands = "FILE|FOLDER…",
    .summary = "a page that plays traces, in one HTML file",
    .details = "Writes one HTML file, with all that it needs in it, for the traces of ITF files (plain or "
               "gzip; - is\n"
               "standard input) and findings folders (of {program} run --out-dir): what each step did and "
               "changed, and\n"
               "for a folder a table of the findings.{view notes}\n\n"
               "In the page: space plays and pauses, the arrow keys step, Home and End go to the ends; #2/11 "
               "at the\n"
               "end of the address is the second trace at step 11.\n",
    .groups = {{"Page", view_rows, sizeof view_rows / sizeof view_rows[0]}, CLI_OUTPUT_GROUP},
    .group_count = 2,
    .run = run_view,
};
