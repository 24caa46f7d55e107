/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_extend.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static enum status mismatch(const char *folder, const char *option, const char *saved, const char *given,
                            struct error *err)
{
    return error_set(
        err, ERR_USAGE,
        "the run in %.200s was begun with --%s %s, and now --%s %s is asked for; leave it out to go on "
        "with that run, or begin a new one",
        folder, option, saved, option, given);
}

static void name_value(const struct parameter_value *value, char *text, size_t size)
{
    if (value->low == value->high)
        (void)snprintf(text, size, "%" PRId64, value->low);
    else
        (void)snprintf(text, size, "%" PRId64 ":%" PRId64, value->low, value->high);
}

static enum status verify_number(const struct option_set *options, const char *folder, const char *option,
                                 uint64_t saved, uint64_t given, struct error *err)
{
    char a[24], b[24];
    if (!option_given(options, option) || saved == given)
        return OK;
    (void)snprintf(a, sizeof a, "%" PRIu64, saved);
    (void)snprintf(b, sizeof b, "%" PRIu64, given);
    return mismatch(folder, option, a, b, err);
}

/* Names of a class by bit, with commas; "(none)" when there is none. */
static void name_bits(uint32_t bits, size_t count, const char *(*name_of)(const struct model_class *, size_t),
                      const struct model_class *class, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%s", bits == 0 ? "(none)" : "");
    const char *comma = "";
    for (size_t i = 0; i < count && used < size; i++) {
        if ((bits >> i & 1) == 0)
            continue;
        used += (size_t)snprintf(text + used, size - used, "%s%s", comma, name_of(class, i));
        comma = ",";
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

static enum status verify_names(const struct option_set *options, const char *folder, const char *option,
                                const struct model_class *class, uint32_t saved, uint32_t given,
                                struct error *err)
{
    const bool guards = strcmp(option, "guard") == 0;
    const size_t count = guards ? class->guard_count : class->property_count;
    char a[1024], b[1024];
    if (!option_given(options, option) || saved == given)
        return OK;
    name_bits(saved, count, guards ? guard_name : property_name, class, a, sizeof a);
    name_bits(given, count, guards ? guard_name : property_name, class, b, sizeof b);
    return mismatch(folder, option, a, b, err);
}

static enum status verify_instance(const struct option_set *options, const char *folder,
                                   const struct model_class *class, const struct instance *saved,
                                   const struct instance *given, struct error *err)
{
    if (!cli_instance_given(options, class))
        return OK;
    for (size_t i = 0; i < class->parameter_count; i++) {
        const struct parameter_value *a = &saved->values[i], *b = &given->values[i];
        char text_a[48], text_b[48];
        if (a->low == b->low && a->high == b->high)
            continue;
        name_value(a, text_a, sizeof text_a);
        name_value(b, text_b, sizeof text_b);
        return mismatch(folder, class->parameters[i].option, text_a, text_b, err);
    }
    return OK;
}

/* What makes walk k the walk that it is: it must be the checkpoint's where the command line names it. */
static enum status verify_walks(const struct option_set *options, const char *folder,
                                const struct model_class *class, const struct run_parameters *saved,
                                const struct run_parameters *given, struct error *err)
{
    enum status status = verify_instance(options, folder, class, &saved->instance, &given->instance, err);
    if (status == OK)
        status = verify_names(options, folder, "guard", class, saved->instance.guards, given->instance.guards,
                              err);
    if (status == OK)
        status = verify_names(options, folder, "property", class, saved->properties, given->properties, err);
    if (status == OK)
        status = verify_number(options, folder, "seed", saved->seed, given->seed, err);
    /* auto (0) was worked out when the run began: it is not done again. */
    if (status == OK && given->max_steps != 0)
        status = verify_number(options, folder, "max-steps", saved->max_steps, given->max_steps, err);
    return status;
}

/* --max-samples: more walks, or fewer, but not fewer than were done. */
static enum status extend_samples(const struct option_set *options, const char *folder,
                                  const struct checkpoint *saved, const struct run_parameters *given,
                                  struct run_parameters *parameters, struct error *err)
{
    if (!option_given(options, "max-samples"))
        return OK;
    if (given->max_samples < saved->state.next)
        return error_set(err, ERR_USAGE,
                         "the run in %.200s has done %" PRIu64 " walks: --max-samples %" PRIu64
                         " is fewer; give at least as many",
                         folder, saved->state.next, given->max_samples);
    parameters->max_samples = given->max_samples;
    return OK;
}

/* What a run is after decides what it does with a hit: until there is one, it may be after something else. */
static enum status extend_goal(const char *folder, const struct checkpoint *saved, enum run_goal goal,
                               struct run_parameters *parameters, struct error *err)
{
    static const char *const names[] = {[RUN_COUNT] = "--max-findings 0",
                                        [RUN_SHAPES] = "--max-findings of 1 or more",
                                        [RUN_SHORTEST] = "--shortest"};
    if (goal != parameters->goal && saved->state.tally.ended > 0)
        return error_set(err, ERR_USAGE,
                         "the run in %.200s was begun with %s, and with %s it would have treated its hits in "
                         "another way; leave that out to go on with that run, or begin a new one",
                         folder, names[parameters->goal], names[goal]);
    parameters->goal = goal;
    return OK;
}

/* --max-findings: one run that stops at so many must have got to where this one is. */
static enum status extend_findings(const char *folder, const struct checkpoint *saved, uint64_t max_findings,
                                   struct run_parameters *parameters, struct error *err)
{
    const size_t found = saved->state.shape_count;
    const bool same = max_findings == parameters->max_findings;
    parameters->max_findings = max_findings;
    if (same || parameters->goal != RUN_SHAPES || max_findings > found)
        return OK;
    if (max_findings == found && saved->finding_count == found &&
        saved->findings[found - 1]->sample + 1 == saved->state.next)
        return OK;
    return error_set(err, ERR_USAGE,
                     "the run in %.200s has %zu finding%s after %" PRIu64
                     " walks: with --max-findings %" PRIu64 " it would have stopped before; give more",
                     folder, found, found == 1 ? "" : "s", saved->state.next, max_findings);
}

enum status run_extend(const struct option_set *options, const char *folder, const struct model_class *class,
                       const struct checkpoint *saved, const struct run_parameters *given,
                       struct run_parameters *ret_parameters, struct error *err)
{
    struct run_parameters parameters = saved->parameters;
    const bool findings = option_given(options, "max-findings");
    const bool goal = findings || option_flag(options, "shortest");
    enum status status = verify_walks(options, folder, class, &saved->parameters, given, err);
    if (status == OK)
        status = extend_samples(options, folder, saved, given, &parameters, err);
    if (status == OK && goal)
        status = extend_goal(folder, saved, given->goal, &parameters, err);
    if (status == OK && findings)
        status = extend_findings(folder, saved, given->max_findings, &parameters, err);
    if (status == OK)
        *ret_parameters = parameters;
    return status;
}
