/* SPDX-License-Identifier: Apache-2.0 */
/* The walk kernel for many walks at once: one source for all widths. Each dns_walk_<width>.c defines
 * the primitives listed below and includes this file once; everything here is static.
 *
 * A group is LANES walks that step together. Lane l, byte l of each vector, is one walk:
 *
 *                   lane   0     1     2    …  LANES-1
 *   next[0]             |     |     |     |   |     |
 *   seen[0]             |     |     |     |   |     |     a column is the state of one walk;
 *   …                   |     |     |     |   |     |     a row is one vector, and one operation
 *   published           |     |     |     |   |     |     works on all of it
 *   root, rollback      |     |     |     |   |     |
 *
 *   next[d]      1 + the number of plans that deployer d has been through
 *   seen[d]      next[d] while d's view is fresh, else 0: whether d may query or apply is then one
 *                comparison with published
 *   from[d]      the first plan (1, 2, …) that d put into the zone and no clean-up has taken since
 *   published    1 + the number of published plans
 *   root         plan (1, 2, …), or NO_PLAN for the placeholder, which is never too old
 *   rollback     likewise
 *
 * There is no set of the plans in the zone. Deployer d applies its plans in order, and a clean-up takes
 * all plans below some bound; so what is left of those that d applied is an interval that ends before
 * next[d], and plan j is in the zone just when from[d] <= j < next[d] for some d. (Not so with guards:
 * those instances are walked one at a time.) A clean-up with the bound x raises each from[d] to x. An
 * apply that finds the interval empty starts it anew. As long as no walk goes on without its root or
 * rollback, these are missing just when they are below the bound of a clean-up.
 *
 * Only the draw needs 32 bits a walk: DRAWS vectors of generators for a group. The low 32 bits of a
 * total come from tables by bytes and are brought together by unpacking; the slots are packed again.
 *
 * The walks of a group take their steps together. One that ends before max_steps is accounted for at
 * once, and its lane goes on for nothing, until all have ended.
 *
 * Primitives; no byte is ever above 127 or, for above, lower and upper, negative:
 *
 *   LANES, DRAWS         the walks of a group, and its vectors of generators
 *   GROUPS               so many groups walk in step, to give the processor work while one waits
 *   vec, mask, draws     a byte a lane; a truth a lane; generators
 *   splat(n), add(a, b), lower(a, b), upper(a, b)
 *   subtract_to_0(a, b), add_up_to_127(a, b)
 *   above(a, b)          where a > b
 *   equal(a, b)
 *   mask_none(), mask_and(a, b), mask_or(a, b), mask_any(m)
 *   mask_not(a, b)       a and not b
 *   mask_bits(m)         bit l of an integer for lane l; mask_of_bits(bits) is the way back
 *   put(m, a, b)         a where m, else b
 *   add_where(m, a, b)   the same, where b is known to be 0 where m
 *   keep(m, a)           a where m, else 0
 *   drop(m, a)           0 where m, else a
 *   count(m, a)          a + 1 where m, else a
 *   where_set(m, a)      those of m where a is not 0
 *   lower_where(m, a, b) the lower one of a and b where m, else a
 *   differs_or(a, b, c)  0 where a = b and c = 0
 *   both_set(a, b)       0 where a or b is 0
 *   sum_bytes(sum, a)    adds the bytes of a to a vector of sums; sum_of(sum) is their sum
 *   seed_draws(start, v, s0, s1)   starts generators v of the group whose first walk has the trace
 *                        seed start
 *   weights_of(model)    struct weights, for
 *   draw_slots(weights, published, slots, s0, s1)   the slot that each lane draws, when the possible
 *                        moves but for idling and generating take up the first slots */

#define STEPS_BLOCK 255 /* counters of a byte hold so many steps */
#define NO_PLAN     127

struct lanes {
    vec next[DNS_DEPLOYERS_MAX], seen[DNS_DEPLOYERS_MAX], from[DNS_DEPLOYERS_MAX];
    vec published, root, rollback;
    vec collected, backed_off; /* steps of these kinds, since the last flush */
    vec applied;               /* only when epoch5 is watched */
    mask root_gone;            /* only when rollback is watched and root is not */
    mask alive;                /* walks that have not ended */
    draws s0[DRAWS], s1[DRAWS];
};

/* Sums over walks: of published and of all next, each 1 too many; of the two counters; and of steps. */
struct lanes_sums {
    vec published, next, collected, backed_off;
    uint64_t walks, steps;
};

/* How the walks of a group ended: of those with a bit in ended. */
struct lanes_ends {
    uint64_t ended;
    uint32_t length[LANES];
    uint8_t properties[LANES];
};

/* The constant arguments of the inlined body. */
struct lanes_shape {
    uint32_t deployers;
    bool rare; /* more is watched than invariants, or rollback without root */
};

struct lanes_job {
    const struct walk_job *job;
    struct weights weights;
    vec age;
    uint32_t properties;
};

/* What a step did, as far as a property may depend on it. */
struct lanes_event {
    vec bound;             /* of the clean-up, else 0 */
    mask missing;          /* root or rollback is */
    mask rollback_missing; /* after an apply */
    mask epoch5, plans3;
};

HOT bool watches(const struct lanes_job *lanes_job, enum dns_property property)
{
    return (lanes_job->properties >> property & 1) != 0;
}

HOT struct lanes_event step_lanes(const struct lanes_job *job, struct lanes_shape shape, struct lanes *s)
{
    const uint32_t deployers = shape.deployers;
    mask act[DNS_DEPLOYERS_MAX];
    vec end[2 * DNS_DEPLOYERS_MAX];                /* the slot after each possible move */
    vec slots = splat(0), oldest = splat(NO_PLAN); /* oldest plan in the zone */
    UNROLL
    for (uint32_t d = 0; d < deployers; d++)
        end[d] = slots = count(above(s->published, s->seen[d]), slots);
    UNROLL
    for (uint32_t d = 0; d < deployers; d++)
        oldest = lower_where(above(s->next[d], s->from[d]), oldest, s->from[d]);
    oldest = add_up_to_127(oldest, job->age); /* who is beyond that finds something to clean up */
    UNROLL
    for (uint32_t d = 0; d < deployers; d++)
        end[deployers + d] = slots = count(above(s->next[d], oldest), slots);
    const vec slot = draw_slots(&job->weights, s->published, slots, s->s0, s->s1);

    mask below = mask_none(); /* the slot is before the end of the moves so far */
    UNROLL
    for (uint32_t d = 0; d < deployers; d++) {
        const mask m = above(end[d], slot);
        act[d] = mask_not(m, below);
        below = m;
    }
    const mask acts = below;
    vec bound = splat(0);
    UNROLL
    for (uint32_t d = 0; d < deployers; d++) {
        const mask m = above(end[deployers + d], slot);
        bound = add_where(mask_not(m, below), s->next[d], bound);
        below = m;
    }
    bound = subtract_to_0(bound, job->age);
    s->collected = count(mask_not(below, acts), s->collected);

    /* 1 + the deployer for an idle slot, more for a generate, 0 for the moves above. */
    const vec idle = subtract_to_0(add(slot, splat(1)), slots);
    vec idles_fresh = splat(127); /* 0 where the one that idles is not */
    UNROLL
    for (uint32_t d = 0; d < deployers; d++)
        idles_fresh = both_set(idles_fresh, differs_or(idle, splat((int8_t)(d + 1)), s->seen[d]));
    s->backed_off = count(equal(idles_fresh, splat(0)), s->backed_off);
    const mask generates = above(idle, splat((int8_t)deployers));
    s->published = count(generates, s->published);

    vec plan = splat(0);
    mask applies = mask_none();
    UNROLL
    for (uint32_t d = 0; d < deployers; d++) {
        s->from[d] = upper(s->from[d], bound);
        const mask m = where_set(act[d], s->seen[d]);
        applies = mask_or(applies, m);
        plan = add_where(m, s->next[d], plan);
        s->from[d] = lower_where(m, s->from[d], s->next[d]);
        s->next[d] = count(m, s->next[d]);
    }
    UNROLL
    for (uint32_t d = 0; d < deployers; d++)
        s->seen[d] = add_where(act[d], s->next[d], drop(applies, s->seen[d]));
    struct lanes_event event = {.bound = bound};
    if (shape.rare) {
        s->applied = count(applies, s->applied);
        event.epoch5 = mask_and(applies, equal(s->applied, splat(5)));
        event.plans3 = mask_and(generates, equal(s->published, splat(4)));
        event.rollback_missing = mask_not(mask_and(applies, s->root_gone), equal(plan, s->root));
        s->root_gone = mask_or(mask_not(s->root_gone, applies), above(bound, s->root));
    }
    s->rollback = put(applies, s->root, s->rollback);
    s->root = add_where(applies, plan, drop(applies, s->root));
    event.missing = above(bound, lower(s->root, s->rollback));
    return event;
}

/* Sets up walks first, first + 1, … of a group: count of them, at most LANES; the other lanes walk for
 * nothing. */
HOT void start_lanes(struct lanes *s, struct lanes_shape shape, uint64_t seed, uint64_t first, uint64_t count)
{
    *s = (struct lanes){.published = splat(1), .root = splat(NO_PLAN), .rollback = splat(NO_PLAN)};
    for (uint32_t d = 0; d < shape.deployers; d++) {
        s->next[d] = s->seen[d] = splat(1);
        s->from[d] = splat(NO_PLAN);
    }
    s->alive = mask_of_bits(count < LANES ? (UINT64_C(1) << count) - 1
                            : LANES == 64 ? UINT64_MAX
                                          : (UINT64_C(1) << (LANES % 64)) - 1);
    const uint64_t start = trace_seed_of(seed, first);
    UNROLL
    for (uint32_t v = 0; v < DRAWS; v++)
        seed_draws(start, v, &s->s0[v], &s->s1[v]);
}

/* Adds the walks of the mask to the sums; their lanes do not count any more. */
HOT void retire(struct lanes *s, struct lanes_shape shape, mask walks, uint32_t steps,
                struct lanes_sums *sums)
{
    const uint64_t count = (uint64_t)__builtin_popcountll(mask_bits(walks));
    sums->walks += count;
    sums->steps += count * steps;
    sums->published = sum_bytes(sums->published, keep(walks, s->published));
    for (uint32_t d = 0; d < shape.deployers; d++)
        sums->next = sum_bytes(sums->next, keep(walks, s->next[d]));
    sums->collected = sum_bytes(sums->collected, keep(walks, s->collected));
    sums->backed_off = sum_bytes(sums->backed_off, keep(walks, s->backed_off));
    s->alive = mask_not(s->alive, walks);
}

/* Empties the counters, before they can overflow. */
HOT void flush_counters(struct lanes *s, struct lanes_sums *sums)
{
    sums->collected = sum_bytes(sums->collected, keep(s->alive, s->collected));
    sums->backed_off = sum_bytes(sums->backed_off, keep(s->alive, s->backed_off));
    s->collected = s->backed_off = splat(0);
}

/* After a step in which some property may fail: ends the walks where one that is watched does. */
HOT void end_walks(const struct lanes_job *job, struct lanes_shape shape, struct lanes *s,
                   const struct lanes_event *event, uint32_t step, struct lanes_sums *sums,
                   struct lanes_ends *ends)
{
    mask failed[DNS_PROPERTY_COUNT] = {
        [DNS_NO_INCONSISTENT_ROOT] = above(event->bound, s->root),
        [DNS_NO_INCONSISTENT_ROLLBACK] = mask_or(above(event->bound, s->rollback), event->rollback_missing),
        [DNS_EPOCH5] = event->epoch5,
        [DNS_PLANS3] = event->plans3,
    };
    mask any = mask_none();
    for (uint32_t p = 0; p < DNS_PROPERTY_COUNT; p++) {
        failed[p] = watches(job, (enum dns_property)p) ? mask_and(failed[p], s->alive) : mask_none();
        any = mask_or(any, failed[p]);
    }
    uint64_t left = mask_bits(any);
    ends->ended |= left;
    for (; left != 0; left &= left - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctzll(left);
        ends->length[lane] = step;
        ends->properties[lane] = 0;
        for (uint32_t p = 0; p < DNS_PROPERTY_COUNT; p++)
            ends->properties[lane] |= (uint8_t)((mask_bits(failed[p]) >> lane & 1) << p);
    }
    retire(s, shape, any, step, sums);
}

HOT bool eventful(const struct lanes *s, const struct lanes_event *event, struct lanes_shape shape)
{
    mask any = event->missing;
    if (shape.rare)
        any = mask_or(mask_or(any, event->rollback_missing), mask_or(event->epoch5, event->plans3));
    return mask_any(mask_and(any, s->alive));
}

HOT bool any_alive(const struct lanes s[GROUPS])
{
    mask any = mask_none();
    UNROLL
    for (uint32_t g = 0; g < GROUPS; g++)
        any = mask_or(any, s[g].alive);
    return mask_any(any);
}

/* Walks GROUPS groups from start to end, in step: while one waits for its draw, another has work for the
 * processor. */
HOT void walk_together(const struct lanes_job *job, struct lanes_shape shape, uint64_t first, uint64_t count,
                       struct lanes_sums *sums, struct lanes_ends ends[GROUPS])
{
    struct lanes s[GROUPS];
    const uint32_t max_steps = job->job->max_steps;
    UNROLL
    for (uint32_t g = 0; g < GROUPS; g++) {
        start_lanes(&s[g], shape, job->job->seed, first + g * LANES,
                    count > g * LANES ? count - g * LANES : 0);
        ends[g].ended = 0;
    }
    uint32_t step = 0;
    for (bool walking = true; walking && step < max_steps;) {
        const uint32_t stop = max_steps - step < STEPS_BLOCK ? max_steps : step + STEPS_BLOCK;
        while (walking && step < stop) {
            struct lanes_event event[GROUPS];
            step++;
            UNROLL
            for (uint32_t g = 0; g < GROUPS; g++)
                event[g] = step_lanes(job, shape, &s[g]);
            UNROLL
            for (uint32_t g = 0; g < GROUPS; g++) {
                if (__builtin_expect(eventful(&s[g], &event[g], shape), 0)) {
                    end_walks(job, shape, &s[g], &event[g], step, sums, &ends[g]);
                    walking = any_alive(s);
                }
            }
        }
        if (step == max_steps)
            break;
        UNROLL
        for (uint32_t g = 0; g < GROUPS; g++)
            flush_counters(&s[g], sums);
    }
    UNROLL
    for (uint32_t g = 0; g < GROUPS; g++)
        retire(&s[g], shape, s[g].alive, max_steps, sums);
}

static void tally_ends(const struct lanes_ends *ends, uint64_t first, struct walk_tally *tally,
                       struct walk_hits *hits)
{
    for (uint64_t left = ends->ended; left != 0; left &= left - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctzll(left);
        tally->ended++;
        for (uint32_t p = 0; p < DNS_PROPERTY_COUNT; p++)
            tally->hits[p] += ends->properties[lane] >> p & 1;
        if (hits != NULL)
            walk_hits_add(hits, first + lane, ends->length[lane], ends->properties[lane]);
    }
}

HOT void walk_groups(const struct lanes_job *job, struct lanes_shape shape, struct walk_tally *tally,
                     struct walk_hits *hits)
{
    struct lanes_sums sums = {0};
    const uint64_t count = job->job->count;
    for (uint64_t done = 0; done < count; done += GROUPS * LANES) {
        const uint64_t first = job->job->first + done;
        struct lanes_ends ends[GROUPS];
        walk_together(job, shape, first, count - done, &sums, ends);
        for (uint32_t g = 0; g < GROUPS; g++)
            tally_ends(&ends[g], first + g * LANES, tally, hits);
    }
    const uint64_t generates = sum_of(sums.published) - sums.walks;
    const uint64_t applies = sum_of(sums.next) - shape.deployers * sums.walks;
    const uint64_t collects = sum_of(sums.collected), backoffs = sum_of(sums.backed_off);
    tally->walks += sums.walks;
    tally->steps += sums.steps;
    tally->fired[DNS_GENERATE] += generates;
    tally->fired[DNS_QUERY] += sums.steps - generates - backoffs - applies - collects;
    tally->fired[DNS_BACKOFF] += backoffs;
    tally->fired[DNS_APPLY] += applies;
    tally->fired[DNS_GC] += collects;
}

/* A function for each number of deployers, which is a constant in it. */
#define WALK_DEPLOYERS(n)                                                                         \
    static void walk_##n(const struct lanes_job *job, bool rare, struct walk_tally *tally,        \
                         struct walk_hits *hits)                                                  \
    {                                                                                             \
        if (rare)                                                                                 \
            walk_groups(job, (struct lanes_shape){.deployers = (n), .rare = true}, tally, hits);  \
        else                                                                                      \
            walk_groups(job, (struct lanes_shape){.deployers = (n), .rare = false}, tally, hits); \
    }
WALK_DEPLOYERS(1)
WALK_DEPLOYERS(2)
WALK_DEPLOYERS(3)
WALK_DEPLOYERS(4)
WALK_DEPLOYERS(5)
WALK_DEPLOYERS(6)
WALK_DEPLOYERS(7)
WALK_DEPLOYERS(8)

static bool walk_lanes(const struct dns_model *m, const struct walk_job *job, struct walk_tally *tally,
                       struct walk_hits *hits)
{
    static void (*const walks[])(const struct lanes_job *, bool, struct walk_tally *, struct walk_hits *) = {
        walk_1, walk_2, walk_3, walk_4, walk_5, walk_6, walk_7, walk_8};
    if (!dns_walk_fits_lanes(m))
        return false;
    const uint32_t watched = job->properties & ((1U << DNS_PROPERTY_COUNT) - 1);
    const uint32_t root = 1U << DNS_NO_INCONSISTENT_ROOT,
                   invariants = root | 1U << DNS_NO_INCONSISTENT_ROLLBACK;
    const struct lanes_job lanes_job = {
        .job = job,
        .weights = weights_of(m),
        .age = splat(
            (int8_t)(m->max_plan_age < DNS_LANES_PLANS_MAX + 1 ? m->max_plan_age : DNS_LANES_PLANS_MAX + 1)),
        .properties = watched,
    };
    walks[m->deployers - 1](&lanes_job, watched != 0 && watched != root && watched != invariants, tally,
                            hits);
    return true;
}
