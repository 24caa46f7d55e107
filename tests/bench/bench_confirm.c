/* How fast traces are confirmed on a lab: actions and requests a second, over one connection.
 *
 * bench_confirm PROGRAM FILE [SECONDS]: starts PROGRAM's lab and confirms the file's traces again and again.
 * The traces are read before; their replay on the model is measured by itself, too, since confirm_trace
 * begins with it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/stop.h"
#include "mbt/confirm.h"
#include "mbt/lab_process.h"
#include "model/dns_balancer.h"

#define TRACES_MAX 64

static struct itf_trace traces[TRACES_MAX];

static enum status read_traces(const char *path, size_t *ret_count, struct error *err)
{
    struct itf_reader *reader = NULL;
    bool found = true;
    size_t count = 0;
    enum status status = itf_reader_open(path, &dns_balancer, &reader, err);
    while (status == OK && found && count < TRACES_MAX) {
        itf_trace_init(&traces[count]);
        status = itf_reader_next(reader, &traces[count], &found, err);
        count += found;
    }
    itf_reader_close(reader);
    *ret_count = count;
    return status;
}

static enum status measure(struct lab_client *client, struct confirm *confirm, size_t count, double seconds,
                           struct error *err)
{
    struct confirm_result result;
    enum status status = OK;
    size_t actions = 0, replays = 0, violation;
    double start = clock_seconds();
    for (; status == OK && clock_seconds() - start < seconds / 4; replays++)
        status = confirm_check(&dns_balancer, &traces[replays % count], &violation, err);
    const double replay_s = (clock_seconds() - start) / (double)replays;
    const uint64_t requests_before = lab_client_requests(client);
    size_t rounds = 0;
    confirm_result_init(&result);
    start = clock_seconds();
    for (; status == OK && clock_seconds() - start < seconds; rounds++) {
        status = confirm_trace(confirm, &traces[rounds % count], &result, err);
        actions += result.actions;
    }
    const double elapsed = clock_seconds() - start;
    const double requests = (double)(lab_client_requests(client) - requests_before);
    printf("%zu traces, %zu actions, %.0f requests in %.2f s: %.0f actions/s, %.0f requests/s\n", rounds,
           actions, requests, elapsed, (double)actions / elapsed, requests / elapsed);
    printf("without the replay on the model (%.0f us a trace): %.0f actions/s\n", replay_s * 1e6,
           (double)actions / (elapsed - replay_s * (double)rounds));
    confirm_result_release(&result);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: bench_confirm PROGRAM FILE [SECONDS]\n");
        return EXIT_USAGE;
    }
    const struct lab_process_options lab = {.program = argv[1], .deployers = DNS_DEPLOYERS_MAX};
    const struct confirm_options options = {.watch = CONFIRM_WATCH_PROPERTY};
    struct lab_process *process = NULL;
    struct lab_client *client = NULL;
    struct confirm *confirm = NULL;
    struct error err = {{0}};
    size_t count = 0;
    enum status status = read_traces(argv[2], &count, &err);
    if (status == OK && count == 0)
        status = error_set(&err, ERR_DATA, "%s has no traces", argv[2]);
    if (status == OK)
        status = lab_process_start(&lab, &process, &err);
    if (status == OK)
        status = lab_client_new(lab_process_url(process), NULL, &client, &err);
    if (status == OK)
        status = confirm_new(&dns_balancer, client, &options, &confirm, &err);
    if (status == OK)
        status = measure(client, confirm, count, argc > 3 ? strtod(argv[3], NULL) : 3.0, &err);
    if (status != OK)
        fprintf(stderr, "%s\n", err.text);
    confirm_free(confirm);
    lab_client_free(client);
    lab_process_stop(process);
    for (size_t i = 0; i < TRACES_MAX; i++)
        itf_trace_release(&traces[i]);
    return (int)status_exit_code(status);
}
