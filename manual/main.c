/* SPDX-License-Identifier: Apache-2.0 */
/* racewalk-manual: writes the manual pages and the completions. It is run when the program is built, and is
 * not installed.
 *
 *   racewalk-manual write FOLDER DATE PROGRAM...   man/, bash/, zsh/ and fish/ for the programs that were
 * built racewalk-manual examples PROGRAM...            the examples' command lines, one a line
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/process.h"
#include "cli/cli.h"
#include "manual/complete.h"
#include "manual/pages.h"
#include "subject/dns_subject.h"

static const struct subject *const subject = &dns_subject;

/* Writes what the buffer holds to FOLDER/NAME and empties it. */
static enum status write_file(struct buffer *text, const char *folder, const char *name, struct error *err)
{
    char path[4096];
    enum status status = buffer_status(text, err);
    if (status == OK && (size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        status = error_set(err, ERR_USAGE, "%s: too long", folder);
    if (status == OK)
        status = file_write_whole(path, text->text, text->length, err);
    buffer_clear(text);
    return status;
}

static enum status write_completions(const struct program *program, const char *folder, struct buffer *text,
                                     struct error *err)
{
    static const struct {
        void (*append)(struct buffer *, const struct program *, const struct subject *);
        const char *name; /* of the file, where shells look for it */
    } shells[] = {{complete_bash, "bash/%s"}, {complete_zsh, "zsh/_%s"}, {complete_fish, "fish/%s.fish"}};
    enum status status = OK;
    for (size_t i = 0; i < sizeof shells / sizeof shells[0] && status == OK; i++) {
        char name[128] = "";
        for (const char *c = shells[i].name; *c != '\0'; c++) {
            const size_t used = strlen(name);
            const bool here = c[0] == '%' && c[1] == 's';
            (void)snprintf(name + used, sizeof name - used, "%.*s", here ? 64 : 1, here ? program->name : c);
            c += here;
        }
        shells[i].append(text, program, subject);
        status = write_file(text, folder, name, err);
    }
    return status;
}

static enum status write_pages(const struct program *program, const char *folder, const char *date,
                               struct buffer *text, struct error *err)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    char name[128];
    (void)snprintf(name, sizeof name, "man/%s.1", program->name);
    if (program->on_ranks) {
        pages_mpi(text, subject, program, date);
        return write_file(text, folder, name, err);
    }
    pages_overview(text, subject, date);
    enum status status = write_file(text, folder, name, err);
    for (size_t i = 0; i < count && status == OK; i++) {
        pages_command(text, commands[i], date);
        (void)snprintf(name, sizeof name, "man/%s-%s.1", program->name, commands[i]->name);
        status = write_file(text, folder, name, err);
    }
    return status;
}

static enum status write_all(const char *folder, const char *date, char *const *names, int count,
                             struct error *err)
{
    static const char *const folders[] = {"man", "bash", "zsh", "fish"};
    enum status status = OK;
    struct buffer text;
    buffer_init(&text);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0] && status == OK; i++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
        status = file_make_folder(path, err);
    }
    for (size_t i = 0; i < program_count && status == OK; i++) {
        bool wanted = false;
        for (int n = 0; n < count; n++)
            wanted = wanted || strcmp(names[n], programs[i].name) == 0;
        if (!wanted)
            continue;
        status = write_completions(&programs[i], folder, &text, err);
        if (status == OK)
            status = write_pages(&programs[i], folder, date, &text, err);
    }
    buffer_release(&text);
    return status;
}

static void print_examples(char *const *names, int count)
{
    for (size_t i = 0; i < example_count; i++) {
        for (int n = 0; n < count; n++) {
            const bool mpi = strcmp(examples[i].command, "racewalk-mpi") == 0;
            if (strcmp(names[n], mpi ? "racewalk-mpi" : "racewalk") == 0)
                printf("%s\n", examples[i].line);
        }
    }
}

int main(int argc, char **argv)
{
    struct error err = {{0}};
    if (process_prepare(&err) != OK)
        return message_failure(ERR_IO, &err);
    if (argc >= 3 && strcmp(argv[1], "examples") == 0) {
        print_examples(argv + 2, argc - 2);
        return EXIT_NOTHING_FOUND;
    }
    if (argc < 5 || strcmp(argv[1], "write") != 0) {
        fputs("usage: racewalk-manual write FOLDER DATE PROGRAM...\n"
              "       racewalk-manual examples PROGRAM...\n",
              stderr);
        return EXIT_USAGE;
    }
    const enum status status = write_all(argv[2], argv[3], argv + 4, argc - 4, &err);
    return status == OK ? EXIT_NOTHING_FOUND : message_failure(status, &err);
}
