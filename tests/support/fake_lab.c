/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/fake_lab.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/server.h"
#include "mbt/http_client.h"
#include "tests/support/cmocka_all.h"
#include "tests/unit/test_lab_fixture.h"

#define URL_SIZE     64
#define BODY_SIZE    4096
#define LIES_MAX     8
#define TEXT_AS_JSON "application/json"

struct test_lab {
    char *folder;
    struct lab_server *server;
    char url[URL_SIZE];
};

struct test_lab *test_lab_start(struct guards guards, size_t deployers)
{
    struct test_lab *lab = mem_new(1, sizeof *lab);
    struct error err = {{0}};
    assert_non_null(lab);
    lab->folder = fixture_folder();
    struct lab_server_config config = lab_server_config_default(lab->folder);
    config.lab.guards = guards;
    config.lab.deployer_count = deployers;
    if (lab_server_start(&config, &lab->server, &err) != OK)
        fail_msg("%s", err.text);
    (void)snprintf(lab->url, sizeof lab->url, "http://127.0.0.1:%d", lab_server_port(lab->server));
    return lab;
}

void test_lab_stop(struct test_lab *lab)
{
    lab_server_stop(lab->server);
    fixture_remove(lab->folder);
    mem_free(lab);
}

const char *test_lab_url(const struct test_lab *lab)
{
    return lab->url;
}

/* One thread serves all connections of a proxy, so that its fields need no lock. */
struct lying_lab {
    struct MHD_Daemon *daemon;
    struct http_client *client;
    struct http_answer truth; /* the lab's last */
    const struct lie *lies;
    size_t lie_count;
    size_t seen[LIES_MAX]; /* requests that match each lie's path */
    char url[URL_SIZE];
};

/* A request on its way through the proxy. */
struct relay {
    char body[BODY_SIZE];
    size_t length;
};

static const struct lie *find_lie(struct lying_lab *lab, const char *path)
{
    const struct lie *found = NULL;
    for (size_t i = 0; i < lab->lie_count; i++) {
        const size_t length = strlen(path), end = strlen(lab->lies[i].path_end);
        if (length < end || strcmp(path + length - end, lab->lies[i].path_end) != 0)
            continue;
        lab->seen[i]++;
        if (lab->lies[i].nth == LIE_EVERY || lab->lies[i].nth == lab->seen[i])
            found = &lab->lies[i];
    }
    return found;
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *text)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback(strlen(text), mem_copy_string(text), mem_free);
    if (response == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, TEXT_AS_JSON);
    const enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result handle(void *user, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **context)
{
    struct lying_lab *lab = user;
    struct relay *relay = *context;
    (void)version;
    if (relay == NULL) {
        *context = mem_new(1, sizeof *relay);
        return *context != NULL ? MHD_YES : MHD_NO;
    }
    if (*size > 0) {
        if (*size >= sizeof relay->body - relay->length)
            return MHD_NO;
        memcpy(relay->body + relay->length, data, *size);
        relay->length += *size;
        *size = 0;
        return MHD_YES;
    }
    const struct lie *lie = find_lie(lab, path);
    struct error err;
    const struct http_request request = {
        .method = method, .path = path, .body = relay->length > 0 ? relay->body : NULL};
    if ((lie == NULL || lie->asks_lab) && http_client_request(lab->client, &request, &lab->truth, &err) != OK)
        return MHD_NO;
    if (lie == NULL)
        return answer(connection, (unsigned)lab->truth.status, lab->truth.text.text);
    return lie->status == 0 ? MHD_NO : answer(connection, lie->status, lie->text);
}

static void complete(void *user, struct MHD_Connection *connection, void **context,
                     enum MHD_RequestTerminationCode code)
{
    (void)user;
    (void)connection;
    (void)code;
    mem_free(*context);
    *context = NULL;
}

struct lying_lab *lying_lab_start(const char *lab_url, const struct lie *lies, size_t lie_count)
{
    struct lying_lab *lab = mem_new(1, sizeof *lab);
    struct error err = {{0}};
    assert_non_null(lab);
    assert_true(lie_count <= LIES_MAX);
    http_answer_init(&lab->truth);
    lab->lies = lies;
    lab->lie_count = lie_count;
    assert_int_equal(http_client_new(lab_url, NULL, &lab->client, &err), OK);
    lab->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle, lab,
                                   MHD_OPTION_NOTIFY_COMPLETED, complete, NULL, MHD_OPTION_END);
    assert_non_null(lab->daemon);
    (void)snprintf(lab->url, sizeof lab->url, "http://127.0.0.1:%d",
                   MHD_get_daemon_info(lab->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    return lab;
}

void lying_lab_stop(struct lying_lab *lab)
{
    MHD_stop_daemon(lab->daemon);
    http_client_free(lab->client);
    http_answer_release(&lab->truth);
    mem_free(lab);
}

const char *lying_lab_url(const struct lying_lab *lab)
{
    return lab->url;
}
