/* SPDX-License-Identifier: Apache-2.0 */
#include "manual/pages.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "manual/page.h"

#define EXIT_STATUS_HEAD "Exit status: "

static void add_text(struct buffer *out, const char *text)
{
    page_text(out, text, strlen(text));
}

static void add_examples(struct buffer *out, const char *command)
{
    bool any = false;
    for (size_t i = 0; i < example_count; i++) {
        if (command != NULL && strcmp(examples[i].command, command) != 0)
            continue;
        if (!any)
            page_section(out, "EXAMPLES");
        else
            buffer_string(out, ".PP\n");
        any = true;
        add_text(out, examples[i].sentence);
        page_example(out, examples[i].line);
    }
}

static void add_exit_table(struct buffer *out)
{
    for (size_t i = 0; i < exit_meaning_count; i++) {
        char code[16];
        (void)snprintf(code, sizeof code, "%d", (int)exit_meanings[i].code);
        page_entry(out, code, NULL, exit_meanings[i].meaning);
    }
}

/* Options that a variable of the environment can stand in for, and NO_COLOR. */
static void add_environment(struct buffer *out, const struct option_group *groups, size_t count)
{
    bool any = false;
    for (size_t g = 0; g < count; g++) {
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct option *row = &groups[g].rows[i];
            const bool color = strcmp(row->name, "no-color") == 0;
            if (row->env == NULL && !color)
                continue;
            if (!any)
                page_section(out, "ENVIRONMENT");
            any = true;
            char text[128];
            (void)snprintf(text, sizeof text,
                           color ? "When set and not empty, as --%s."
                                 : "Stands in for --%s when that is not given.",
                           row->name);
            page_entry(out, color ? "NO_COLOR" : row->env, NULL, text);
        }
    }
}

/* A list of other pages; the names of the commands but for one. */
static void add_see_also(struct buffer *out, const struct subject *subject, const char *own)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    page_section(out, "SEE ALSO");
    buffer_string(out, ".BR racewalk (1)");
    for (size_t i = 0; i < count; i++) {
        if (own == NULL || strcmp(commands[i]->name, own) != 0)
            buffer_format(out, ",\n.BR racewalk\\-%s (1)", commands[i]->name);
    }
    buffer_char(out, '\n');
}

void pages_overview(struct buffer *out, const struct subject *subject, const char *date)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    page_head(out, "racewalk", "1", date, "finds the interleaving that takes a service down");
    page_section(out, "SYNOPSIS");
    buffer_string(out, "\\fBracewalk\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIFILE\\fR...]\n.br\n"
                       "\\fBracewalk help\\fR \\fICOMMAND\\fR\n.br\n"
                       "\\fBracewalk \\-\\-version\\fR\n");
    page_section(out, "DESCRIPTION");
    add_text(out,
             "racewalk searches an executable model of a service with random walks, or exhaustively. Each "
             "counterexample is written as a trace in the Informal Trace Format (ITF, JSON), replayed on the "
             "model, confirmed on a running system, and shown in words or as a picture.\n\nThe model "
             "is ");
    buffer_format(out, "%s.\n", subject->class->summary);
    page_section(out, "COMMANDS");
    for (size_t i = 0; i < count; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "%s: racewalk-%s(1).", commands[i]->summary, commands[i]->name);
        page_entry(out, commands[i]->name, NULL, text);
    }
    page_section(out, "EXIT STATUS");
    add_exit_table(out);
    page_section(out, "ENVIRONMENT");
    page_entry(out, "NO_COLOR", NULL, "When set and not empty, nothing is coloured.");
    page_entry(out, "OMP_NUM_THREADS", NULL, "How many threads search, unless --threads says so.");
    page_entry(out, "RACEWALK_MODEL, RACEWALK_CFLAGS", NULL,
               "Stand in for --model and --cflags, which every command has.");
    page_entry(out, "CC, CXX", NULL, "The compilers of models, cc and c++ when they are not set.");
    page_entry(out, "XDG_CACHE_HOME", NULL,
               "Models that were compiled are kept in its folder racewalk; in ~/.cache/racewalk when it is "
               "not set.");
    page_section(out, "FILES");
    page_entry(
        out, "*.itf.json, *.ndjson", NULL,
        "Traces: one a file, an array of them, or one a line; plain or gzip. Where a file is read, - is "
        "standard input; where one is written, standard output.");
    page_entry(out, "*.schedule.json", NULL,
               "A trace as the choices that lead to it, as Wunderspec's replay --from-schedule reads it.");
    page_entry(out, "index.json", NULL,
               "In a findings folder, what is in it: property, length, shape and seeds of each trace.");
    add_examples(out, NULL);
    add_see_also(out, subject, NULL);
}

/* Where the paragraph about the exit status begins and ends in a command's details; NULL: there is none. */
static const char *find_exit_status(const char *details, size_t *ret_length)
{
    const char *start = strstr(details, EXIT_STATUS_HEAD);
    if (start == NULL || (start != details && start[-1] != '\n'))
        return NULL;
    const char *end = strstr(start, "\n\n");
    *ret_length = end != NULL ? (size_t)(end - start) : strlen(start);
    return start;
}

static void add_exit_status(struct buffer *out, const char *text, size_t length)
{
    page_section(out, "EXIT STATUS");
    if (text != NULL) {
        const size_t head = strlen(EXIT_STATUS_HEAD);
        page_text(out, text + head, length - head);
        buffer_string(out, ".PP\n");
    } else {
        add_text(out, "0 when it is done.");
    }
    buffer_string(out, "Others are in\n.BR racewalk (1).\n");
}

void pages_command(struct buffer *out, const struct command *command, const char *date)
{
    const struct option_group *groups = command->groups;
    const size_t count = command->group_count;
    char name[64];
    size_t length = 0;
    const char *details = command->details, *exit_status = find_exit_status(details, &length);
    (void)snprintf(name, sizeof name, "racewalk-%s", command->name);
    page_head(out, name, "1", date, command->summary);
    page_section(out, "SYNOPSIS");
    buffer_format(out, "\\fBracewalk %s\\fR", command->name);
    if (count > 0)
        buffer_string(out, " [\\fIOPTION\\fR...]");
    if (command->operands != NULL) {
        buffer_string(out, " \\fI");
        page_words(out, command->operands, strlen(command->operands));
        buffer_string(out, "\\fR");
    }
    buffer_char(out, '\n');
    page_section(out, "DESCRIPTION");
    page_text(out, details, exit_status != NULL ? (size_t)(exit_status - details) : strlen(details));
    if (exit_status != NULL && exit_status[length] != '\0') {
        buffer_string(out, ".PP\n");
        add_text(out, exit_status + length);
    }
    page_options(out, groups, count);
    add_exit_status(out, exit_status, length);
    add_environment(out, groups, count);
    add_examples(out, command->name);
    page_section(out, "SEE ALSO");
    buffer_string(out, ".BR racewalk (1)\n");
}

void pages_mpi(struct buffer *out, const struct subject *subject, const struct program *program,
               const char *date)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    const char *line_break = "";
    page_head(out, program->name, "1", date, "racewalk on all ranks of an MPI job");
    page_section(out, "SYNOPSIS");
    for (size_t i = 0; i < count; i++) {
        if (!commands[i]->on_ranks)
            continue;
        buffer_format(out,
                      "%s\\fBmpirun \\-n\\fR \\fIRANKS\\fR \\fBracewalk\\-mpi %s\\fR [\\fIOPTION\\fR...]\n",
                      line_break, commands[i]->name);
        line_break = ".br\n";
    }
    page_section(out, "DESCRIPTION");
    add_text(
        out,
        "The options are those of the same command of racewalk, and so is the result: the same seed gives "
        "the "
        "same findings and the same report for any number of ranks and threads. It is started by mpirun, or "
        "by srun in a Slurm job; rank 0 prints and writes, so that what is on disk is there once.\n\n"
        "Ranks that share cores leave them to each other while they wait: unless OMP_WAIT_POLICY is set, it "
        "is "
        "passive.\n\n"
        "With --checkpoint, the signals USR1, TERM and INT to any rank end the job on all of them with a "
        "checkpoint and exit status 75; --resume goes on, on any number of ranks and threads.");
    page_section(out, "EXIT STATUS");
    add_exit_table(out);
    page_section(out, "ENVIRONMENT");
    page_entry(out, "OMP_NUM_THREADS", NULL, "Threads of a rank, unless --threads says so.");
    page_entry(out, "OMP_WAIT_POLICY", NULL, "What a thread does while it waits; passive when not set.");
    page_entry(out, "RACEWALK_MODEL, RACEWALK_CFLAGS", NULL,
               "Stand in for --model and --cflags. What rank 0 has serves for all: it compiles the model and "
               "hands the "
               "library to the others.");
    add_examples(out, program->name);
    page_section(out, "SEE ALSO");
    for (size_t i = 0; i < count; i++) {
        if (commands[i]->on_ranks)
            buffer_format(out, ".BR racewalk\\-%s (1),\n", commands[i]->name);
    }
    buffer_string(out, ".BR racewalk (1)\n");
}
