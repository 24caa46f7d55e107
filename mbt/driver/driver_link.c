/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/driver/driver_link.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/plain.h"

enum { EXCERPT_MAX = 160 };

struct driver_link {
    struct system_observer observer;
    struct driver_process *process; /* or */
    struct http_client *client;
    const char *path; /* of the client's requests */
    struct http_answer http;
    struct buffer answer;
    struct driver_reader *reader;
};

/* The URL without its path, which is behind the host. */
static enum status open_client(struct driver_link *link, const struct driver_link_options *options,
                               struct error *err)
{
    char base[HTTP_URL_MAX];
    const char *url = options->url, *mark = strstr(url, "://");
    const char *path = strchr(mark != NULL ? mark + 3 : url, '/');
    const size_t length = path != NULL ? (size_t)(path - url) : strlen(url);
    struct http_options http = options->http;
    if (length >= sizeof base)
        return error_set(err, ERR_USAGE, "--driver-url is longer than %d bytes", HTTP_URL_MAX - 1);
    memcpy(base, url, length);
    base[length] = '\0';
    link->path = path != NULL ? path : "/";
    http.request_ms = (long)options->answer_ms;
    http.answer_max = DRIVER_ANSWER_MAX;
    return http_client_new(base, &http, &link->client, err);
}

enum status driver_link_open(const struct driver_link_options *options,
                             const struct system_observer *observer, struct driver_link **ret_link,
                             struct error *err)
{
    struct driver_link *link = mem_new(1, sizeof *link);
    if (link == NULL)
        return error_memory(err, sizeof *link);
    link->observer = *observer;
    buffer_init(&link->answer);
    http_answer_init(&link->http);
    const struct driver_process_options process = {.command = options->command,
                                                   .answer_ms = options->answer_ms,
                                                   .answer_max = DRIVER_ANSWER_MAX,
                                                   .on_words = observer->on_words,
                                                   .user = observer->user};
    enum status status = driver_reader_new(&link->reader, err);
    if (status == OK)
        status = options->command != NULL ? driver_process_start(&process, &link->process, err)
                                          : open_client(link, options, err);
    if (status != OK) {
        driver_link_close(link);
        return status;
    }
    *ret_link = link;
    return OK;
}

void driver_link_close(struct driver_link *link)
{
    if (link == NULL)
        return;
    driver_process_stop(link->process);
    http_client_free(link->client);
    http_answer_release(&link->http);
    driver_reader_free(link->reader);
    buffer_release(&link->answer);
    mem_free(link);
}

static enum status ask_server(struct driver_link *link, const struct buffer *text, struct error *err)
{
    const struct http_request request = {.method = "POST", .path = link->path, .body = text->text};
    char shown[HTTP_EXCERPT_SIZE];
    const enum status status = http_client_request(link->client, &request, &link->http, err);
    if (status != OK)
        return status == ERR_DATA ? ERR_IO : status;
    if (!http_answer_is_success(&link->http))
        return error_set(err, ERR_IO, "%s: POST %s answered %d %s", http_client_url(link->client), link->path,
                         link->http.status, http_answer_excerpt(&link->http, shown));
    buffer_clear(&link->answer);
    buffer_append(&link->answer, link->http.text.text, link->http.text.length);
    return buffer_status(&link->answer, err);
}

/* What is wrong with an answer, and the answer. */
static enum status refuse_answer(struct driver_link *link, const char *wrong, struct error *err)
{
    struct buffer text;
    char excerpt[EXCERPT_MAX + 1];
    (void)snprintf(excerpt, sizeof excerpt, "%s", link->answer.text);
    buffer_init_limited(&text, ERROR_TEXT_MAX);
    buffer_string(&text, wrong);
    if (link->process != NULL) {
        driver_process_tell_last(link->process, &text);
    } else {
        buffer_string(&text, "; it said last: ");
        buffer_plain(&text, excerpt);
    }
    (void)error_set(err, ERR_IO, "%s", text.text);
    buffer_release(&text);
    return ERR_IO;
}

enum status driver_link_ask(struct driver_link *link, enum driver_question question,
                            const struct buffer *text, struct driver_answer *ret_answer, struct error *err)
{
    struct error reason = {{0}};
    char wrong[ERROR_TEXT_MAX];
    enum status status = buffer_status(text, err);
    if (status == OK)
        status = link->process != NULL
                     ? driver_process_ask(link->process, text->text, text->length, &link->answer, err)
                     : ask_server(link, text, err);
    if (status != OK)
        return error_prefix(err, status, "%s: ", driver_question_name(question));
    if (link->observer.on_call != NULL)
        link->observer.on_call(link->observer.user, text->text, link->answer.text);
    status = driver_reader_read(link->reader, question, link->answer.text, link->answer.length, ret_answer,
                                &reason);
    if (status == ERR_DATA) {
        (void)snprintf(wrong, sizeof wrong, "%s: the driver's answer is wrong: %.600s",
                       driver_question_name(question), reason.text);
        return refuse_answer(link, wrong, err);
    }
    if (status == OK && ret_answer->reply == DRIVER_ERROR) {
        (void)snprintf(wrong, sizeof wrong, "%s: the driver reports an error: %.600s",
                       driver_question_name(question), ret_answer->why);
        return refuse_answer(link, wrong, err);
    }
    return status == OK ? OK : error_set(err, status, "%s", reason.text);
}
