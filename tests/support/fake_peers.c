/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/fake_peers.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"

/* What one rank lends the others between two barriers. */
struct lent {
    const void *words;
    const size_t *counts;
    enum status status;
    const char *text;
};

struct letter;

struct fake_job {
    pthread_barrier_t barrier;
    struct lent lent[FAKE_RANKS_MAX];
    atomic_bool cancelled;
    pthread_mutex_t lock;
    pthread_cond_t posted;
    /* By sender, then receiver; the first posted first. */
    struct letter *letters[FAKE_RANKS_MAX][FAKE_RANKS_MAX];
    void (*work)(struct peers *peers, void *context);
    void *context;
};

struct fake_peers {
    struct peers peers; /* first */
    struct fake_job *job;
};

static void meet(struct peers *peers)
{
    const int got = pthread_barrier_wait(&((struct fake_peers *)(void *)peers)->job->barrier);
    assert(got == 0 || got == PTHREAD_BARRIER_SERIAL_THREAD);
}

/* Lends something, and waits until all have. Until the second meeting nobody may change it. */
static const struct lent *lend(struct peers *peers, struct lent own)
{
    struct fake_job *job = ((struct fake_peers *)(void *)peers)->job;
    job->lent[peers->rank] = own;
    meet(peers);
    return job->lent;
}

static enum status allreduce(struct peers *peers, enum status status, struct error *err)
{
    char text[ERROR_TEXT_MAX] = "";
    const struct lent *lent =
        lend(peers, (struct lent){.status = status, .text = err != NULL ? err->text : ""});
    enum status worst = OK;
    for (uint32_t rank = 0; rank < peers->ranks; rank++) {
        if (lent[rank].status > worst) {
            worst = lent[rank].status;
            (void)strncpy(text, lent[rank].text, sizeof text - 1);
        }
    }
    meet(peers);
    return worst == OK ? OK : error_set(err, worst, "%s", text);
}

static enum status allgather(struct peers *peers, const uint64_t *own, const size_t *counts, uint64_t *all,
                             struct error *err)
{
    (void)err;
    const struct lent *lent = lend(peers, (struct lent){.words = own});
    for (uint32_t rank = 0; rank < peers->ranks; rank++) {
        memcpy(all, lent[rank].words, counts[rank] * sizeof *all);
        all += counts[rank];
    }
    meet(peers);
    return OK;
}

static enum status broadcast(struct peers *peers, uint64_t *words, size_t count, struct error *err)
{
    (void)err;
    const struct lent *lent = lend(peers, (struct lent){.words = words});
    if (peers->rank != 0)
        memcpy(words, lent[0].words, count * sizeof *words);
    meet(peers);
    return OK;
}

/* --- what goes from one to another --- */

struct letter {
    struct letter *next;
    size_t count;
    uint64_t words[];
};

/* What is to be damaged; set between jobs, read under a job's lock. */
static struct {
    size_t letters_before, word; /* 0 letters: none, or it was done */
} damage;

void fake_peers_damage(size_t nth, size_t word)
{
    damage.letters_before = nth;
    damage.word = word;
}

static void post(struct fake_job *job, uint32_t from, uint32_t to, const uint64_t *words, size_t count)
{
    struct letter *letter = mem_new(1, sizeof *letter + count * sizeof *words);
    assert(letter != NULL);
    letter->count = count;
    memcpy(letter->words, words, count * sizeof *words);
    (void)pthread_mutex_lock(&job->lock);
    if (damage.letters_before > 0 && --damage.letters_before == 0 && damage.word < count)
        letter->words[damage.word] ^= UINT64_C(0xffff000000ffff00);
    struct letter **end = &job->letters[from][to];
    while (*end != NULL)
        end = &(*end)->next;
    *end = letter;
    (void)pthread_cond_broadcast(&job->posted);
    (void)pthread_mutex_unlock(&job->lock);
}

static void collect(struct fake_job *job, uint32_t from, uint32_t to, uint64_t *words, size_t room)
{
    (void)pthread_mutex_lock(&job->lock);
    while (job->letters[from][to] == NULL)
        (void)pthread_cond_wait(&job->posted, &job->lock);
    struct letter *letter = job->letters[from][to];
    job->letters[from][to] = letter->next;
    (void)pthread_mutex_unlock(&job->lock);
    assert(letter->count <= room);
    memcpy(words, letter->words, letter->count * sizeof *words);
    mem_free(letter);
}

static enum status alltoallv(struct peers *peers, const uint64_t *send, const size_t *send_counts,
                             uint64_t *receive, const size_t *rooms, struct error *err)
{
    struct fake_job *job = ((struct fake_peers *)(void *)peers)->job;
    (void)err;
    for (uint32_t rank = 0; rank < peers->ranks; rank++) {
        if (send_counts[rank] == 0)
            continue;
        post(job, peers->rank, rank, send, send_counts[rank]);
        send += send_counts[rank];
    }
    for (uint32_t rank = 0; rank < peers->ranks; rank++) {
        if (rooms[rank] == 0)
            continue;
        collect(job, rank, peers->rank, receive, rooms[rank]);
        receive += rooms[rank];
    }
    return OK;
}

/* --- stopping --- */

static void cancel(struct peers *peers)
{
    atomic_store(&((struct fake_peers *)(void *)peers)->job->cancelled, true);
}

static bool cancelled(struct peers *peers)
{
    return atomic_load(&((struct fake_peers *)(void *)peers)->job->cancelled);
}

/* --- the job --- */

static void *run_rank(void *context)
{
    struct fake_peers *fake = context;
    fake->job->work(&fake->peers, fake->job->context);
    return NULL;
}

void fake_peers_run(uint32_t ranks, void (*work)(struct peers *peers, void *context), void *context)
{
    assert(ranks >= 1 && ranks <= FAKE_RANKS_MAX);
    struct fake_job *job = mem_new(1, sizeof *job);
    struct fake_peers *fakes = mem_new(ranks, sizeof *fakes);
    pthread_t *threads = mem_new(ranks, sizeof *threads);
    assert(job != NULL && fakes != NULL && threads != NULL);
    job->work = work;
    job->context = context;
    (void)pthread_barrier_init(&job->barrier, NULL, ranks);
    (void)pthread_mutex_init(&job->lock, NULL);
    (void)pthread_cond_init(&job->posted, NULL);
    for (uint32_t rank = 0; rank < ranks; rank++) {
        fakes[rank] = (struct fake_peers){.peers = {.rank = rank,
                                                    .ranks = ranks,
                                                    .neighbours = ranks,
                                                    .allreduce = allreduce,
                                                    .allgather = allgather,
                                                    .alltoallv = alltoallv,
                                                    .broadcast = broadcast,
                                                    .cancel = cancel,
                                                    .cancelled = cancelled},
                                          .job = job};
        const int error = pthread_create(&threads[rank], NULL, run_rank, &fakes[rank]);
        assert(error == 0);
    }
    for (uint32_t rank = 0; rank < ranks; rank++)
        (void)pthread_join(threads[rank], NULL);
    (void)pthread_barrier_destroy(&job->barrier);
    (void)pthread_mutex_destroy(&job->lock);
    (void)pthread_cond_destroy(&job->posted);
    mem_free(threads);
    mem_free(fakes);
    mem_free(job);
}
