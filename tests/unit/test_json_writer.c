/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer: byte for byte what cJSON prints of the same tree, and a failure that is told at the end.
 */
#include "tests/support/cmocka_all.h"

#include <cjson/cJSON.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/memory.h"

static void assert_prints_as_cjson(double number)
{
    struct json_writer json;
    cJSON *tree = cJSON_CreateNumber(number);
    char *text = cJSON_PrintUnformatted(tree);
    json_writer_init(&json, JSON_LINE);
    json_add_number(&json, NULL, number);
    assert_string_equal(json.out.text, text);
    json_writer_release(&json);
    cJSON_free(text);
    cJSON_Delete(tree);
}

static void number_is_printed_as_cjson_does(void **state)
{
    (void)state;
    static const double numbers[] = {0,
                                     1,
                                     -1,
                                     0.1,
                                     1.0 / 3,
                                     -2.0 / 3,
                                     1e15,
                                     1e15 - 1,
                                     1e16,
                                     1e21,
                                     1e-7,
                                     123456.75,
                                     2147483647,
                                     4294967296.0,
                                     -2147483648.0,
                                     9007199254740992.0,
                                     5e-324,
                                     DBL_MAX,
                                     DBL_MIN,
                                     (double)INFINITY,
                                     -(double)INFINITY,
                                     JSON_NO_NUMBER};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        assert_prints_as_cjson(numbers[i]);
    uint64_t bits = 1;
    for (int i = 0; i < 20000; i++) {
        double number;
        bits = bits * 6364136223846793005U + 1442695040888963407U;
        memcpy(&number, &bits, sizeof number);
        assert_prints_as_cjson(number);
        assert_prints_as_cjson((double)(bits >> 11) / 9007199254740992.0);
        assert_prints_as_cjson((double)(bits >> (bits % 64)));
    }
}

static void add_document(struct json_writer *json)
{
    const double numbers[] = {1, 2.5};
    const char *const texts[] = {"a", "b\"\\"};
    json_add_object(json, NULL);
    json_add_object(json, "empty");
    json_end(json);
    json_add_array(json, "none");
    json_end(json);
    json_add_numbers(json, "numbers", numbers, 2);
    json_add_texts(json, "texts", texts, 2);
    json_add_array(json, "rows");
    for (int i = 0; i < 2; i++) {
        json_add_object(json, NULL);
        json_add_bool(json, "odd", i == 1);
        json_add_null(json, "nothing");
        json_add_object(json, "inner");
        json_add_count(json, "index", (uint64_t)i);
        json_end(json);
        json_end(json);
    }
    json_add_array(json, NULL);
    json_end(json);
    json_end(json);
    json_add_seed(json, "seed", UINT64_MAX);
    json_add_file(json, "näme");
    json_end(json);
}

static cJSON *same_document(void)
{
    cJSON *tree = cJSON_CreateObject();
    cJSON_AddObjectToObject(tree, "empty");
    cJSON_AddArrayToObject(tree, "none");
    cJSON_AddItemToObject(tree, "numbers", cJSON_CreateDoubleArray((const double[]){1, 2.5}, 2));
    cJSON_AddItemToObject(tree, "texts", cJSON_CreateStringArray((const char *const[]){"a", "b\"\\"}, 2));
    cJSON *rows = cJSON_AddArrayToObject(tree, "rows");
    for (int i = 0; i < 2; i++) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddBoolToObject(row, "odd", i == 1);
        cJSON_AddNullToObject(row, "nothing");
        cJSON_AddNumberToObject(cJSON_AddObjectToObject(row, "inner"), "index", i);
        cJSON_AddItemToArray(rows, row);
    }
    cJSON_AddItemToArray(rows, cJSON_CreateArray());
    cJSON_AddStringToObject(tree, "seed", "18446744073709551615");
    cJSON_AddStringToObject(tree, "file", "näme");
    return tree;
}

static void document_is_printed_as_cjson_does(void **state)
{
    (void)state;
    for (int form = JSON_LINE; form <= JSON_PRETTY; form++) {
        struct json_writer json;
        struct error err = {{0}};
        cJSON *tree = same_document();
        char *text = form == JSON_PRETTY ? cJSON_Print(tree) : cJSON_PrintUnformatted(tree);
        json_writer_init(&json, (enum json_form)form);
        add_document(&json);
        assert_int_equal(json_writer_status(&json, &err), OK);
        assert_string_equal(json.out.text, text);
        json_writer_release(&json);
        cJSON_free(text);
        cJSON_Delete(tree);
    }
}

static void part_is_written_as_in_its_place(void **state)
{
    (void)state;
    struct json_writer part, json;
    json_writer_init(&json, JSON_PRETTY);
    json_writer_init_part(&part, JSON_PRETTY, 1);
    add_document(&part);
    json_add_object(&json, NULL);
    json_add_written(&json, "part", &part);
    json_end(&json);
    cJSON *tree = cJSON_CreateObject();
    cJSON_AddItemToObject(tree, "part", same_document());
    char *text = cJSON_Print(tree);
    assert_string_equal(json.out.text, text);
    cJSON_free(text);
    cJSON_Delete(tree);
    json_writer_release(&part);
    json_writer_release(&json);
}

static void text_of_any_bytes_is_utf8_and_a_file_keeps_its_bytes(void **state)
{
    (void)state;
    struct json_writer json;
    json_writer_init(&json, JSON_LINE);
    json_add_object(&json, NULL);
    json_add_file(&json, "a\xff/b");
    json_add_text(&json, "none", NULL);
    json_end(&json);
    assert_string_equal(json.out.text,
                        "{\"file\":\"a\xef\xbf\xbd/b\",\"file_uri\":\"a%FF/b\",\"none\":null}");
    json_writer_release(&json);
}

static void failed_allocation_is_told_at_the_end(void **state)
{
    (void)state;
    for (size_t nth = 1; nth <= 3; nth++) {
        struct json_writer json;
        struct error err = {{0}};
        json_writer_init(&json, JSON_PRETTY);
        mem_fail_from(nth);
        add_document(&json);
        mem_fail_from(0);
        assert_int_equal(json_writer_status(&json, &err), ERR_MEMORY);
        json_writer_release(&json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_is_printed_as_cjson_does),
        cmocka_unit_test(document_is_printed_as_cjson_does),
        cmocka_unit_test(part_is_written_as_in_its_place),
        cmocka_unit_test(text_of_any_bytes_is_utf8_and_a_file_keeps_its_bytes),
        cmocka_unit_test(failed_allocation_is_told_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
