/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/cli.h"
#include "manual/complete.h"

/* Helpers that every program's function has a copy of, since bash loads each file by itself. @ is the
 * function's name. */
static const char helpers[] =
    "# What begins like the word at the cursor, of the words given.\n"
    "@_words()\n"
    "{\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
    "}\n"
    "\n"
    "# The same for the last name of a list with commas.\n"
    "@_list()\n"
    "{\n"
    "    local before=\n"
    "    [[ $cur == *,* ]] && before=${cur%,*},\n"
    "    mapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$1\" -- \"${cur##*,}\")\n"
    "}\n"
    "\n"
    "# Folders, and files with one of the endings given (none: all files).\n"
    "@_files()\n"
    "{\n"
    "    local name\n"
    "    # Outside of a completion, as in a test, there is nothing to set.\n"
    "    compopt -o filenames -o default 2>/dev/null\n"
    "    while IFS= read -r name; do\n"
    "        [[ -z $1 || -d $name || $name =~ \\.($1)$ ]] && COMPREPLY+=(\"$name\")\n"
    "    done < <(compgen -f -- \"$cur\")\n"
    "}\n"
    "\n"
    "@_folders()\n"
    "{\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
    "}\n"
    "\n";

static void append_named(struct buffer *out, const char *text, const char *name)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '@')
            buffer_string(out, name);
        else
            buffer_char(out, *c);
    }
}

/* The answer to an option's value; empty for one that cannot be guessed. */
static void add_value(struct buffer *out, const char *name, const struct complete_value *value)
{
    switch (value->kind) {
    case COMPLETE_FLAG:
    case COMPLETE_ANY:
        break;
    case COMPLETE_WORDS:
        buffer_format(out, " %s_words '%s'", name, value->words);
        break;
    case COMPLETE_LIST:
        buffer_format(out, " %s_list '%s'", name, value->words);
        break;
    case COMPLETE_JSON:
        buffer_format(out, " %s_files json", name);
        break;
    case COMPLETE_FILE:
        buffer_format(out, " %s_files ''", name);
        break;
    case COMPLETE_FOLDER:
        buffer_format(out, " %s_folders", name);
        break;
    }
}

static void add_command(struct buffer *out, const char *name, const struct command *command,
                        const struct model_class *class)
{
    const struct option_group *groups = command->groups;
    const size_t count = command->group_count;
    buffer_format(out, "    %s)\n        case $option in\n", command->name);
    for (size_t g = 0; g < count; g++) {
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct option *row = &groups[g].rows[i];
            const struct complete_value value = complete_value_of(class, row);
            if (value.kind == COMPLETE_FLAG)
                continue;
            buffer_format(out, "        --%s)", row->name);
            add_value(out, name, &value);
            buffer_string(out, value.kind == COMPLETE_ANY ? " return ;;\n" : "; return ;;\n");
        }
    }
    buffer_string(out, "        esac\n        options='");
    for (size_t g = 0; g < count; g++) {
        for (size_t i = 0; i < groups[g].count; i++)
            buffer_format(out, "--%s ", groups[g].rows[i].name);
    }
    buffer_format(out, "--help'\n%s        ;;\n",
                  command->operands != NULL ? "        operands='" COMPLETE_TRACE_ENDINGS "'\n" : "");
}

void complete_bash(struct buffer *out, const struct program *program, const struct subject *subject)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    char name[64];
    complete_function_name(program, name, sizeof name);
    buffer_format(out,
                  "# Completion of %s in bash. Made from the program's own tables when it was built.\n\n",
                  program->name);
    append_named(out, helpers, name);
    buffer_format(out, "%s()\n{\n", name);
    buffer_string(out, "    local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}\n"
                       "    local at=1 command options='' operands='' commands='");
    for (size_t i = 0; i < count; i++) {
        if (complete_has_command(program, commands[i]))
            buffer_format(out, "%s ", commands[i]->name);
    }
    buffer_string(out, "'\n    COMPREPLY=()\n"
                       "    # A model may be named before the command.\n"
                       "    while ((COMP_CWORD > at)) && [[ ${COMP_WORDS[at]} == --@(model|cflags) ]]; do\n"
                       "        option=${COMP_WORDS[at]}\n"
                       "        [[ ${COMP_WORDS[at + 1]} == = ]] && ((at += 1))\n"
                       "        ((at += 2))\n"
                       "    done\n"
                       "    command=${COMP_WORDS[at]}\n");
    buffer_format(out,
                  "    if ((COMP_CWORD < at)); then\n"
                  "        [[ $cur != = ]] || cur=\n"
                  "        [[ $option != --model ]] || %s_files ''\n"
                  "        return\n"
                  "    elif ((COMP_CWORD == at)); then\n"
                  "        %s_words \"$commands help --help --version --model --cflags\"\n"
                  "        return\n"
                  "    fi\n"
                  "    option=${COMP_WORDS[COMP_CWORD - 1]}\n",
                  name, name);
    buffer_string(out, "    # --name=value comes as three words.\n"
                       "    if [[ $cur == = ]]; then\n"
                       "        cur=\n"
                       "    elif [[ $option == = ]]; then\n"
                       "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
                       "    fi\n"
                       "    case $command in\n");
    buffer_format(
        out,
        "    help)\n        ((COMP_CWORD == at + 1)) && %s_words \"$commands\"\n        return\n        ;;\n",
        name);
    for (size_t i = 0; i < count; i++) {
        if (complete_has_command(program, commands[i]))
            add_command(out, name, commands[i], subject->class);
    }
    buffer_format(out,
                  "    *) return ;;\n"
                  "    esac\n"
                  "    if [[ $cur == -* ]]; then\n"
                  "        %s_words \"$options\"\n"
                  "    elif [[ -n $operands ]]; then\n"
                  "        %s_files \"$operands\"\n"
                  "    fi\n"
                  "}\n"
                  "\n"
                  "complete -F %s %s\n",
                  name, name, name, program->name);
}
