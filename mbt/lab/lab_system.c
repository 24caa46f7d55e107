/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lab/lab_system.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/lab/lab_lockstep.h"
#include "mbt/lab/lab_session.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SHOWN_BODY 400 /* bytes of an answer that an observer is told */

/* --- options --- */

static const struct option confirm_rows[] = {
    {.name = "guard",
     .kind = OPTION_LIST,
     .metavar = "NAME[,NAME]",
     .help = "guards of the lab that is started",
     .commas = true},
    {.name = "watch",
     .kind = OPTION_TEXT,
     .metavar = "root|rollback",
     .help = "the name that must keep resolving. None: rollback for a trace of no_inconsistent_rollback, "
             "root otherwise",
     .choices = "root rollback"},
    {.name = "keep-last-n",
     .kind = OPTION_INT,
     .metavar = "K",
     .min = 0,
     .max = 1000000,
     .help = "plans that every cleanup keeps. None: each trace's MAX_PLAN_AGE"},
    {.name = "strict",
     .kind = OPTION_FLAG,
     .help = "judge as the model's original replayer does: a deployer that is idle where the model backs off "
             "is a divergence, not a known difference"},
};

static const struct option shrink_rows[] = {
    {.name = "on-lab",
     .kind = OPTION_FLAG,
     .help = "the lab is the judge: the fewest steps with which it fails in the same way"},
    {.name = "keep-last-n",
     .kind = OPTION_INT,
     .metavar = "K",
     .min = 0,
     .max = 1000000,
     .help = "for every clean-up on the lab (default: the trace's MAX_PLAN_AGE)"},
    {.name = "watch",
     .kind = OPTION_TEXT,
     .metavar = "root|rollback",
     .help = "the name that must keep resolving (default: what the trace's property is about)",
     .choices = "root rollback"},
};

static const struct option connection_rows[] = {
    {.name = "lab-url",
     .kind = OPTION_TEXT,
     .metavar = "URL",
     .help = "a lab that runs already (with --no-background), as in http://127.0.0.1:8000; http_proxy, "
             "https_proxy and no_proxy are taken from the environment, and the loopback interface is asked "
             "directly. None: starts one of its own, on a free port, in a temporary folder"},
    CONNECTION_ROWS,
};

/* What means nothing to a system that this program starts. */
#define CONNECTION_RULE                                                                       \
    {                                                                                         \
        .options = "location cacert user header", .without = "lab-url unix-socket driver-url" \
    }

static const struct option_rule confirm_rules[] = {
    {.options = "guard watch keep-last-n strict lab-url", .with = "driver driver-url"},
    CONNECTION_RULE,
    {.options = "guard",
     .with = "lab-url unix-socket",
     .why = "--guard is for the lab that confirm starts itself; give it to the lab at --lab-url instead"},
};

static const struct option_rule shrink_rules[] = {
    {.options = "on-lab", .with = "driver driver-url"},
    {.options = "lab-url keep-last-n watch", .without = "on-lab"},
    {.options = "unix-socket request-timeout location cacert user header",
     .without = "on-lab driver driver-url"},
    CONNECTION_RULE,
    {.options = "any", .with = "on-lab", .why = "--any and --on-lab exclude each other"},
};

/* What the options say that exclude each other. */
static enum status check_options(const struct lab_setup *setup, const struct system_request *request,
                                 struct error *err)
{
    if (setup->connection.url == NULL || request->is_for_shrink)
        return OK;
    if (request->jobs > 1)
        return error_set(err, ERR_USAGE,
                         "--jobs is for the labs that are started here: the server at --lab-url has one "
                         "state, and takes one trace at a time");
    return OK;
}

/* The guards as the lab's command takes them. */
static void write_guards(struct lab_setup *setup, const struct system_request *request)
{
    const struct model_class *class = request->class;
    for (size_t i = 0, used = 0; i < class->guard_count; i++) {
        if ((request->guards >> i & 1) == 0)
            continue;
        used += (size_t)snprintf(setup->guards + used, sizeof setup->guards - used, "%s%s",
                                 used == 0 ? "" : ",", class->guards[i].name);
        assert(used < sizeof setup->guards);
    }
    setup->process.guards = setup->guards[0] != '\0' ? setup->guards : NULL;
}

static void setup_free(void *setup_of_lab)
{
    struct lab_setup *setup = setup_of_lab;
    if (setup == NULL)
        return;
    connection_release(&setup->connection);
    mem_free(setup);
}

static enum status setup_new(const struct system_request *request, void **ret_setup, struct error *err)
{
    const struct option_set *options = request->options;
    struct lab_setup *setup = mem_new(1, sizeof *setup);
    if (setup == NULL)
        return error_memory(err, sizeof *setup);
    enum status status = connection_read(options, option_text(options, "lab-url"), &setup->connection, err);
    if (status == OK)
        status = check_options(setup, request, err);
    if (status != OK) {
        setup_free(setup);
        return status;
    }
    const char *watch = request->is_for_conform ? NULL : option_text(options, "watch");
    const bool has_keep = !request->is_for_conform && option_given(options, "keep-last-n");
    setup->driver = (struct lab_driver_options){
        .watch = watch == NULL                ? LAB_WATCH_PROPERTY
                 : strcmp(watch, "root") == 0 ? LAB_WATCH_ROOT
                                              : LAB_WATCH_ROLLBACK,
        .has_keep_last_n = has_keep,
        .keep_last_n = has_keep ? option_int(options, "keep-last-n") : 0,
        .strict = !request->is_for_shrink && !request->is_for_conform && option_flag(options, "strict")};
    /* Any trace's deployers find themselves there; those that no trace names do nothing. */
    setup->process.deployers = DNS_DEPLOYERS_MAX;
    write_guards(setup, request);
    *ret_setup = setup;
    return OK;
}

static bool is_own(const void *setup_of_lab)
{
    const struct lab_setup *setup = setup_of_lab;
    return setup->connection.url == NULL;
}

/* --- labs --- */

static void close_lab(void *lab)
{
    struct lab_driver *driver = lab;
    if (driver == NULL)
        return;
    http_client_free(driver->own_client);
    lab_process_stop(driver->own_process);
    lab_driver_free(driver);
}

/* "POST /mbt/reset", "200 {…}" */
static void tell_call(void *user, const struct http_request *request, const struct http_answer *answer)
{
    const struct lab_driver *driver = user;
    struct buffer question, reply;
    char body[SHOWN_BODY + 1];
    buffer_init(&question);
    buffer_init(&reply);
    (void)snprintf(body, sizeof body, "%s", answer->text.text);
    buffer_format(&question, "%s %s%s%s", request->method, request->path, request->body != NULL ? " " : "",
                  request->body != NULL ? request->body : "");
    buffer_format(&reply, "%d %s%s", answer->status, body, answer->text.length > SHOWN_BODY ? "..." : "");
    driver->teller.on_call(driver->teller.user, question.text, reply.text);
    buffer_release(&question);
    buffer_release(&reply);
}

static enum status open_lab(const void *setup_of_lab, const struct system_observer *observer,
                            void **ret_system, struct error *err)
{
    const struct lab_setup *setup = setup_of_lab;
    struct lab_process *process = NULL;
    struct http_client *client = NULL;
    struct lab_driver *driver = NULL;
    const char *url = setup->connection.url;
    enum status status = url == NULL ? lab_process_start(&setup->process, &process, err) : OK;
    if (status == OK)
        status = http_client_new(url != NULL ? url : lab_process_url(process), &setup->connection.http,
                                 &client, err);
    if (status == OK)
        status = lab_driver_new(client, &setup->driver, NULL, &driver, err);
    if (status != OK) {
        http_client_free(client);
        lab_process_stop(process);
        return status;
    }
    driver->own_client = client;
    driver->own_process = process;
    driver->http = &setup->connection.http;
    driver->teller = *observer;
    if (observer->on_call != NULL)
        driver->observer = (struct lab_observer){.on_call = tell_call, .user = driver};
    *ret_system = driver;
    return OK;
}

static void focus(void *lab, const struct itf_trace *itf)
{
    lab_driver_focus(lab, itf);
}

static enum status reset(void *lab, const struct itf_trace *itf, struct system_step *ret_step,
                         struct error *err)
{
    return lab_driver_reset(lab, itf, ret_step, err);
}

/* Out of lockstep, what is expected of the lab follows from what it has done so far (mbt/lab/lab_known.h). */
static enum status step(void *lab, const struct system_action *action, const struct value *expected,
                        struct system_step *ret_step, struct error *err)
{
    struct lab_driver *driver = lab;
    if (!driver->is_lockstep)
        return lab_driver_act(lab, action, ret_step, err);
    *ret_step = (struct system_step){.outcome = SYSTEM_AS_PREDICTED};
    driver->state += expected != NULL;
    return lab_lockstep_step(lab, action, expected, ret_step, err);
}

static enum system_offer offers(const void *lab, const struct system_action *action,
                                const struct known_difference **ret_difference)
{
    return lab_lockstep_offers(lab, action, ret_difference);
}

static enum status look(void *lab, uint64_t draw, struct system_step *ret_step, struct error *err)
{
    *ret_step = (struct system_step){.outcome = SYSTEM_AS_PREDICTED};
    return lab_lockstep_look(lab, draw, ret_step, err);
}

static const char *property(const void *lab, const struct itf_trace *itf)
{
    return lab_driver_property(lab, itf);
}

static size_t differences(const void *lab, struct system_difference differences[SYSTEM_DIFFERENCES_MAX])
{
    return lab_driver_differences(lab, differences);
}

static bool has_departed(const void *lab)
{
    return lab_driver_has_departed(lab);
}

static void tell_kept(const void *lab, struct buffer *out)
{
    buffer_format(out, "%s kept resolving", lab_driver_watched_name(lab));
}

static void tell_limits(const void *lab, struct buffer *out)
{
    lab_driver_note(lab, out);
}

static void tell_shown(void *lab, struct buffer *out)
{
    buffer_string(out, "zone: ");
    lab_driver_describe_zone(lab, out);
}

const struct system_driver lab_system = {
    .name = "lab",
    .confirm_rows = {confirm_rows, COUNT(confirm_rows), confirm_rules, COUNT(confirm_rules)},
    .shrink_rows = {shrink_rows, COUNT(shrink_rows), shrink_rules, COUNT(shrink_rules)},
    .connection_rows = {"Connection", connection_rows, COUNT(connection_rows)},
    .loss = "loses it",
    .no_loss = "does not lose it",
    .confirm_notes =
        "A trace that violates the invariant about the watched name is confirmed when the lab loses "
        "the name at the\n"
        "very state that the model does, not-reproduced when the name keeps resolving, and diverged "
        "when the lab does\n"
        "anything else. Any other trace agrees, ends in an outage, or has diverged by an answer "
        "that the model does\n"
        "not predict. A cleanup that deletes less than the model's is no divergence by itself.\n"
        "Where the lab is known to differ from the model, the verdict names the difference: "
        "idle-backoff,\n"
        "root-missing, same-root (docs/lab.md).\n",
    .setup_new = setup_new,
    .setup_free = setup_free,
    .is_own = is_own,
    .open = open_lab,
    .close = close_lab,
    .focus = focus,
    .reset = reset,
    .step = step,
    .offers = offers,
    .look = look,
    .property = property,
    .differences = differences,
    .has_departed = has_departed,
    .tell_kept = tell_kept,
    .tell_limits = tell_limits,
    .tell_shown = tell_shown,
};
