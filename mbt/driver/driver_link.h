/* SPDX-License-Identifier: Apache-2.0 */
/* The way to a driver: a process of our own, or a server that questions are posted to. Asks, takes the
 * answer apart, and says of what is wrong what the driver said last. Owner only. */
#ifndef RACEWALK_MBT_DRIVER_DRIVER_LINK_H
#define RACEWALK_MBT_DRIVER_DRIVER_LINK_H

#include "mbt/driver/driver_answer.h"
#include "mbt/driver/driver_process.h"
#include "mbt/http_client.h"
#include "mbt/system.h"

struct driver_link_options {
    const char *command;      /* of a driver that is started; or NULL */
    const char *url;          /* of one that runs; http://HOST[:PORT][/PATH] */
    struct http_options http; /* of the latter */
    int64_t answer_ms;        /* for a question and its whole answer */
};

struct driver_link; /* opaque */

/* Borrows the texts of the options until driver_link_close, copies the observer. ERR_USAGE when the URL is
 * none. */
enum status driver_link_open(const struct driver_link_options *options,
                             const struct system_observer *observer, struct driver_link **ret_link,
                             struct error *err) WARN_UNUSED;
/* NULL is fine. */
void driver_link_close(struct driver_link *link);

/* text is the question, a JSON object. The answer is the link's until it is asked again. ERR_IO when there is
 * none, or one that is not as it should be, or {"error": …}: then the link is of no use any more. */
enum status driver_link_ask(struct driver_link *link, enum driver_question question,
                            const struct buffer *text, struct driver_answer *ret_answer,
                            struct error *err) WARN_UNUSED;

#endif
