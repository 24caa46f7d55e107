/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: whole or refused, and a run that goes on from one ends as if it had never stopped. */
#include "tests/support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checkpoint_folder.h"
#include "base/memory.h"
#include "cluster/checkpoint.h"
#include "cluster/message.h"
#include "search/make_finding.h"
#include "search/merge.h"
#include "tests/support/known_dns.h"
#include "tests/support/lease_lock.h"

static struct checkpoint *new_checkpoint(struct model **ret_model)
{
    struct checkpoint *checkpoint = mem_new(1, sizeof *checkpoint);
    assert_non_null(checkpoint);
    struct instance instance = known_instance(3, 5, 3, 3, 0);
    instance.properties = 3;
    assert_int_equal(model_new(&dns_balancer, &instance, ret_model, NULL), OK);
    checkpoint->parameters = (struct run_parameters){.instance = instance,
                                                     .seed = UINT64_MAX,
                                                     .max_samples = 100000,
                                                     .max_findings = 3,
                                                     .max_steps = 30,
                                                     .properties = 3,
                                                     .goal = RUN_SHAPES};
    const struct run_config config = {.model = *ret_model,
                                      .seed = UINT64_MAX,
                                      .max_samples = 100000,
                                      .max_steps = 30,
                                      .properties = 3,
                                      .goal = RUN_SHAPES,
                                      .max_findings = 3,
                                      .threads = 1};
    /* The run up to its first finding. */
    struct walker *walker;
    struct walker_task task;
    struct pieces pieces;
    pieces_init(&pieces);
    assert_int_equal(walker_new(&config, &walker, NULL), OK);
    merge_begin(&config, &checkpoint->state);
    walker_task_init(&task, &config, &checkpoint->state);
    while (pieces.count == 0 || !pieces.list[0].has_hit)
        assert_int_equal(walker_block(walker, &task, &pieces, NULL), OK);
    assert_int_equal(merge_piece(&config, &checkpoint->state, &pieces.list[0], NULL), OK);
    assert_int_equal(finding_of_hit(&config, &pieces.list[0].hit, &checkpoint->findings[0], NULL), OK);
    checkpoint->finding_count = 1;
    checkpoint->written = 1;
    checkpoint->sessions = 2;
    checkpoint->state.elapsed = 1.5;
    pieces_release(&pieces);
    walker_free(walker);
    return checkpoint;
}

static void checkpoint_written_and_read_is_the_same(void **unused)
{
    (void)unused;
    struct model *model;
    struct checkpoint *checkpoint = new_checkpoint(&model), *read = NULL;
    struct buffer text, again;
    buffer_init(&text);
    buffer_init(&again);
    assert_int_equal(checkpoint_encode(model, checkpoint, &text, NULL), OK);
    struct error err = {{0}};
    if (checkpoint_decode(&dns_balancer, text.text, text.length, &read, &err) != OK)
        fail_msg("%s", err.text);
    assert_memory_equal(&read->parameters, &checkpoint->parameters, sizeof read->parameters);
    assert_memory_equal(&read->state.tally, &checkpoint->state.tally, sizeof read->state.tally);
    assert_memory_equal(read->state.lengths, checkpoint->state.lengths, sizeof read->state.lengths);
    assert_int_equal(read->state.next, checkpoint->state.next);
    assert_int_equal(read->finding_count, 1);
    assert_int_equal(checkpoint_encode(model, read, &again, NULL), OK);
    assert_int_equal(text.length, again.length);
    assert_memory_equal(text.text, again.text, text.length);
    checkpoint_free(read);
    checkpoint_free(checkpoint);
    buffer_release(&text);
    buffer_release(&again);
    model_free(model);
}

/* A body of another length; that of a changed one is the file's to notice (test_checkpoint_file.c). */
static void checkpoint_that_is_cut_off_is_refused(void **unused)
{
    (void)unused;
    struct model *model;
    struct checkpoint *checkpoint = new_checkpoint(&model), *read = NULL;
    struct buffer text;
    buffer_init(&text);
    assert_int_equal(checkpoint_encode(model, checkpoint, &text, NULL), OK);
    for (size_t length = 0; length < text.length; length++)
        assert_int_equal(checkpoint_decode(&dns_balancer, text.text, length, &read, NULL), ERR_DATA);
    buffer_append(&text, "", 1);
    assert_int_equal(checkpoint_decode(&dns_balancer, text.text, text.length, &read, NULL), ERR_DATA);
    checkpoint_free(checkpoint);
    buffer_release(&text);
    model_free(model);
}

static void file_written_and_read_is_the_same(void **unused)
{
    (void)unused;
    struct model *model;
    struct checkpoint *checkpoint = new_checkpoint(&model), *read = NULL;
    struct error warning = {{0}}, err = {{0}};
    char folder[] = "/tmp/racewalk-checkpoint-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(checkpoint_write(model, checkpoint, folder, &err), OK);
    assert_int_equal(checkpoint_read(&dns_balancer, folder, &read, &warning, &err), OK);
    assert_string_equal(warning.text, "");
    assert_memory_equal(&read->parameters, &checkpoint->parameters, sizeof read->parameters);
    assert_int_equal(read->finding_count, 1);
    checkpoint_free(read);
    read = NULL;
    assert_int_equal(checkpoint_read(lease_class(), folder, &read, &warning, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "'model dns_balancer', this one 'model lease'"));
    /* The same model, of which the file knows no identity. */
    struct model_class made = dns_balancer;
    made.identity = 1;
    assert_int_equal(checkpoint_read(&made, folder, &read, &warning, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "is of another version of the model dns_balancer"));
    checkpoint_folder_forget(folder, &run_checkpoint);
    assert_int_equal(rmdir(folder), 0);
    checkpoint_free(checkpoint);
    model_free(model);
}

static void checkpoint_whose_numbers_disagree_is_refused(void **unused)
{
    (void)unused;
    for (int lie = 0; lie < 6; lie++) {
        struct model *model;
        struct checkpoint *checkpoint = new_checkpoint(&model), *read = NULL;
        struct buffer text;
        buffer_init(&text);
        if (lie == 0)
            checkpoint->state.next++;
        else if (lie == 1)
            checkpoint->state.next = checkpoint->state.tally.walks = checkpoint->parameters.max_samples + 1;
        else if (lie == 2)
            checkpoint->state.tally.fired[0]++;
        else if (lie == 3)
            checkpoint->written = 0;
        else if (lie == 4)
            checkpoint->state.lengths[29]++;
        else
            checkpoint->state.max_steps = 31;
        assert_int_equal(checkpoint_encode(model, checkpoint, &text, NULL), OK);
        assert_int_equal(checkpoint_decode(&dns_balancer, text.text, text.length, &read, NULL), ERR_DATA);
        checkpoint_free(checkpoint);
        buffer_release(&text);
        model_free(model);
    }
}

static void file_that_is_not_there_is_no_input(void **unused)
{
    (void)unused;
    struct checkpoint *read = NULL;
    struct error err = {{0}}, warning;
    assert_int_equal(checkpoint_read(&dns_balancer, "/no/such/folder", &read, &warning, &err), ERR_NO_INPUT);
    assert_non_null(strstr(err.text, "/no/such/folder"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checkpoint_written_and_read_is_the_same),
        cmocka_unit_test(checkpoint_that_is_cut_off_is_refused),
        cmocka_unit_test(file_written_and_read_is_the_same),
        cmocka_unit_test(checkpoint_whose_numbers_disagree_is_refused),
        cmocka_unit_test(file_that_is_not_there_is_no_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
