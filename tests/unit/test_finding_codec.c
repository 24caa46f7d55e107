/* SPDX-License-Identifier: Apache-2.0 */
/* Findings and messages as msgpack: what is written is read again, by this program and by msgpack-c; what is
 * damaged is refused. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "cluster/message.h"
#include "cluster/pack.h"
#include "search/make_finding.h"
#include "search/shape.h"
#include "tests/support/known_dns.h"
#include "tests/support/test_model.h"

static struct model *new_model(int plans)
{
    return test_model_of(&dns_balancer, known_instance(3, plans, 3, 3, 0), 3);
}

static struct run_config config_of(const struct model *model)
{
    return (struct run_config){.model = model,
                               .seed = 1,
                               .max_samples = 1000,
                               .max_steps = 20,
                               .properties = 3,
                               .goal = RUN_SHAPES,
                               .max_findings = 5,
                               .threads = 1};
}

/* The finding of walk 87, which is the first hit of seed 1. */
static struct finding *new_finding(const struct run_config *config)
{
    struct finding *finding = NULL;
    const struct walk_hit hit = {.sample = 87, .length = 20, .properties = 1};
    assert_int_equal(finding_of_hit(config, &hit, &finding, NULL), OK);
    return finding;
}

static void finding_written_and_read_is_the_same(void **unused)
{
    (void)unused;
    struct model *model = new_model(5);
    const struct run_config config = config_of(model);
    struct finding *finding = new_finding(&config), *read = NULL;
    struct buffer text, again;
    buffer_init(&text);
    buffer_init(&again);
    assert_int_equal(finding_encode(model, finding, &text, NULL), OK);
    struct error err = {{0}};
    if (finding_decode(model, text.text, text.length, &read, &err) != OK)
        fail_msg("%s", err.text);
    assert_int_equal(read->sample, 87);
    assert_string_equal(read->shape.name, finding->shape.name);
    assert_string_equal(read->shape.text, finding->shape.text);
    assert_int_equal(read->trace.step_count, finding->trace.step_count);
    assert_int_equal(finding_encode(model, read, &again, NULL), OK);
    assert_int_equal(text.length, again.length);
    assert_memory_equal(text.text, again.text, text.length);
    finding_free(read);
    finding_free(finding);
    buffer_release(&text);
    buffer_release(&again);
    model_free(model);
}

static void finding_with_any_damage_is_refused(void **unused)
{
    (void)unused;
    struct model *model = new_model(5), *other = new_model(6);
    const struct run_config config = config_of(model);
    struct finding *finding = new_finding(&config), *read = NULL;
    struct buffer text;
    buffer_init(&text);
    assert_int_equal(finding_encode(model, finding, &text, NULL), OK);
    for (size_t length = 0; length < text.length; length++)
        assert_int_equal(finding_decode(model, text.text, length, &read, NULL), ERR_DATA);
    for (size_t i = 0; i < text.length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            text.text[i] = (char)(text.text[i] ^ (1 << bit));
            assert_int_equal(finding_decode(model, text.text, text.length, &read, NULL), ERR_DATA);
            text.text[i] = (char)(text.text[i] ^ (1 << bit));
        }
    }
    assert_int_equal(finding_decode(other, text.text, text.length, &read, NULL), ERR_DATA);
    finding_free(finding);
    buffer_release(&text);
    model_free(model);
    model_free(other);
}

/* A well-formed, sealed finding that lies. */
static void finding_that_is_no_run_is_refused(void **unused)
{
    (void)unused;
    struct model *model = new_model(5);
    const struct run_config config = config_of(model);
    struct error err = {{0}};
    for (int lie = 0; lie < 5; lie++) {
        struct finding *finding = new_finding(&config), *read = NULL;
        struct buffer text;
        buffer_init(&text);
        if (lie == 0)
            finding->trace.steps[4].move = move_make(200, 0);
        else if (lie == 1)
            finding->trace.steps[4].move = move_make(1, 77);
        else if (lie == 2)
            finding->trace.property_state--;
        else if (lie == 3)
            finding->shape.id++;
        else
            finding->trace.property = 1;
        assert_int_equal(finding_encode(model, finding, &text, NULL), OK);
        assert_int_equal(finding_decode(model, text.text, text.length, &read, &err), ERR_DATA);
        buffer_release(&text);
        finding_free(finding);
    }
    model_free(model);
}

static void result_written_and_read_is_the_same(void **unused)
{
    (void)unused;
    struct model *model = new_model(5);
    const struct run_config config = config_of(model);
    struct walker *walker;
    assert_int_equal(walker_new(&config, &walker, NULL), OK);
    struct walker_task task = {.first = 0, .count = 500, .max_steps = 20};
    struct message_result sent = {.range = {.epoch = 3, .first = 0, .count = 500, .max_steps = 20},
                                  .seconds = 0.5};
    pieces_init(&sent.pieces);
    while (task.count > 0)
        assert_int_equal(walker_block(walker, &task, &sent.pieces, NULL), OK);
    assert_true(sent.pieces.count >= 2);
    struct buffer text;
    buffer_init(&text);
    assert_int_equal(message_encode_result(&config, &sent, &text, NULL), OK);
    struct message_result got = {.seconds = 0};
    pieces_init(&got.pieces);
    struct error err = {{0}};
    if (message_decode_result(&config, text.text, text.length, &got, &err) != OK)
        fail_msg("%s", err.text);
    assert_int_equal(got.range.epoch, 3);
    assert_int_equal(got.pieces.count, sent.pieces.count);
    for (size_t i = 0; i < sent.pieces.count; i++) {
        const struct piece *a = &sent.pieces.list[i], *b = &got.pieces.list[i];
        assert_int_equal(a->first, b->first);
        assert_int_equal(a->count, b->count);
        assert_memory_equal(&a->tally, &b->tally, sizeof a->tally);
        assert_int_equal(a->has_hit, b->has_hit);
        assert_int_equal(a->hit.shape, b->hit.shape);
        assert_int_equal(a->shape_count, b->shape_count);
    }
    /* Another seed makes the findings those of no walk of the run. */
    struct run_config other = config;
    other.seed = 2;
    pieces_release(&got.pieces);
    assert_int_equal(message_decode_result(&other, text.text, text.length, &got, &err), ERR_DATA);
    pieces_release(&got.pieces);
    for (size_t length = 0; length < text.length; length += 7) {
        assert_int_equal(message_decode_result(&config, text.text, length, &got, NULL), ERR_DATA);
        pieces_release(&got.pieces);
    }
    pieces_release(&sent.pieces);
    walker_free(walker);
    buffer_release(&text);
    model_free(model);
}

static void numbers_at_their_limits_come_back(void **unused)
{
    (void)unused;
    static const int64_t numbers[] = {0,
                                      1,
                                      -1,
                                      127,
                                      128,
                                      -32,
                                      -33,
                                      255,
                                      256,
                                      -128,
                                      -129,
                                      65535,
                                      65536,
                                      -32768,
                                      -32769,
                                      INT32_MAX,
                                      INT32_MIN,
                                      UINT32_MAX,
                                      (int64_t)1 << 40,
                                      INT64_MAX,
                                      INT64_MIN};
    struct buffer text;
    buffer_init(&text);
    for (size_t i = 0; i < KNOWN_COUNT(numbers); i++)
        pack_int(&text, numbers[i]);
    pack_uint(&text, UINT64_MAX);
    struct unpack in;
    unpack_init(&in, text.text, text.length);
    for (size_t i = 0; i < KNOWN_COUNT(numbers); i++)
        assert_true(unpack_int(&in) == numbers[i]);
    assert_true(unpack_uint(&in, UINT64_MAX) == UINT64_MAX);
    assert_int_equal(unpack_done(&in, "numbers", NULL), OK);
    buffer_release(&text);
}

/* Five bytes that claim four thousand million elements cost nothing. */
static void array_that_claims_too_much_is_refused(void **unused)
{
    (void)unused;
    static const uint8_t huge[] = {0xdd, 0xff, 0xff, 0xff, 0xff};
    struct unpack in;
    unpack_init(&in, huge, sizeof huge);
    assert_int_equal(unpack_array(&in, SIZE_MAX, 1), 0);
    assert_non_null(in.wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finding_written_and_read_is_the_same),
        cmocka_unit_test(finding_with_any_damage_is_refused),
        cmocka_unit_test(finding_that_is_no_run_is_refused),
        cmocka_unit_test(result_written_and_read_is_the_same),
        cmocka_unit_test(numbers_at_their_limits_come_back),
        cmocka_unit_test(array_that_claims_too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
