/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/search_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/checkpoint_folder.h"
#include "search/check_checkpoint.h"
#include "tests/support/cmocka_all.h"

char fixture_dir[] = "/tmp/racewalk-check-XXXXXX";
char fixture_checkpoint[sizeof fixture_dir + 32];

int fixture_make_dir(void **unused)
{
    (void)unused;
    if (mkdtemp(fixture_dir) == NULL)
        return -1;
    (void)snprintf(fixture_checkpoint, sizeof fixture_checkpoint, "%s/check.checkpoint", fixture_dir);
    return 0;
}

int fixture_remove_dir(void **unused)
{
    (void)unused;
    checkpoint_folder_forget(fixture_dir, &check_checkpoint);
    return rmdir(fixture_dir);
}

struct explore_config fixture_config(const struct model *model, uint32_t properties,
                                     enum explore_engine engine, int threads)
{
    return (struct explore_config){.model = model,
                                   .properties = properties,
                                   .symmetry = true,
                                   .engine = engine,
                                   .threads = threads,
                                   .max_steps = EXPLORE_STEPS_UNLIMITED,
                                   .max_memory = (size_t)1 << 30,
                                   .checkpoint_seconds = 3600};
}

struct explore_result fixture_explore(const struct explore_config *config)
{
    struct explore_result result;
    struct error err = {{0}};
    if (explore(config, &result, &err) != OK)
        fail_msg("%s", err.text);
    return result;
}

void fixture_assert_same_counts(const struct sweep_tally *a, const struct sweep_tally *b)
{
    assert_int_equal(a->states, b->states);
    assert_int_equal(a->transitions, b->transitions);
    assert_int_equal(a->diameter, b->diameter);
    assert_int_equal(a->bounded, b->bounded);
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        assert_int_equal(a->shortest[p], b->shortest[p]);
}

static enum status make_nothing(struct cell_sweep *sweep, size_t cell, uint32_t thread)
{
    (void)sweep, (void)cell, (void)thread;
    return ERR_INTERNAL;
}

void fixture_make_overflowing(struct cell_kernel *kernel, struct model_class *class)
{
    *kernel = *dns_balancer.speed.cells;
    kernel->make = make_nothing;
    *class = dns_balancer;
    class->speed.cells = kernel;
}
