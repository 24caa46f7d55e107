/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/commands.h"
#include "mbt/connection.h"

#define SYSTEM_ROWS_MAX 16                /* of a driver, for one command */
#define TEXT_BYTES_MAX  ((size_t)1 << 20) /* of all texts and rows of a program */

/* Without a system of the subject's: to a driver. */
static const struct option connection_rows[] = {CONNECTION_ROWS};

static const struct option output_rows[] = {
    {.name = "quiet", .kind = OPTION_FLAG, .help = "print results only"},
    {.name = "no-progress", .kind = OPTION_FLAG, .help = "no progress line"},
    {.name = "no-color", .kind = OPTION_FLAG, .help = "no colours; so does NO_COLOR in the environment"},
};

static const struct option model_rows[] = {
    {.name = "model",
     .kind = OPTION_TEXT,
     .metavar = "FILE",
     .env = "RACEWALK_MODEL",
     .help = "a model of your own: FILE.c (or .cc, .cpp, .cxx), which is compiled, or FILE.so, which was "
             "built before. Its code is run. {program} model --new writes one to begin with"},
    {.name = "cflags",
     .kind = OPTION_TEXT,
     .metavar = "FLAGS",
     .env = "RACEWALK_CFLAGS",
     .help = "more flags for the model's compiler, with blanks between: '-march=native -DNODES=5'"},
};

static const struct option result_rows[] = {
    {.name = "out-itf",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "findings as they come, one ITF trace a line; '-' is standard output, {seq} in the name gives a "
             "file each"},
    {.name = "out-schedule",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help =
         "findings as schedules for Wunderspec's replay --from-schedule, a file each, named as Wunderspec "
         "does: PATH, then x.1.json for x.json, x.2.json and so on; {seq} in the name is replaced by 1, 2, "
         "…"},
    {.name = "out-dir",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help = "a findings folder: one ITF file each, named by property, length and shape, and index.json"},
    {.name = "json",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "a report as JSON; '-' is standard output"},
    {.name = "report",
     .kind = OPTION_TEXT,
     .metavar = "FILE.html",
     .help = "one HTML page with plots, for a browser: rate over time, findings by length and shape, actions "
             "and odds of "
             "a run, states by layer of a check"},
};

/* The texts and rows of the subject at hand; they stay until the next one's. */
static struct arena memory;

/* --instance and --guard, then the parameters of the class. */
static struct option instance_rows[2 + PARAMETERS_MAX];
static size_t instance_row_count;

static const struct option property_row = {
    .name = "property",
    .kind = OPTION_LIST,
    .metavar = "NAME",
    .help = "a property to look at; may be repeated. None: all invariants ({program} model lists them)",
    .commas = true,
};

static const char *name_at(const struct model_class *class, enum cli_names kind, size_t i)
{
    switch (kind) {
    case CLI_PRESETS:
        return i < class->preset_count ? class->presets[i].name : NULL;
    case CLI_GUARDS:
        return i < class->guard_count ? class->guards[i].name : NULL;
    case CLI_PROPERTIES:
        break;
    }
    return i < class->property_count ? class->properties[i].name : NULL;
}

void cli_join_names(struct buffer *out, const struct model_class *class, enum cli_names kind)
{
    const char *name;
    for (size_t i = 0; (name = name_at(class, kind, i)) != NULL; i++)
        buffer_format(out, "%s%s", i == 0 ? "" : ", ", name);
}

/* A help text that ends with names; the lead alone when there is no memory for it. */
static const char *help_with_names(const char *lead, const struct model_class *class, enum cli_names kind)
{
    struct buffer text;
    buffer_init(&text);
    buffer_string(&text, lead);
    cli_join_names(&text, class, kind);
    const char *copy = text.failed ? NULL : arena_copy(&memory, text.text, text.length);
    buffer_release(&text);
    return copy != NULL ? copy : lead;
}

static void build_instance_rows(const struct model_class *class)
{
    const char *instance_help = help_with_names("an instance by name: ", class, CLI_PRESETS);
    const char *guard_help = help_with_names("switch guards on: ", class, CLI_GUARDS);
    size_t n = 0;
    instance_rows[n++] = (struct option){.name = "instance",
                                         .kind = OPTION_TEXT,
                                         .metavar = "NAME",
                                         .default_text = class->presets[0].name,
                                         .help = instance_help};
    for (size_t i = 0; i < class->parameter_count; i++) {
        const struct parameter *row = &class->parameters[i];
        instance_rows[n++] = (struct option){.name = row->option,
                                             .kind = row->is_range ? OPTION_RANGE : OPTION_INT,
                                             .metavar = row->metavar,
                                             .min = row->min,
                                             .max = row->max,
                                             .help = row->help};
    }
    instance_rows[n++] = (struct option){
        .name = "guard", .kind = OPTION_LIST, .metavar = "NAME[,NAME]", .help = guard_help, .commas = true};
    instance_row_count = n;
}

/* --- a subject's texts and rows --- */

static struct command table[COMMANDS_MAX];
static const struct command *commands[COMMANDS_MAX];

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Appends what a name in braces stands for; returns how many bytes of the text were taken, 0 for a brace that
 * is none of ours. */
static size_t expand_name(const char *text, const struct subject *subject, struct buffer *out)
{
    const struct system_driver *system = subject->system;
    const struct {
        const char *name, *meaning;
    } names[] = {
        {"{program}", subject->program},
        {"{system}", system != NULL ? system->name : ""},
        {"{system notes}", system != NULL ? system->confirm_notes : ""},
        {"{explain notes}", subject->words != NULL ? subject->words->explain_help : ""},
        {"{view notes}", subject->words != NULL ? subject->words->view_help : ""},
        {"{end}", ""},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (starts_with(text, names[i].name)) {
            buffer_string(out, names[i].meaning);
            return strlen(names[i].name);
        }
    }
    if (!starts_with(text, "{if system}"))
        return 0;
    const char *end = strstr(text, "{end}");
    assert(end != NULL);
    return system != NULL ? strlen("{if system}") : (size_t)(end - text) + strlen("{end}");
}

/* The text about this subject; as it stands when there is no memory for it. */
static const char *expand(const char *text, const struct subject *subject)
{
    if (text == NULL || strchr(text, '{') == NULL)
        return text;
    struct buffer out;
    buffer_init(&out);
    for (const char *at = text; *at != '\0';) {
        const size_t taken = *at == '{' ? expand_name(at, subject, &out) : 0;
        if (taken == 0)
            buffer_char(&out, *at);
        at += taken > 0 ? taken : 1;
    }
    const char *copy = out.failed ? NULL : arena_copy(&memory, out.text, out.length);
    buffer_release(&out);
    return copy != NULL ? copy : text;
}

/* The group itself, or the shared rows that an empty one stands for. */
static struct option_group resolve_group(const struct option_group *group, const struct subject *subject)
{
    if (group->rows != NULL)
        return *group;
    if (strcmp(group->title, "Instance") == 0)
        return (struct option_group){group->title, instance_rows, instance_row_count};
    if (strcmp(group->title, "Property") == 0)
        return (struct option_group){group->title, &property_row, 1};
    if (strcmp(group->title, "Results") == 0)
        return (struct option_group){group->title, result_rows, sizeof result_rows / sizeof result_rows[0]};
    if (strcmp(group->title, "Connection") == 0)
        return subject->system != NULL
                   ? subject->system->connection_rows
                   : (struct option_group){group->title, connection_rows,
                                           sizeof connection_rows / sizeof connection_rows[0]};
    if (strcmp(group->title, "Model") == 0)
        return (struct option_group){group->title, model_rows, sizeof model_rows / sizeof model_rows[0]};
    assert(strcmp(group->title, "Output") == 0);
    return (struct option_group){group->title, output_rows, sizeof output_rows / sizeof output_rows[0]};
}

/* The driver's rows that a row stands for; NULL when it is a row like any other. */
static const struct system_rows *rows_of_system(const struct option *row, const struct subject *subject)
{
    static const struct option_rule rule = {.options = "location cacert user header unix-socket",
                                            .without = "driver-url"};
    static const struct system_rows none = {.count = 0, .rules = &rule, .rule_count = 1};
    const bool confirm = strcmp(row->name, "{confirm}") == 0;
    if (!confirm && strcmp(row->name, "{shrink}") != 0)
        return NULL;
    return subject->system == NULL ? &none
           : confirm               ? &subject->system->confirm_rows
                                   : &subject->system->shrink_rows;
}

/* Puts the driver's rules before the command's own. */
static void add_rules(struct command *command, const struct system_rows *own)
{
    struct option_rule *rules = arena_new(&memory, own->rule_count + command->rule_count, sizeof *rules);
    if (own->rule_count == 0 || rules == NULL)
        return;
    memcpy(rules, own->rules, own->rule_count * sizeof *rules);
    if (command->rule_count > 0)
        memcpy(rules + own->rule_count, command->rules, command->rule_count * sizeof *rules);
    command->rules = rules;
    command->rule_count += own->rule_count;
}

/* Copies the group's rows with their texts about the subject; a row that has no text then is left out. */
static struct option_group build_group(struct command *command, const struct option_group *group,
                                       const struct subject *subject)
{
    const struct option_group from = resolve_group(group, subject);
    struct option *rows = arena_new(&memory, from.count + SYSTEM_ROWS_MAX, sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; rows != NULL && i < from.count; i++) {
        const struct system_rows *own = rows_of_system(&from.rows[i], subject);
        if (own != NULL) {
            assert(own->count <= SYSTEM_ROWS_MAX);
            if (own->count > 0)
                memcpy(&rows[count], own->rows, own->count * sizeof *rows);
            count += own->count;
            add_rules(command, own);
            continue;
        }
        rows[count] = from.rows[i];
        rows[count].help = expand(from.rows[i].help, subject);
        count += rows[count].help == NULL || rows[count].help[0] != '\0';
    }
    return (struct option_group){from.title, rows, count};
}

static void add_group(struct command *command, const struct option_group *group,
                      const struct subject *subject)
{
    const struct option_group built = build_group(command, group, subject);
    assert(command->group_count < COMMAND_GROUPS_MAX);
    if (built.count > 0)
        command->groups[command->group_count++] = built;
}

static void add_command(const struct command *command, const struct subject *subject, size_t *count)
{
    static const struct option_group model = CLI_MODEL_GROUP;
    assert(*count < COMMANDS_MAX);
    struct command *built = &table[*count];
    *built = *command;
    built->summary = expand(command->summary, subject);
    built->details = expand(command->details, subject);
    built->group_count = 0;
    for (size_t i = 0; i < command->group_count; i++)
        add_group(built, &command->groups[i], subject);
    if (command != subject->own_command)
        add_group(built, &model, subject);
    commands[(*count)++] = built;
}

size_t cli_commands(const struct subject *subject, const struct command *const **ret_commands)
{
    static const struct command *const all[] = {
        &run_command,    &check_command,   &replay_command, &confirm_command, &conform_command,
        &shrink_command, &explain_command, &view_command,   &odds_command,    NULL,
        &model_command,
    };
    size_t count = 0;
    arena_release(&memory);
    arena_init(&memory, TEXT_BYTES_MAX);
    build_instance_rows(subject->class);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const struct command *command = all[i] != NULL ? all[i] : subject->own_command;
        if (command != NULL)
            add_command(command, subject, &count);
    }
    *ret_commands = commands;
    return count;
}
