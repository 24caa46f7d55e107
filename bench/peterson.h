/* SPDX-License-Identifier: Apache-2.0 */
/* Peterson's lock for N processes (the filter lock), as the BEEM database has it (R. Pelánek, BEEM:
 * Benchmarks for explicit model checkers, SPIN 2007; peterson.1 to peterson.7): what the general search is
 * measured on, as a model and as a search by hand over the same packed states.
 *
 * A packed state: process i has the bits from 12 i on, five of them fill a word; the turns stand behind the
 * processes, in a word of their own when there are five.
 *
 *   bit    0     3     6     9     12
 *          | pc  |  j  |  k  | pos | next process …            step[0] | step[1] | …  3 bits each */
#ifndef RACEWALK_BENCH_PETERSON_H
#define RACEWALK_BENCH_PETERSON_H

#include "model/model.h"

#define PETERSON_PROCESSES_MAX 5
#define PETERSON_WORDS_MAX     2

enum peterson_place { PETERSON_IDLE, PETERSON_WAIT, PETERSON_TURN, PETERSON_SCAN, PETERSON_INSIDE };

enum peterson_action {
    PETERSON_REQUEST,
    PETERSON_LEVEL,
    PETERSON_SET_TURN,
    PETERSON_LOOK,
    PETERSON_ADVANCE,
    PETERSON_ENTER,
    PETERSON_LEAVE,
    PETERSON_ACTION_COUNT
};

/* BEEM's mistakes: 1 looks for a level that is lower or the same, 2 reads the level where the turn is meant.
 */
enum peterson_error { PETERSON_RIGHT, PETERSON_SAME_LEVEL, PETERSON_WRONG_ARRAY };

/* The instance's parameters: processes and error, in this order. */
extern const struct model_class peterson_lock;

static inline size_t peterson_words(unsigned processes)
{
    return processes < PETERSON_PROCESSES_MAX ? 1 : 2;
}

static inline unsigned peterson_field(uint64_t word, unsigned bit)
{
    return (unsigned)(word >> bit) & 7;
}

/* Writes a successor: the state with one process's bits replaced. Bit 0 of the hits: two are inside. */
static inline void peterson_put(const uint64_t *from, size_t words, unsigned process, unsigned pc, unsigned j,
                                unsigned k, unsigned pos, uint64_t *to, uint32_t *hits)
{
    const uint64_t inside =
        UINT64_C(0x004004004004004); /* the third bit of each pc: PETERSON_INSIDE alone has it */
    const uint64_t bits = pc | j << 3 | k << 6 | pos << 9;
    to[0] = (from[0] & ~(UINT64_C(0xfff) << 12 * process)) | bits << 12 * process;
    if (words == 2)
        to[1] = from[1];
    const uint64_t in = to[0] & inside;
    *hits = (in & (in - 1)) != 0;
}

/* All successors of a packed state: one move of each process, or none, since scanning and advancing exclude
 * each other but for processes that have to do both. Returns their number. */
static inline size_t peterson_successors(unsigned n, enum peterson_error error, const uint64_t *from,
                                         uint64_t *to, uint32_t *moves, uint32_t *hits)
{
    const size_t words = n < PETERSON_PROCESSES_MAX ? 1 : 2;
    const size_t step_word = words - 1;
    const unsigned step_bit = words == 1 ? 12 * n : 0;
    size_t count = 0;
#define PUT(action, pc, j, k, pos)                                                 \
    peterson_put(from, words, i, pc, j, k, pos, to + count * words, hits + count), \
        moves[count++] = move_make(action, i)
    for (unsigned i = 0; i < n; i++) {
        const unsigned mine = (unsigned)(from[0] >> 12 * i) & 0xfff;
        const unsigned j = mine >> 3 & 7, k = mine >> 6 & 7, pos = mine >> 9;
        switch ((enum peterson_place)(mine & 7)) {
        case PETERSON_IDLE:
            PUT(PETERSON_REQUEST, PETERSON_WAIT, 1, k, pos);
            break;
        case PETERSON_WAIT:
            if (j < n)
                PUT(PETERSON_LEVEL, PETERSON_TURN, j, k, j);
            else
                PUT(PETERSON_ENTER, PETERSON_INSIDE, j, k, pos);
            break;
        case PETERSON_TURN: {
            const unsigned bit = step_bit + 3 * (j - 1);
            uint64_t *next = to + count * words;
            PUT(PETERSON_SET_TURN, PETERSON_SCAN, j, 0, pos);
            next[step_word] = (next[step_word] & ~(UINT64_C(7) << bit)) | (uint64_t)i << bit;
            break;
        }
        case PETERSON_SCAN: {
            const unsigned other = k < n ? peterson_field(from[0], 12 * k + 9) : 0;
            const unsigned turn = error == PETERSON_WRONG_ARRAY
                                      ? peterson_field(from[0], 12 * (j - 1) + 9)
                                      : peterson_field(from[step_word], step_bit + 3 * (j - 1));
            if (k < n && (k == i || other < j || (error == PETERSON_SAME_LEVEL && other == j)))
                PUT(PETERSON_LOOK, PETERSON_SCAN, j, k + 1, pos);
            if (turn != i || k == n)
                PUT(PETERSON_ADVANCE, PETERSON_WAIT, j + 1, k, pos);
            break;
        }
        case PETERSON_INSIDE:
            PUT(PETERSON_LEAVE, PETERSON_IDLE, j, k, 0);
            break;
        }
    }
#undef PUT
    return count;
}

#endif
