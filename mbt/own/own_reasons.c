/* SPDX-License-Identifier: Apache-2.0 */
/* What a violation hangs on: the cells for which the property would hold if they, and nothing else, were as in some
 * state before; and those without which the last step would not have led to it, if they had been so before that step.
 *
 * No run may lead to such a state, and an author's expression is only promised to work in those that one leads to.
 * So a child process tries; when it crashes or takes too long, there are no reasons. */
#include <signal.h>
#include <stdalign.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mbt/own/own_tale.h"
#include "model/own/own_class.h"

enum { CPU_SECONDS = 2, CLOCK_SECONDS = 20, MARKS_MAX = 4096 };

/* Bytes of a control state, aligned for any author's struct. */
struct control {
    alignas(max_align_t) unsigned char bytes[STATE_SIZE_MAX];
};

enum { MATTERS = 1, LED = 2 }; /* a cell's marks */

/* The value that the cell has in an earlier state, in the last state, and in the one before the last step. */
static unsigned char try_cell(const struct own_tale *tale, const struct own_cell *cell,
                              const struct control *earlier, const struct control *last,
                              const struct control *last_but_one)
{
    const struct story *story = tale->story;
    const uint32_t *move = &tale->moves[story->property_state - 1];
    const bool matters = own_heals(story->model, story->property, last->bytes, NULL, earlier->bytes,
                                   cell->field, cell->at[0], cell->at[1]);
    const bool led = own_heals(story->model, story->property, last_but_one->bytes, move, earlier->bytes,
                               cell->field, cell->at[0], cell->at[1]);
    return (unsigned char)((matters ? MATTERS : 0) | (led ? LED : 0));
}

static void try_cells(const struct own_tale *tale, unsigned char *marks)
{
    const struct story *story = tale->story;
    const struct model *model = story->model;
    struct control earlier, last, last_but_one;
    model->class->init(model, last.bytes);
    earlier = last_but_one = last;
    for (size_t s = 0; s < story->property_state; s++) {
        last_but_one = last;
        model->class->apply(model, last.bytes, tale->moves[s]);
    }
    for (size_t s = 0; s < story->property_state; s++) {
        for (size_t c = 0; c < tale->cell_count; c++) {
            if (s == 0 || own_cell_changes(tale, &tale->cells[c], s))
                marks[c] |= try_cell(tale, &tale->cells[c], &earlier, &last, &last_but_one);
        }
        model->class->apply(model, earlier.bytes, tale->moves[s]);
    }
}

static _Noreturn void be_child(const struct own_tale *tale, int out)
{
    unsigned char marks[MARKS_MAX] = {0};
    const struct rlimit no_core = {0, 0}, time = {CPU_SECONDS, CPU_SECONDS};
    sigset_t clock;
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)close(STDERR_FILENO); /* what a sanitizer says of a crash is no news */
    /* Time of the processor, so that a busy machine changes no answer; the clock is for what sleeps. */
    (void)setrlimit(RLIMIT_CPU, &time);
    (void)signal(SIGALRM, SIG_DFL);
    (void)sigemptyset(&clock);
    (void)sigaddset(&clock, SIGALRM);
    (void)sigprocmask(SIG_UNBLOCK, &clock, NULL);
    (void)alarm(CLOCK_SECONDS);
    try_cells(tale, marks);
    _exit(write(out, marks, tale->cell_count) == (ssize_t)tale->cell_count ? 0 : 1);
}

void own_find_reasons(struct own_tale *tale)
{
    unsigned char marks[MARKS_MAX];
    int ends[2], status = 1;
    if (tale->story->property_state == 0 || tale->cell_count > MARKS_MAX || pipe(ends) != 0)
        return;
    const pid_t child = fork();
    if (child == 0)
        be_child(tale, ends[1]);
    (void)close(ends[1]);
    /* Fewer bytes than a pipe passes on as a whole. */
    const ssize_t got = child < 0 ? -1 : read(ends[0], marks, tale->cell_count);
    (void)close(ends[0]);
    if (child > 0)
        (void)waitpid(child, &status, 0);
    for (size_t c = 0; status == 0 && got == (ssize_t)tale->cell_count && c < tale->cell_count; c++) {
        tale->cells[c].matters = (marks[c] & MATTERS) != 0;
        tale->cells[c].led = (marks[c] & LED) != 0;
    }
}
