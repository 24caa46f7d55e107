/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/cli.h"
#include "manual/complete.h"

static void add_value(struct buffer *out, const char *name, const struct complete_value *value)
{
    switch (value->kind) {
    case COMPLETE_FLAG:
        break;
    case COMPLETE_ANY:
        buffer_string(out, " -x");
        break;
    case COMPLETE_WORDS:
        buffer_format(out, " -x -a '%s'", value->words);
        break;
    case COMPLETE_LIST:
        buffer_format(out, " -x -a '(__fish_complete_list , \"_%s_words %s\")'", name, value->words);
        break;
    case COMPLETE_JSON:
        buffer_format(out, " -x -a '(_%s_files json)'", name);
        break;
    case COMPLETE_FILE:
        buffer_string(out, " -r -F");
        break;
    case COMPLETE_FOLDER:
        buffer_string(out, " -x -a '(__fish_complete_directories)'");
        break;
    }
}

static void add_command(struct buffer *out, const char *program, const char *name,
                        const struct command *command, const struct model_class *class)
{
    const struct option_group *groups = command->groups;
    const size_t count = command->group_count;
    char summary[128];
    buffer_format(out, "\n# %s\n", command->name);
    for (size_t g = 0; g < count; g++) {
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct option *row = &groups[g].rows[i];
            const struct complete_value value = complete_value_of(class, row);
            complete_summary(row->help, summary, sizeof summary);
            buffer_format(out, "complete -c %s -n '_%s_is %s' -l %s -d '%s'", program, name, command->name,
                          row->name, summary);
            add_value(out, name, &value);
            buffer_char(out, '\n');
        }
    }
    buffer_format(out, "complete -c %s -n '_%s_is %s' -l help -d 'What it does and takes'\n", program, name,
                  command->name);
    if (command->operands != NULL)
        buffer_format(out, "complete -c %s -n '_%s_is %s' -a '(_%s_files \"" COMPLETE_TRACE_ENDINGS "\")'\n",
                      program, name, command->name, name);
}

void complete_fish(struct buffer *out, const struct program *program, const struct subject *subject)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    char name[64], summary[128];
    complete_function_name(program, name, sizeof name);
    buffer_format(
        out,
        "# Completion of %s in fish. Made from the program's own tables when it was built.\n\n"
        "# The command on the line is the one given; none given: there is none yet.\n"
        "function _%s_is\n"
        "    set -l words (commandline -opc)\n"
        "    # A model may be named before the command.\n"
        "    while test (count $words) -ge 2; and contains -- $words[2] --model --cflags\n"
        "        set -e words[2]\n"
        "        set -q words[2]; and set -e words[2]\n"
        "    end\n"
        "    while test (count $words) -ge 2; and string match -q -r '^--(model|cflags)=' -- $words[2]\n"
        "        set -e words[2]\n"
        "    end\n"
        "    if test (count $argv) -eq 0\n"
        "        test (count $words) -eq 1\n"
        "    else\n"
        "        test (count $words) -ge 2; and test $words[2] = $argv[1]\n"
        "    end\n"
        "end\n\n"
        "function _%s_words\n"
        "    printf '%%s\\n' $argv\n"
        "end\n\n"
        "# Folders, and files with one of the endings given.\n"
        "function _%s_files\n"
        "    __fish_complete_path (commandline -ct | string replace -r '^--[a-z-]*=' '') |\n"
        "        string match -r \"^[^\\t]*(?:/|\\\\.(?:$argv[1]))(?:\\t.*)?\\$\"\n"
        "end\n\n"
        "complete -c %s -f\n"
        "complete -c %s -n _%s_is -l help -d 'The list of commands'\n"
        "complete -c %s -n _%s_is -l version -d 'Name version and build'\n"
        "complete -c %s -n _%s_is -l model -d 'A model of your own' -r -F\n"
        "complete -c %s -n _%s_is -l cflags -d 'More flags for its compiler' -x\n",
        program->name, name, name, name, program->name, program->name, name, program->name, name,
        program->name, name, program->name, name);
    for (size_t i = 0; i < count; i++) {
        complete_summary(commands[i]->summary, summary, sizeof summary);
        if (complete_has_command(program, commands[i]))
            buffer_format(out, "complete -c %s -n '_%s_is; or _%s_is help' -a %s -d '%s'\n", program->name,
                          name, name, commands[i]->name, summary);
    }
    buffer_format(out, "complete -c %s -n _%s_is -a help -d 'What a command does and takes'\n", program->name,
                  name);
    for (size_t i = 0; i < count; i++) {
        if (complete_has_command(program, commands[i]))
            add_command(out, program->name, name, commands[i], subject->class);
    }
}
