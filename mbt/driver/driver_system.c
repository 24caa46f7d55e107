/* SPDX-License-Identifier: Apache-2.0 */
/* Options, opening, and what is asked. How answers are judged is in driver_judge.c. */
#include "mbt/driver/driver_system.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/stop.h"
#include "mbt/connection.h"
#include "mbt/driver/driver_session.h"

#define ANSWER_MS_DEFAULT  10000
#define SETTLE_MS_DEFAULT  5000
#define SETTLE_SECONDS_MAX 86400.0
#define OBSERVE_PAUSE_US   1000 /* between two looks at what is waited for; doubles up to */
#define OBSERVE_PAUSE_MAX  50000
#define SHOWN_BYTES_MAX    2000

/* --- options --- */

#define DRIVER_ROW                                                                                        \
    {                                                                                                     \
        .name = "driver", .kind = OPTION_TEXT, .metavar = "'CMD ARG…'",                                   \
        .help = "a driver of your own system, started with sh -c: it reads questions, one JSON object a " \
                "line, on standard input and answers on standard output (docs/systems.md)"                \
    }
#define DRIVER_URL_ROW                                                                \
    {                                                                                 \
        .name = "driver-url", .kind = OPTION_TEXT, .metavar = "URL",                  \
        .help = "a driver that runs already: the same objects are posted to this URL" \
    }
#define SETTLE_ROW                                                                                        \
    {                                                                                                     \
        .name = "settle", .kind = OPTION_REAL, .metavar = "SECONDS",                                      \
        .help = "how long what a driver calls pending, or what the system does by itself, is waited for " \
                "(default: 5). An answer has --request-timeout, and the first one 30 seconds at least"    \
    }

const struct option driver_confirm_rows[DRIVER_CONFIRM_ROWS] = {
    DRIVER_ROW,
    DRIVER_URL_ROW,
    {.name = "judge",
     .kind = OPTION_TEXT,
     .metavar = "state|violation",
     .default_text = "state",
     .help = "state: the first difference from the model's states is the verdict. violation: differences are "
             "notes, "
             "refused steps are left out, and only a violation that the driver reports counts, as for a "
             "system that was mended",
     .choices = "state violation"},
    SETTLE_ROW,
    {.name = "action-var",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "where a state of the trace names its action, as in last.name: a string, or {tag, value}. None: "
             "mbt::actionTaken (Quint's --mbt) or ghost_action"},
    {.name = "picks-var",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "where it has the action's arguments: a record. None: mbt::nondetPicks, or the action's value"},
};

const struct option driver_shrink_rows[DRIVER_SHRINK_ROWS] = {DRIVER_ROW, DRIVER_URL_ROW, SETTLE_ROW};

bool driver_is_given(const struct option_set *options)
{
    return option_given(options, "driver") || option_given(options, "driver-url");
}

static void setup_free(void *setup_of_driver)
{
    struct driver_setup *setup = setup_of_driver;
    if (setup == NULL)
        return;
    connection_release(&setup->connection);
    mem_free(setup);
}

static enum status read_settle(const struct option_set *options, struct driver_setup *setup,
                               struct error *err)
{
    setup->settle_ms = SETTLE_MS_DEFAULT;
    if (!option_given(options, "settle"))
        return OK;
    const double seconds = option_real(options, "settle");
    if (!(seconds <= SETTLE_SECONDS_MAX))
        return error_set(err, ERR_USAGE, "--settle must be at most %.0f seconds", SETTLE_SECONDS_MAX);
    setup->settle_ms = llround(seconds * 1000);
    return OK;
}

static enum status setup_new(const struct system_request *request, void **ret_setup, struct error *err)
{
    const struct option_set *options = request->options;
    struct driver_setup *setup = mem_new(1, sizeof *setup);
    if (setup == NULL)
        return error_memory(err, sizeof *setup);
    setup->class = request->class;
    setup->link.command = option_text(options, "driver");
    setup->link.url = option_text(options, "driver-url");
    enum status status = read_settle(options, setup, err);
    if (status == OK)
        status = connection_read(options, setup->link.url, &setup->connection, err);
    if (status == OK && setup->link.command != NULL &&
        setup->link.command[strspn(setup->link.command, " \t\n")] == '\0')
        status =
            error_set(err, ERR_USAGE, "--driver is empty: the command that starts the driver was expected");
    if (status == OK && setup->link.url != NULL && request->jobs > 1)
        status = error_set(
            err, ERR_USAGE,
            "--jobs is for drivers that are started here, with --driver: the one at --driver-url has one "
            "state, and takes one trace at a time");
    if (status != OK) {
        setup_free(setup);
        return status;
    }
    setup->link.http = setup->connection.http;
    setup->link.answer_ms =
        setup->connection.http.request_ms > 0 ? setup->connection.http.request_ms : ANSWER_MS_DEFAULT;
    if (!request->is_for_shrink && !request->is_for_conform) {
        setup->by_violation = strcmp(option_text(options, "judge"), "violation") == 0;
        setup->paths =
            (struct action_paths){option_text(options, "action-var"), option_text(options, "picks-var")};
    }
    *ret_setup = setup;
    return OK;
}

static bool is_own(const void *setup_of_driver)
{
    const struct driver_setup *setup = setup_of_driver;
    return setup->link.command != NULL;
}

static struct action_paths action_paths(const void *setup_of_driver)
{
    const struct driver_setup *setup = setup_of_driver;
    return setup->paths;
}

/* --- opening --- */

static void close_system(void *system)
{
    struct driver_session *session = system;
    if (session == NULL)
        return;
    driver_link_close(session->link);
    buffer_release(&session->question);
    buffer_release(&session->text);
    arena_release(&session->names);
    arena_release(&session->values);
    mem_free(session);
}

static enum status open_system(const void *setup, const struct system_observer *observer, void **ret_system,
                               struct error *err)
{
    struct driver_session *session = mem_new(1, sizeof *session);
    if (session == NULL)
        return error_memory(err, sizeof *session);
    session->setup = setup;
    session->observer = *observer;
    buffer_init(&session->question);
    buffer_init(&session->text);
    arena_init(&session->names, SESSION_BYTES_MAX);
    arena_init(&session->values, SESSION_BYTES_MAX);
    const enum status status = driver_link_open(&session->setup->link, observer, &session->link, err);
    if (status != OK) {
        close_system(session);
        return status;
    }
    *ret_system = session;
    return OK;
}

/* --- hello --- */

static void add_name(struct driver_names *names, struct arena *arena, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->texts[i], name) == 0)
            return;
    }
    if (names->count == SESSION_NAMES_MAX)
        return;
    const char *copy = arena_copy(arena, name, strlen(name));
    if (copy != NULL)
        names->texts[names->count++] = copy;
}

/* The actions that the trace has, as it spells them. */
static void list_trace_actions(struct driver_session *session, const struct itf_trace *itf,
                               struct driver_names *names)
{
    for (size_t s = 1; s < itf->state_count; s++) {
        struct system_action action;
        arena_clear(&session->values);
        if (trace_action_read(&itf->states[s], &session->setup->paths, &session->values, &action, NULL) == OK)
            add_name(names, &session->names, action.name);
    }
}

/* Those of the model behind those of its trace, spelt in the same way. */
static void list_model_actions(struct driver_session *session, struct driver_names *names)
{
    const struct model_class *class = session->setup->class;
    bool by_tag = session->itf->is_lockstep;
    for (size_t i = 0; i < class->action_count; i++)
        by_tag = by_tag || (names->count > 0 && strcmp(class->actions[i].tag, names->texts[0]) == 0);
    for (size_t i = 0; i < class->action_count; i++)
        add_name(names, &session->names, by_tag ? class->actions[i].tag : class->actions[i].name);
}

static void keep_names(struct driver_session *session, const struct value *list, struct driver_names *names)
{
    names->count = 0;
    for (uint32_t i = 0; i < list->count; i++)
        add_name(names, &session->names, list->items[i].text);
}

static enum status say_hello(struct driver_session *session, const struct itf_trace *itf, struct error *err)
{
    struct driver_names actions = {.count = 0};
    struct driver_answer answer;
    arena_clear(&session->names);
    list_trace_actions(session, itf, &actions);
    if (itf->is_of_class)
        list_model_actions(session, &actions);
    buffer_clear(&session->question);
    driver_write_hello(&session->question, itf->is_of_class ? session->setup->class->name : itf->head.source,
                       &itf->parameters, actions.texts, actions.count);
    const enum status status = driver_link_ask(session->link, DRIVER_HELLO, &session->question, &answer, err);
    if (status != OK)
        return status;
    session->has_controls = answer.has_controls;
    keep_names(session, &answer.controls, &session->controls);
    keep_names(session, &answer.observes, &session->observes);
    session->said_hello = true;
    return OK;
}

/* --- questions --- */

/* Asks, and gives the link up when it fails: the next trace begins with another. */
static enum status ask(struct driver_session *session, enum driver_question question,
                       struct driver_answer *answer, struct error *err)
{
    const enum status status = driver_link_ask(session->link, question, &session->question, answer, err);
    if (status == OK)
        return OK;
    driver_link_close(session->link);
    session->link = NULL;
    return status;
}

static enum status look(struct driver_session *session, struct driver_answer *answer, struct error *err)
{
    buffer_clear(&session->question);
    driver_write_observe(&session->question);
    return ask(session, DRIVER_OBSERVE, answer, err);
}

static void pause_for(int64_t pause_us)
{
    const struct timespec pause = {.tv_sec = pause_us / 1000000, .tv_nsec = pause_us % 1000000 * 1000};
    (void)nanosleep(&pause, NULL); /* a signal ends it early, and is then asked for */
}

/* Looks at the system until it shows what is expected, violates something, or the time is over. */
static enum status await(struct driver_session *session, const struct value *expected,
                         struct driver_answer *answer, bool *ret_settled, struct error *err)
{
    const int64_t deadline_us = clock_us() + session->setup->settle_ms * 1000;
    const bool in_vain = session->setup->by_violation && driver_has_departed(session);
    for (int64_t pause_us = OBSERVE_PAUSE_US;;
         pause_us = 2 * pause_us < OBSERVE_PAUSE_MAX ? 2 * pause_us : OBSERVE_PAUSE_MAX) {
        size_t differences = 0;
        enum status status = look(session, answer, err);
        if (status == OK)
            status = driver_count_differences(session, answer, expected, &differences, err);
        if (status != OK)
            return status;
        *ret_settled = answer->reply == DRIVER_OK && differences == 0;
        if (*ret_settled || answer->violates.count > 0 || in_vain || clock_us() >= deadline_us)
            return OK;
        if (stop_requested())
            return error_set(err, ERR_STOPPED, "stopped while the system was waited for");
        pause_for(pause_us);
    }
}

static bool is_controlled(const struct driver_session *session, const char *action)
{
    bool found = !session->has_controls;
    for (size_t i = 0; i < session->controls.count && !found; i++)
        found = strcmp(session->controls.texts[i], action) == 0;
    return found;
}

static enum status reset(void *system, const struct itf_trace *itf, struct system_step *ret_step,
                         struct error *err)
{
    struct driver_session *session = system;
    struct driver_answer answer;
    driver_forget(session, itf);
    enum status status = OK;
    if (session->link == NULL) {
        session->said_hello = false;
        status = driver_link_open(&session->setup->link, &session->observer, &session->link, err);
    }
    if (status == OK && !session->said_hello)
        status = say_hello(session, itf, err);
    buffer_clear(&session->question);
    driver_write_reset(&session->question, &itf->parameters, &itf->states[0], &session->setup->paths);
    if (status == OK)
        status = ask(session, DRIVER_RESET, &answer, err);
    if (status != OK)
        return status;
    *ret_step = (struct system_step){.outcome = SYSTEM_AS_PREDICTED};
    (void)snprintf(ret_step->detail, sizeof ret_step->detail, "reset");
    return driver_judge(session, &answer, &itf->states[0], true, ret_step, err);
}

/* What the system does by itself cannot be tried. */
static enum system_offer offers(const void *system, const struct system_action *action,
                                const struct known_difference **ret_difference)
{
    *ret_difference = NULL;
    return is_controlled(system, action->name) ? SYSTEM_UNSAID : SYSTEM_TAKES;
}

static enum status step(void *system, const struct system_action *action, const struct value *expected,
                        struct system_step *ret_step, struct error *err)
{
    struct driver_session *session = system;
    struct driver_answer answer;
    bool is_settled = true;
    if (session->link == NULL)
        return error_set(err, ERR_IO, "the driver is gone");
    session->state += expected != NULL;
    *ret_step = (struct system_step){.outcome = SYSTEM_AS_PREDICTED};
    driver_describe_args(action, ret_step);
    const bool is_asked = is_controlled(session, action->name);
    enum status status = OK;
    if (is_asked) {
        buffer_clear(&session->question);
        driver_write_step(&session->question, session->state + (expected == NULL), action);
        status = ask(session, DRIVER_STEP, &answer, err);
    }
    const bool waits = !is_asked || (status == OK && answer.reply == DRIVER_PENDING);
    if (status == OK && waits && expected != NULL)
        status = await(session, expected, &answer, &is_settled, err);
    else if (status == OK && !is_asked)
        status = look(session, &answer, err);
    if (status != OK)
        return status;
    ret_step->is_pending = waits && (expected == NULL || !is_settled);
    return driver_judge(session, &answer, expected, is_settled, ret_step, err);
}

static enum status observe(void *system, struct value *ret_observed, struct error *err)
{
    struct driver_session *session = system;
    struct driver_answer answer;
    if (session->link == NULL)
        return error_set(err, ERR_IO, "the driver is gone");
    const enum status status = look(session, &answer, err);
    if (status == OK)
        *ret_observed = answer.state;
    return status;
}

/* --- what is said --- */

static void focus(void *system, const struct itf_trace *itf)
{
    (void)system;
    (void)itf;
}

static const char *property(const void *system, const struct itf_trace *itf)
{
    (void)system;
    return itf->property_name;
}

static size_t differences(const void *system, struct system_difference list[SYSTEM_DIFFERENCES_MAX])
{
    (void)system;
    (void)list;
    return 0;
}

static bool has_departed(const void *system)
{
    return driver_has_departed(system);
}

static void tell_kept(const void *system, struct buffer *out)
{
    driver_tell_kept(system, out);
}

static void tell_limits(const void *system, struct buffer *out)
{
    driver_tell_limits(system, out);
}

static void tell_shown(void *system, struct buffer *out)
{
    struct error err = {{0}};
    struct value observed = value_null();
    if (observe(system, &observed, &err) != OK) {
        buffer_format(out, "the system cannot be observed: %s", err.text);
        return;
    }
    buffer_string(out, "system: ");
    if (observed.kind == VALUE_NULL)
        buffer_string(out, "the driver shows nothing of it");
    else
        value_print(out, &observed, SHOWN_BYTES_MAX);
}

const struct system_driver driver_system = {
    .name = "system",
    .takes_any = true,
    .loss = "violates it",
    .no_loss = "does not violate it",
    .confirm_notes = "",
    .setup_new = setup_new,
    .setup_free = setup_free,
    .is_own = is_own,
    .action_paths = action_paths,
    .open = open_system,
    .close = close_system,
    .focus = focus,
    .reset = reset,
    .step = step,
    .offers = offers,
    .observe = observe,
    .property = property,
    .differences = differences,
    .has_departed = has_departed,
    .tell_kept = tell_kept,
    .tell_limits = tell_limits,
    .tell_shown = tell_shown,
};
