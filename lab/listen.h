/* SPDX-License-Identifier: Apache-2.0 */
/* A listening TCP socket. Any thread. */
#ifndef RACEWALK_LAB_LISTEN_H
#define RACEWALK_LAB_LISTEN_H

#include <stdbool.h>

#include "base/status.h"

#define LISTEN_HOST_SIZE 64

struct listener {
    int fd;
    int port;                    /* the one taken */
    char host[LISTEN_HOST_SIZE]; /* the address as in a URL */
    bool is_local;               /* a loopback address: no other machine reaches it */
};

/* Listens on the first of the host's addresses that can be bound; port 0 takes any free one. ERR_IO names
 * host, port and reason. The caller closes fd. */
enum status listen_on(const char *host, int port, struct listener *ret_listener,
                      struct error *err) WARN_UNUSED;

#endif
