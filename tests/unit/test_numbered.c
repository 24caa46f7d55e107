/* SPDX-License-Identifier: Apache-2.0 */
/* Names of files that are written one for each finding. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "mbt/numbered.h"

static void path_has_the_number_where_it_belongs(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        uint64_t number;
        const char *name;
    } cases[] = {
        {"x.schedule.json", 1, "x.schedule.json"},
        {"x.schedule.json", 2, "x.schedule.1.json"},
        {"x.schedule.json", 12, "x.schedule.11.json"},
        {"x", 3, "x.2"},
        {".hidden", 3, ".hidden.2"},
        {"a.b/x", 2, "a.b/x.1"},
        {"a.b/.x.json", 2, "a.b/.x.1.json"},
        {"", 2, ".1"},
        {"s-{seq}.json", 1, "s-1.json"},
        {"{seq}/s.json", UINT64_MAX, "18446744073709551615/s.json"},
        {"{seq}{seq}", 2, "2{seq}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[PATH_MAX];
        struct error err;
        assert_int_equal(numbered_path(cases[i].path, cases[i].number, name, &err), OK);
        assert_string_equal(name, cases[i].name);
        assert_int_equal(numbered_has_place(cases[i].path), strstr(cases[i].path, "{seq}") != NULL);
    }
}

static void path_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char path[PATH_MAX], name[PATH_MAX];
    struct error err;
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(numbered_path(path, 1, name, &err), OK);
    assert_int_equal(numbered_path(path, 2, name, &err), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_has_the_number_where_it_belongs),
        cmocka_unit_test(path_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
