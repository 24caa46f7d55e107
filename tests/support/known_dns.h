/* SPDX-License-Identifier: Apache-2.0 */
/* Known answers about the DNS balancer, in one place: every engine is held against them. The numbers were
 * counted by programs that are independent of this one. */
#ifndef RACEWALK_TESTS_KNOWN_DNS_H
#define RACEWALK_TESTS_KNOWN_DNS_H

#include "model/dns/dns_state.h"

struct known_literal_count {
    int deployers, plans, max_plan_age; /* one ip, weights {100} */
    size_t states;                      /* distinct literal states */
    size_t states_without_ghost;
};

static const struct known_literal_count known_literal_counts[] = {
    {1, 1, 1, 6, 3},     {2, 1, 1, 26, 10},   {1, 2, 1, 28, 13},     {1, 3, 1, 170, 73},
    {2, 2, 1, 459, 149}, {2, 2, 0, 771, 245}, {2, 3, 1, 6900, 2104},
};

struct known_chance {
    int plans, max_plan_age; /* 3 deployers, 3 ips */
    unsigned max_steps;
    double root_violated; /* exact chance that a walk violates no_inconsistent_root, */
    double rounding;      /* known to within this: half of the last digit */
};

static const struct known_chance known_chances[] = {
    {5, 3, 19, 0.002567, 5e-7},    {5, 3, 20, 0.0040726, 5e-8},   {5, 3, 29, 0.047843, 5e-7},
    {20, 3, 19, 0.001619, 5e-7},   {20, 3, 20, 0.00255701, 5e-9}, {30, 20, 100, 1.35486e-5, 5e-11},
    {30, 20, 200, 0.018369, 5e-7},
};

struct known_check {
    int plans, max_plan_age; /* 3 deployers */
    uint32_t guards;
    size_t states;                             /* up to deployer symmetry */
    size_t transitions;                        /* from those; 0: not known */
    size_t states_full;                        /* without symmetry; 0: not known */
    unsigned diameter;                         /* 0: not known */
    unsigned shortest_root, shortest_rollback; /* transitions; 0: holds */
};

static const struct known_check known_checks[] = {
    {5, 3, 0, 2726, 9229, 13935, 26, 11, 12},
    {8, 3, 0, 32911, 140325, 0, 38, 11, 12},
    {10, 3, 0, 117836, 542895, 0, 46, 11, 12},
    {20, 3, 0, 9525426, 52522067, 0, 86, 11, 12},
    {30, 20, 0, 4499162, 19952337, 0, 126, 45, 46},
    {5, 3, DNS_GUARD_REJECT_STALE, 702, 0, 0, 0, 0, 0},
    {5, 3, DNS_GUARD_PROTECT_LIVE, 2371, 0, 0, 0, 0, 0},
    {5, 3, DNS_GUARD_REJECT_STALE | DNS_GUARD_PROTECT_LIVE, 702, 0, 0, 0, 0, 0},
    {8, 3, DNS_GUARD_PROTECT_LIVE, 28158, 0, 0, 0, 0, 0},
    {8, 3, DNS_GUARD_REJECT_STALE | DNS_GUARD_PROTECT_LIVE, 5584, 0, 0, 0, 0, 0},
};

#define KNOWN_COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* An instance with all its properties watched. */
static inline struct instance known_instance(int deployers, int plans, int ips, int max_plan_age,
                                             uint32_t guards)
{
    return (struct instance){.values = {[DNS_DEPLOYERS] = {deployers, deployers},
                                        [DNS_PLANS] = {plans, plans},
                                        [DNS_IPS] = {ips, ips},
                                        [DNS_WEIGHTS] = {100, ips == 1 ? 100 : 120},
                                        [DNS_MAX_PLAN_AGE] = {max_plan_age, max_plan_age}},
                             .guards = guards,
                             .properties = (1U << DNS_PROPERTY_COUNT) - 1};
}

#endif
