/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/replay_command.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/subject.h"

/* A word of a shell's command line. */
static void print_word(struct buffer *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        buffer_string(out, word);
        return;
    }
    buffer_char(out, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            buffer_string(out, "'\\''");
        else
            buffer_char(out, *word);
    }
    buffer_char(out, '\'');
}

/* The program as it was called; of the one for many ranks, which replays nothing, the one beside it. */
static void print_program(struct buffer *out, const char *name)
{
    static const char ranks[] = "-mpi";
    char program[FINDING_FILE_MAX];
    (void)snprintf(program, sizeof program, "%s", name);
    const size_t length = strlen(program), tail = sizeof ranks - 1;
    if (length > tail && strcmp(program + length - tail, ranks) == 0)
        program[length - tail] = '\0';
    print_word(out, program);
}

static bool same_value(const struct parameter_value *a, const struct parameter_value *b)
{
    return a->low == b->low && a->high == b->high;
}

/* The preset with these values; the first one, which is the default, when there is none. */
static const struct preset *nearest_preset(const struct model *model)
{
    const struct model_class *class = model->class;
    for (size_t i = 0; i < class->preset_count; i++) {
        size_t same = 0;
        while (same < class->parameter_count &&
               same_value(&class->presets[i].instance.values[same], &model->instance.values[same]))
            same++;
        if (same == class->parameter_count)
            return &class->presets[i];
    }
    return &class->presets[0];
}

/* The names of the bits, with commas. */
static void print_list(struct buffer *out, const char *option, uint32_t bits, size_t count,
                       const char *(*name_of)(const struct model_class *, size_t),
                       const struct model_class *class)
{
    const char *before = option;
    for (size_t i = 0; i < count; i++) {
        if ((bits >> i & 1) == 0)
            continue;
        buffer_format(out, "%s%s", before, name_of(class, i));
        before = ",";
    }
}

static const char *guard_name(const struct model_class *class, size_t i)
{
    return class->guards[i].name;
}

static const char *property_name(const struct model_class *class, size_t i)
{
    return class->properties[i].name;
}

/* A model of the user's own. */
static void print_model(struct buffer *out, const struct subject *subject)
{
    if (subject->model_file == NULL)
        return;
    buffer_string(out, " --model ");
    print_word(out, subject->model_file);
    if (subject->model_flags != NULL) {
        buffer_string(out, " --cflags ");
        print_word(out, subject->model_flags);
    }
}

/* The options that are not the default's. */
static void print_options(struct buffer *out, const struct model *model, uint32_t properties)
{
    const struct model_class *class = model->class;
    const struct preset *preset = nearest_preset(model);
    if (preset != &class->presets[0])
        buffer_format(out, " --instance %s", preset->name);
    for (size_t i = 0; i < class->parameter_count; i++) {
        const struct parameter_value *value = &model->instance.values[i];
        if (same_value(value, &preset->instance.values[i]))
            continue;
        buffer_format(out, " --%s %lld", class->parameters[i].option, (long long)value->low);
        if (class->parameters[i].is_range)
            buffer_format(out, ":%lld", (long long)value->high);
    }
    print_list(out, " --guard ", model->instance.guards, class->guard_count, guard_name, class);
    if (properties != model_invariants(class))
        print_list(out, " --property ", properties, class->property_count, property_name, class);
}

void replay_command_of(const struct replay_search *search, struct finding *finding)
{
    const struct trace *trace = &finding->trace;
    const struct subject *subject = search->cli->subject;
    const char *program = search->cli->argv[0];
    const char *file = finding->file[0] != '\0' ? finding->file : search->out_itf;
    struct buffer text;
    buffer_init(&text);
    print_program(&text, program);
    if (trace->has_trace_seed) {
        buffer_string(&text, " replay");
        print_model(&text, subject);
        buffer_format(&text, " --trace-seed %llu --max-steps %llu", (unsigned long long)trace->trace_seed,
                      (unsigned long long)trace->max_steps);
        print_options(&text, search->model, search->properties);
    } else if (file != NULL) {
        buffer_string(&text, " replay");
        print_model(&text, subject);
        buffer_char(&text, ' ');
        print_word(&text, file);
    } else {
        buffer_format(&text, " %s", search->command);
        print_model(&text, subject);
        print_options(&text, search->model, search->properties);
        buffer_string(&text, " --quiet --out-itf - | ");
        print_program(&text, program);
        buffer_string(&text, " replay");
        print_model(&text, subject);
        buffer_string(&text, " -");
    }
    (void)snprintf(finding->replay, sizeof finding->replay, "%s", text.text);
    buffer_release(&text);
}
