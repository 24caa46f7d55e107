/* SPDX-License-Identifier: Apache-2.0 */
#include "manual/complete.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void add_word(struct complete_value *value, const char *word)
{
    const size_t used = strlen(value->words);
    const int length =
        snprintf(value->words + used, sizeof value->words - used, "%s%s", used > 0 ? " " : "", word);
    assert(length >= 0 && (size_t)length < sizeof value->words - used);
}

/* The names that the model has for an option: it is by their options that users know them. */
static void add_model_names(struct complete_value *value, const struct model_class *class, const char *option)
{
    if (strcmp(option, "instance") == 0) {
        for (size_t i = 0; i < class->preset_count; i++)
            add_word(value, class->presets[i].name);
    } else if (strcmp(option, "property") == 0) {
        for (size_t i = 0; i < class->property_count; i++)
            add_word(value, class->properties[i].name);
    } else if (strcmp(option, "guard") == 0) {
        for (size_t i = 0; i < class->guard_count; i++)
            add_word(value, class->guards[i].name);
    } else if (strcmp(option, "kernel") == 0) {
        for (size_t i = 0; class->speed.walk_kernels != NULL && class->speed.walk_kernels[i] != NULL; i++)
            add_word(value, class->speed.walk_kernels[i]);
    }
}

struct complete_value complete_value_of(const struct model_class *class, const struct option *row)
{
    struct complete_value value = {COMPLETE_ANY, ""};
    if (row->kind == OPTION_FLAG) {
        value.kind = COMPLETE_FLAG;
        return value;
    }
    if (row->choices != NULL)
        add_word(&value, row->choices);
    else if (row->word != NULL)
        add_word(&value, row->word);
    else
        add_model_names(&value, class, row->name);
    if (value.words[0] != '\0')
        value.kind = row->kind == OPTION_LIST && row->commas ? COMPLETE_LIST : COMPLETE_WORDS;
    else if (strcmp(row->metavar, "PATH") == 0 || strcmp(row->metavar, "FILE") == 0)
        value.kind = COMPLETE_FILE;
    else if (strcmp(row->metavar, "DIR") == 0)
        value.kind = COMPLETE_FOLDER;
    else if (strstr(row->metavar, ".json") != NULL)
        value.kind = COMPLETE_JSON;
    return value;
}

void complete_summary(const char *help, char *out, size_t size)
{
    enum { LENGTH_MAX = 76 };
    struct buffer text;
    buffer_init(&text);
    size_t word_end = 0;
    const char *c = help;
    for (; *c != '\0' && strchr(".;\n([", *c) == NULL && text.length < LENGTH_MAX; c++) {
        if (*c == ' ')
            word_end = text.length;
        if (*c == '\'')
            buffer_string(&text, "\xe2\x80\x99"); /* an apostrophe that quotes nothing */
        else if (*c == ':')
            buffer_string(&text, " -");
        else if (strchr("\"`\\]$", *c) == NULL)
            buffer_char(&text, *c);
    }
    while (text.length > 0 && text.text[text.length - 1] == ' ')
        text.text[--text.length] = '\0';
    if (text.length >= LENGTH_MAX)
        (void)snprintf(out, size, "%.*s\xe2\x80\xa6", (int)word_end, text.text);
    else
        (void)snprintf(out, size, "%s", text.text);
    buffer_release(&text);
}

bool complete_has_command(const struct program *program, const struct command *command)
{
    return command->on_ranks || !program->on_ranks;
}

void complete_function_name(const struct program *program, char *out, size_t size)
{
    (void)snprintf(out, size, "_%s", program->name);
    for (char *c = out; *c != '\0'; c++) {
        if (*c == '-')
            *c = '_';
    }
}
