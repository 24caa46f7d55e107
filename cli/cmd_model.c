/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/report.h"

#define NEW_NAME_MAX 40

static void print_parameters(const struct model_class *class)
{
    printf("\nParameters, with their limits:\n");
    for (size_t i = 0; i < class->parameter_count; i++) {
        const struct parameter *row = &class->parameters[i];
        char option[64];
        (void)snprintf(option, sizeof option, "--%s %s", row->option, row->metavar);
        printf("  %-20s%s (%lld to %lld)\n", option, row->help, (long long)row->min, (long long)row->max);
    }
}

static void print_instances(const struct model_class *class)
{
    printf("\nInstances by name (--instance):\n");
    for (size_t i = 0; i < class->preset_count; i++) {
        printf("  %-14s", class->presets[i].name);
        for (size_t j = 0; j < class->parameter_count; j++) {
            const struct parameter_value *value = &class->presets[i].instance.values[j];
            printf("%s%s %lld", j == 0 ? "" : ", ", class->parameters[j].option, (long long)value->low);
            if (class->parameters[j].is_range)
                printf(":%lld", (long long)value->high);
        }
        printf("%s\n", i == 0 ? " (the default)" : "");
    }
}

/* --- a model to begin with --- */

extern const struct asset_list skeleton_assets;

/* A name of C that no word of the language is. */
static bool is_name(const char *text)
{
    static const char *const taken[] = {
        "alignas",  "alignof", "auto",   "bool",     "break",  "case",     "char",   "class",  "const",
        "continue", "default", "delete", "do",       "double", "else",     "enum",   "extern", "false",
        "float",    "for",     "goto",   "if",       "inline", "int",      "long",   "new",    "params",
        "register", "return",  "short",  "signed",   "sizeof", "static",   "struct", "switch", "this",
        "true",     "typedef", "union",  "unsigned", "void",   "volatile", "while"};
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    bool good = text[0] != '\0' && (text[0] < '0' || text[0] > '9') && text[strspn(text, letters)] == '\0';
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        good = good && strcmp(text, taken[i]) != 0;
    return good;
}

static void write_name(void *context, const char *slot, struct buffer *out)
{
    (void)slot; /* there is but one */
    buffer_string(out, context);
}

static int write_new(const char *name)
{
    struct buffer text;
    struct error err = {{0}};
    char copy[NEW_NAME_MAX + 1];
    if (strlen(name) > NEW_NAME_MAX || !is_name(name))
        return message_failure(
            error_set(&err, ERR_USAGE,
                      "--new '%.64s': a name for C was expected, of letters, digits and _, with %d at most",
                      name, NEW_NAME_MAX),
            &err);
    (void)snprintf(copy, sizeof copy, "%s", name);
    buffer_init(&text);
    asset_write_page(&skeleton_assets, "model.c.in", write_name, copy, &text);
    const enum status status = buffer_status(&text, &err);
    if (status == OK)
        fputs(text.text, stdout);
    buffer_release(&text);
    return status == OK ? EXIT_NOTHING_FOUND : message_failure(status, &err);
}

static int model_run(const struct option_set *options, void *context)
{
    const struct cli *cli = context;
    const struct model_class *class = cli->class;
    if (option_present(options, "new"))
        return write_new(option_text(options, "new"));
    printf("%s: %s\n", class->name, class->summary);
    print_instances(class);
    print_parameters(class);
    printf("\nActions:\n");
    for (size_t i = 0; i < class->action_count; i++)
        printf("  %-20s%s\n", class->actions[i].name, class->actions[i].help);
    printf("\nProperties (--property):\n");
    for (size_t i = 0; i < class->property_count; i++)
        printf("  %-26s%s: %s\n", class->properties[i].name,
               class->properties[i].kind == PROPERTY_INVARIANT ? "invariant" : "example",
               class->properties[i].help);
    if (class->speed.walk_kernels != NULL)
        printf("\nKernels for walks (--kernel):\n ");
    for (size_t i = 0; class->speed.walk_kernels != NULL && class->speed.walk_kernels[i] != NULL; i++)
        printf(" %s", class->speed.walk_kernels[i]);
    printf("%s", class->speed.walk_kernels != NULL ? "\n" : "");
    if (class->guard_count > 0)
        printf("\nGuards (--guard):\n");
    for (size_t i = 0; i < class->guard_count; i++)
        printf("  %-20s%s\n", class->guards[i].name, class->guards[i].help);
    return EXIT_NOTHING_FOUND;
}

static const struct option model_rows[] = {
    {.name = "new",
     .kind = OPTION_TEXT,
     .metavar = "NAME",
     .help = "write a model to begin with to standard output: {program} model --new lease > lease.c. It runs "
             "as it stands, and its comments say what each part is for"},
};

static const struct option_rule model_rules[] = {
    {"model cflags", "new", NULL, "--new writes a model, and looks at none"},
};

const struct command model_command = {
    .name = "model",
    .summary = "what can be searched: instances, actions, properties, guards, limits",
    .details =
        "Lists what the model has: instances by name, parameters with their limits, actions, properties and\n"
        "guards. With --new a model of your own begins.",
    .groups = {{"A new model", model_rows, sizeof model_rows / sizeof model_rows[0]}},
    .group_count = 1,
    .rules = model_rules,
    .rule_count = sizeof model_rules / sizeof model_rules[0],
    .run = model_run,
};
