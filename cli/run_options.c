/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_options.h"

#include <string.h>
#include <sys/random.h>

enum status run_options_parameters(const struct cli *cli, const struct option_set *options,
                                   struct run_parameters *ret_parameters, struct error *err)
{
    struct run_parameters *const parameters = ret_parameters;
    enum status status = cli_instance(options, cli->class, &parameters->instance, err);
    if (status == OK)
        status = cli_properties(options, cli->class, &parameters->properties, err);
    if (status != OK)
        return status;
    parameters->instance.properties = parameters->properties;
    parameters->max_samples = (uint64_t)option_int(options, "max-samples");
    parameters->max_steps =
        option_is_word(options, "max-steps") ? 0 : (uint32_t)option_int(options, "max-steps");
    parameters->max_findings = (uint64_t)option_int(options, "max-findings");
    parameters->goal = option_flag(options, "shortest") ? RUN_SHORTEST
                       : parameters->max_findings > 0   ? RUN_SHAPES
                                                        : RUN_COUNT;
    if (option_present(options, "seed"))
        parameters->seed = option_seed(options, "seed");
    else if (getrandom(&parameters->seed, sizeof parameters->seed, 0) != (ssize_t)sizeof parameters->seed)
        return error_set(err, ERR_IO, "the system gives no random seed; give one with --seed");
    return OK;
}

enum status run_options_scheduler(const struct cli *cli, const struct option_set *options, bool *ret_guided,
                                  struct error *err)
{
    const char *scheduler = option_text(options, "scheduler"), *kernel = option_text(options, "kernel");
    const struct model_class *class = cli->class;
    const bool guided = strcmp(scheduler, "iw2") == 0;
    if (guided && cli->executor->peers->ranks > 1)
        return error_set(err, ERR_USAGE, "--scheduler iw2 is a search of one process; run it without mpirun");
    *ret_guided = guided;
    if (kernel == NULL)
        return OK;
    if (class->speed.walk_select == NULL)
        return error_set(err, ERR_USAGE, "--kernel: %s has no kernels to choose from", class->name);
    return class->speed.walk_select(class, kernel, err);
}

double run_options_time_limit(const struct option_set *options)
{
    const double timeout = option_present(options, "timeout") ? option_real(options, "timeout") : 0;
    const double hours = option_present(options, "max-hours") ? option_real(options, "max-hours") : 0;
    const double limit = 0.99 * 3600 * hours;
    return limit > 0 && (timeout <= 0 || limit < timeout) ? limit : timeout;
}

const struct option run_option_rows[RUN_OPTION_ROW_COUNT] = {
    {.name = "max-steps",
     .kind = OPTION_INT,
     .metavar = "L",
     .default_text = "20",
     .min = 1,
     .max = 1000000,
     .word = "auto",
     .help =
         "transitions of a walk after the initial state; auto: the length with which the first finding costs "
         "the least (see {program} odds)"},
    {.name = "scheduler",
     .kind = OPTION_TEXT,
     .metavar = "NAME",
     .default_text = "uniform",
     .help = "uniform: random walks. iw2: a guided search that keeps a state only when some pair of facts is "
             "new in "
             "it; no proof, but it finds what walks and check cannot reach",
     .choices = "uniform iw2"},
    {.name = "kernel",
     .kind = OPTION_TEXT,
     .metavar = "NAME",
     .help =
         "force a kernel for the walks (default: the widest that the processor has; {program} model lists "
         "them)"},
    {.name = "max-samples",
     .kind = OPTION_INT,
     .metavar = "W",
     .default_text = "10000000",
     .min = 1,
     .max = INT64_MAX / 2,
     .help = "walks in all"},
    CLI_TIMEOUT_ROW,
    {.name = "seed",
     .kind = OPTION_SEED,
     .metavar = "S",
     .help = "64 bits, decimal or 0x…; drawn and printed when absent. The same seed gives the same result "
             "for any "
             "number of threads"},
    {.name = "max-findings",
     .kind = OPTION_INT,
     .metavar = "F",
     .default_text = "1",
     .min = 0,
     .max = RUN_FINDINGS_MAX,
     .help = "findings of different shapes to collect before stopping; 0: never stop, count hits"},
    {.name = "shortest",
     .kind = OPTION_FLAG,
     .help = "go on for shorter and shorter traces until the walks are used up"},
    CLI_THREADS_ROW,
};
