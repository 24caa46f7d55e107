/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A listening socket on this address, or -1 with errno set. */
static int try_address(const struct addrinfo *address)
{
    const int fd =
        socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->ai_protocol);
    if (fd < 0)
        return -1;
    /* A server that was just stopped leaves connections in TIME_WAIT, which would hold the port. */
    const int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    const int reason = errno;
    (void)close(fd);
    errno = reason;
    return -1;
}

static bool is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET)
        return ((const unsigned char *)&((const struct sockaddr_in *)address)->sin_addr)[0] == 127;
    const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(six) || (IN6_IS_ADDR_V4MAPPED(six) && six->s6_addr[12] == 127);
}

static enum status describe(struct listener *listener, struct error *err)
{
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    char host[LISTEN_HOST_SIZE - 2], port[16];
    if (getsockname(listener->fd, (struct sockaddr *)&bound, &size) != 0 ||
        getnameinfo((struct sockaddr *)&bound, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return error_set(err, ERR_IO, "cannot tell the address that was taken: %s", strerror(errno));
    (void)snprintf(listener->host, sizeof listener->host, bound.ss_family == AF_INET6 ? "[%s]" : "%s", host);
    listener->is_local = is_loopback(&bound);
    listener->port = 0;
    for (const char *digit = port; *digit != '\0'; digit++)
        listener->port = listener->port * 10 + (*digit - '0');
    return OK;
}

enum status listen_on(const char *host, int port, struct listener *ret_listener, struct error *err)
{
    char service[16];
    (void)snprintf(service, sizeof service, "%d", port);
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *addresses;
    const int failure = getaddrinfo(host, service, &hints, &addresses);
    if (failure != 0)
        return error_set(err, ERR_IO, "--host %s: %s", host, gai_strerror(failure));
    struct listener listener = {.fd = -1};
    int reason = 0;
    for (const struct addrinfo *a = addresses; a != NULL && listener.fd < 0; a = a->ai_next) {
        listener.fd = try_address(a);
        if (listener.fd < 0)
            reason = errno;
    }
    freeaddrinfo(addresses);
    if (listener.fd < 0)
        return error_set(err, ERR_IO, "cannot listen on %s port %d: %s%s", host, port, strerror(reason),
                         reason == EADDRINUSE ? "; --port 0 takes a free one" : "");
    const enum status status = describe(&listener, err);
    if (status != OK) {
        (void)close(listener.fd);
        return status;
    }
    *ret_listener = listener;
    return OK;
}
