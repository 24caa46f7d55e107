/* SPDX-License-Identifier: Apache-2.0 */
/* Many connections at once: those that say nothing keep nobody out for long, and no address has all places.
 */
#include "tests/unit/test_lab_talk.h"

#include "base/stop.h"
#include "lab/watchdog.h"

#define REQUEST    "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define REQUEST_MS 20000 /* longer than any of this takes */

struct fixture {
    char *folder;
    struct lab_server *server;
    int fds[WATCHDOG_CONNECTIONS_MAX];
    size_t count;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_new(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->folder = fixture_folder();
    struct lab_server_config config = lab_server_config_default(fixture->folder);
    config.request_ms = REQUEST_MS;
    fixture->server = client_start(&config);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < fixture->count; i++)
        (void)close(fixture->fds[i]);
    lab_server_stop(fixture->server);
    fixture_remove(fixture->folder);
    mem_free(fixture);
    return 0;
}

/* A connection from 127.0.0.LAST. */
static int connect_from(struct fixture *fixture, int last)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0 && fixture->count < WATCHDOG_CONNECTIONS_MAX);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)last - 1)};
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)lab_server_port(fixture->server));
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    fixture->fds[fixture->count++] = fd;
    return fd;
}

/* The status of an answer; 0 when the server hangs up without one. */
static int ask(int fd)
{
    client_say(fd, REQUEST);
    int status = 0;
    (void)sscanf(client_hear(fd, "}", 2000), "HTTP/1.1 %d ", &status);
    return status;
}

/* Seconds until a new client of this address is served. */
static double time_until_served(struct fixture *fixture, int last)
{
    const double start = clock_seconds();
    while (ask(connect_from(fixture, last)) != 200) {
        assert_true(clock_seconds() - start < 8.0);
        (void)close(fixture->fds[--fixture->count]);
        (void)usleep(50000);
    }
    return clock_seconds() - start;
}

static void connections_that_say_nothing_make_room(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 80; i++) /* from the same address as the client that comes after */
        (void)connect_from(fixture, 1);
    assert_true(time_until_served(fixture, 1) < 8.0);
}

static void connections_that_dribble_make_room(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < 80; i++)
        client_say(connect_from(fixture, 1), i % 2 == 0 ? "GET /hea" : "GET /health HTTP/1.1\r\nX: y");
    assert_true(time_until_served(fixture, 1) < 8.0);
}

/* Clients that do send their requests keep their connections as long as there are places. */
static void connections_in_use_are_left_alone(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < WATCHDOG_ADDRESS_MAX - 1; i++)
        assert_int_equal(ask(connect_from(fixture, 1)), 200);
    (void)usleep(2 * WATCHDOG_PATIENCE_MS * 1000);
    for (size_t i = 0; i < WATCHDOG_ADDRESS_MAX - 1; i++)
        assert_int_equal(ask(fixture->fds[i]), 200);
}

/* What clients of an address that has all its places meet. */
struct met {
    int told, hung_up_on, other_address, one_served, one_in_place_of_another; /* statuses */
    bool in_json;
};

static struct met fill_address(struct fixture *fixture)
{
    struct met met;
    for (size_t i = 0; i < WATCHDOG_ADDRESS_MAX; i++)
        (void)ask(connect_from(fixture, 2));
    const int surplus = connect_from(fixture, 2);
    client_say(surplus, REQUEST);
    const char *heard = client_hear(surplus, NULL, 500);
    met.told = 0;
    (void)sscanf(heard, "HTTP/1.1 %d ", &met.told);
    met.in_json = strstr(heard, "\r\nConnection: close\r\n") != NULL &&
                  strstr(heard, "{\"detail\": \"Too Many Connections\"}") != NULL;
    for (size_t i = 0; i < WATCHDOG_SURPLUS_MAX; i++)
        (void)connect_from(fixture, 2);
    met.hung_up_on = ask(connect_from(fixture, 2));
    met.other_address = ask(connect_from(fixture, 3));
    met.one_served = ask(fixture->fds[7]);
    while (fixture->count > WATCHDOG_ADDRESS_MAX - 1)
        (void)close(fixture->fds[--fixture->count]);
    (void)usleep(20000); /* until the server has noticed */
    met.one_in_place_of_another = ask(connect_from(fixture, 2));
    return met;
}

/* More than its share is told so, then hung up on; another address notices nothing; and a connection that
 * ends makes room. On a slow machine it is tried again: after a while those that say nothing are closed. */
static void address_with_too_many_connections_is_told_so(void **state)
{
    struct fixture *fixture = *state;
    for (int tries = 0; tries < 20; tries++) {
        const double start = clock_seconds();
        const struct met met = fill_address(fixture);
        while (fixture->count > 0)
            (void)close(fixture->fds[--fixture->count]);
        if (clock_seconds() - start < 0.9e-3 * WATCHDOG_PATIENCE_MS) {
            assert_int_equal(met.told, 503);
            assert_true(met.in_json);
            assert_int_equal(met.hung_up_on, 0);
            assert_int_equal(met.other_address, 200);
            assert_int_equal(met.one_served, 200);
            assert_int_equal(met.one_in_place_of_another, 200);
            return;
        }
        (void)usleep(50000);
    }
    fail_msg("the machine is too slow for this test");
}

/* IPv6 clients have a whole network of addresses each; an IPv4 one is itself in both families. */
static void addresses_count_by_network(void **state)
{
    (void)state;
    static const struct {
        const char *one, *two;
        bool same;
    } cases[] = {
        {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
        {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
        {"::ffff:192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t addresses[2];
        for (size_t side = 0; side < 2; side++) {
            const char *text = side == 0 ? cases[i].one : cases[i].two;
            struct sockaddr_in four = {.sin_family = AF_INET};
            struct sockaddr_in6 six = {.sin6_family = AF_INET6};
            const bool is_six = inet_pton(AF_INET6, text, &six.sin6_addr) == 1;
            assert_true(is_six || inet_pton(AF_INET, text, &four.sin_addr) == 1);
            addresses[side] =
                watchdog_address(is_six ? (const struct sockaddr *)&six : (const struct sockaddr *)&four);
        }
        assert_int_equal(addresses[0] == addresses[1], cases[i].same);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(connections_that_say_nothing_make_room), TEST(connections_that_dribble_make_room),
        TEST(connections_in_use_are_left_alone),      TEST(address_with_too_many_connections_is_told_so),
        cmocka_unit_test(addresses_count_by_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
