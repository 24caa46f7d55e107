/* SPDX-License-Identifier: Apache-2.0 */
/* What CI servers read: escaping, and the parts of their formats. */
#include "tests/support/cmocka_all.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mbt/sarif.h"

static const struct ci_result hostile = {.file = "a,b:c%\n\033\xff.json",
                                         .index = 3,
                                         .line = 4,
                                         .rule = "r::,\r",
                                         .level = CI_ERROR,
                                         .message = "100%\r\n::error::x, y: \xc3\xa4\xc3",
                                         .change = BASELINE_NEW_FAILURE};

static void annotate_hostile_text_stays_on_its_line(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text);
    ci_github_annotation(&text, &hostile);
    assert_string_equal(text.text, "::error file=a%2Cb%3Ac%25%0A\\x1b\\xff.json,line=4,title=r%3A%3A%2C%0D::"
                                   "100%25%0D%0A\\x3a:error::x, y: \xc3\xa4\\xc3\n");
    buffer_clear(&text);
    ci_github_annotation(&text, &(struct ci_result){.file = "t.json",
                                                    .line = 1,
                                                    .rule = "root",
                                                    .level = CI_NOTE,
                                                    .message = "fixed",
                                                    .change = BASELINE_FIXED});
    assert_string_equal(text.text, "::notice file=t.json,line=1,title=root::fixed\n");
    buffer_release(&text);
}

static void expect_path(const char *path, const char *expected)
{
    struct buffer out;
    buffer_init(&out);
    ci_path(&out, path);
    assert_string_equal(out.text, expected);
    buffer_release(&out);
}

/* In a repository, as a job has it: a folder, and a link that leads there. */
static void path_below_the_working_directory_is_relative(void **state)
{
    (void)state;
    char folder[] = "/tmp/racewalk-test-ci-XXXXXX", link[64], path[8192];
    char before[4096], here[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_non_null(mkdtemp(folder));
    (void)snprintf(link, sizeof link, "%s-link", folder);
    assert_int_equal(symlink(folder, link), 0);
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(mkdir("sub", 0777), 0);
    assert_non_null(getcwd(here, sizeof here));
    expect_path("./a.json", "a.json");
    expect_path("sub/a.json", "sub/a.json");
    expect_path("../a.json", "../a.json");
    expect_path("sub/../sub/a.json", "sub/a.json");
    static const char *const ways[] = {"%s/sub/a.json", "%s//sub/a.json", "%s/../%s/sub/a.json",
                                       "%s/sub/../sub/a.json"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const char *name = strrchr(folder, '/') + 1;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
        (void)snprintf(path, sizeof path, ways[i], here, name);
        expect_path(path, "sub/a.json");
        (void)snprintf(path, sizeof path, ways[i], link, name);
        expect_path(path, "sub/a.json");
#pragma GCC diagnostic pop
    }
    (void)snprintf(path, sizeof path, "%s-other/a.json", here); /* only begins like it */
    expect_path(path, path);
    (void)snprintf(path, sizeof path, "%s/../a.json", here);
    expect_path(path, path);
    expect_path("/etc/hostname", "/etc/hostname");
    expect_path("/hostname", "/hostname");
    assert_int_equal(chdir("/"), 0);
    expect_path("/etc/hostname", "etc/hostname");
    expect_path("/hostname", "hostname");
    assert_int_equal(chdir(folder) | rmdir("sub"), 0);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(unlink(link) | rmdir(folder), 0);
}

static void quality_of_hostile_text_is_json(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text);
    ci_code_quality(&text, &hostile);
    cJSON *json = cJSON_ParseWithLengthOpts(text.text, text.length + 1, NULL, true);
    assert_non_null(json);
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(json, "description")->valuestring,
                        "100%\r\n::error::x, y: \xc3\xa4\xef\xbf\xbd");
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(json, "severity")->valuestring, "major");
    const cJSON *location = cJSON_GetObjectItemCaseSensitive(json, "location");
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(location, "path")->valuestring,
                        "a,b:c%\n\033\xef\xbf\xbd.json");
    cJSON_Delete(json);
    buffer_release(&text);
}

static const cJSON *child(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_IsArray(json) ? cJSON_GetArrayItem(json, 0) : json;
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(item, name);
    if (found == NULL)
        fail_msg("no \"%s\"", name);
    return found;
}

static void write_sarif_of_hostile_results_is_a_log(void **state)
{
    (void)state;
    static const struct sarif_rule rule = {"r::,\r", "what \"it\" says"};
    struct sarif sarif;
    struct buffer text;
    struct error err;
    sarif_init(&sarif);
    buffer_init(&text);
    sarif_add(&sarif, &hostile);
    struct ci_result fixed = hostile;
    fixed.level = CI_NOTE;
    fixed.change = BASELINE_FIXED;
    sarif_add(&sarif, &fixed);
    sarif_notify(&sarif, &hostile);
    assert_int_equal(sarif_write(&sarif, "1.2.3", &rule, 1, false, &text, &err), OK);
    cJSON *json = cJSON_ParseWithLengthOpts(text.text, text.length + 1, NULL, true);
    assert_non_null(json);
    assert_string_equal(child(json, "version")->valuestring, "2.1.0");
    const cJSON *run = child(json, "runs"), *results = child(run, "results");
    assert_int_equal(cJSON_GetArraySize(results), 2);
    assert_string_equal(child(results, "level")->valuestring, "error");
    assert_string_equal(child(results, "baselineState")->valuestring, "new");
    assert_string_equal(child(results, "ruleId")->valuestring, "r::,\r");
    const cJSON *location = child(child(results, "locations"), "physicalLocation");
    assert_string_equal(child(child(location, "artifactLocation"), "uri")->valuestring,
                        "a%2Cb%3Ac%25%0A%1B%FF.json");
    assert_int_equal(child(child(location, "region"), "startLine")->valueint, 4);
    assert_string_equal(child(cJSON_GetArrayItem(results, 1), "baselineState")->valuestring, "absent");
    assert_string_equal(child(cJSON_GetArrayItem(results, 1), "level")->valuestring, "note");
    const cJSON *invocation = child(run, "invocations");
    assert_true(cJSON_IsFalse(child(invocation, "executionSuccessful")));
    assert_int_equal(cJSON_GetArraySize(child(invocation, "toolExecutionNotifications")), 1);
    cJSON_Delete(json);
    buffer_release(&text);
    sarif_release(&sarif);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(annotate_hostile_text_stays_on_its_line),
        cmocka_unit_test(path_below_the_working_directory_is_relative),
        cmocka_unit_test(quality_of_hostile_text_is_json),
        cmocka_unit_test(write_sarif_of_hostile_results_is_a_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
