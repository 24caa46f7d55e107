/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "mbt/itf_reader.h"
#include "mbt/itf_writer.h"
#include "mbt/replay.h"
#include "model/dns/dns_balancer.h"
#include "search/walk.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/golden.h"
#include "tests/support/lease_lock.h"
#include "tests/support/own_models.h"

/* --- reading --- */

static const struct golden_file *golden;

static void read_of_golden_files_gives_what_they_claim(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_FILES; i++) {
        struct itf_reader *reader = NULL;
        struct itf_trace trace;
        struct error err = {{0}};
        bool found = true;
        size_t count = 0;
        golden = &golden_files[i];
        itf_trace_init(&trace);
        assert_int_equal(itf_reader_open(golden_path(golden->path), &dns_balancer, &reader, &err), OK);
        while (found) {
            enum itf_document document;
            assert_int_equal(itf_reader_peek(reader, &document, &err), OK);
            assert_int_equal(document, count < golden->traces ? ITF_TRACE : ITF_END);
            if (itf_reader_next(reader, &trace, &found, &err) != OK)
                fail_msg("%s", err.text);
            if (!found)
                break;
            assert_int_equal(trace.index, count);
            assert_string_equal(trace.file, golden_path(golden->path));
            if (count++ > 0)
                continue;
            assert_int_equal(trace.state_count, golden->states);
            assert_false(trace.property_unknown);
            assert_int_equal(trace.guards, 0);
            if (golden->property == NULL) {
                assert_int_equal(trace.head.property, PROPERTY_NONE);
                continue;
            }
            assert_int_equal(trace.head.property, model_find_property(&dns_balancer, golden->property));
            assert_int_equal(trace.head.property_state, golden->property_state);
        }
        assert_int_equal(count, golden->traces);
        itf_reader_close(reader);
        itf_trace_release(&trace);
    }
}

/* Above 2^53, where a double would lose the last digits. */
static void read_of_a_large_trace_seed_is_exact(void **state)
{
    (void)state;
    struct itf_reader *reader = NULL;
    struct itf_trace trace;
    struct error err = {{0}};
    bool found = false;
    itf_trace_init(&trace);
    assert_int_equal(
        itf_reader_open(golden_path("itf/root_n3_5_3_s1.itf.ndjson.gz"), &dns_balancer, &reader, &err), OK);
    assert_int_equal(itf_reader_next(reader, &trace, &found, &err), OK);
    assert_true(trace.head.has_trace_seed);
    assert_true(trace.head.trace_seed == UINT64_C(8104716721381194965));
    assert_string_equal(trace.head.source, "wunderspec run");
    itf_reader_close(reader);
    itf_trace_release(&trace);
}

/* --- a small trace of the lease lock, to be damaged --- */

static char *small_text; /* one line, with its newline */

static int make_small_text(void **state)
{
    (void)state;
    static const struct step steps[] = {
        {.move = LEASE_ACQUIRE},
        {.move = LEASE_WRITE, .choice_count = 1, .choices = {7}},
        {.move = LEASE_EXPIRE},
        {.move = LEASE_ACQUIRE | 1 << 8},
        {.move = LEASE_WRITE | 1 << 8, .choice_count = 1, .choices = {3}},
        {.move = LEASE_WRITE, .choice_count = 1, .choices = {9}},
    };
    struct model *model = NULL;
    struct trace trace;
    struct buffer out;
    struct error err = {{0}};
    trace_init(&trace);
    buffer_init(&out);
    assert_int_equal(model_new(lease_class(), &lease_class()->presets[0].instance, &model, &err), OK);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        assert_int_equal(trace_append(&trace, &steps[i]), OK);
    trace.property = LEASE_NO_STALE_WRITE;
    trace.property_state = 6;
    trace.has_trace_seed = true;
    trace.trace_seed = 12;
    (void)snprintf(trace.source, sizeof trace.source, "a test");
    if (itf_write(model, &trace, ITF_LINE, &out, &err) != OK)
        fail_msg("%s", err.text);
    small_text = mem_copy_string(out.text);
    assert_non_null(small_text);
    buffer_release(&out);
    trace_release(&trace);
    model_free(model);
    return 0;
}

static int drop_small_text(void **state)
{
    (void)state;
    mem_free(small_text);
    return 0;
}

/* Reads the first trace of a text and replays it; the outcome of both is the status, with ERR_INTERNAL for a
 * replay that disagrees. */
static enum status read_text_of(const struct model_class *class, const char *text, size_t length,
                                struct error *err)
{
    struct itf_reader *reader = NULL;
    struct itf_trace trace;
    struct model *model = NULL;
    struct replay_report report;
    bool found = false;
    itf_trace_init(&trace);
    enum status status = itf_reader_open_memory("small", text, length, class, &reader, err);
    if (status == OK)
        status = itf_reader_next(reader, &trace, &found, err);
    if (status == OK) {
        assert_true(found);
        status = model_new(class, &trace.instance, &model, err);
    }
    if (status == OK)
        status = replay_itf(model, &trace, NULL, &report, err);
    if (status == OK && report.outcome != REPLAY_AGREES)
        status = error_set(err, ERR_INTERNAL, "%s", report.message);
    /* What follows the trace must not be broken either. */
    if (status == OK) {
        status = itf_reader_next(reader, &trace, &found, err);
        if (status == OK && found)
            status = error_set(err, ERR_INTERNAL, "one trace expected, found two");
    }
    model_free(model);
    itf_reader_close(reader);
    itf_trace_release(&trace);
    return status;
}

static enum status read_text(const char *text, size_t length, struct error *err)
{
    return read_text_of(lease_class(), text, length, err);
}

/* A copy of the small text with the count-th (from 0) occurrence of what replaced. */
static char *damage(const char *what, size_t count, const char *by)
{
    const char *at = strstr(small_text, what);
    for (size_t i = 0; i < count && at != NULL; i++)
        at = strstr(at + 1, what);
    if (at == NULL)
        fail_msg("the small trace has no %s", what);
    struct buffer out;
    buffer_init(&out);
    buffer_append(&out, small_text, (size_t)(at - small_text));
    buffer_string(&out, by);
    buffer_string(&out, at + strlen(what));
    assert_false(out.failed);
    return out.text; /* whoever frees it frees the buffer's only memory */
}

struct damage {
    const char *what;
    size_t count;
    const char *by;
    const char *message; /* NULL: is still a good trace */
};

static const struct damage damages[] = {
    /* What may be there, or be written in another way. */
    {"\"loop\":null,", 0, "", NULL},
    {"\"loop\":null,", 0, "\"loop\":null,\"more\":[{\"x\":1.5e3}],", NULL},
    {"\"params\":[\"CLIENTS\",\"LEASES\",\"WRITES\"],", 0, "", NULL},
    {"\"params\":[\"CLIENTS\",\"LEASES\"", 0, "\"params\":[\"LEASES\",\"CLIENTS\"", NULL},
    {"{\"#bigint\":\"2\"}", 6, "2", NULL},
    {"{\"#bigint\":\"2\"}", 6, "2.0", NULL},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":\"02\"}", NULL},
    {"{\"#bigint\":\"2\"}", 6, "{\"#note\":[],\"#bigint\":\"2\"}", NULL},
    {"\"LEASES\":", 0, "\"L\\u0045ASES\":", NULL},
    {"[[\"client-a\",{\"view\":{\"#bigint\":\"1\"}}],[\"client-b\",{\"view\":{\"#bigint\":\"0\"}}]]", 0,
     "[[\"client-b\",{\"view\":{\"#bigint\":\"0\"}}],[\"client-a\",{\"view\":{\"#bigint\":\"1\"}}]]", NULL},
    {"\"#meta\":{\"step\":3}", 0, "\"#meta\":[],\"#other\":{}", NULL},
    {"\"trace_seed\":12", 0, "\"trace_seed\":\"9223372036854775807\"", NULL},
    {"\"trace_seed\":12", 0, "\"trace_seed\":null,\"more\":\"\\ud83d\\ude00 \xf0\x9f\x98\x80\"", NULL},
    {"\"predicate_name\":\"no_stale_write\"", 0, "\"predicate_name\":\"unheard_of\"", NULL},
    {"\"violation_step\":6", 0, "\"more\":6", NULL},
    {"\"vars\":[\"term\",", 0, "\"vars\":[\"term\",\"term\",\"mbt::actionTaken\",\"x\",", NULL},
    {"\"params\":[\"CLIENTS\"", 0, "\"params\":[\"OTHER\",\"CLIENTS\",\"CLIENTS\"", NULL},
    {"\"held\":", 2, "\"mbt::other\":\"x\",\"held\":", NULL},
    {"\"LEASES\":", 1, "\"#LEASES\":", NULL},
    {"{", 0, "\xef\xbb\xbf{", NULL},
    {"{", 0, " \t\r\n[{", "small:3:1: ',' or ']' expected, found the end"},
    /* Around the states. */
    {"\"trace_seed\":12", 0, "\"trace_seed\":9223372036854775808",
     "small: trace 0: #meta: trace_seed: an integer from 0 to 9223372036854775807 expected, found "
     "9223372036854775808"},
    {"\"trace_seed\":12", 0, "\"trace_seed\":-1",
     "small: trace 0: #meta: trace_seed: an integer from 0 to 9223372036854775807 expected, found -1"},
    {"\"trace_seed\":12", 0, "\"trace_seed\":12,\"trace_seed\":12",
     "small: trace 0: #meta: trace_seed is there twice"},
    {"\"violation_step\":6", 0, "\"violation_step\":7",
     "small: trace 0: #meta: violation_step: 7, but the last state is 6"},
    {"\"source\":\"a test\"", 0, "\"source\":5", "small: trace 0: #meta: source: a string expected"},
    {"\"predicate_kind\":\"invariant\"", 0, "\"predicate_kind\":\"example\"",
     "small: trace 0: #meta: predicate_kind: \"invariant\" expected for no_stale_write"},
    {"\"source\"", 0, "\"guards\":[\"fence\"],\"source\"",
     "small: trace 0: #meta: guards: lease has no guard \"fence\""},
    {"\"source\"", 0, "\"guards\":\"fencing\",\"source\"",
     "small: trace 0: #meta: guards: an array of names expected"},
    {"\"vars\":[\"term\",", 0, "\"vars\":[",
     "small: trace 0: vars: \"term\" is missing; is this a trace of lease?"},
    {"\"vars\":[\"term\",", 0, "\"vars\":[\"x\",",
     "small: trace 0: vars: \"term\" is missing; is this a trace of lease?"},
    {"\"vars\":", 0, "\"params\":", "small: trace 0: \"params\" is there twice"},
    {"\"loop\":null,", 0, "\"states\":[],", "small: trace 0: \"states\" is there twice"},
    {"\"states\":", 0, "\"stats\":", "small: trace 0: no \"states\""},
    {"\"states\":[", 0, "\"states\":[],\"other\":[",
     "small: trace 0: states: at least one state expected, found none"},
    {"\"states\":[", 0, "\"states\":[5,", "small:1:302: a state: an object expected, found '5'"},
    {"\"#meta\":", 0,
     "\"format\":\"f\",\"#meta\":", "small: trace 0: a schedule, where a trace with states was expected"},
    /* In a state. */
    {"\"held\":", 2, "\"hel\":", "small: trace 0: state 2: no variable \"held\""},
    {"\"LEASES\":", 0,
     "\"#LEASES\":", "small: trace 0: state 0: no parameter \"LEASES\"; is this a trace of lease?"},
    /* Of a model that is named, and another one. */
    {"\"source\":", 0, "\"model\":\"clock\",\"source\":",
     "small: trace 0: it is a trace of the model clock, and this is lease: name that model's file by "
     "--model"},
    {"\"client\":{\"#map\"", 3, "\"#client\":{\"#map\"", "small: trace 0: state 3: no variable \"client\""},
    {"\"LEASES\":", 1,
     "\"WRITES\":{\"#bigint\":\"3\"},\"LEASES\":", "small: trace 0: state 1: WRITES: is there twice"},
    {"\"LEASES\":{\"#bigint\":\"3\"}", 2, "\"LEASES\":{\"#bigint\":\"4\"}",
     "small: trace 0: state 2: LEASES: another value than in state 0: 3 expected, found 4"},
    {"\"LEASES\":{\"#bigint\":\"3\"}", 0, "\"LEASES\":{\"#bigint\":\"9\"}",
     "small: trace 0: state 1: LEASES: another value than in state 0: 9 expected, found 3"},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":2}",
     "small: trace 0: state 4: term: #bigint: digits in quotes expected, found a number"},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":\"9223372036854775808\"}",
     "#bigint: 9223372036854775808 does not fit into 64 bits"},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":\"-9223372036854775809\"}",
     "#bigint: -9223372036854775809 does not fit into 64 bits"},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":\"99999999999999999999999999999\"}",
     "does not fit into 64 bits"},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":\"\"}", "#bigint: digits expected, found \"\""},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":\"-\"}", "#bigint: digits expected, found \"-\""},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":\"2\\u001b[1m\"}", "#bigint: digits expected, found \"2?[1m\""},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":\"2\",\"#bigint\":\"2\"}", "#bigint beside #bigint"},
    {"{\"#bigint\":\"2\"}", 6, "{\"#bigint\":\"2\",\"x\":2}", "fields of a record beside #bigint"},
    {"{\"#bigint\":\"2\"}", 6, "{\"#unserializable\":\"x\"}",
     "#bigint, #set, #map or #tup expected, found \"#unserializable\""},
    {"{\"#bigint\":\"2\"}", 6, "2.5", "an integer expected, found 2.5"},
    {"{\"#bigint\":\"2\"}", 6, "9007199254740994",
     "a number beyond 2^53, 9007199254740994, which is to be written as"},
    {"{\"#bigint\":\"2\"}", 6, "1e300", "a number beyond 2^53, 1.0000000000000001e+300,"},
    {"{\"#bigint\":\"2\"}", 6, "1e999", "a number beyond 2^53, inf,"},
    {"\"CLIENTS\":{\"#bigint\":\"2\"}", 0, "\"CLIENTS\":{\"#set\":5}",
     "small: trace 0: state 0: CLIENTS: #set: an array expected, found a number"},
    {"\"CLIENTS\":{\"#bigint\":\"2\"}", 0, "\"CLIENTS\":{\"#set\":[1,{\"#tup\":[{\"#map\":1}]}]}",
     "small: trace 0: state 0: CLIENTS: #set: element 1: #tup: element 0: #map: an array of pairs expected, "
     "found a number"},
    {"\"client\":{\"#map\":[[\"client-a\",", 0, "\"client\":{\"#map\":[[\"client-b\",",
     "small: trace 0: state 0: client: #map: a key is there twice"},
    {"\"client\":{\"#map\":[[\"client-a\",", 0, "\"client\":{\"#map\":[[\"client-a\",0],[1],[\"client-c\",",
     "small: trace 0: state 0: client: #map: pair 1: an array of key and value expected, found one of "
     "another "
     "length"},
    {"\"view\":{\"#bigint\":\"0\"}", 0, "\"view\":0,\"view\":1",
     "small: trace 0: state 0: client: #map: pair 0: the key \"view\" is there twice"},
    /* JSON that is none. */
    {"\"held\":false", 0, "\"held\":nul", "small:1:501: a value expected, found 'n'"},
    {"\"held\":false", 0, "\"held\":nulll", "small:1:505: ',' or '}' expected, found 'l'"},
    {"\"held\":false", 0, "\"held\":01", "small:1:502: ',' or '}' expected, found '1'"},
    {"\"held\":false", 0, "\"held\":-", "small:1:502: a digit expected, found ','"},
    {"\"held\":false", 0, "\"held\":1.", "a digit expected, found ','"},
    {"\"held\":false", 0, "\"held\":1e+", "a digit expected, found ','"},
    {"\"held\":false", 0, "\"held\":.5", "a value expected, found '.'"},
    {"\"held\":false", 0, "\"held\":NaN", "a value expected, found 'N'"},
    {"\"held\":false", 0, "\"held\":00000000000000000000000000000000000000000000000", "found '0'"},
    {"\"held\":false", 0, "\"held\":10000000000000000000000000000000000000000000000",
     "a number of more than 40 characters"},
    {"\"held\":false", 0, "\"held\":,", "a value expected, found ','"},
    {"\"held\":false", 0, "\"held\":null,", "a key in quotes expected, found ','"},
    {"\"held\":false", 0, "\"held\" null", "':' expected, found 'n'"},
    {"\"held\":false", 0, "held:null", "a key in quotes expected, found 'h'"},
    {"\"held\":false", 0, "\"held\":[1,]", "a value expected, found ']'"},
    {"\"held\":false", 0, "\"held\":[1}", "',' or ']' expected, found '}'"},
    {"\"held\":false", 0, "\"held\":\"\\u0000\"", "a string with the character U+0000 cannot be read"},
    {"\"held\":false", 0, "\"held\":\"\\x41\"", "no such escape in a string"},
    {"\"held\":false", 0, "\"held\":\"\\u12g4\"", "four hexadecimal digits expected after \\u"},
    {"\"held\":false", 0, "\"held\":\"\\ud83d\"", "half a surrogate pair in a string"},
    {"\"held\":false", 0, "\"held\":\"\\ud83d\\u0041\"", "half a surrogate pair in a string"},
    {"\"held\":false", 0, "\"held\":\"\\ude00\"", "half a surrogate pair in a string"},
    {"\"held\":false", 0, "\"held\":\"a\tb\"", "a control character (0x09) in a string"},
    {"\"held\":false", 0, "\"held\":\"\xff\"", "a string that is not UTF-8 (byte 0xff)"},
    {"\"held\":false", 0, "\"held\":\"\xc0\x80\"", "a string that is not UTF-8 (byte 0xc0)"},
    {"\"held\":false", 0, "\"held\":\"\xed\xa0\x80\"", "a string that is not UTF-8 (byte 0xed)"},
    {"\"held\":false", 0, "\"held\":\"\xf4\x90\x80\x80\"", "a string that is not UTF-8 (byte 0xf4)"},
    {"\"held\":false", 0, "\"held\":\x01null", "a value expected, found the byte 0x01"},
    {"}\n", 0, "}}\n", "small:1:3257: a trace, { or [, expected, found '}'"},
    {"}\n", 0, "}\x80\n", "a trace, { or [, expected, found the byte 0x80"},
    {"}\n", 0, "}garbage\n", "a trace, { or [, expected, found 'g'"},
    {"{", 0, "\xef\xbb{", "small:1:1: a trace, { or [, expected, found the byte 0xef"},
    {"}\n", 0, "}\xef\xbb\xbf\n", "a trace, { or [, expected, found the byte 0xef"},
};

static void read_of_damaged_traces_says_what_is_wrong(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        const struct damage *row = &damages[i];
        struct error err = {{0}};
        char *text = damage(row->what, row->count, row->by);
        const enum status status = read_text(text, strlen(text), &err);
        mem_free(text);
        if (row->message == NULL ? status == OK
                                 : status == ERR_DATA && strstr(err.text, row->message) != NULL)
            continue;
        print_error("%s -> %s:\n  '%s' expected, found\n  '%s'\n", row->what, row->by,
                    row->message == NULL ? "" : row->message, err.text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* ADR-015 of Apalache sets parameters in the initial state. */
static void read_of_parameters_in_the_initial_state_alone_takes_them_for_the_rest(void **state)
{
    (void)state;
    static const char *const names[] = {"\"CLIENTS\":", "\"LEASES\":", "\"WRITES\":"};
    struct error err = {{0}};
    char *text = mem_copy_string(small_text);
    assert_non_null(text);
    size_t removed = 0;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        char *at = strstr(text, names[n]); /* the initial state's */
        assert_non_null(at);
        while ((at = strstr(at + 1, names[n])) != NULL) {
            at[1] = '#'; /* a key that is skipped */
            removed++;
        }
    }
    assert_int_equal(removed, 3 * 6);
    if (read_text(text, strlen(text), &err) != OK)
        fail_msg("%s", err.text);
    mem_free(text);
}

static void read_names_variables_that_the_model_does_not_have_once(void **state)
{
    (void)state;
    struct itf_reader *reader = NULL;
    struct itf_trace trace;
    struct error err = {{0}};
    struct buffer keys;
    bool found = false;
    buffer_init(&keys);
    itf_trace_init(&trace);
    for (int i = 0; i < 2 * ITF_OTHERS_MAX; i++) /* each twice */
        buffer_format(&keys, "\"mbt::%d\":{\"#unserializable\":\"x\"},", i / 2);
    for (int round = 0; round < 2; round++) {
        buffer_format(&keys, "\"held\":");
        char *more = damage("\"held\":", 3, keys.text);
        assert_int_equal(itf_reader_open_memory("small", more, strlen(more), lease_class(), &reader, &err),
                         OK);
        if (itf_reader_next(reader, &trace, &found, &err) != OK)
            fail_msg("%s", err.text);
        assert_int_equal(trace.other_variable_count, ITF_OTHERS_MAX);
        for (size_t i = 0; i < ITF_OTHERS_MAX; i++) {
            char name[16];
            (void)snprintf(name, sizeof name, "mbt::%zu", i);
            assert_string_equal(trace.other_variables[i], name);
        }
        assert_int_equal(trace.has_more_others, round == 1);
        itf_reader_close(reader);
        mem_free(more);
        keys.length -= strlen("\"held\":");
        buffer_string(&keys, "\"one_more\":1,");
    }
    itf_trace_release(&trace);
    buffer_release(&keys);
}

/* PowerShell 5 writes > as UTF-16. */
static void read_of_other_encodings_says_which_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *name, *unmarked, *mark; /* what iconv is to be told without a mark */
        size_t width, at;                   /* of a character, and where its byte is */
    } encodings[] = {{"UTF-16", "UTF-16LE", "\xff\xfe", 2, 0},
                     {"UTF-16", "UTF-16BE", "\xfe\xff", 2, 1},
                     {"UTF-32", "UTF-32", "\xff\xfe\0", 4, 0},
                     {"UTF-32", "UTF-32", "\0\0\xfe\xff", 4, 3}};
    const size_t length = strlen(small_text);
    unsigned char *text = mem_new(4 * length + 4, 1);
    assert_non_null(text);
    for (size_t i = 0; i < 2 * sizeof encodings / sizeof *encodings; i++) {
        const size_t width = encodings[i / 2].width, mark = i % 2 == 0 ? 0 : width;
        struct error err = {{0}};
        char expected[128];
        memset(text, 0, 4 * length + 4);
        memcpy(text, encodings[i / 2].mark, mark);
        for (size_t k = 0; k < length; k++)
            text[mark + k * width + encodings[i / 2].at] = (unsigned char)small_text[k];
        assert_int_equal(read_text((const char *)text, mark + length * width, &err), ERR_DATA);
        const char *name = mark == 0 ? encodings[i / 2].unmarked : encodings[i / 2].name;
        (void)snprintf(expected, sizeof expected,
                       "small: is text in %s, where UTF-8 was expected; iconv -f %s -t UTF-8 converts it",
                       name, name);
        assert_string_equal(err.text, expected);
    }
    mem_free(text);
}

/* Whatever is cut off, it is noticed; only the newline is nothing to miss. */
static void read_of_every_prefix_fails(void **state)
{
    (void)state;
    const size_t length = strlen(small_text);
    struct error err = {{0}};
    assert_int_equal(read_text(small_text, length, &err), OK);
    assert_int_equal(read_text(small_text, length - 1, &err), OK);
    for (size_t cut = 0; cut < length - 1; cut++) {
        /* A copy of just that length, so that reading past its end is seen by a sanitizer. */
        char *text = mem_new(cut, 1);
        assert_non_null(text);
        memcpy(text, small_text, cut);
        err.text[0] = '\0';
        if (read_text(text, cut, &err) != ERR_DATA || strncmp(err.text, "small:", 6) != 0)
            fail_msg("cut after %zu bytes: %s", cut, err.text);
        mem_free(text);
    }
}

/* Any other byte in any place: an error, a disagreement, or a trace that is good all the same; nothing else.
 */
static void read_of_every_changed_byte_ends_well(void **state)
{
    (void)state;
    static const char others[] = {'"', '0', '}', '\\', '#', '\0', (char)0xff};
    const size_t length = strlen(small_text);
    char *text = mem_copy_string(small_text);
    size_t refused = 0;
    for (size_t i = 0; i < length; i++) {
        for (size_t k = 0; k < sizeof others; k++) {
            struct error err = {{0}};
            text[i] = others[k];
            const enum status status = read_text(text, length, &err);
            assert_true(status == OK || status == ERR_DATA || status == ERR_INTERNAL);
            assert_true(status == OK || err.text[0] != '\0');
            refused += status != OK;
        }
        text[i] = small_text[i];
    }
    assert_true(refused > length * sizeof others * 9 / 10);
    mem_free(text);
}

static void read_of_nothing_fails(void **state)
{
    (void)state;
    static const char *const empties[] = {"", " \n\n", "[]", "[ ]\n[]"};
    for (size_t i = 0; i < sizeof empties / sizeof *empties; i++) {
        struct error err = {{0}};
        assert_int_equal(read_text(empties[i], strlen(empties[i]), &err), ERR_DATA);
        assert_string_equal(err.text, "small: holds no trace");
    }
}

static void read_of_deep_nesting_fails_at_once(void **state)
{
    (void)state;
    enum { DEPTH = 1 << 20 };
    char *text = mem_new(DEPTH + 64, 1);
    assert_non_null(text);
    const int head = sprintf(text, "{\"states\":");
    memset(text + head, '[', DEPTH);
    struct error err = {{0}};
    assert_int_equal(read_text(text, strlen(text), &err), ERR_DATA);
    assert_string_equal(err.text, "small:1:74: brackets within brackets more than 64 deep");
    mem_free(text);
}

/* --- several traces --- */

static size_t count_traces(const char *text, size_t *ret_bad)
{
    struct itf_reader *reader = NULL;
    struct itf_trace trace;
    struct error err = {{0}};
    bool found = true;
    size_t count = 0;
    *ret_bad = 0;
    itf_trace_init(&trace);
    assert_int_equal(itf_reader_open_memory("many", text, strlen(text), lease_class(), &reader, &err), OK);
    while (found) {
        const enum status status = itf_reader_next(reader, &trace, &found, &err);
        assert_true(status == OK || status == ERR_DATA);
        if (status != OK)
            ++*ret_bad;
        else if (found)
            count++;
        assert_true(count + *ret_bad < 100);
    }
    itf_reader_close(reader);
    itf_trace_release(&trace);
    return count;
}

static void read_of_several_traces_takes_all_forms(void **state)
{
    (void)state;
    static const char *const forms[] = {"%s%s%s", "[%s,%s,%s]", "[%s]%s[%s]", " [ %s , %s ] \r\n [] %s \n\n"};
    const size_t size = 3 * strlen(small_text) + 64;
    char *text = mem_new(size, 1);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t bad;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(text, size, forms[i], small_text, small_text, small_text);
#pragma GCC diagnostic pop
        assert_int_equal(count_traces(text, &bad), 3);
        assert_int_equal(bad, 0);
    }
    mem_free(text);
}

static void read_goes_on_after_a_bad_trace(void **state)
{
    (void)state;
    char *bad_value = damage("\"held\":false", 0, "\"held\":{\"#set\":1}");
    char *bad_json = damage("\"held\":false", 0, "\"held\":nul");
    char *endless = damage("}\n", 0, "\n");
    struct buffer text;
    size_t bad;
    buffer_init(&text);
    buffer_format(&text, "%s%s%s%s%s%s", small_text, bad_value, small_text, bad_json, small_text, endless);
    assert_int_equal(count_traces(text.text, &bad), 3);
    assert_int_equal(bad, 3);
    buffer_release(&text);
    mem_free(bad_value);
    mem_free(bad_json);
    mem_free(endless);
}

/* --- hostile sizes --- */

#define TEMPORARY "/tmp/racewalk-test-itf-XXXXXX"
static char temporary[] = TEMPORARY;

static int make_temporary(void **state)
{
    (void)state;
    memcpy(temporary, TEMPORARY, sizeof temporary); /* each test has a file of its own */
    const int fd = mkstemp(temporary);
    return fd < 0 ? -1 : close(fd);
}

static int drop_temporary(void **state)
{
    (void)state;
    return unlink(temporary);
}

/* Reads the file to its end. */
static enum status read_file(const struct model_class *class, struct error *err)
{
    struct itf_reader *reader = NULL;
    struct itf_trace trace;
    bool found = true;
    itf_trace_init(&trace);
    enum status status = itf_reader_open(temporary, class, &reader, err);
    while (status == OK && found)
        status = itf_reader_next(reader, &trace, &found, err);
    itf_reader_close(reader);
    itf_trace_release(&trace);
    return status;
}

static void assert_too_large(const struct error *err)
{
    char expected[256];
    (void)snprintf(expected, sizeof expected,
                   "%s: larger than 256 MB, the most that is read of one file (decompressed)", temporary);
    assert_string_equal(err->text, expected);
}

static void read_of_a_huge_sparse_file_fails_at_once(void **state)
{
    (void)state;
    struct error err = {{0}};
    assert_int_equal(truncate(temporary, (off_t)300 << 20), 0);
    assert_int_equal(read_file(lease_class(), &err), ERR_DATA);
    assert_too_large(&err);
    assert_int_equal(truncate(temporary, 0), 0);
}

static void read_of_a_gzip_bomb_fails(void **state)
{
    (void)state;
    enum { BLOCK = 1 << 20, BLOCKS = 300 };
    struct error err = {{0}};
    char *block = mem_new(BLOCK, 1);
    memset(block, 'x', BLOCK);
    gzFile file = gzopen(temporary, "wb1");
    assert_non_null(file);
    assert_int_equal(gzputs(file, "{\"#meta\":{\"source\":\""), 20);
    for (int i = 0; i < BLOCKS; i++)
        assert_int_equal(gzwrite(file, block, BLOCK), BLOCK);
    assert_int_equal(gzclose(file), Z_OK);
    assert_int_equal(read_file(lease_class(), &err), ERR_DATA);
    assert_too_large(&err);
    mem_free(block);
}

static void read_of_many_small_values_is_bounded(void **state)
{
    (void)state;
    enum { COUNT = 17 << 20 };
    struct buffer text;
    struct error err = {{0}};
    buffer_init(&text);
    buffer_string(&text, "{\"states\":[{\"term\":[1");
    for (int i = 0; i < COUNT; i++)
        buffer_append(&text, ",1", 2);
    buffer_string(&text, "]}]}");
    assert_int_equal(read_text(text.text, text.length, &err), ERR_DATA);
    assert_string_equal(err.text,
                        "small: trace 0: state 0: term: the JSON of this value needs more than 256 MB");
    buffer_release(&text);
}

/* Wherever it is cut, the checksum at the end included. */
static void read_of_a_cut_gzip_file_fails(void **state)
{
    (void)state;
    struct buffer packed;
    buffer_init(&packed);
    FILE *from = fopen(golden_path("itf/plans3_n3_5_3_s123.itf.ndjson.gz"), "rb");
    char block[4096];
    assert_non_null(from);
    for (size_t got; (got = fread(block, 1, sizeof block, from)) > 0;)
        buffer_append(&packed, block, got);
    assert_int_equal(fclose(from), 0);
    for (size_t cut = packed.length; cut > 20; cut -= cut + 12 > packed.length ? 1 : 7) {
        struct error err = {{0}};
        FILE *to = fopen(temporary, "wb");
        assert_non_null(to);
        assert_int_equal(fwrite(packed.text, 1, cut, to), cut);
        assert_int_equal(fclose(to), 0);
        const enum status status = read_file(&dns_balancer, &err);
        assert_int_equal(status, cut == packed.length ? OK : ERR_DATA);
        if (cut < packed.length && strstr(err.text, "the compressed data are damaged or cut off") == NULL)
            fail_msg("cut after %zu bytes: %s", cut, err.text);
    }
    buffer_release(&packed);
}

static void open_of_what_is_no_file_fails(void **state)
{
    (void)state;
    struct itf_reader *reader = NULL;
    struct error err = {{0}};
    assert_int_equal(itf_reader_open("/nowhere/at/all", lease_class(), &reader, &err), ERR_NO_INPUT);
    assert_string_equal(err.text, "/nowhere/at/all: No such file or directory");
    assert_int_equal(itf_reader_open("/", lease_class(), &reader, &err), ERR_NO_INPUT);
    assert_string_equal(err.text, "/: a directory, not a file");
}

/* --- writing --- */

static void write_and_read(const struct model *model, const struct trace *trace, enum itf_form form,
                           struct buffer *out, struct itf_trace *ret_itf)
{
    struct itf_reader *reader = NULL;
    struct error err = {{0}};
    bool found = false;
    buffer_clear(out);
    if (itf_write(model, trace, form, out, &err) != OK)
        fail_msg("%s", err.text);
    assert_int_equal(itf_reader_open_memory("written", out->text, out->length, model->class, &reader, &err),
                     OK);
    if (itf_reader_next(reader, ret_itf, &found, &err) != OK)
        fail_msg("%s", err.text);
    assert_true(found);
    itf_reader_close(reader);
}

static void check_round_trip(const struct model *model, struct itf_trace *golden_trace)
{
    struct trace steps;
    struct itf_trace again;
    struct buffer first, second;
    struct replay_report report;
    struct error err = {{0}};
    trace_init(&steps);
    itf_trace_init(&again);
    buffer_init(&first);
    buffer_init(&second);
    assert_int_equal(replay_itf(model, golden_trace, &steps, &report, &err), OK);
    if (report.outcome != REPLAY_AGREES)
        fail_msg("%s[%zu]: %s", golden_trace->file, golden_trace->index, report.message);
    assert_int_equal(report.agreed, golden_trace->state_count);
    for (enum itf_form form = ITF_LINE; form <= ITF_PRETTY; form++) {
        write_and_read(model, &steps, form, &first, &again);
        assert_int_equal(strchr(first.text, '\n') == first.text + first.length - 1, form == ITF_LINE);
        assert_int_equal(again.state_count, golden_trace->state_count);
        for (size_t i = 0; i < again.state_count; i++)
            assert_int_equal(value_compare(&again.states[i], &golden_trace->states[i]), 0);
        assert_int_equal(value_compare(&again.parameters, &golden_trace->parameters), 0);
        assert_int_equal(again.head.property, golden_trace->head.property);
        assert_int_equal(again.head.trace_seed, golden_trace->head.trace_seed);
        assert_string_equal(again.head.source, golden_trace->head.source);
        /* The same bytes, once more by way of what was read. */
        struct trace steps_again;
        trace_init(&steps_again);
        assert_int_equal(replay_itf(model, &again, &steps_again, &report, &err), OK);
        assert_int_equal(report.outcome, REPLAY_AGREES);
        assert_int_equal(itf_write(model, &steps_again, form, &second, &err), OK);
        assert_string_equal(first.text, second.text);
        buffer_clear(&second);
        trace_release(&steps_again);
    }
    buffer_release(&first);
    buffer_release(&second);
    itf_trace_release(&again);
    trace_release(&steps);
}

static void write_of_golden_traces_reads_back_the_same(void **state)
{
    (void)state;
    golden_each(check_round_trip);
}

/* The elements of a set have no order in a file, and may be there twice. */
static void read_takes_a_set_as_it_stands(void **state)
{
    (void)state;
    struct model_class *class = own_test_class(&racewalk_election, NULL);
    struct model *model = own_test_model(class, "e3_2_1", 0, 1);
    static const char what[] = "{\"#set\":[\"n1\",\"n2\"]}", by[] = "{\"#set\":[\"n2\",\"n1\",\"n2\"]}";
    size_t found = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct trace trace;
        struct buffer text, other;
        struct error err = {{0}};
        trace_init(&trace);
        buffer_init(&text);
        buffer_init(&other);
        assert_int_equal(walk_trace(model, seed, 12, 1, &trace, &err), OK);
        assert_int_equal(itf_write(model, &trace, ITF_LINE, &text, &err), OK);
        const char *from = text.text;
        for (const char *at; (at = strstr(from, what)) != NULL; from = at + strlen(what), found++) {
            buffer_append(&other, from, (size_t)(at - from));
            buffer_string(&other, by);
        }
        buffer_string(&other, from);
        if (read_text_of(class, other.text, other.length, &err) != OK)
            fail_msg("%s", err.text);
        buffer_release(&text);
        buffer_release(&other);
        trace_release(&trace);
    }
    assert_true(found > 10);
    model_free(model);
    own_class_free(class);
}

/* The whole file, for one small enough to look at. */
static void write_of_a_short_trace_gives_these_bytes(void **state)
{
    (void)state;
    struct model *model = NULL;
    struct trace trace;
    struct buffer out;
    struct error err = {{0}};
    struct instance instance = {.values = {{1, 1}, {1, 1}, {1, 1}}, .guards = 1};
    trace_init(&trace);
    buffer_init(&out);
    assert_int_equal(model_new(lease_class(), &instance, &model, &err), OK);
    assert_int_equal(trace_append(&trace, &(struct step){.move = LEASE_ACQUIRE}), OK);
    (void)snprintf(trace.source, sizeof trace.source, "q\"\\\n\x7f\xc3\xa9");
    trace.max_steps = 20;
    assert_int_equal(itf_write(model, &trace, ITF_LINE, &out, &err), OK);
    assert_string_equal(
        out.text,
        "{\"#meta\":{\"source\":\"q\\\"\\\\\\u000a\x7f\xc3\xa9\",\"model\":\"lease\",\"max_steps\":20,"
        "\"guards\":[\"fencing\"]},"
        "\"params\":[\"CLIENTS\",\"LEASES\",\"WRITES\"],"
        "\"vars\":[\"term\",\"held\",\"writes\",\"highest\",\"stale\",\"client\",\"mbt::actionTaken\","
        "\"mbt::nondetPicks\"],\"loop\":null,\"states\":["
        "{\"#meta\":{\"step\":0},\"CLIENTS\":{\"#bigint\":\"1\"},\"LEASES\":{\"#bigint\":\"1\"},"
        "\"WRITES\":{\"#bigint\":\"1\"},\"client\":{\"#map\":[[\"client-a\",{\"view\":{\"#bigint\":\"0\"}}]]}"
        ","
        "\"held\":false,\"highest\":{\"#bigint\":\"0\"},\"mbt::actionTaken\":\"init\","
        "\"mbt::nondetPicks\":{\"client\":{\"tag\":\"None\",\"value\":{}},\"value\":{\"tag\":\"None\","
        "\"value\":{}}},"
        "\"stale\":false,\"term\":{\"#bigint\":\"0\"},\"writes\":{\"#bigint\":\"0\"}},"
        "{\"#meta\":{\"step\":1},\"CLIENTS\":{\"#bigint\":\"1\"},\"LEASES\":{\"#bigint\":\"1\"},"
        "\"WRITES\":{\"#bigint\":\"1\"},\"client\":{\"#map\":[[\"client-a\",{\"view\":{\"#bigint\":\"1\"}}]]}"
        ","
        "\"held\":true,\"highest\":{\"#bigint\":\"0\"},\"mbt::actionTaken\":\"acquire\","
        "\"mbt::nondetPicks\":{\"client\":{\"tag\":\"Some\",\"value\":\"client-a\"},\"value\":{\"tag\":"
        "\"None\",\"value\":{}}},"
        "\"stale\":false,\"term\":{\"#bigint\":\"1\"},\"writes\":{\"#bigint\":\"0\"}}]}\n");
    buffer_clear(&out);
    assert_int_equal(trace_append(&trace, &(struct step){.move = LEASE_ACQUIRE}), OK);
    assert_int_equal(itf_write(model, &trace, ITF_LINE, &out, &err), ERR_DATA);
    assert_string_equal(err.text, "step 2: acquire(client-a): the action is not enabled");
    buffer_release(&out);
    trace_release(&trace);
    model_free(model);
}

/* --- without memory --- */

static void read_without_memory_fails_cleanly(void **state)
{
    (void)state;
    const size_t length = strlen(small_text);
    size_t nth = 1;
    for (;; nth++) {
        struct error err = {{0}};
        mem_fail_from(nth);
        const enum status status = read_text(small_text, length, &err);
        const bool failed = mem_allocations() >= nth;
        mem_fail_from(0);
        if (!failed) {
            assert_int_equal(status, OK);
            break;
        }
        if (status != ERR_MEMORY || err.text[0] == '\0')
            fail_msg("allocation %zu: status %d: %s", nth, (int)status, err.text);
    }
    assert_true(nth > 8);
}

static void write_without_memory_fails_cleanly(void **state)
{
    (void)state;
    struct model *model = NULL;
    struct trace trace;
    struct error err = {{0}};
    struct replay_report report;
    trace_init(&trace);
    assert_int_equal(model_new(lease_class(), &lease_class()->presets[0].instance, &model, &err), OK);
    assert_int_equal(trace_append(&trace, &(struct step){.move = LEASE_ACQUIRE}), OK);
    size_t nth = 1;
    for (;; nth++) {
        mem_fail_from(nth);
        const enum status status = replay_written(model, &trace, &report, &err);
        const bool failed = mem_allocations() >= nth;
        mem_fail_from(0);
        if (!failed) {
            assert_int_equal(status, OK);
            assert_int_equal(report.outcome, REPLAY_AGREES);
            break;
        }
        assert_int_equal(status, ERR_MEMORY);
    }
    assert_true(nth > 10);
    trace_release(&trace);
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_of_golden_files_gives_what_they_claim),
        cmocka_unit_test(read_of_a_large_trace_seed_is_exact),
        cmocka_unit_test(read_of_damaged_traces_says_what_is_wrong),
        cmocka_unit_test(read_of_parameters_in_the_initial_state_alone_takes_them_for_the_rest),
        cmocka_unit_test(read_names_variables_that_the_model_does_not_have_once),
        cmocka_unit_test(read_of_other_encodings_says_which_it_is),
        cmocka_unit_test(read_of_every_prefix_fails),
        cmocka_unit_test(read_of_every_changed_byte_ends_well),
        cmocka_unit_test(read_of_nothing_fails),
        cmocka_unit_test(read_of_deep_nesting_fails_at_once),
        cmocka_unit_test(read_of_several_traces_takes_all_forms),
        cmocka_unit_test(read_goes_on_after_a_bad_trace),
        cmocka_unit_test_setup_teardown(read_of_a_huge_sparse_file_fails_at_once, make_temporary,
                                        drop_temporary),
        cmocka_unit_test_setup_teardown(read_of_a_gzip_bomb_fails, make_temporary, drop_temporary),
        cmocka_unit_test_setup_teardown(read_of_a_cut_gzip_file_fails, make_temporary, drop_temporary),
        cmocka_unit_test(read_of_many_small_values_is_bounded),
        cmocka_unit_test(open_of_what_is_no_file_fails),
        cmocka_unit_test(write_of_golden_traces_reads_back_the_same),
        cmocka_unit_test(read_takes_a_set_as_it_stands),
        cmocka_unit_test(write_of_a_short_trace_gives_these_bytes),
        cmocka_unit_test(read_without_memory_fails_cleanly),
        cmocka_unit_test(write_without_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, make_small_text, drop_small_text);
}
