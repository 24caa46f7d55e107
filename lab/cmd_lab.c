/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/cmd_lab.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/plain.h"
#include "lab/names.h"
#include "lab/server.h"

/* The help says what the defaults are; the rows need them as text. */
#define TEXT_OF(x) #x
#define AS_TEXT(x) TEXT_OF(x)

static const struct option server_options[] = {
    {.name = "host",
     .kind = OPTION_TEXT,
     .metavar = "HOST",
     .default_text = LAB_HOST_DEFAULT,
     .help = "address or name to listen on"},
    {.name = "port",
     .kind = OPTION_INT,
     .metavar = "PORT",
     .default_text = "8000",
     .min = 0,
     .max = 65535,
     .help = "port to listen on; 0 takes a free one, and the line printed at the start says which"},
    {.name = "allow-host",
     .kind = OPTION_LIST,
     .metavar = "NAME[,NAME]",
     .help = "names that the lab may be asked by, besides its addresses, localhost and the name in --host; "
             "by any "
             "other name it is refused, since a web page could point its own at this machine",
     .commas = true},
    {.name = "token",
     .kind = OPTION_TEXT,
     .metavar = "TOKEN",
     .help = "what every request must carry: as the header Authorization: Bearer TOKEN, or in a browser, "
             "once, as "
             "/?token=TOKEN. Others on this machine can read a command line, but not its environment",
     .env = "DNS_LAB_TOKEN"},
    {.name = "base-dir",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .default_text = LAB_BASE_DIR_DEFAULT,
     .help = "folder for the lab's files, made when missing; a lab started on it again goes on with them",
     .env = "DNS_LAB_BASE_DIR"},
    {.name = "fsync",
     .kind = OPTION_FLAG,
     .help = "flush each change to the disk before it is acknowledged, against power cuts; a killed lab "
             "loses nothing "
             "either way"},
};

static const struct option system_options[] = {
    {.name = "guard",
     .kind = OPTION_LIST,
     .metavar = "NAME[,NAME]",
     .help = "what keeps the outage away: reject-stale (a plan older than the root's is skipped), "
             "protect-live (what "
             "root and rollback point to is never cleaned up)",
     .commas = true},
    {.name = "deployers",
     .kind = OPTION_INT,
     .metavar = "N",
     .default_text = AS_TEXT(3),
     .min = 1,
     .max = DEPLOYERS_MAX,
     .help = "number of deployers: deployer-a, deployer-b, …"},
    {.name = "workshop",
     .kind = OPTION_FLAG,
     .help = "buttons on the front page for all actions, to cause the outage by hand. Nothing happens by "
             "itself then (see --background)"},
};

static const struct option background_options[] = {
    {.name = "no-background",
     .kind = OPTION_FLAG,
     .help = "no planner and deployers of its own: only what is asked for over HTTP happens",
     .env = "DNS_LAB_DISABLE_BACKGROUND"},
    {.name = "background",
     .kind = OPTION_FLAG,
     .help = "planner and deployers of its own in a workshop, too"},
    {.name = "planner-interval",
     .kind = OPTION_REAL,
     .metavar = "S",
     .default_text = AS_TEXT(LAB_PLANNER_INTERVAL_S_DEFAULT),
     .help = "seconds between two plans",
     .env = "DNS_LAB_PLANNER_INTERVAL_SECONDS"},
    {.name = "deployer-interval",
     .kind = OPTION_REAL,
     .metavar = "S",
     .default_text = AS_TEXT(LAB_DEPLOYER_INTERVAL_S_DEFAULT),
     .help = "seconds between two rounds of a deployer (sync, deploy, and cleanup after an install)",
     .env = "DNS_LAB_DEPLOYER_INTERVAL_SECONDS"},
    {.name = "deployer-jitter",
     .kind = OPTION_REAL,
     .metavar = "S",
     .default_text = AS_TEXT(LAB_DEPLOYER_JITTER_S_DEFAULT),
     .help = "up to so many seconds more, at random",
     .env = "DNS_LAB_DEPLOYER_JITTER_SECONDS"},
};
_Static_assert(DEPLOYERS_DEFAULT == 3, "the default of --deployers");

static enum status read_guards(const struct option_set *options, struct guards *ret_guards, struct error *err)
{
    const char *const *names;
    const size_t count = option_list(options, "guard", &names);
    struct guards guards = {false, false};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], "reject-stale") == 0)
            guards.reject_stale = true;
        else if (strcmp(names[i], "protect-live") == 0)
            guards.protect_live = true;
        else
            return error_set(err, ERR_USAGE, "--guard %s: there are reject-stale and protect-live", names[i]);
    }
    *ret_guards = guards;
    return OK;
}

static enum status read_config(const struct option_set *options, struct lab_server_config *ret_config,
                               struct error *err)
{
    struct lab_server_config config = lab_server_config_default(option_text(options, "base-dir"));
    char *const *operands;
    if (option_operands(options, &operands) > 0)
        return error_set(err, ERR_USAGE, "lab takes no operands: %s", operands[0]);
    const enum status status = read_guards(options, &config.lab.guards, err);
    if (status != OK)
        return status;
    config.lab.durable = option_flag(options, "fsync");
    config.lab.deployer_count = (size_t)option_int(options, "deployers");
    config.host = option_text(options, "host");
    config.port = (int)option_int(options, "port");
    config.access.host_count = option_list(options, "allow-host", &config.access.hosts);
    config.access.token = option_text(options, "token");
    config.lab.workshop = option_flag(options, "workshop");
    config.background =
        option_flag(options, "background") || !(option_flag(options, "no-background") || config.lab.workshop);
    config.loops.planner_interval_s = option_real(options, "planner-interval");
    config.loops.deployer_interval_s = option_real(options, "deployer-interval");
    config.loops.deployer_jitter_s = option_real(options, "deployer-jitter");
    *ret_config = config;
    return OK;
}

/* Posted by the handler; nobody waits for it before the lab serves. */
static sem_t ended;
/* Written by the main thread, read by the handler, which any thread may run; relaxed, since it publishes
 * nothing else. Lock-free, or the handler could not read it. */
static _Atomic int serves;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a handler reads it");

/* Until the lab serves there is nothing to bring to an end, and whatever it waits for may take long. */
static void on_signal(int number)
{
    (void)number;
    const int saved = errno;
    if (atomic_load_explicit(&serves, memory_order_relaxed) == 0)
        _exit(EXIT_NOTHING_FOUND);
    (void)sem_post(&ended);
    errno = saved;
}

static void take_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    atomic_store_explicit(&serves, 0, memory_order_relaxed);
    (void)sem_init(&ended, 0, 0);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

/* Says where it serves, which whoever started the lab waits for. False when that cannot be written: the
 * program says so at its end. */
static bool announce(const struct lab_server *server, const struct lab_server_config *config)
{
    if (!lab_server_is_local(server) && config->access.token == NULL)
        message_warning(
            "there is no authentication: whoever reaches %s port %d can change and delete all that "
            "is in this lab; --token asks for one",
            lab_server_host(server), lab_server_port(server));
    print_line(stdout, "lab: http://%s:%d/ (base dir %s%s%s%s)", lab_server_host(server),
               lab_server_port(server), config->lab.base_dir, config->lab.workshop ? ", workshop" : "",
               config->background ? "" : ", no background",
               config->access.token != NULL ? ", with a token" : "");
    return fflush(stdout) == 0 && ferror(stdout) == 0;
}

static int run(const struct option_set *options, void *context)
{
    (void)context;
    struct error err;
    struct lab_server_config config = lab_server_config_default(LAB_BASE_DIR_DEFAULT);
    enum status status = read_config(options, &config, &err);
    if (status != OK)
        return message_failure(status, &err);
    take_signals();
    struct lab_server *server;
    status = lab_server_start(&config, &server, &err);
    if (status != OK)
        return message_failure(status, &err);
    atomic_store_explicit(&serves, 1, memory_order_relaxed);
    const bool announced = announce(server, &config);
    while (announced && sem_wait(&ended) != 0)
        continue; /* EINTR: the handler has run, or another one */
    /* A second signal does not wait for the end, either. */
    atomic_store_explicit(&serves, 0, memory_order_relaxed);
    lab_server_stop(server);
    return announced ? EXIT_NOTHING_FOUND : EXIT_IO;
}

static const struct option_rule lab_rules[] = {
    {.options = "background",
     .with = "no-background",
     .why =
         "--background and --no-background (or DNS_LAB_DISABLE_BACKGROUND in the environment) exclude each "
         "other"},
    {.options = "planner-interval deployer-interval deployer-jitter", .with = "no-background"},
    {.options = "planner-interval deployer-interval deployer-jitter",
     .with = "workshop",
     .without = "background"},
};

const struct command lab_command = {
    .name = "lab",
    .summary = "serve the lab: a small DNS control plane that holds the race",
    .details =
        "An HTTP API, a DNS store, a planner and deployers in one process. The front page is /, the calls "
        "are\n"
        "listed on /docs. With --workshop the front page has buttons.\n\n"
        "It runs until it is interrupted, by Ctrl-C or SIGTERM. Its state is in the base directory as JSON\n"
        "files; a change is on disk before it is acknowledged.",
    .groups =
        {
            {"Server", server_options, sizeof server_options / sizeof server_options[0]},
            {"System", system_options, sizeof system_options / sizeof system_options[0]},
            {"Background", background_options, sizeof background_options / sizeof background_options[0]},
        },
    .group_count = 3,
    .rules = lab_rules,
    .rule_count = sizeof lab_rules / sizeof lab_rules[0],
    .run = run,
};
