/* SPDX-License-Identifier: Apache-2.0 */
/* The page of racewalk view, without a browser: its data, what may stand in it, the files it is made of. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mbt/dns/dns_narrator.h"
#include "mbt/dns/dns_tale.h"
#include "mbt/view.h"
#include "mbt/view_notes.h"
#include "model/dns/dns_balancer.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/golden.h"

/* --- strings --- */

static void json_string_cannot_end_the_script(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    view_json_string(&out, "</script><!--&\"\\\n\x01\x7f");
    assert_string_equal(out.text, "\"\\u003c/script\\u003e\\u003c!--\\u0026\\\"\\\\\\u000a\\u0001\\u007f\"");
    buffer_clear(&out);
    view_json_string(&out, "\xc3\xa9 \xff \xe2\x82 \xed\xa0\x80 \xf0\x9f\x98\x80 \xc0\xaf");
    assert_string_equal(out.text, "\"é \ufffd \ufffd\ufffd \ufffd\ufffd\ufffd 😀 \ufffd\ufffd\"");
    buffer_clear(&out);
    view_json_string(&out, NULL);
    assert_string_equal(out.text, "null");
    buffer_release(&out);
}

/* --- a page --- */

static size_t count_text(const char *text, const char *wanted)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, wanted)) != NULL; at += strlen(wanted))
        count++;
    return count;
}

/* The page's data, as its scripts read them. */
static cJSON *page_data(const char *page)
{
    static const char open[] = "<script type=\"application/json\" id=\"data\">";
    const char *start = strstr(page, open);
    assert_non_null(start);
    start += sizeof open - 1;
    const char *end = strstr(start, "</script>");
    assert_non_null(end);
    cJSON *data = cJSON_ParseWithLengthOpts(start, (size_t)(end - start), NULL, false);
    assert_non_null(data);
    return data;
}

/* The page of one trace; the caller deletes the data. */
static cJSON *view_one(const struct story *story, const struct view_finding *finding,
                       const struct view_verdict *lab, const char *title)
{
    struct view view;
    struct buffer page;
    struct error err = {{0}};
    view_init(&view, story->narrator, "lab");
    buffer_init(&page);
    view_add(&view, story, finding, lab);
    assert_int_equal(view_write(&view, title, &page, &err), OK);
    assert_int_equal(count_text(page.text, "<script"), count_text(page.text, "</script>"));
    assert_int_equal(count_text(page.text, "@page."), 0);
    cJSON *data = page_data(page.text);
    view_release(&view);
    buffer_release(&page);
    return data;
}

static const cJSON *only_trace(const cJSON *data)
{
    const cJSON *traces = cJSON_GetObjectItemCaseSensitive(data, "traces");
    assert_int_equal(cJSON_GetArraySize(traces), 1);
    return cJSON_GetArrayItem(traces, 0);
}

static const cJSON *get(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* --- the data tell what the story tells --- */

enum { RECORDS_MAX = 512 };

/* Puts the state's differences into the zone. */
static void take_step(const cJSON *state, bool *zone)
{
    const cJSON *index;
    cJSON_ArrayForEach(index, get(state, "r"))
    {
        assert_true(zone[index->valueint]);
        zone[index->valueint] = false;
    }
    cJSON_ArrayForEach(index, get(state, "a"))
    {
        assert_false(zone[index->valueint]);
        zone[index->valueint] = true;
    }
}

static bool same_record(const cJSON *row, const struct value *record)
{
    return value_is_string(tale_record_kind(record), cJSON_GetArrayItem(row, 0)->valuestring) &&
           value_is_string(tale_record_name(record), cJSON_GetArrayItem(row, 1)->valuestring) &&
           value_is_string(tale_record_target(record), cJSON_GetArrayItem(row, 2)->valuestring) &&
           (double)tale_record_number(record) == cJSON_GetArrayItem(row, 3)->valuedouble;
}

static void check_zone(const cJSON *records, const bool *zone, const struct value *expected)
{
    size_t count = 0;
    int index = 0;
    const cJSON *row;
    cJSON_ArrayForEach(row, records)
    {
        bool found = false;
        for (size_t i = 0; i < expected->count && !found; i++)
            found = same_record(row, &expected->items[i]);
        assert_int_equal(found, zone[index]);
        count += zone[index++];
    }
    assert_int_equal(count, expected->count);
}

static void check_golden(const struct model *model, struct itf_trace *itf)
{
    struct story *story = NULL;
    struct error err = {{0}};
    bool zone[RECORDS_MAX] = {false};
    (void)model;
    assert_int_equal(story_new(&dns_balancer, &dns_narrator, itf, &story, &err), OK);
    cJSON *data = view_one(story, NULL, NULL, "golden");
    const cJSON *trace = only_trace(data), *records = get(trace, "records"), *state;
    const cJSON *next = NULL, *fresh = NULL, *points = NULL;
    assert_true(cJSON_GetArraySize(records) <= RECORDS_MAX);
    assert_int_equal(cJSON_GetArraySize(get(trace, "states")), story->state_count);
    size_t s = 0;
    cJSON_ArrayForEach(state, get(trace, "states"))
    {
        const struct tale_state *told = &dns_tale_of(story)->states[s];
        take_step(state, zone);
        check_zone(records, zone, told->zone);
        assert_string_equal(get(state, "w")->valuestring, story->states[s].words);
        next = get(state, "n") != NULL ? get(state, "n") : next;
        fresh = get(state, "f") != NULL ? get(state, "f") : fresh;
        points = get(state, "p") != NULL ? get(state, "p") : points;
        assert_true(next != NULL && fresh != NULL && points != NULL);
        for (size_t d = 0; d < dns_tale_of(story)->deployer_count; d++) {
            assert_int_equal(cJSON_GetArrayItem(next, (int)d)->valueint, told->deployers[d].next);
            assert_int_equal(fresh->valueint >> d & 1, told->deployers[d].fresh);
        }
        assert_int_equal(cJSON_GetArrayItem(points, 0)->valueint, told->root.plan);
        assert_int_equal(cJSON_GetArrayItem(points, 1)->valueint, told->root.resolves);
        assert_int_equal(cJSON_GetArrayItem(points, 2)->valueint, told->rollback.plan);
        assert_int_equal(cJSON_GetArrayItem(points, 3)->valueint, told->rollback.resolves);
        s++;
    }
    cJSON_Delete(data);
    story_free(story);
}

static void data_of_golden_give_every_state_back(void **state)
{
    (void)state;
    golden_each(check_golden);
}

static void hostile_texts_stay_in_their_strings(void **state)
{
    (void)state;
    static const char hostile[] = "</script><script>alert(1)</script>\"'&";
    struct itf_reader *reader = NULL;
    struct itf_trace itf;
    struct story *story = NULL;
    struct error err = {{0}};
    bool found = false;
    itf_trace_init(&itf);
    assert_int_equal(
        itf_reader_open(golden_path("itf/root_n3_5_3_shortest.itf.json"), &dns_balancer, &reader, &err), OK);
    assert_int_equal(itf_reader_next(reader, &itf, &found, &err), OK);
    itf.file = hostile;
    (void)snprintf(itf.head.source, sizeof itf.head.source, "%s", hostile);
    assert_int_equal(story_new(&dns_balancer, &dns_narrator, &itf, &story, &err), OK);
    const struct view_finding finding = {
        .shape = hostile, .shape_text = hostile, .has_hits = true, .hits = 12345678901.0};
    const struct view_verdict lab = {.differences = {hostile},
                                     .verdict = hostile,
                                     .message = hostile,
                                     .has_fail_state = true,
                                     .fail_state = 11};
    cJSON *data = view_one(story, &finding, &lab, hostile);
    const cJSON *trace = only_trace(data);
    assert_string_equal(get(data, "title")->valuestring, hostile);
    assert_string_equal(get(trace, "file")->valuestring, hostile);
    assert_string_equal(get(trace, "source")->valuestring, hostile);
    assert_string_equal(get(get(trace, "finding"), "text")->valuestring, hostile);
    assert_true(get(get(trace, "finding"), "hits")->valuedouble == 12345678901.0);
    assert_string_equal(get(get(trace, "system"), "message")->valuestring, hostile);
    assert_int_equal(get(get(trace, "system"), "fail")->valueint, 11);
    assert_int_equal(cJSON_GetArraySize(get(get(trace, "system"), "differences")), 1);
    assert_string_equal(get(get(trace, "system"), "differences")->child->valuestring, hostile);
    assert_int_equal(get(get(trace, "turn"), "at")->valueint, 10);
    cJSON_Delete(data);
    story_free(story);
    itf_reader_close(reader);
    itf_trace_release(&itf);
}

/* --- notes --- */

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/racewalk-test-view-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *in_folder(const char *name)
{
    static char paths[4][256];
    static size_t next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static const char *write_file(const char *name, const char *text)
{
    const char *path = in_folder(name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void notes_of_index_are_found_by_file(void **state)
{
    (void)state;
    struct view_notes *notes = NULL;
    struct view_finding finding;
    struct error err = {{0}};
    const char *path = write_file(
        "index.json",
        "{\"findings\": [{}, {\"file\": null}, {\"file\": \"there/a.itf.json\", \"shape\": \"s1\", \"hits\": "
        "5, \"sample\": null}, {\"file\": \"b.itf.json\", \"shape\": null}]}");
    assert_int_equal(view_notes_read(path, VIEW_NOTES_FINDINGS, &notes, &err), OK);
    assert_int_equal(view_notes_count(notes), 4);
    assert_null(view_notes_file(notes, 0));
    assert_null(view_notes_file(notes, 1));
    assert_string_equal(view_notes_file(notes, 2), "a.itf.json");
    assert_true(view_notes_find_finding(notes, "a.itf.json", &finding));
    assert_string_equal(finding.shape, "s1");
    assert_true(finding.has_hits && finding.hits == 5 && !finding.has_sample);
    assert_null(finding.shape_text);
    assert_true(view_notes_find_finding(notes, "b.itf.json", &finding));
    assert_null(finding.shape);
    assert_false(view_notes_find_finding(notes, "c.itf.json", &finding));
    view_notes_free(notes);
}

static void notes_of_report_prefer_the_same_path(void **state)
{
    (void)state;
    struct view_notes *notes = NULL;
    struct view_verdict lab;
    struct error err = {{0}};
    const char *path = write_file(
        "report.json",
        "{\"traces\": [{\"file\": \"x/a\", \"index\": 0, \"verdict\": \"agrees\", \"fail_state_index\": "
        "null},"
        "{\"file\": \"y/a\", \"index\": 0, \"verdict\": \"confirmed\", \"fail_state_index\": 11},"
        "{\"file\": \"y/a\", \"index\": 1, \"verdict\": \"diverged\", \"differences\": [{\"name\": \"one\"}, "
        "2, {}, "
        "{\"name\": \"two\", \"state\": 3}]}]}");
    assert_int_equal(view_notes_read(path, VIEW_NOTES_TRACES, &notes, &err), OK);
    assert_true(view_notes_find_verdict(notes, "y/a", 0, &lab));
    assert_string_equal(lab.verdict, "confirmed");
    assert_true(lab.has_fail_state && lab.fail_state == 11);
    assert_null(lab.differences[0]);
    assert_true(view_notes_find_verdict(notes, "x/a", 0, &lab));
    assert_false(lab.has_fail_state);
    assert_false(view_notes_find_verdict(notes, "z/a", 0, &lab)); /* of two that could be meant, none */
    assert_true(view_notes_find_verdict(notes, "z/a", 1, &lab));
    assert_string_equal(lab.verdict, "diverged");
    assert_false(lab.has_fail_state);
    assert_string_equal(lab.differences[0], "one");
    assert_string_equal(lab.differences[1], "two");
    assert_null(lab.differences[2]);
    assert_false(view_notes_find_verdict(notes, "y/a", 2, &lab));
    view_notes_free(notes);
}

static void notes_that_are_none_are_errors(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "[]",
                                        "{}",
                                        "{\"findings\": 3}",
                                        "{\"findings\": [}",
                                        "{1",
                                        "null",
                                        "{\"findings\": [7]}",
                                        "{\"findings\": [{\"file\": 3}]}",
                                        "{\"findings\": []} {}"};
    struct view_notes *notes = NULL;
    struct error err = {{0}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(
            view_notes_read(write_file("wrong.json", wrong[i]), VIEW_NOTES_FINDINGS, &notes, &err), ERR_DATA);
    assert_int_equal(view_notes_read(in_folder("absent.json"), VIEW_NOTES_FINDINGS, &notes, &err),
                     ERR_NO_INPUT);
    assert_null(notes);
}

/* --- the command --- */

static int run_view(const char *arguments)
{
    char command[1024];
    (void)snprintf(command, sizeof command, "cd %s && %s view %s >out.txt 2>err.txt", folder,
                   RACEWALK_PROGRAM, arguments);
    const int status = system(command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool is_there(const char *name)
{
    return access(in_folder(name), F_OK) == 0;
}

static void check_file(const char *name, const char *expected)
{
    char text[256] = "";
    FILE *file = fopen(in_folder(name), "r");
    assert_non_null(file);
    (void)!fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(text, expected);
}

static void command_puts_the_page_beside_its_input(void **state)
{
    (void)state;
    char command[4200];
    (void)snprintf(command, sizeof command, "mkdir -p %s/sub && cp %s %s/sub/a.itf.json", folder,
                   golden_path("itf/root_n3_5_3_shortest.itf.json"), folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(run_view("sub/a.itf.json"), 0);
    assert_true(is_there("sub/racewalk.html"));
    check_file("out.txt", "sub/racewalk.html: 1 trace. Open it in a browser.\n");
    assert_int_equal(run_view("sub --out page.html --quiet"), 0);
    assert_true(is_there("page.html"));
    check_file("out.txt", "");
    assert_int_equal(run_view("--out - - < sub/a.itf.json"), 0);
    char start[16] = "";
    FILE *file = fopen(in_folder("out.txt"), "r");
    assert_non_null(file);
    assert_int_equal(fread(start, 1, sizeof start - 1, file), sizeof start - 1);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(start, "<!DOCTYPE html>");
}

static void command_leaves_the_old_page_when_it_fails(void **state)
{
    (void)state;
    (void)write_file("page.html", "old");
    (void)write_file("bad.itf.json", "{\"states\": 3}");
    assert_int_equal(run_view("bad.itf.json --out page.html"), 65);
    assert_int_equal(run_view("sub/a.itf.json bad.itf.json --out page.html"), 65);
    assert_int_equal(run_view("absent.itf.json --out page.html"), 66);
    assert_int_equal(run_view("sub/a.itf.json --confirm absent.json --out page.html"), 66);
    assert_int_equal(run_view("sub/a.itf.json --confirm bad.itf.json --out page.html"), 65);
    check_file("page.html", "old");
    assert_int_equal(run_view("--out page.html"), 64);
    assert_int_equal(run_view("sub/a.itf.json --out no/such/folder/page.html"), 74);
    assert_int_equal(mkdir(in_folder("empty"), 0777), 0);
    assert_int_equal(run_view("empty"), 66);
    assert_false(is_there("empty/racewalk.html"));
    (void)write_file("empty/index.json", "{\"findings\": [{\"file\": \"gone.itf.json\"}]}");
    assert_int_equal(run_view("empty"), 66);
    check_file("page.html", "old");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_string_cannot_end_the_script),
        cmocka_unit_test(data_of_golden_give_every_state_back),
        cmocka_unit_test(hostile_texts_stay_in_their_strings),
        cmocka_unit_test(notes_of_index_are_found_by_file),
        cmocka_unit_test(notes_of_report_prefer_the_same_path),
        cmocka_unit_test(notes_that_are_none_are_errors),
        cmocka_unit_test(command_puts_the_page_beside_its_input),
        cmocka_unit_test(command_leaves_the_old_page_when_it_fails),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
