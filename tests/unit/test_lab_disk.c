/* SPDX-License-Identifier: Apache-2.0 */
/* Disks that fail, and folders in which others have put things: a call that cannot write is a 500 with the
 * reason and has changed nothing, neither in memory nor on disk; and only regular files of the lab's own
 * names are ever opened, written over or deleted.
 *
 * The disks are real: small tmpfs mounts in a user namespace of the test's own. Where there are no such
 * namespaces, these tests are skipped. */
#define _GNU_SOURCE

#include "tests/unit/test_lab_talk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define DISK      "disk" /* where the tmpfs is mounted, below the test's folder */
#define ZONE_FILE "s3-persistence/current_dns_zone.json"
#define PLANS     "s3-persistence/plans/"

/* While this is set, no folder can be flushed. */
static bool folders_resist;

/* Takes the place of libc's in this program. */
int fsync(int fd)
{
    struct stat found;
    if (folders_resist && fstat(fd, &found) == 0 && S_ISDIR(found.st_mode)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

static bool has_own_mounts;

static bool write_to(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        (void)close(fd);
    return done;
}

/* A user namespace in which this process may mount. */
static bool enter_own_mounts(void)
{
    char user[64], group[64];
    (void)snprintf(user, sizeof user, "0 %u 1", (unsigned)geteuid());
    (void)snprintf(group, sizeof group, "0 %u 1", (unsigned)getegid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_to("/proc/self/uid_map", user) &&
           write_to("/proc/self/setgroups", "deny") && write_to("/proc/self/gid_map", group);
}

/* A process that gets only half of it is of no use any more, so that a child tries first. Before any thread.
 */
static void take_own_mounts(void)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(enter_own_mounts() && mount("none", "/tmp", "tmpfs", 0, "size=256k") == 0 ? 0 : 1);
    int outcome;
    has_own_mounts = waitpid(child, &outcome, 0) == child && outcome == 0 && enter_own_mounts();
}

/* From here on permissions count, whoever runs the test. */
static void give_up_privileges(void)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &head, data) == 0) {
        data[0].effective &= ~((1U << CAP_DAC_OVERRIDE) | (1U << CAP_DAC_READ_SEARCH));
        (void)syscall(SYS_capset, &head, data);
    }
}

struct fixture {
    char *folder;
    char *base; /* of the lab */
    bool mounted;
    struct lab_server *server;
    CURL *curl;
    struct reply reply;
};

static struct fixture *new_fixture(void **state, const char *base)
{
    struct fixture *fixture = mem_new(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->folder = fixture_folder();
    fixture->base = mem_copy_string(fixture_path(fixture->folder, base));
    fixture->curl = curl_easy_init();
    assert_non_null(fixture->curl);
    buffer_init(&fixture->reply.body);
    *state = fixture;
    return fixture;
}

static void start(struct fixture *fixture, bool durable)
{
    struct lab_server_config config = lab_server_config_default(fixture->base);
    config.lab.durable = durable;
    fixture->server = client_start(&config);
}

static int set_up(void **state)
{
    start(new_fixture(state, "plain"), false);
    return 0;
}

static int set_up_durable(void **state)
{
    start(new_fixture(state, "plain"), true);
    return 0;
}

static int set_up_disk(void **state)
{
    struct fixture *fixture = new_fixture(state, DISK);
    if (mkdir(fixture->base, 0700) == 0 && has_own_mounts &&
        mount("none", fixture->base, "tmpfs", 0, "size=256k") == 0) {
        fixture->mounted = true;
        start(fixture, false);
    }
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    lab_server_stop(fixture->server);
    if (fixture->mounted)
        assert_int_equal(umount2(fixture->base, MNT_DETACH), 0);
    curl_easy_cleanup(fixture->curl);
    buffer_release(&fixture->reply.body);
    mem_free(fixture->base);
    fixture_remove(fixture->folder);
    mem_free(fixture);
    return 0;
}

#define need_own_mounts(fixture) \
    do {                         \
        if (!(fixture)->mounted) \
            skip();              \
    } while (0)

/* The body of an answer that must have this status. Good until the next call. */
static const char *call(struct fixture *fixture, const char *path, const char *text, long status)
{
    const CURLcode code = client_request(fixture->curl, lab_server_port(fixture->server), "POST", path,
                                         text != NULL ? "application/json" : NULL, text, &fixture->reply);
    if (code != CURLE_OK)
        fail_msg("%s: %s", path, curl_easy_strerror(code));
    if (fixture->reply.status != status)
        fail_msg("%s: status %ld instead of %ld: %s", path, fixture->reply.status, status,
                 fixture->reply.body.text);
    return fixture->reply.body.text;
}

#define GENERATE  "/mbt/planner/generate"
#define A(action) "/mbt/deployers/deployer-a/" action

/* Two plans, and root at the first; deployer-a's view is fresh, and a clean-up of its would delete that plan.
 */
static void prepare(struct fixture *fixture)
{
    (void)call(fixture, GENERATE, NULL, 200);
    (void)call(fixture, GENERATE, NULL, 200);
    (void)call(fixture, A("deploy"), NULL, 200);
    (void)call(fixture, A("sync"), NULL, 200);
}

static char *zone_on_disk(struct fixture *fixture)
{
    char *text = fixture_read(fixture_path(fixture->base, ZONE_FILE));
    assert_non_null(text);
    return text;
}

static bool exists(struct fixture *fixture, const char *name)
{
    struct stat found;
    return lstat(fixture_path(fixture->base, name), &found) == 0;
}

/* Every call that writes is a 500 that gives this reason, and the zone on disk stays. */
static void assert_nothing_can_be_written(struct fixture *fixture, const char *reason)
{
    static const struct {
        const char *path, *body;
    } calls[] = {
        {GENERATE, NULL},         {A("deploy"), NULL},
        {A("deploy"), NULL},      {A("cleanup"), "{\"keep_last_n\": 0}"},
        {"/mbt/seed-init", NULL}, {"/mbt/reset", NULL},
    };
    char *before = zone_on_disk(fixture);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        const char *answer = call(fixture, calls[i].path, calls[i].body, 500);
        assert_contains(answer, "{\"detail\": \"cannot write ");
        assert_contains(answer, reason);
    }
    char *after = zone_on_disk(fixture);
    assert_string_equal(after, before);
    assert_false(exists(fixture, ZONE_FILE ".tmp"));
    assert_false(exists(fixture, PLANS "plan-003.json"));
    assert_false(exists(fixture, PLANS "plan-003.json.tmp"));
    mem_free(before);
    mem_free(after);
}

/* All goes on where it was before the disk failed: its epoch, too, has not been used up. */
static void assert_goes_on(struct fixture *fixture)
{
    assert_contains(call(fixture, A("sync"), NULL, 200), "\"value\": \"deployer-a 1\"");
    assert_contains(call(fixture, GENERATE, NULL, 200), "{\"version\": 3, ");
    assert_string_equal(call(fixture, A("deploy"), NULL, 200),
                        "{\"ok\": true, \"message\": \"installed\", \"version\": 2}");
    assert_contains(call(fixture, A("sync"), NULL, 200), "\"value\": \"deployer-a 2\"");
    assert_string_equal(call(fixture, A("cleanup"), "{\"keep_last_n\": 0}", 200),
                        "{\"ok\": true, \"deleted_versions\": [1, 2]}");
}

static void calls_on_a_full_disk_say_so_and_change_nothing(void **state)
{
    struct fixture *fixture = *state;
    need_own_mounts(fixture);
    prepare(fixture);
    const int filler = open(fixture_path(fixture->base, "filler"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(filler >= 0);
    char block[4096];
    memset(block, 'x', sizeof block);
    while (write(filler, block, sizeof block) > 0)
        continue;
    assert_int_equal(errno, ENOSPC);
    (void)close(filler);
    assert_nothing_can_be_written(fixture, ": No space left on device\"}");
    assert_int_equal(unlink(fixture_path(fixture->base, "filler")), 0);
    assert_goes_on(fixture);
}

static void calls_on_a_read_only_disk_say_so_and_change_nothing(void **state)
{
    struct fixture *fixture = *state;
    need_own_mounts(fixture);
    prepare(fixture);
    assert_int_equal(mount("none", fixture->base, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_nothing_can_be_written(fixture, ": Read-only file system\"}");
    /* A lab that starts on such a disk can be looked at. */
    lab_server_stop(fixture->server);
    start(fixture, false);
    assert_contains(call(fixture, A("sync"), NULL, 200), "\"value\": \"plan-001.cdb.acme\"");
    assert_contains(call(fixture, GENERATE, NULL, 500), ": Read-only file system\"}");
    lab_server_stop(fixture->server);
    fixture->server = NULL;
    assert_int_equal(mount("none", fixture->base, NULL, MS_REMOUNT, NULL), 0);
}

static void set_modes(struct fixture *fixture, mode_t folder, mode_t plans)
{
    assert_int_equal(chmod(fixture_path(fixture->base, "s3-persistence/plans"), plans), 0);
    assert_int_equal(chmod(fixture_path(fixture->base, "s3-persistence"), folder), 0);
}

static void calls_in_a_folder_of_others_say_so_and_change_nothing(void **state)
{
    struct fixture *fixture = *state;
    prepare(fixture);
    set_modes(fixture, 0555, 0555);
    assert_nothing_can_be_written(fixture, ": Permission denied\"}");
    set_modes(fixture, 0755, 0755);
    assert_goes_on(fixture);
}

/* The zone can be emptied and the plans cannot: what is in memory is what is on disk. */
static void reset_that_ends_halfway_knows_what_is_left(void **state)
{
    struct fixture *fixture = *state;
    prepare(fixture);
    set_modes(fixture, 0755, 0555);
    assert_contains(call(fixture, "/mbt/reset", NULL, 500),
                    "/s3-persistence/plans/plan-002.json: Permission denied\"}");
    set_modes(fixture, 0755, 0755);
    char *zone = zone_on_disk(fixture);
    assert_string_equal(zone, "[]\n");
    mem_free(zone);
    assert_string_equal(call(fixture, A("sync"), NULL, 200),
                        "{\"ok\": true, \"lock\": null, \"root\": null}");
    assert_contains(call(fixture, GENERATE, NULL, 200), "{\"version\": 3, ");
    (void)call(fixture, "/mbt/reset", NULL, 200);
    assert_contains(call(fixture, GENERATE, NULL, 200), "{\"version\": 1, ");
}

/* A file that others have mounted something on cannot be removed, though those after it were. */
static void reset_that_removes_some_plans_counts_from_the_rest(void **state)
{
    struct fixture *fixture = *state;
    need_own_mounts(fixture);
    prepare(fixture);
    (void)call(fixture, GENERATE, NULL, 200);
    const char *plan = fixture_path(fixture->base, PLANS "plan-001.json");
    assert_int_equal(mount(plan, plan, NULL, MS_BIND, NULL), 0);
    assert_contains(call(fixture, "/mbt/reset", NULL, 500), "plan-001.json: Device or resource busy\"}");
    assert_false(exists(fixture, PLANS "plan-002.json"));
    assert_contains(call(fixture, GENERATE, NULL, 200), "{\"version\": 2, ");
    assert_int_equal(umount2(fixture_path(fixture->base, PLANS "plan-001.json"), MNT_DETACH), 0);
    (void)call(fixture, "/mbt/reset", NULL, 200);
    assert_contains(call(fixture, GENERATE, NULL, 200), "{\"version\": 1, ");
}

/* With --fsync, a rename that cannot be flushed is taken back. */
static void changes_that_cannot_be_flushed_are_taken_back(void **state)
{
    struct fixture *fixture = *state;
    prepare(fixture);
    folders_resist = true;
    assert_nothing_can_be_written(fixture, ": Input/output error\"}");
    folders_resist = false;
    assert_goes_on(fixture);
}

/* Opening fails with this message at its end, and does not wait for anybody. */
static void assert_open_fails(const char *folder, const char *ending)
{
    struct lab lab;
    struct error err = {""};
    const struct lab_config config = {.base_dir = folder, .deployer_count = 3};
    (void)alarm(20);
    const enum status status = lab_open(&lab, &config, &err);
    (void)alarm(0);
    if (status == OK)
        lab_close(&lab);
    assert_int_equal(status, ERR_IO);
    const size_t length = strlen(err.text), wanted = strlen(ending);
    if (length < wanted || strcmp(err.text + length - wanted, ending) != 0)
        fail_msg("\"%s\" does not end with \"%s\"", err.text, ending);
}

#define NOT_REGULAR " is not a regular file; the lab needs this name for its own"

static void open_beside_files_of_another_kind_names_them(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {ZONE_FILE, ZONE_FILE ".tmp", PLANS "plan-003.json",
                                        PLANS "plan-003.json.tmp"};
    prepare(fixture);
    lab_server_stop(fixture->server);
    fixture->server = NULL;
    const char *foreign = fixture_path(fixture->folder, "foreign");
    fixture_write(foreign, "not the lab's");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[512], kept[520], ending[512];
        (void)snprintf(path, sizeof path, "%s/%s", fixture->base, names[i]);
        (void)snprintf(kept, sizeof kept, "%s.kept", path);
        (void)snprintf(ending, sizeof ending, "%s" NOT_REGULAR, names[i]);
        if (i == 0)
            assert_int_equal(rename(path, kept), 0);
        assert_int_equal(mkfifo(path, 0600), 0);
        assert_open_fails(fixture->base, ending);
        assert_int_equal(unlink(path), 0); /* so it is still there */
        assert_int_equal(symlink(foreign, path), 0);
        assert_open_fails(fixture->base, ending);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(mkdir(path, 0700), 0);
        assert_open_fails(fixture->base, ending);
        assert_int_equal(rmdir(path), 0);
        if (i == 0)
            assert_int_equal(rename(kept, path), 0);
    }
    char *text = fixture_read(foreign);
    assert_string_equal(text, "not the lab's");
    mem_free(text);
    struct lab lab;
    fixture_open_lab(&lab, fixture->base, (struct guards){false, false});
    assert_int_equal(lab.planner.last_version, 2);
    lab_close(&lab);
}

/* What comes while the lab runs. Others' files outlive a reset and a restart, whatever their names are like.
 */
static void files_of_others_are_left_alone(void **state)
{
    static const char *const others[] = {
        "s3-persistence/current_dns_zone.json.bak.tmp",
        "s3-persistence/plan-001.json.tmp",
        "s3-persistence/current_dns_zone.jsonx.tmp",
        PLANS "plan-notes.tmp",
        PLANS "plan-7.json.tmp",
        PLANS "plan-007.json.tmp.tmp",
        PLANS "plan-007.json.bak",
        PLANS "plan-0007.json",
        PLANS "current_dns_zone.json.tmp",
    };
    struct fixture *fixture = *state;
    prepare(fixture);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        fixture_write(fixture_path(fixture->base, others[i]), "not the lab's");
    const char *fifo = fixture_path(fixture->base, PLANS "plan-002.json");
    assert_int_equal(unlink(fifo), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_contains(call(fixture, A("deploy"), NULL, 500), "/plan-002.json" NOT_REGULAR);
    assert_contains(call(fixture, "/mbt/reset", NULL, 500), "/plan-002.json" NOT_REGULAR);
    assert_int_equal(unlink(fixture_path(fixture->base, PLANS "plan-002.json")), 0);
    assert_int_equal(mkfifo(fixture_path(fixture->base, PLANS "plan-003.json"), 0600), 0);
    assert_contains(call(fixture, GENERATE, NULL, 500), "/plan-003.json" NOT_REGULAR);
    assert_int_equal(unlink(fixture_path(fixture->base, PLANS "plan-003.json")), 0);
    (void)call(fixture, "/mbt/reset", NULL, 200);
    lab_server_stop(fixture->server);
    start(fixture, false);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_true(exists(fixture, others[i]));
}

#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calls_on_a_full_disk_say_so_and_change_nothing, set_up_disk),
        TEST(calls_on_a_read_only_disk_say_so_and_change_nothing, set_up_disk),
        TEST(calls_in_a_folder_of_others_say_so_and_change_nothing, set_up),
        TEST(reset_that_ends_halfway_knows_what_is_left, set_up),
        TEST(reset_that_removes_some_plans_counts_from_the_rest, set_up_disk),
        TEST(changes_that_cannot_be_flushed_are_taken_back, set_up_durable),
        TEST(open_beside_files_of_another_kind_names_them, set_up),
        TEST(files_of_others_are_left_alone, set_up),
    };
    take_own_mounts();
    give_up_privileges();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const int failures = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failures;
}
