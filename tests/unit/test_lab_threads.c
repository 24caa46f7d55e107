/* SPDX-License-Identifier: Apache-2.0 */
/* Many clients and the background at once: what each answer and every state must be, whatever the order. */
#include "tests/unit/test_lab_talk.h"

#include <pthread.h>
#include <stdatomic.h>

#define CLIENTS 8
#define ROUNDS  60

struct fixture {
    char *folder;
    struct lab_server *server;
};

static void start(struct fixture *fixture, struct lab_server_config config)
{
    config.lab.base_dir = fixture->folder;
    fixture->server = client_start(&config);
}

static int set_up(void **state)
{
    struct fixture *fixture = mem_new(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->folder = fixture_folder();
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    lab_server_stop(fixture->server);
    fixture_remove(fixture->folder);
    mem_free(fixture);
    return 0;
}

/* A client of its own thread; it asserts nothing, but keeps the first wrong answer. */
struct client {
    pthread_t thread;
    int port;
    size_t index;
    bool root_must_resolve; /* once anything was installed */
    size_t installed, refused, deleted;
    char wrong[1024];
};

static bool complain(struct client *client, const char *call, const char *answer)
{
    if (client->wrong[0] == '\0')
        (void)snprintf(client->wrong, sizeof client->wrong, "%s: %s", call, answer);
    return false;
}

/* The answer of a call, or NULL with a complaint. */
static const char *call(struct client *client, CURL *curl, struct reply *reply, const char *method,
                        const char *path, const char *text)
{
    const CURLcode code = client_request(curl, client->port, method, path,
                                         text != NULL ? "application/json" : NULL, text, reply);
    if (code == CURLE_OK && reply->status == 200)
        return reply->body.text;
    (void)complain(client, path, code != CURLE_OK ? curl_easy_strerror(code) : reply->body.text);
    return NULL;
}

static bool deploy_is_right(struct client *client, const char *answer)
{
    static const char *const refusals[] = {"\"record mismatch: _lock.", "\"record already exists: _lock.",
                                           "\"current root target is missing: plan-"};
    if (strstr(answer, "\"installed\"") != NULL) {
        client->installed++;
        return true;
    }
    if (strstr(answer, "\"skipped\"") != NULL || strstr(answer, "\"idle\"") != NULL)
        return true;
    client->refused++;
    for (size_t i = 0; i < 3; i++) {
        if (strstr(answer, refusals[i]) != NULL)
            return true;
    }
    return complain(client, "deploy", answer);
}

static bool play_round(struct client *client, CURL *curl, struct reply *reply)
{
    char path[128];
    const char deployer = (char)('a' + (int)(client->index % 3));
    const char *answer;
    if (client->index == 0 && call(client, curl, reply, "POST", "/mbt/planner/generate", NULL) == NULL)
        return false;
    (void)snprintf(path, sizeof path, "/mbt/deployers/deployer-%c/sync", deployer);
    if (call(client, curl, reply, "POST", path, NULL) == NULL)
        return false;
    (void)snprintf(path, sizeof path, "/mbt/deployers/deployer-%c/deploy", deployer);
    answer = call(client, curl, reply, "POST", path, NULL);
    if (answer == NULL || !deploy_is_right(client, answer))
        return false;
    (void)snprintf(path, sizeof path, "/mbt/deployers/deployer-%c/cleanup", deployer);
    answer = call(client, curl, reply, "POST", path, "{\"keep_last_n\": 1}");
    if (answer == NULL)
        return false;
    client->deleted += strstr(answer, "[]}") == NULL;
    answer = call(client, curl, reply, "GET", "/health", NULL);
    if (answer != NULL && client->root_must_resolve && client->installed > 0 &&
        strstr(answer, "\"ok\": true") == NULL)
        return complain(client, "/health", answer);
    answer = answer != NULL ? call(client, curl, reply, "GET", "/", NULL) : NULL;
    return answer != NULL && (strstr(answer, "</html>") != NULL || complain(client, "/", answer));
}

static void *client_loop(void *context)
{
    struct client *client = context;
    CURL *curl = curl_easy_init();
    struct reply reply;
    buffer_init(&reply.body);
    for (int round = 0; round < ROUNDS && play_round(client, curl, &reply); round++)
        ;
    buffer_release(&reply.body);
    curl_easy_cleanup(curl);
    return NULL;
}

/* Runs all clients to their end; returns how many installs there were. */
static size_t run_clients(const struct fixture *fixture, bool root_must_resolve)
{
    struct client clients[CLIENTS] = {{.port = 0}};
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i].port = lab_server_port(fixture->server);
        clients[i].index = i;
        clients[i].root_must_resolve = root_must_resolve;
        assert_int_equal(pthread_create(&clients[i].thread, NULL, client_loop, &clients[i]), 0);
    }
    size_t installed = 0;
    for (size_t i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_join(clients[i].thread, NULL), 0);
    for (size_t i = 0; i < CLIENTS; i++) {
        if (clients[i].wrong[0] != '\0')
            fail_msg("client %zu: %s", i, clients[i].wrong);
        installed += clients[i].installed;
    }
    return installed;
}

/* Stops the server and looks at what it left: a lab that opens, with one lock of a deployer, and a root that
 * is one of its plans. */
static void assert_left_in_order(struct fixture *fixture, bool root_must_resolve)
{
    lab_server_stop(fixture->server);
    fixture->server = NULL;
    struct lab lab;
    fixture_open_lab(&lab, fixture->folder, (struct guards){false, false});
    const struct record *lock = wormhole53_find(&lab.zone, RECORD_TXT, LAB_LOCK_NAME);
    const struct record *root = wormhole53_find(&lab.zone, RECORD_ALIAS, LAB_ROOT_NAME);
    assert_non_null(lock);
    assert_non_null(root);
    assert_int_equal(strncmp(lock->text, "deployer-", 9), 0);
    assert_in_range(version_of_name(root->text), 1, lab.planner.last_version);
    if (root_must_resolve)
        assert_string_not_equal(fixture_resolve(&lab.zone, LAB_ROOT_NAME), "[]");
    for (size_t i = 0; i < lab.zone.count; i++)
        assert_true(version_of_name(lab.zone.records[i]->name) > 0 ||
                    strstr(lab.zone.records[i]->name, LAB_ROOT_NAME) != NULL);
    lab_close(&lab);
}

static void clients_without_guards_get_answers_that_fit(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, lab_server_config_default(fixture->folder));
    assert_true(run_clients(fixture, false) > 0);
    assert_left_in_order(fixture, false);
}

/* With both guards no order of calls makes the root go away. */
static void clients_with_guards_never_lose_the_root(void **state)
{
    struct fixture *fixture = *state;
    struct lab_server_config config = lab_server_config_default(fixture->folder);
    config.lab.guards = (struct guards){true, true};
    start(fixture, config);
    assert_true(run_clients(fixture, true) > 0);
    assert_left_in_order(fixture, true);
}

static struct lab_server_config with_background(const struct fixture *fixture)
{
    struct lab_server_config config = lab_server_config_default(fixture->folder);
    config.background = true;
    config.loops = (struct background_config){
        .planner_interval_s = 0.01, .deployer_interval_s = 0.002, .deployer_jitter_s = 0.004};
    config.lab.guards = (struct guards){true, true};
    return config;
}

static void clients_beside_the_background_never_lose_the_root(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, with_background(fixture));
    assert_true(run_clients(fixture, true) > 0);
    assert_left_in_order(fixture, true);
}

static void background_alone_makes_and_installs_plans(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, with_background(fixture));
    (void)usleep(400000);
    lab_server_stop(fixture->server);
    fixture->server = NULL;
    struct lab lab;
    fixture_open_lab(&lab, fixture->folder, (struct guards){false, false});
    assert_in_range(lab.planner.last_version, 5, 60);
    const struct record *root = wormhole53_find(&lab.zone, RECORD_ALIAS, LAB_ROOT_NAME);
    assert_non_null(root);
    assert_true(version_of_name(root->text) >= lab.planner.last_version - 3);
    /* 2 + min(plans / 3, 6) balancers of weight 90..120, where plans are those that were there before. */
    for (int64_t version = 1; version <= lab.planner.last_version; version++) {
        struct record **records;
        size_t count;
        bool exists;
        assert_int_equal(planner_read(&lab.store, version, &exists, &records, &count, NULL), OK);
        assert_true(exists);
        const int64_t more = (version - 1) / 3;
        assert_int_equal(records[0]->target_count, 2 + (more < 6 ? more : 6));
        for (size_t i = 0; i < records[0]->target_count; i++)
            assert_in_range(records[0]->targets[i].weight, 90, 120);
        record_unref_all(records, count);
    }
    /* Cleanup keeps the last three, the root, and rollback. */
    assert_in_range(lab.zone.count, 5, 3 + 5 * 9);
    lab_close(&lab);
}

static void stop_in_a_long_interval_does_not_wait_for_it(void **state)
{
    struct fixture *fixture = *state;
    struct lab_server_config config = with_background(fixture);
    config.loops = (struct background_config){
        .planner_interval_s = 1e15, .deployer_interval_s = 3600, .deployer_jitter_s = 3600};
    start(fixture, config);
    struct timespec before, after;
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    lab_server_stop(fixture->server);
    fixture->server = NULL;
    (void)clock_gettime(CLOCK_MONOTONIC, &after);
    assert_true(after.tv_sec - before.tv_sec < 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(clients_without_guards_get_answers_that_fit),
        TEST(clients_with_guards_never_lose_the_root),
        TEST(clients_beside_the_background_never_lose_the_root),
        TEST(background_alone_makes_and_installs_plans),
        TEST(stop_in_a_long_interval_does_not_wait_for_it),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const int failures = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failures;
}
