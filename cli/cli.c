/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/process.h"
#include "mbt/driver/driver_system.h"
#include "base/program.h"
#include "cli/own_subject.h"
#include "search/threads.h"
#include "version.h"

static enum status unknown_name(const char *what, const char *wrong, const struct model_class *class,
                                enum cli_names kind, struct error *err)
{
    struct buffer names;
    buffer_init(&names);
    cli_join_names(&names, class, kind);
    const enum status status =
        error_set(err, ERR_USAGE, "no %s '%.64s'; there are: %s", what, wrong, names.text);
    buffer_release(&names);
    return status;
}

bool cli_instance_given(const struct option_set *options, const struct model_class *class)
{
    bool given = option_given(options, "instance");
    for (size_t i = 0; i < class->parameter_count; i++)
        given = given || option_given(options, class->parameters[i].option);
    return given;
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
            return unknown_name("guard", names[i], class, CLI_GUARDS, err);
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
        return unknown_name("instance", name, class, CLI_PRESETS, err);
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
            return unknown_name("property", names[i], class, CLI_PROPERTIES, err);
        properties |= UINT32_C(1) << property;
    }
    *ret_properties = count == 0 ? model_invariants(class) : properties;
    return OK;
}

const struct system_driver *cli_system(const struct option_set *options, const struct cli *cli)
{
    return driver_is_given(options) ? &driver_system : cli->subject->system;
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

/* --- help --- */

static int help_width(FILE *out)
{
    struct winsize size;
    if (isatty(fileno(out)) == 1 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= 60)
        return size.ws_col < 120 ? size.ws_col : 120;
    return 100;
}

static void print_overview(FILE *out, const struct subject *subject)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    const char *program = subject->program;
    fprintf(out,
            "%s %s finds the interleaving that takes a service down, by searching an executable model.\n\n"
            "Usage: %s COMMAND [OPTION…]\n\nCommands:\n",
            program, RACEWALK_VERSION, program);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "  %-10s%s\n", commands[i]->name, commands[i]->summary);
    fprintf(out, "  %-10swhat a command does and takes: %s help COMMAND, or COMMAND --help\n", "help",
            program);
    fprintf(out,
            "\n%s --version names version and build. Start with: %s run\n"
            "A model of your own is searched with --model FILE.c; %s model --new NAME writes one to begin "
            "with.\n",
            program, program, program);
}

static void print_command_help(FILE *out, const struct command *command, const char *program)
{
    fprintf(out, "Usage: %s %s [OPTION…]%s%s\n\n%s\n", program, command->name,
            command->operands != NULL ? " " : "", command->operands != NULL ? command->operands : "",
            command->details);
    option_groups_print(out, command->groups, command->group_count, help_width(out));
}

static const struct command *find_command(const struct subject *subject, const char *name, struct error *err)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    const char *names[COMMANDS_MAX];
    for (size_t i = 0; i < count; i++) {
        names[i] = commands[i]->name;
        if (strcmp(names[i], name) == 0)
            return commands[i];
    }
    const char *nearest = nearest_name(name, names, count);
    if (nearest != NULL)
        (void)error_set(err, ERR_USAGE, "no command '%.64s'; did you mean '%s'?", name, nearest);
    else
        (void)error_set(err, ERR_USAGE, "no command '%.64s'; %s help lists them", name, subject->program);
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
    const char *program = cli->subject->program;
    struct error err = {{0}};
    struct option_set *options = option_set_new(command->groups, command->group_count);
    if (options == NULL)
        return message_failure(ERR_MEMORY, &(struct error){"out of memory"});
    enum status status = option_set_parse(options, argc, argv, &err);
    if (status == OK)
        status = option_set_check(options, command->rules, command->rule_count, &err);
    char *const *operands;
    if (status == OK && command->operands == NULL && option_operands(options, &operands) != 0)
        status = error_set(&err, ERR_USAGE, "%s %s takes no operands, but '%.64s' was given", program,
                           command->name, operands[0]);
    int code;
    if (status != OK) {
        code = message_failure(status, &err);
        message_hint("%s help %s tells what it takes.", program, command->name);
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

int cli_main(int argc, char **argv, const struct subject *subject)
{
    const struct executor alone = {.peers = peers_alone(), .run = runner_run};
    return cli_main_with(argc, argv, subject, &alone);
}

void cli_warn_of_bad_messages(const struct executor *executor, const char *then)
{
    struct executor_traffic traffic = {.bad = 0};
    if (executor->traffic != NULL)
        executor->traffic(&traffic);
    if (traffic.bad > 0)
        message_warning("%llu messages between ranks were not right; they were dropped%s",
                        (unsigned long long)traffic.bad, then);
}

/* A command that only the program's own model has. */
static bool is_of_built_in(const struct subject *built_in, const char *name)
{
    const struct command *const *commands;
    const size_t count = cli_commands(built_in, &commands);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return true;
    }
    return false;
}

/* The list of commands is asked for. */
static bool is_help(int argc, char *const *argv)
{
    return strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
           (strcmp(argv[1], "help") == 0 && argc == 2);
}

/* The command, on the subject at hand. argv is without the options before its name. */
static int carry_out(int argc, char **argv, const struct subject *built_in, struct cli *cli)
{
    struct error err = {{0}};
    const struct subject *subject = cli->subject;
    const bool help = strcmp(argv[1], "help") == 0;
    const char *name = argv[help && argc > 2 ? 2 : 1];
    enum status status = model_check_class(subject->class, &err);
    if (status != OK)
        return message_failure(status, &err);
    if (is_help(argc, argv)) {
        print_overview(stdout, subject);
        return EXIT_NOTHING_FOUND;
    }
    const struct command *command = find_command(subject, name, &err);
    if (command == NULL && subject != built_in && is_of_built_in(built_in, name))
        (void)error_set(&err, ERR_USAGE, "'%.64s' is not for models of one's own, as %.400s is", name,
                        subject->model_file);
    if (command == NULL)
        return message_failure(ERR_USAGE, &err);
    if (help || wants_help(argc - 2, argv + 2)) {
        print_command_help(stdout, command, subject->program);
        return EXIT_NOTHING_FOUND;
    }
    return run_command_line(command, argc - 2, argv + 2, cli);
}

/* racewalk model --new: the file that RACEWALK_MODEL names may not be there yet. */
static bool writes_new_model(int argc, char **argv)
{
    bool is_new = false;
    for (int i = 2; i < argc; i++)
        is_new = is_new || strcmp(argv[i], "--new") == 0 || strncmp(argv[i], "--new=", 6) == 0;
    return is_new && strcmp(argv[1], "model") == 0;
}

/* What the compiler says is not ours: it is shown as it is. */
static void show_words(struct buffer *words)
{
    (void)fwrite(words->text, 1, words->length, stderr);
    buffer_release(words);
}

static int carry_out_on_model(const struct model_choice *choice, const struct subject *built_in,
                              struct cli *cli)
{
    struct own_subject own;
    struct buffer words;
    struct error err = {{0}};
    buffer_init(&words);
    const enum status status =
        own_subject_make(choice, built_in, cli->executor->peers, &own, &cli->subject, &words, &err);
    show_words(&words);
    int code;
    if (status == OK) {
        cli->class = cli->subject->class;
        code = carry_out(choice->argc, choice->argv, built_in, cli);
    } else {
        code = message_failure(status, &err);
    }
    own_subject_release(&own);
    return code;
}

static int answer(const struct model_choice *choice, const struct subject *built_in, struct cli *cli)
{
    if (choice->argc < 2) {
        print_overview(stderr, built_in);
        return EXIT_USAGE;
    }
    const char *name = choice->argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        printf("%s %s (%s)\n", built_in->program, RACEWALK_VERSION, RACEWALK_BUILD);
        return EXIT_NOTHING_FOUND;
    }
    if (!choice->by_option && is_help(choice->argc, choice->argv)) {
        print_overview(stdout, built_in);
        return EXIT_NOTHING_FOUND;
    }
    if (writes_new_model(choice->argc, choice->argv))
        return carry_out(choice->argc, choice->argv, built_in, cli);
    return carry_out_on_model(choice, built_in, cli);
}

int cli_main_with(int argc, char **argv, const struct subject *subject, const struct executor *executor)
{
    struct cli cli = {
        .executor = executor, .subject = subject, .class = subject->class, .argc = argc, .argv = argv};
    struct error err = {{0}};
    struct model_choice choice = {.argv = NULL};
    program_set_name(subject->program);
    enum status status = process_prepare(&err);
    if (status == OK)
        status = model_choice_read(argc, argv, &choice, &err);
    if (status != OK)
        return message_failure(status, &err);
    const int code = finish(answer(&choice, subject, &cli));
    model_choice_release(&choice);
    return code;
}
