/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the vector operations of a step, by walking with operations that do nothing else. */
#include "bench/limit.h"
#include "model/dns/dns_walk_kernels.h"

#define LANES  8
#define GROUPS 1
#define DRAWS  1
typedef int vec, draws;
typedef bool mask;

static uint32_t operations;

/* One operation, with a result that leads nowhere: no walk ends. */
HOT int operation(void)
{
    operations++;
    return 0;
}

/* Constants, and what is not done in every step, are free. */
#define splat(n)               ((void)(n), 0)
#define mask_none()            false
#define mask_of_bits(bits)     ((void)(bits), false)
#define mask_bits(m)           ((void)(m), UINT64_C(0))
#define keep(m, a)             ((void)(m), (void)(a), 0)
#define sum_bytes(sum, a)      ((void)(a), (sum))
#define sum_of(sum)            ((void)(sum), UINT64_C(0))
#define seed_draws(s, v, p, q) ((void)(s), (void)(v), *(p) = *(q) = 0)

#define UNARY(name, type)         \
    HOT type name(int a)          \
    {                             \
        (void)a;                  \
        return (type)operation(); \
    }
#define BINARY(name, type)        \
    HOT type name(int a, int b)   \
    {                             \
        (void)a;                  \
        (void)b;                  \
        return (type)operation(); \
    }
#define TERNARY(name, type)            \
    HOT type name(int a, int b, int c) \
    {                                  \
        (void)a;                       \
        (void)b;                       \
        (void)c;                       \
        return (type)operation();      \
    }
UNARY(mask_any, bool)
BINARY(add, vec)
BINARY(lower, vec)
BINARY(upper, vec)
BINARY(subtract_to_0, vec)
BINARY(add_up_to_127, vec)
BINARY(above, mask)
BINARY(equal, mask)
BINARY(mask_and, mask)
BINARY(mask_or, mask)
BINARY(mask_not, mask)
BINARY(count, vec)
BINARY(drop, vec)
BINARY(where_set, mask)
BINARY(both_set, vec)
TERNARY(put, vec)
TERNARY(add_where, vec)
TERNARY(lower_where, vec)
TERNARY(differs_or, vec)

struct weights {
    int none;
};

HOT struct weights weights_of(const struct dns_model *model)
{
    (void)model;
    return (struct weights){0};
}

/* The draw is measured, not counted. */
HOT vec draw_slots(const struct weights *weights, vec published, vec slots, draws *s0, draws *s1)
{
    (void)weights;
    (void)published;
    (void)slots;
    (void)s0;
    (void)s1;
    return 0;
}

#include "model/dns/dns_walk_lanes.h"

/* In walks of so many steps. */
static uint32_t operations_of(const struct dns_model *model, uint32_t steps)
{
    const struct walk_job job = {.count = LANES,
                                 .max_steps = steps,
                                 .properties =
                                     1U << DNS_NO_INCONSISTENT_ROOT | 1U << DNS_NO_INCONSISTENT_ROLLBACK};
    struct walk_tally tally = {0};
    operations = 0;
    (void)walk_lanes(model, &job, &tally, NULL);
    return operations;
}

uint32_t limit_operations(uint32_t deployers)
{
    const struct dns_model model = {.deployers = deployers, .plans = 20, .max_plan_age = 3};
    return operations_of(&model, 2) - operations_of(&model, 1);
}
