/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/plain.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/command_table.h"
#include "cli/model_test.h"
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

/* The kinds of arguments whose things can change places, each once. */
static void print_symmetric_kinds(const struct model_class *class)
{
    const struct argument_kind *kinds[KINDS_MAX];
    size_t count = 0;
    for (size_t a = 0; a < class->action_count; a++) {
        for (size_t i = 0; i < action_argument_count(&class->actions[a]); i++) {
            const struct argument_kind *kind = class->actions[a].arguments[i];
            size_t at = 0;
            while (at < count && kinds[at] != kind)
                at++;
            if (at < count || !kind->symmetric || count == KINDS_MAX)
                continue;
            printf("%s%s", count == 0 ? "; alike, up to their names: " : ", ", kind->name);
            kinds[count++] = kind;
        }
    }
}

/* What there is to know of a file that the user named. */
static int print_own(const struct cli *cli)
{
    const struct model_class *class = cli->class;
    struct model *model = NULL;
    struct error err = {{0}};
    const enum status status = model_new(class, &class->presets[0].instance, &model, &err);
    if (status != OK)
        return message_failure(status, &err);
    print_line(stdout, "  %s, identity %016llx", cli->subject->model_file,
               (unsigned long long)class->identity);
    printf("  states of %zu bytes, %zu when packed%s", model->state_size, 8 * model->packed_words,
           class->speed.progress != NULL ? ", with a measure of progress" : "");
    print_symmetric_kinds(class);
    printf("\n");
    model_free(model);
    return EXIT_NOTHING_FOUND;
}

/* --- a model to begin with --- */

extern const struct asset_list skeleton_assets;

/* A name for C and C++, which no word of theirs is, and no macro. */
static bool is_name(const char *text)
{
    static const char taken[] =
        " alignas alignof and asm auto bool break case catch char class compl concept const constexpr "
        "continue "
        "decltype default delete do double else enum explicit export extern false final float for friend "
        "goto if "
        "import inline int linux long module mutable namespace new noexcept not nullptr operator or override "
        "params "
        "private protected public register requires restrict return short signed sizeof static struct switch "
        "template this throw true try typedef typeid typename typeof union unix unsigned using virtual void "
        "volatile while xor ";
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
    char word[NEW_NAME_MAX + 3];
    if (text[0] < 'a' || text[0] > 'z' || text[strspn(text, letters)] != '\0' || strlen(text) > NEW_NAME_MAX)
        return false;
    (void)snprintf(word, sizeof word, " %s ", text);
    return strstr(taken, word) == NULL;
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
    if (!is_name(name))
        return message_failure(
            error_set(
                &err, ERR_USAGE,
                "--new '%.64s': a name for C was expected, of small letters, digits and _, with %d at most",
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

static int test_model(const struct option_set *options, const struct model_class *class)
{
    struct error err = {{0}};
    struct instance instance;
    struct model *model = NULL;
    struct buffer name;
    size_t complaints = 0;
    if (class->own == NULL)
        return message_failure(ERR_USAGE,
                               (error_set(&err, ERR_USAGE, "--test is for models of one's own"), &err));
    enum status status = cli_instance(options, class, &instance, &err);
    instance.properties = (uint32_t)((UINT64_C(1) << class->property_count) - 1);
    if (status == OK)
        status = model_new(class, &instance, &model, &err);
    if (status != OK)
        return message_failure(status, &err);
    buffer_init(&name);
    model_print_instance(model, &name);
    print_line(stdout, "%s, %s", class->name, name.text);
    buffer_release(&name);
    status = model_test(model, &complaints, &err);
    model_free(model);
    if (status != OK)
        return message_failure(status, &err);
    print_line(stdout, complaints == 0 ? "No complaint." : "%zu complaint%s.", complaints,
               complaints == 1 ? "" : "s");
    return complaints == 0 ? EXIT_NOTHING_FOUND : EXIT_VIOLATION;
}

static int model_run(const struct option_set *options, void *context)
{
    const struct cli *cli = context;
    const struct model_class *class = cli->class;
    struct error err = {{0}};
    if (option_present(options, "new"))
        return write_new(option_text(options, "new"));
    if (option_present(options, "test"))
        return test_model(options, class);
    if (cli_instance_given(options, class))
        return message_failure(error_set(&err, ERR_USAGE, "an instance does nothing without --test FILE"),
                               &err);
    printf("%s: %s\n", class->name, class->summary);
    if (cli->subject->model_file != NULL) {
        const int code = print_own(cli);
        if (code != EXIT_NOTHING_FOUND)
            return code;
    }
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

static const struct option test_rows[] = {
    {.name = "test",
     .kind = OPTION_TEXT,
     .metavar = "FILE",
     .help = "look for mistakes in a model of your own: {program} model --test lease.c. Each is told with "
             "the shortest way "
             "to it that is known"},
};

static const struct option_rule model_rules[] = {
    {"model cflags test", "new", NULL, "--new writes a model, and looks at none"},
};

const struct command model_command = {
    .name = "model",
    .summary = "what can be searched: instances, actions, properties, guards, limits",
    .details =
        "Lists what the model has: instances by name, parameters with their limits, actions, properties and\n"
        "guards. With --new a model of your own begins.",
    .groups = {{"A new model", model_rows, sizeof model_rows / sizeof model_rows[0]},
               {"Mistakes", test_rows, sizeof test_rows / sizeof test_rows[0]},
               CLI_INSTANCE_GROUP},
    .group_count = 3,
    .rules = model_rules,
    .rule_count = sizeof model_rules / sizeof model_rules[0],
    .run = model_run,
};
