#include "cli/cli.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/process.h"
#include "cli/commands.h"
#include "cli/cmd_check.h"
#include "cli/cmd_confirm.h"
#include "cli/cmd_view.h"
#include "cli/cmd_odds.h"
#include "cli/cmd_explain.h"
#include "cli/cmd_replay.h"
#include "lab/cmd_lab.h"
#include "model/dns/dns_balancer.h"
#include "search/threads.h"
#include "version.h"

/* The commands in the order in which --help lists them. */
static const struct command *const commands[] = {
    &run_command,     &check_command, &replay_command, &confirm_command, &shrink_command,
    &explain_command, &view_command,  &odds_command,   &lab_command,     &model_command,
};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static const struct option output_rows[] = {
    {.name = "quiet", .kind = OPTION_FLAG, .help = "print results only"},
    {.name = "no-progress", .kind = OPTION_FLAG, .help = "no progress line"},
    {.name = "no-color", .kind = OPTION_FLAG, .help = "no colours; so does NO_COLOR in the environment"},
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

/* --instance and --guard, then the parameters of the class. */
static struct option instance_rows[2 + PARAMETERS_MAX];
static size_t instance_row_count;
static char instance_help[256], guard_help[256];

static const struct option property_row = {
    .name = "property",
    .kind = OPTION_LIST,
    .metavar = "NAME",
    .help = "a property to look at; may be repeated. None: all invariants (racewalk model lists them)",
    .commas = true,
};

/* "a, b or c" of the names that pick(class, i) gives. */
static void join_names(char *out, size_t size, const char *lead,
                       const char *(*pick)(const struct model_class *, size_t),
                       const struct model_class *class, size_t count)
{
    size_t used = (size_t)snprintf(out, size, "%s", lead);
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i == 0 ? "" : ", ", pick(class, i));
}

static const char *preset_name(const struct model_class *class, size_t i)
{
    return class->presets[i].name;
}
static const char *guard_name(const struct model_class *class, size_t i)
{
    return class->guards[i].name;
}
static const char *property_name(const struct model_class *class, size_t i)
{
    return class->properties[i].name;
}

static void build_instance_rows(const struct model_class *class)
{
    join_names(instance_help, sizeof instance_help, "an instance by name: ", preset_name, class,
               class->preset_count);
    join_names(guard_help, sizeof guard_help, "switch guards on: ", guard_name, class, class->guard_count);
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

static enum status unknown_name(const char *what, const char *wrong,
                                const char *(*pick)(const struct model_class *, size_t),
                                const struct model_class *class, size_t count, struct error *err)
{
    char names[512];
    join_names(names, sizeof names, "", pick, class, count);
    return error_set(err, ERR_USAGE, "no %s '%.64s'; there are: %s", what, wrong, names);
}

bool cli_instance_given(const struct option_set *options, const struct model_class *class)
{
    bool given = option_given(options, "instance");
    for (size_t i = 0; i < class->parameter_count; i++)
        given = given || option_given(options, class->parameters[i].option);
    return given;
}

enum status cli_fits_lab(const struct model_class *class, struct error *err)
{
    if (strcmp(class->name, dns_balancer.name) == 0)
        return OK;
    return error_set(err, ERR_USAGE, "the lab is one of %s; it cannot carry out traces of %s",
                     dns_balancer.name, class->name);
}

enum status cli_guards(const struct option_set *options, const struct model_class *class,
                       uint32_t *ret_guards, struct error *err)
{
    const char *const *names;
    const size_t count = option_list(options, "guard", &names);
    uint32_t guards = 0;
    for (size_t i = 0; i < count; i++) {
        const int guard = model_find_guard(class, names[i]);
        if (guard < 0)
            return unknown_name("guard", names[i], guard_name, class, class->guard_count, err);
        guards |= UINT32_C(1) << guard;
    }
    *ret_guards = guards;
    return OK;
}

enum status cli_instance(const struct option_set *options, const struct model_class *class,
                         struct instance *ret_instance, struct error *err)
{
    const char *name = option_text(options, "instance");
    const struct preset *preset = model_find_preset(class, name);
    if (preset == NULL)
        return unknown_name("instance", name, preset_name, class, class->preset_count, err);
    struct instance instance = preset->instance;
    for (size_t i = 0; i < class->parameter_count; i++) {
        const struct parameter *row = &class->parameters[i];
        if (!option_given(options, row->option))
            continue;
        struct parameter_value *value = &instance.values[i];
        if (row->is_range)
            option_range(options, row->option, &value->low, &value->high);
        else
            value->low = value->high = option_int(options, row->option);
    }
    const enum status status = cli_guards(options, class, &instance.guards, err);
    if (status == OK)
        *ret_instance = instance;
    return status;
}

enum status cli_properties(const struct option_set *options, const struct model_class *class,
                           uint32_t *ret_properties, struct error *err)
{
    const char *const *names;
    const size_t count = option_list(options, "property", &names);
    uint32_t properties = 0;
    for (size_t i = 0; i < count; i++) {
        const int property = model_find_property(class, names[i]);
        if (property < 0)
            return unknown_name("property", names[i], property_name, class, class->property_count, err);
        properties |= UINT32_C(1) << property;
    }
    *ret_properties = count == 0 ? model_invariants(class) : properties;
    return OK;
}

enum status cli_threads(const struct option_set *options, int *ret_threads, struct error *err)
{
    const int threads =
        option_given(options, "threads") ? (int)option_int(options, "threads") : threads_default();
    const enum status status = threads_check(threads, err);
    if (status == OK)
        *ret_threads = threads;
    return status;
}

bool cli_allows_color(const struct option_set *options)
{
    const char *no_color = getenv("NO_COLOR");
    return !option_flag(options, "no-color") && (no_color == NULL || no_color[0] == '\0');
}

struct cJSON *cli_instance_json(const struct model *model)
{
    const struct model_class *class = model->class;
    cJSON *object = cJSON_CreateObject();
    bool ok = object != NULL;
    for (size_t i = 0; ok && i < class->parameter_count; i++) {
        const struct parameter *row = &class->parameters[i];
        const struct parameter_value *value = &model->instance.values[i];
        if (row->is_range) {
            const double ends[] = {(double)value->low, (double)value->high};
            ok = cJSON_AddItemToObject(object, row->name, cJSON_CreateDoubleArray(ends, 2));
        } else {
            ok = cJSON_AddNumberToObject(object, row->name, (double)value->low) != NULL;
        }
    }
    cJSON *guards = ok ? cJSON_AddArrayToObject(object, "guards") : NULL;
    ok = ok && guards != NULL;
    for (size_t i = 0; ok && i < class->guard_count; i++) {
        if ((model->instance.guards >> i & 1) != 0)
            ok = cJSON_AddItemToArray(guards, cJSON_CreateString(class->guards[i].name));
    }
    if (!ok) {
        cJSON_Delete(object);
        return NULL;
    }
    return object;
}

/* --- help --- */

static int help_width(FILE *out)
{
    struct winsize size;
    if (isatty(fileno(out)) == 1 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= 60)
        return size.ws_col < 120 ? size.ws_col : 120;
    return 100;
}

static void print_overview(FILE *out)
{
    fprintf(
        out,
        "racewalk %s finds the interleaving that takes a service down, by searching an executable model.\n\n"
        "Usage: racewalk COMMAND [OPTION…]\n\nCommands:\n",
        RACEWALK_VERSION);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s%s\n", commands[i]->name, commands[i]->summary);
    fprintf(out, "  %-10s%s\n", "help",
            "what a command does and takes: racewalk help COMMAND, or COMMAND --help");
    fprintf(out, "\nracewalk --version names version and build. Start with: racewalk run\n");
}

/* The group itself, or the shared rows that an empty one stands for. */
static struct option_group resolve_group(const struct option_group *group)
{
    if (group->rows != NULL)
        return *group;
    if (strcmp(group->title, "Instance") == 0)
        return (struct option_group){group->title, instance_rows, instance_row_count};
    if (strcmp(group->title, "Property") == 0)
        return (struct option_group){group->title, &property_row, 1};
    if (strcmp(group->title, "Results") == 0)
        return (struct option_group){group->title, result_rows, sizeof result_rows / sizeof result_rows[0]};
    assert(strcmp(group->title, "Output") == 0);
    return (struct option_group){group->title, output_rows, sizeof output_rows / sizeof output_rows[0]};
}

size_t cli_command_groups(const struct command *command, struct option_group *groups)
{
    for (size_t i = 0; i < command->group_count; i++)
        groups[i] = resolve_group(&command->groups[i]);
    return command->group_count;
}

size_t cli_commands(const struct model_class *class, const struct command *const **ret_commands)
{
    build_instance_rows(class);
    *ret_commands = commands;
    return COMMAND_COUNT;
}

static void print_command_help(FILE *out, const struct command *command)
{
    struct option_group groups[COMMAND_GROUPS_MAX];
    const size_t count = cli_command_groups(command, groups);
    fprintf(out, "Usage: racewalk %s [OPTION…]%s%s\n\n%s\n", command->name,
            command->operands != NULL ? " " : "", command->operands != NULL ? command->operands : "",
            command->details);
    option_groups_print(out, groups, count, help_width(out));
}

static const struct command *find_command(const char *name, struct error *err)
{
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i]->name;
        if (strcmp(names[i], name) == 0)
            return commands[i];
    }
    const char *nearest = nearest_name(name, names, COMMAND_COUNT);
    if (nearest != NULL)
        (void)error_set(err, ERR_USAGE, "no command '%.64s'; did you mean '%s'?", name, nearest);
    else
        (void)error_set(err, ERR_USAGE, "no command '%.64s'; racewalk help lists them", name);
    return NULL;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

static int run_command_line(const struct command *command, int argc, char **argv, struct cli *cli)
{
    struct option_group groups[COMMAND_GROUPS_MAX];
    const size_t count = cli_command_groups(command, groups);
    struct error err = {{0}};
    struct option_set *options = option_set_new(groups, count);
    if (options == NULL)
        return message_failure(ERR_MEMORY, &(struct error){"out of memory"});
    enum status status = option_set_parse(options, argc, argv, &err);
    if (status == OK)
        status = option_set_check(options, command->rules, command->rule_count, &err);
    char *const *operands;
    if (status == OK && command->operands == NULL && option_operands(options, &operands) != 0)
        status = error_set(&err, ERR_USAGE, "racewalk %s takes no operands, but '%.64s' was given",
                           command->name, operands[0]);
    int code;
    if (status != OK) {
        code = message_failure(status, &err);
        message_hint("racewalk help %s tells what it takes.", command->name);
    } else {
        code = command->run(options, cli);
    }
    option_set_free(options);
    return code;
}

/* Is standard output a pipe whose reader is gone, such as head, which has seen enough? */
static bool reader_has_left(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

/* Output that could not be written is an error, whatever the command found; one that nobody waits for
 * needs no words. */
static int finish(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        if (!reader_has_left())
            message_error("standard output could not be written");
        return EXIT_IO;
    }
    return code;
}

int cli_main(int argc, char **argv, const struct model_class *class)
{
    static const struct cli_engine alone = {.leads = true, .ranks = 1, .run = runner_run};
    return cli_main_with(argc, argv, class, &alone);
}

void cli_warn_of_bad_messages(const struct cli_engine *engine, const char *then)
{
    struct cli_traffic traffic = {.bad = 0};
    if (engine->traffic != NULL)
        engine->traffic(&traffic);
    if (traffic.bad > 0)
        message_warning("%llu messages between ranks were not right; they were dropped%s",
                        (unsigned long long)traffic.bad, then);
}

int cli_main_with(int argc, char **argv, const struct model_class *class, const struct cli_engine *engine)
{
    struct cli cli = {.engine = engine, .class = class, .argc = argc, .argv = argv};
    struct error err = {{0}};
    enum status status = process_prepare(&err);
    if (status == OK)
        status = model_check_class(class, &err);
    if (status != OK)
        return message_failure(status, &err);
    build_instance_rows(class);
    if (argc < 2) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        printf("racewalk %s (%s)\n", RACEWALK_VERSION, RACEWALK_BUILD);
        return finish(EXIT_NOTHING_FOUND);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || (strcmp(name, "help") == 0 && argc == 2)) {
        print_overview(stdout);
        return finish(EXIT_NOTHING_FOUND);
    }
    const bool help = strcmp(name, "help") == 0;
    const struct command *command = find_command(help ? argv[2] : name, &err);
    if (command == NULL)
        return message_failure(ERR_USAGE, &err);
    if (help || wants_help(argc - 2, argv + 2)) {
        print_command_help(stdout, command);
        return finish(EXIT_NOTHING_FOUND);
    }
    return finish(run_command_line(command, argc - 2, argv + 2, &cli));
}
