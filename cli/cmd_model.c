/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/report.h"

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

static int model_run(const struct option_set *options, void *context)
{
    const struct cli *cli = context;
    const struct model_class *class = cli->class;
    (void)options;
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

const struct command model_command = {
    .name = "model",
    .summary = "what can be searched: instances, actions, properties, guards, limits",
    .details =
        "Lists what the model has: instances by name, parameters with their limits, actions, properties and\n"
        "guards.",
    .run = model_run,
};
