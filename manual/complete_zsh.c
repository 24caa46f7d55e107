/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/cli.h"
#include "manual/complete.h"

#define TRACE_FILES "_files -g \"*.(" COMPLETE_TRACE_ENDINGS ")(-.)\""

/* ":METAVAR:ACTION" of an option that has a value. */
static void add_value(struct buffer *out, const struct option *row, const struct complete_value *value)
{
    if (value->kind == COMPLETE_FLAG)
        return;
    buffer_char(out, ':');
    for (const char *c = row->metavar; *c != '\0'; c++) {
        if (*c == '\'')
            buffer_string(out, "'\\''"); /* the whole stands in apostrophes */
        else
            buffer_format(out, *c == ':' ? "\\%c" : "%c", *c);
    }
    buffer_char(out, ':');
    switch (value->kind) {
    case COMPLETE_FLAG:
        break;
    case COMPLETE_ANY:
        buffer_char(out, ' ');
        break;
    case COMPLETE_WORDS:
        buffer_format(out, "(%s)", value->words);
        break;
    case COMPLETE_LIST:
        buffer_format(out, "_sequence compadd - %s", value->words);
        break;
    case COMPLETE_JSON:
        buffer_string(out, "_files -g \"*.json(-.)\"");
        break;
    case COMPLETE_FILE:
        buffer_string(out, "_files");
        break;
    case COMPLETE_FOLDER:
        buffer_string(out, "_files -/");
        break;
    }
}

static void add_command(struct buffer *out, const struct command *command, const struct model_class *class)
{
    const struct option_group *groups = command->groups;
    const size_t count = command->group_count;
    char summary[128];
    buffer_format(out, "        (%s)\n            _arguments -S \\\n", command->name);
    for (size_t g = 0; g < count; g++) {
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct option *row = &groups[g].rows[i];
            const struct complete_value value = complete_value_of(class, row);
            complete_summary(row->help, summary, sizeof summary);
            buffer_format(out, "                '%s--%s%s[%s]", row->kind == OPTION_LIST ? "*" : "",
                          row->name, value.kind == COMPLETE_FLAG ? "" : "=", summary);
            add_value(out, row, &value);
            buffer_string(out, "' \\\n");
        }
    }
    buffer_format(out, "                '(- *)--help[what it does and takes]'%s\n            ;;\n",
                  command->operands != NULL ? " \\\n                '*:trace:" TRACE_FILES "'" : "");
}

void complete_zsh(struct buffer *out, const struct program *program, const struct subject *subject)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    char name[64], summary[128];
    complete_function_name(program, name, sizeof name);
    buffer_format(out,
                  "#compdef %s\n"
                  "# Completion of %s in zsh. Made from the program's own tables when it was built.\n\n"
                  "%s() {\n"
                  "    local curcontext=\"$curcontext\" state line\n"
                  "    typeset -A opt_args\n"
                  "    local -a commands=(\n",
                  program->name, program->name, name);
    for (size_t i = 0; i < count; i++) {
        complete_summary(commands[i]->summary, summary, sizeof summary);
        if (complete_has_command(program, commands[i]))
            buffer_format(out, "        '%s:%s'\n", commands[i]->name, summary);
    }
    buffer_string(out, "        'help:what a command does and takes'\n"
                       "    )\n"
                       "    _arguments -C \\\n"
                       "        '(- *)--help[the list of commands]' \\\n"
                       "        '(- *)--version[name version and build]' \\\n"
                       "        '--model=[a model of your own]:file:_files' \\\n"
                       "        '--cflags=[more flags for its compiler]:flags: ' \\\n"
                       "        '1:command:->command' \\\n"
                       "        '*::argument:->argument'\n"
                       "    case $state in\n"
                       "    (command)\n"
                       "        _describe -t commands command commands\n"
                       "        ;;\n"
                       "    (argument)\n"
                       "        case $words[1] in\n"
                       "        (help)\n"
                       "            commands=(${commands:#help:*})\n"
                       "            _describe -t commands command commands\n"
                       "            ;;\n");
    for (size_t i = 0; i < count; i++) {
        if (complete_has_command(program, commands[i]))
            add_command(out, commands[i], subject->class);
    }
    /* Autoloaded, the file is the function's body the first time; sourced, it announces itself. */
    buffer_format(out,
                  "        esac\n"
                  "        ;;\n"
                  "    esac\n"
                  "}\n\n"
                  "if [[ $funcstack[1] == _%s ]]; then\n"
                  "    %s \"$@\"\n"
                  "else\n"
                  "    compdef %s %s\n"
                  "fi\n",
                  program->name, name, name, program->name);
}
