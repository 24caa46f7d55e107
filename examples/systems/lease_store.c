/* SPDX-License-Identifier: Apache-2.0 */
/* A store that is written to under a lease: a small real system for racewalk confirm (docs/systems.md).
 *
 *   lease_store [--port N] [--fencing]
 *
 * Listens on 127.0.0.1 and prints "lease_store: port N". A request is a line, and so is its answer:
 *
 *   acquire CLIENT           ok TERM             refused held by CLIENT
 *   renew CLIENT TERM        ok                  refused not held
 *   release CLIENT TERM      ok
 *   write CLIENT TERM VALUE  ok                  refused term 1 is older than 2 (only with --fencing)
 *   expire                   ok                  refused not held
 *   show                     ok TERM HELD WRITES HIGHEST STALE
 *   reset                    ok
 *
 * Without --fencing it takes a write of whoever says that it holds the lease: a client that was slow, and whose
 * lease has run out meanwhile, overwrites what another has written since. --fencing mends that: a write
 * carries its lease's term, and one that is older than a term which was seen is refused. One connection at a
 * time. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME_SIZE 32
#define LINE_SIZE 256

struct store {
    bool fencing;
    int64_t term;           /* of the last lease */
    char holder[NAME_SIZE]; /* empty: the lease is free */
    int64_t writes, value;
    int64_t highest; /* term of a write */
    bool stale;      /* a write of an older term came after one of a newer */
};

static void acquire(struct store *store, const char *client, FILE *out)
{
    if (store->holder[0] != '\0') {
        fprintf(out, "refused held by %s\n", store->holder);
        return;
    }
    (void)snprintf(store->holder, sizeof store->holder, "%s", client);
    fprintf(out, "ok %" PRId64 "\n", ++store->term);
}

/* The client holds the lease, and not only believes so. */
static bool holds(const struct store *store, const char *client, int64_t term)
{
    return strcmp(store->holder, client) == 0 && term == store->term;
}

static void write_value(struct store *store, int64_t term, int64_t value, FILE *out)
{
    if (store->fencing && term < store->highest) {
        fprintf(out, "refused term %" PRId64 " is older than %" PRId64 "\n", term, store->highest);
        return;
    }
    store->stale = store->stale || term < store->highest;
    store->highest = term > store->highest ? term : store->highest;
    store->value = value;
    store->writes++;
    fputs("ok\n", out);
}

static void end_lease(struct store *store, bool is_held, FILE *out)
{
    if (is_held)
        store->holder[0] = '\0';
    fputs(is_held ? "ok\n" : "refused not held\n", out);
}

static void answer(struct store *store, const char *line, FILE *out)
{
    char what[NAME_SIZE] = "", client[NAME_SIZE] = "";
    int64_t term = 0, value = 0;
    (void)sscanf(line, "%31s %31s %" SCNd64 " %" SCNd64, what, client, &term, &value);
    if (strcmp(what, "acquire") == 0) {
        acquire(store, client, out);
    } else if (strcmp(what, "renew") == 0) {
        fputs(holds(store, client, term) ? "ok\n" : "refused not held\n", out);
    } else if (strcmp(what, "release") == 0) {
        if (holds(store, client, term))
            store->holder[0] = '\0';
        fputs("ok\n", out);
    } else if (strcmp(what, "write") == 0) {
        write_value(store, term, value, out);
    } else if (strcmp(what, "expire") == 0) {
        end_lease(store, store->holder[0] != '\0', out);
    } else if (strcmp(what, "show") == 0) {
        fprintf(out, "ok %" PRId64 " %d %" PRId64 " %" PRId64 " %d\n", store->term, store->holder[0] != '\0',
                store->writes, store->highest, store->stale);
    } else if (strcmp(what, "reset") == 0) {
        *store = (struct store){.fencing = store->fencing};
        fputs("ok\n", out);
    } else {
        fprintf(out, "refused %s is no request\n", what);
    }
}

static int listen_at(int port, int *ret_port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        return -1;
    *ret_port = ntohs(address.sin_port);
    return listener;
}

static void serve(struct store *store, int connection)
{
    char line[LINE_SIZE];
    const int copy = dup(connection);
    FILE *in = fdopen(connection, "r"), *out = copy >= 0 ? fdopen(copy, "w") : NULL;
    while (in != NULL && out != NULL && fgets(line, sizeof line, in) != NULL) {
        answer(store, line, out);
        (void)fflush(out);
    }
    if (in != NULL)
        (void)fclose(in);
    if (out != NULL)
        (void)fclose(out);
}

int main(int argc, char **argv)
{
    struct store store = {.term = 0};
    int port = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--fencing") == 0)
            store.fencing = true;
        else if (strcmp(argv[i], "--port") == 0 && i + 1 < argc)
            port = atoi(argv[++i]);
    }
    const int listener = listen_at(port, &port);
    if (listener < 0) {
        perror("lease_store");
        return EXIT_FAILURE;
    }
    printf("lease_store: port %d\n", port);
    (void)fflush(stdout);
    for (int connection; (connection = accept(listener, NULL, NULL)) >= 0;)
        serve(&store, connection);
    return EXIT_FAILURE;
}
