/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded conversations with an independent implementation of the lab, held again with this one over real
 * sockets: status, headers, bodies, files on disk, restarts. */
#include "tests/unit/test_lab_talk.h"

#define GOLDEN TEST_DATA_DIR "/lab/"

struct talk {
    const char *file;
    int step;
    char *folder;
    struct lab_server *server;
    CURL *curl;
    struct reply reply;
};

#define talk_fails(talk, ...)                                         \
    do {                                                              \
        char why[8192];                                               \
        (void)snprintf(why, sizeof why, __VA_ARGS__);                 \
        fail_msg("%s, step %d: %s", (talk)->file, (talk)->step, why); \
    } while (0)

static void start(struct talk *talk)
{
    const struct lab_server_config config = lab_server_config_default(talk->folder);
    talk->server = client_start(&config);
}

static const char *text_of(const cJSON *step, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(step, key));
}

static cJSON *read_golden(const char *file)
{
    char *text = fixture_read(fixture_path(GOLDEN, file));
    if (text == NULL)
        fail_msg("cannot read %s", file);
    cJSON *tree = cJSON_Parse(text);
    assert_true(cJSON_IsArray(tree));
    mem_free(text);
    return tree;
}

static void send_step(struct talk *talk, const cJSON *step)
{
    const cJSON *body = cJSON_GetObjectItemCaseSensitive(step, "body");
    char *printed = cJSON_IsNull(body) ? NULL : cJSON_PrintUnformatted(body);
    const char *raw = text_of(step, "raw_body");
    const char *text = raw != NULL ? raw : printed;
    const char *type = raw != NULL    ? text_of(step, "request_content_type")
                       : text != NULL ? "application/json"
                                      : NULL;
    const CURLcode code = client_request(talk->curl, lab_server_port(talk->server), text_of(step, "method"),
                                         text_of(step, "path"), type, text, &talk->reply);
    cJSON_free(printed);
    if (code != CURLE_OK)
        talk_fails(talk, "%s", curl_easy_strerror(code));
    const double status = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(step, "status"));
    if (talk->reply.status != (long)status)
        talk_fails(talk, "status %ld instead of %ld: %s", talk->reply.status, (long)status,
                   talk->reply.body.text);
}

static void check_headers(struct talk *talk, const cJSON *step)
{
    const cJSON *wanted;
    cJSON_ArrayForEach(wanted, cJSON_GetObjectItemCaseSensitive(step, "response_headers"))
    {
        char value[512];
        const char *text = cJSON_GetStringValue(wanted);
        const char *place = strstr(text, "HOST:PORT");
        if (place != NULL)
            (void)snprintf(value, sizeof value, "%.*s127.0.0.1:%d%s", (int)(place - text), text,
                           lab_server_port(talk->server), place + strlen("HOST:PORT"));
        else
            (void)snprintf(value, sizeof value, "%s", text);
        struct curl_header *found;
        if (curl_easy_header(talk->curl, wanted->string, 0, CURLH_HEADER, -1, &found) != CURLHE_OK)
            talk_fails(talk, "no header %s", wanted->string);
        if (strcmp(found->value, value) != 0)
            talk_fails(talk, "%s: %s instead of %s", wanted->string, found->value, value);
    }
}

static void check_json(struct talk *talk, const char *text, const cJSON *wanted, const char *what)
{
    cJSON *tree = cJSON_ParseWithOpts(text, NULL, 1);
    if (tree == NULL || !cJSON_Compare(tree, wanted, 1)) {
        char *expected = cJSON_PrintUnformatted(wanted);
        talk_fails(talk, "%s: %s\ninstead of\n%s", what, text, expected);
    }
    cJSON_Delete(tree);
}

static void check_body(struct talk *talk, const cJSON *step)
{
    const char *body = talk->reply.body.text;
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(step, "response_json");
    if (json != NULL)
        check_json(talk, body, json, "answer");
    const char *text = text_of(step, "response_text");
    if (text != NULL && strcmp(text, body) != 0)
        talk_fails(talk, "\"%s\" instead of \"%s\"", body, text);
    const cJSON *part;
    cJSON_ArrayForEach(part, cJSON_GetObjectItemCaseSensitive(step, "contains"))
    {
        if (strstr(body, cJSON_GetStringValue(part)) == NULL)
            talk_fails(talk, "%s\nis not in\n%s", cJSON_GetStringValue(part), body);
    }
    cJSON_ArrayForEach(part, cJSON_GetObjectItemCaseSensitive(step, "not_contains"))
    {
        if (strstr(body, cJSON_GetStringValue(part)) != NULL)
            talk_fails(talk, "%s is in\n%s", cJSON_GetStringValue(part), body);
    }
}

/* The names in a folder must be keys of wanted, with this before them; returns how many there are. */
static int count_files(struct talk *talk, const char *path, const char *prefix, const cJSON *wanted)
{
    DIR *folder = opendir(path);
    assert_non_null(folder);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char key[512];
        (void)snprintf(key, sizeof key, "%s%s", prefix, entry->d_name);
        if (entry->d_name[0] == '.' || strcmp(key, "plans") == 0)
            continue;
        if (cJSON_GetObjectItemCaseSensitive(wanted, key) == NULL)
            talk_fails(talk, "there is a file %s", key);
        count++;
    }
    closedir(folder);
    return count;
}

static void check_disk(struct talk *talk, const cJSON *step)
{
    const cJSON *disk = cJSON_GetObjectItemCaseSensitive(step, "disk");
    if (disk == NULL)
        return;
    const cJSON *wanted;
    cJSON_ArrayForEach(wanted, disk)
    {
        char name[512];
        (void)snprintf(name, sizeof name, "s3-persistence/%s", wanted->string);
        char *text = fixture_read(fixture_path(talk->folder, name));
        if (text == NULL)
            talk_fails(talk, "no file %s", name);
        check_json(talk, text, wanted, name);
        mem_free(text);
    }
    const int count = count_files(talk, fixture_path(talk->folder, "s3-persistence"), "", disk) +
                      count_files(talk, fixture_path(talk->folder, "s3-persistence/plans"), "plans/", disk);
    assert_int_equal(count, cJSON_GetArraySize(disk));
}

static int set_up(void **state)
{
    struct talk *talk = mem_new(1, sizeof *talk);
    assert_non_null(talk);
    talk->folder = fixture_folder();
    talk->curl = curl_easy_init();
    assert_non_null(talk->curl);
    buffer_init(&talk->reply.body);
    start(talk);
    *state = talk;
    return 0;
}

static int tear_down(void **state)
{
    struct talk *talk = *state;
    lab_server_stop(talk->server);
    curl_easy_cleanup(talk->curl);
    buffer_release(&talk->reply.body);
    fixture_remove(talk->folder);
    mem_free(talk);
    return 0;
}

static void hold(struct talk *talk, const char *file)
{
    cJSON *steps = read_golden(file);
    talk->file = file;
    talk->step = 0;
    const cJSON *step;
    cJSON_ArrayForEach(step, steps)
    {
        if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(step, "restart_before"))) {
            lab_server_stop(talk->server);
            start(talk);
        }
        send_step(talk, step);
        check_headers(talk, step);
        check_body(talk, step);
        check_disk(talk, step);
        talk->step++;
    }
    assert_true(talk->step > 0);
    cJSON_Delete(steps);
}

#define CONVERSATIONS(X)           \
    X(s01_empty_system)            \
    X(s02_default_plan_deploy)     \
    X(s03_several_lbs)             \
    X(s05_resolve_names)           \
    X(s06_outage_prompt)           \
    X(s07_lock_cas_stale_view)     \
    X(s09_deploy_without_any_sync) \
    X(s10_redeploy_keeps_rollback) \
    X(s12_cleanup_keep_1)          \
    X(s12_cleanup_keep_100)        \
    X(s12_cleanup_keep_3)          \
    X(s14_idle)                    \
    X(s15_sync_responses)          \
    X(s16_reset_in_the_middle)     \
    X(s18_unknown_deployer)        \
    X(s23_methods_and_paths)       \
    X(s24_restart_persistence)

#define HOLD(name)                                 \
    static void hold_##name##_agrees(void **state) \
    {                                              \
        hold(*state, #name ".json");               \
    }
CONVERSATIONS(HOLD)

/* Each is refused with a list of complaints, and nothing has changed. */
static void refuse_wrong_bodies_changes_nothing(void **state)
{
    struct talk *talk = *state;
    cJSON *steps = read_golden("errors.json");
    talk->file = "errors.json";
    const cJSON *step;
    cJSON_ArrayForEach(step, steps)
    {
        send_step(talk, step);
        cJSON *answer = cJSON_ParseWithOpts(talk->reply.body.text, NULL, 1);
        const cJSON *details = cJSON_GetObjectItemCaseSensitive(answer, "detail"), *detail;
        assert_true(cJSON_GetArraySize(details) > 0);
        cJSON_ArrayForEach(detail, details)
        {
            assert_true(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(detail, "type")));
            assert_true(cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(detail, "loc")));
            assert_true(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(detail, "msg")));
        }
        cJSON_Delete(answer);
        cJSON *nothing = cJSON_Parse("{\"disk\": {\"current_dns_zone.json\": []}}");
        check_disk(talk, nothing);
        cJSON_Delete(nothing);
        talk->step++;
    }
    assert_int_equal(talk->step, 18);
    cJSON_Delete(steps);
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(hold_##name##_agrees, set_up, tear_down),
    const struct CMUnitTest tests[] = {
        CONVERSATIONS(ROW)
            cmocka_unit_test_setup_teardown(refuse_wrong_bodies_changes_nothing, set_up, tear_down),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const int failures = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failures;
}
