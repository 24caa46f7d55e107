/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/server.h"

#include <pthread.h>

#include "base/memory.h"
#include "lab/api.h"
#include "lab/http.h"

struct lab_server {
    struct access access;
    pthread_mutex_t lock;
    struct lab lab; /* under lock once a thread runs */
    struct http_server *http;
    struct background *background; /* NULL without one */
};

struct lab_server_config lab_server_config_default(const char *base_dir)
{
    return (struct lab_server_config){
        .lab = {.base_dir = base_dir, .deployer_count = DEPLOYERS_DEFAULT},
        .host = LAB_HOST_DEFAULT,
        .port = 0,
        .loops = {.planner_interval_s = LAB_PLANNER_INTERVAL_S_DEFAULT,
                  .deployer_interval_s = LAB_DEPLOYER_INTERVAL_S_DEFAULT,
                  .deployer_jitter_s = LAB_DEPLOYER_JITTER_S_DEFAULT},
        .request_ms = LAB_REQUEST_MS_DEFAULT,
    };
}

static void handle(void *context, const struct api_request *request, struct api_answer *answer)
{
    struct lab_server *server = context;
    if (!access_check(&server->access, request, answer))
        return;
    (void)pthread_mutex_lock(&server->lock);
    api_handle(&server->lab, request, answer);
    (void)pthread_mutex_unlock(&server->lock);
}

enum status lab_server_start(const struct lab_server_config *config, struct lab_server **ret_server,
                             struct error *err)
{
    struct lab_server *server = mem_new(1, sizeof *server);
    if (server == NULL)
        return error_memory(err, sizeof *server);
    (void)pthread_mutex_init(&server->lock, NULL);
    enum status status = access_init(&server->access, config->host, &config->access, err);
    if (status == OK)
        status = lab_open(&server->lab, &config->lab, err);
    if (status != OK)
        goto free_server;
    const struct http_config http = {.host = config->host,
                                     .port = config->port,
                                     .request_ms = config->request_ms,
                                     .handle = handle,
                                     .context = server};
    status = http_server_start(&http, &server->http, err);
    if (status == OK && config->background) {
        status = background_start(&server->lab, &server->lock, &config->loops, &server->background, err);
        if (status != OK)
            http_server_stop(server->http);
    }
    if (status == OK) {
        *ret_server = server;
        return OK;
    }
    lab_close(&server->lab);
free_server:
    (void)pthread_mutex_destroy(&server->lock);
    mem_free(server);
    return status;
}

void lab_server_stop(struct lab_server *server)
{
    if (server == NULL)
        return;
    background_stop(server->background);
    http_server_stop(server->http);
    lab_close(&server->lab);
    (void)pthread_mutex_destroy(&server->lock);
    mem_free(server);
}

int lab_server_port(const struct lab_server *server)
{
    return http_server_port(server->http);
}

const char *lab_server_host(const struct lab_server *server)
{
    return http_server_host(server->http);
}

bool lab_server_is_local(const struct lab_server *server)
{
    return http_server_is_local(server->http);
}
