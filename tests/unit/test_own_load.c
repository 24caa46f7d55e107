/* SPDX-License-Identifier: Apache-2.0 */
/* Models of people's own: compiled, kept, found again, refused. The compiler is the real one behind a script that notes
 * each call. */
#include "tests/support/cmocka_all.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "model/own/own_cache.h"
#include "model/own/own_code.h"
#include "model/own/own_load.h"

static char folder[] = "/tmp/racewalk-own-XXXXXX";

static const char counter[] = "#include \"top.h\"\n"
                              "#include <racewalk/model.h>\n"
                              "struct counter { int8_t n; };\n"
                              "struct params { int most; };\n"
                              "#define PARAMS(P) P(most, 1, TOP, \"where it ends\")\n"
                              "#define FIELDS(F) F(n, UP_TO(TOP))\n"
                              "#define INSTANCES(I) I(small, 3)\n"
                              "static bool up(const struct params *p, struct counter *s)\n"
                              "{\n"
                              "    if (s->n == p->most)\n"
                              "        return false;\n"
                              "    s->n++;\n"
                              "    return true;\n"
                              "}\n"
                              "#define ACTIONS(A) A(up, \"one more\")\n"
                              "#define INVARIANTS(I) I(low, s->n < 3, \"it stays low\")\n"
                              "#define RACEWALK_MODEL counter\n"
                              "#include <racewalk/model.h>\n";

/* --- files --- */

static void write_file(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void write_text(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}

static size_t count_files(const char *path, const char *ending)
{
    DIR *open_folder = opendir(path);
    size_t count = 0;
    const struct dirent *entry;
    while (open_folder != NULL && (entry = readdir(open_folder)) != NULL) {
        const size_t length = strlen(entry->d_name), tail = strlen(ending);
        count +=
            entry->d_name[0] != '.' && length >= tail && strcmp(entry->d_name + length - tail, ending) == 0;
    }
    if (open_folder != NULL)
        assert_int_equal(closedir(open_folder), 0);
    return count;
}

/* How often the compiler was called since the last time. */
static size_t count_calls(const char *with)
{
    char line[4096];
    size_t count = 0;
    FILE *file = fopen("calls", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        count += strstr(line, with) != NULL;
    if (file != NULL)
        assert_int_equal(fclose(file), 0);
    return count;
}

static void forget_calls(void)
{
    (void)remove("calls");
}

static int begin(void **unused)
{
    struct error err;
    (void)unused;
    if (process_prepare(&err) != OK || mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    write_text("noting-cc", "#!/bin/sh\necho \"$@\" >>calls\nexec cc \"$@\"\n");
    write_text("noting-c++", "#!/bin/sh\necho \"$@\" >>calls\nexec c++ \"$@\"\n");
    (void)mkdir("tmp", 0700);
    return chmod("noting-cc", 0755) != 0 || chmod("noting-c++", 0755) != 0;
}

/* Each test begins with an empty cache. */
static int begin_test(void **unused)
{
    (void)unused;
    if (system("rm -rf cache") != 0)
        return -1;
    char cache[64], tmp[64];
    (void)snprintf(cache, sizeof cache, "%s/cache", folder);
    (void)snprintf(tmp, sizeof tmp, "%s/tmp", folder);
    setenv("XDG_CACHE_HOME", cache, 1);
    setenv("TMPDIR", tmp, 1);
    setenv("CC", "./noting-cc", 1);
    setenv("CXX", "./noting-c++", 1);
    write_text("counter.c", counter);
    write_text("top.h", "enum { TOP = 7 };\n");
    forget_calls();
    return 0;
}

static int end(void **unused)
{
    char command[128];
    (void)unused;
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return chdir("/") != 0 || system(command) != 0;
}

/* --- what is asked --- */

/* The identity of the file's code, which is loaded, looked at and thrown away. */
static uint64_t load(const char *path, const char *flags, bool has_checked)
{
    struct own_code code;
    struct own_library model;
    struct buffer words;
    struct error err = {{0}};
    own_code_init(&code);
    buffer_init(&words);
    if (own_code_find(path, flags, &code, &words, &err) != OK || own_load(&code, path, &model, &err) != OK)
        fail_msg("%s: %s\n%s", path, err.text, words.text);
    assert_string_equal(words.text, "");
    assert_string_equal(model.plain->name, "counter");
    assert_string_equal(model.plain->properties[0].name, "low");
    assert_int_equal(model.plain->checked, 0);
    assert_int_equal(model.checked != NULL, has_checked);
    if (has_checked) {
        assert_int_equal(model.checked->checked, 1);
        assert_non_null(model.checked->fault);
    }
    const uint64_t identity = code.identity;
    assert_int_not_equal(identity, 0);
    own_unload(&model);
    buffer_release(&words);
    own_code_release(&code);
    return identity;
}

/* The status, and a part of what is said: of the message, and of the compiler's words (NULL: none). */
static void refuse(const char *path, const char *flags, enum status expected, const char *part,
                   const char *said)
{
    struct own_code code;
    struct own_library model;
    struct buffer words;
    struct error err = {{0}};
    own_code_init(&code);
    buffer_init(&words);
    enum status status = own_code_find(path, flags, &code, &words, &err);
    if (status == OK)
        status = own_load(&code, path, &model, &err);
    if (status != expected || strstr(err.text, part) == NULL)
        fail_msg("%s: status %d, '%s', not '%s'", path, (int)status, err.text, part);
    if (said == NULL)
        assert_string_equal(words.text, "");
    else if (strstr(words.text, said) == NULL)
        fail_msg("%s: '%s' was not said, but '%s'", path, said, words.text);
    buffer_release(&words);
    own_code_release(&code);
    assert_int_equal(count_files("tmp", ""), 0);
}

/* --- tests --- */

static void find_twice_compiles_once(void **unused)
{
    (void)unused;
    const uint64_t identity = load("counter.c", NULL, true);
    assert_int_equal(count_calls("-DRACEWALK_CHECKED"), 1);
    assert_int_equal(count_files("cache/racewalk", ".so"), 2);
    assert_int_equal(count_files("cache/racewalk", ".inputs"), 1);
    assert_int_equal(count_files("tmp", ""), 0);
    forget_calls();
    assert_true(load("counter.c", NULL, true) == identity);
    assert_int_equal(count_calls(""), 0);
}

static void find_after_a_change_compiles_what_is_new(void **unused)
{
    char changed[sizeof counter + 64];
    (void)unused;
    const uint64_t identity = load("counter.c", NULL, true);
    /* A comment: the same text, and the same code. */
    (void)snprintf(changed, sizeof changed, "%s\n/* a remark */\n", counter);
    write_text("counter.c", changed);
    forget_calls();
    assert_true(load("counter.c", NULL, true) == identity);
    assert_int_equal(count_calls("-shared"), 0);
    assert_true(count_calls("-E") > 0);
    /* An included header. */
    write_text("top.h", "enum { TOP = 6 };\n");
    assert_true(load("counter.c", NULL, true) != identity);
    assert_int_equal(count_calls("-O3"), 1);
    /* As it was: what was compiled is still there. */
    write_text("top.h", "enum { TOP = 7 };\n");
    forget_calls();
    assert_true(load("counter.c", NULL, true) == identity);
    assert_int_equal(count_calls("-shared"), 0);
}

static void find_with_other_flags_compiles_again(void **unused)
{
    (void)unused;
    const uint64_t identity = load("counter.c", NULL, true);
    forget_calls();
    assert_true(load("counter.c", " -O1\t-DUNUSED=1 ", true) == identity);
    assert_int_equal(count_calls("counter.c -O1 -DUNUSED=1 -o"), 1);
    assert_true(load("counter.c", "-DTOP=HIGHEST", true) != identity);
}

static void find_under_another_name_has_the_same_identity(void **unused)
{
    (void)unused;
    const uint64_t identity = load("counter.c", NULL, true);
    (void)mkdir("sub", 0700);
    write_text("sub/other.c", counter);
    write_text("sub/top.h", "enum { TOP = 7 };\n");
    assert_true(load("sub/other.c", NULL, true) == identity);
}

static void load_of_cxx_gives_the_model(void **unused)
{
    (void)unused;
    write_text("counter.cpp", counter);
    (void)load("counter.cpp", NULL, true);
    assert_int_equal(count_calls("-std=gnu++17"), count_calls("") - 2); /* --version, the second link */
}

static void load_of_a_library_has_no_checked_build(void **unused)
{
    char command[1024];
    (void)unused;
    (void)snprintf(command, sizeof command, "cc -O2 -shared -fPIC -I%s counter.c -o counter.so",
                   RACEWALK_INCLUDE);
    assert_int_equal(system(command), 0);
    const uint64_t identity = load("counter.so", NULL, false);
    assert_true(load("./counter.so", NULL, false) == identity);
    assert_int_equal(count_calls(""), 0);
    (void)snprintf(command, sizeof command,
                   "cc -DRACEWALK_CHECKED -shared -fPIC -I%s counter.c -o checked.so", RACEWALK_INCLUDE);
    assert_int_equal(system(command), 0);
    refuse("checked.so", NULL, ERR_DATA, "build it without", NULL);
}

static void load_of_a_library_that_is_cut_short_is_refused(void **unused)
{
    struct buffer whole;
    (void)unused;
    (void)load("counter.c", NULL, true);
    assert_int_equal(system("rm cache/racewalk/*.checked.so && mv cache/racewalk/*.so whole.so"), 0);
    buffer_init(&whole);
    assert_true(own_read_file("whole.so", &whole));
    for (size_t length = 0; length < whole.length * 3 / 4; length += 509) {
        write_file("cut.so", whole.text, length);
        refuse("cut.so", NULL, ERR_DATA, "not whole", NULL);
    }
    buffer_release(&whole);
    write_text("text.so", "INPUT(libc.so.6)\n");
    refuse("text.so", NULL, ERR_DATA, "no shared library", NULL);
}

static void load_of_another_version_names_both(void **unused)
{
    (void)unused;
    write_text("other.c",
               "struct { unsigned interface, size; } racewalk_model __attribute__((visibility(\"default\"))) "
               "= {99, 8};\n");
    refuse("other.c", NULL, ERR_DATA, "version 99", NULL);
    refuse("other.c", NULL, ERR_DATA, "has version 1 ", NULL);
}

static void find_of_what_is_no_model_says_so(void **unused)
{
    (void)unused;
    write_text("none.c", "int nothing;\n");
    refuse("none.c", NULL, ERR_DATA, "none.c has no model", NULL);
    write_text("wrong.c", "#include <racewalk/model.h>\nint x = y;\n");
    refuse("wrong.c", NULL, ERR_DATA, "wrong.c does not compile", "wrong.c:2:9: error: ");
    write_text("lost.c", "#include \"nowhere.h\"\n");
    refuse("lost.c", NULL, ERR_DATA, "lost.c does not compile", "nowhere.h");
    write_text("open.c",
               "int nothing(void);\nint something(void);\nint something(void) { return nothing(); }\n");
    refuse("open.c", NULL, ERR_DATA, "undefined symbol: nothing", NULL);
    refuse("counter.c", "-fno-such-flag", ERR_DATA, "does not compile", "-fno-such-flag");
    refuse("notes.txt", NULL, ERR_USAGE, "notes.txt is no model", NULL);
    refuse(".c", NULL, ERR_USAGE, "is no model", NULL);
    refuse("missing.c", NULL, ERR_NO_INPUT, "missing.c cannot be read: No such file", NULL);
    (void)mkdir("folder.so", 0700);
    refuse("folder.so", NULL, ERR_NO_INPUT, "is no file", NULL);
    setenv("CC", "no-such-compiler -O2", 1);
    refuse("counter.c", NULL, ERR_IO, "no compiler no-such-compiler: install one", NULL);
}

static void find_shows_warnings_once(void **unused)
{
    struct own_code code;
    struct buffer words;
    char warned[sizeof counter + 64];
    (void)unused;
    (void)snprintf(warned, sizeof warned, "%sstatic int forgotten(void)\n{\n    return 1;\n}\n", counter);
    write_text("counter.c", warned);
    own_code_init(&code);
    buffer_init(&words);
    assert_int_equal(own_code_find("counter.c", NULL, &code, &words, NULL), OK);
    const char *first = strstr(words.text, "[-Wunused-function]");
    assert_non_null(strstr(words.text, "forgotten"));
    assert_non_null(first);
    assert_null(strstr(first + 1, "[-Wunused-function]"));
    buffer_release(&words);
    own_code_release(&code);
}

static void find_without_a_cache_leaves_nothing_behind(void **unused)
{
    char cache[64];
    (void)unused;
    write_text("occupied", "");
    (void)snprintf(cache, sizeof cache, "%s/occupied", folder);
    setenv("XDG_CACHE_HOME", cache, 1);
    const uint64_t identity = load("counter.c", NULL, true);
    assert_int_equal(count_files("tmp", ""), 0);
    forget_calls();
    assert_true(load("counter.c", NULL, true) == identity);
    assert_int_equal(count_calls("-O3"), 1);
    /* What others could write to is not loaded. */
    (void)snprintf(cache, sizeof cache, "%s/cache", folder);
    setenv("XDG_CACHE_HOME", cache, 1);
    (void)mkdir("cache", 0700);
    (void)mkdir("cache/racewalk", 0700);
    assert_int_equal(chmod("cache/racewalk", 0777), 0);
    (void)load("counter.c", NULL, true);
    assert_int_equal(count_files("cache/racewalk", ""), 0);
    /* A folder to compile in there must be. */
    (void)snprintf(cache, sizeof cache, "%s/occupied", folder);
    setenv("TMPDIR", cache, 1);
    refuse("counter.c", NULL, ERR_IO, "no folder to compile in", NULL);
}

static void find_in_many_processes_at_once_keeps_one(void **unused)
{
    enum { PROCESSES = 6 };
    pid_t pids[PROCESSES];
    (void)unused;
    for (int i = 0; i < PROCESSES; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            struct own_code code;
            struct own_library model;
            struct buffer words;
            own_code_init(&code);
            buffer_init(&words);
            const bool well = own_code_find("counter.c", NULL, &code, &words, NULL) == OK &&
                              own_load(&code, "counter.c", &model, NULL) == OK;
            _exit(well ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int how = -1;
        assert_int_equal(waitpid(pids[i], &how, 0), pids[i]);
        assert_int_equal(how, 0);
    }
    assert_int_equal(count_files("cache/racewalk", ""), 3);
    assert_int_equal(count_files("tmp", ""), 0);
    forget_calls();
    (void)load("counter.c", NULL, true);
    assert_int_equal(count_calls(""), 0);
}

static void find_with_a_damaged_cache_compiles_again(void **unused)
{
    (void)unused;
    const uint64_t identity = load("counter.c", NULL, true);
    assert_int_equal(system("for f in cache/racewalk/*.inputs; do head -c 100 $f >cut; cp cut $f; done"), 0);
    forget_calls();
    assert_true(load("counter.c", NULL, true) == identity);
    assert_true(count_calls("-E") > 0);
    assert_int_equal(count_calls("-O3"), 0);
    assert_int_equal(system("rm cache/racewalk/*.checked.so"), 0);
    assert_true(load("counter.c", NULL, true) == identity);
    assert_int_equal(count_calls("-O3"), 1);
}

static void trim_removes_what_was_not_read_for_long(void **unused)
{
    (void)unused;
    (void)load("counter.c", NULL, true);
    assert_int_equal(system("touch -d '40 days ago' cache/racewalk/*"), 0);
    write_text("top.h", "enum { TOP = 5 };\n");
    (void)load("counter.c", NULL, true);
    assert_int_equal(count_files("cache/racewalk", ".so"), 2);
    assert_int_equal(count_files("cache/racewalk", ""), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(find_twice_compiles_once, begin_test),
        cmocka_unit_test_setup(find_after_a_change_compiles_what_is_new, begin_test),
        cmocka_unit_test_setup(find_with_other_flags_compiles_again, begin_test),
        cmocka_unit_test_setup(find_under_another_name_has_the_same_identity, begin_test),
        cmocka_unit_test_setup(load_of_cxx_gives_the_model, begin_test),
        cmocka_unit_test_setup(load_of_a_library_has_no_checked_build, begin_test),
        cmocka_unit_test_setup(load_of_a_library_that_is_cut_short_is_refused, begin_test),
        cmocka_unit_test_setup(load_of_another_version_names_both, begin_test),
        cmocka_unit_test_setup(find_of_what_is_no_model_says_so, begin_test),
        cmocka_unit_test_setup(find_shows_warnings_once, begin_test),
        cmocka_unit_test_setup(find_without_a_cache_leaves_nothing_behind, begin_test),
        cmocka_unit_test_setup(find_in_many_processes_at_once_keeps_one, begin_test),
        cmocka_unit_test_setup(find_with_a_damaged_cache_compiles_again, begin_test),
        cmocka_unit_test_setup(trim_removes_what_was_not_read_for_long, begin_test),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
