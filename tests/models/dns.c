/* SPDX-License-Identifier: Apache-2.0 */
/* The control state of the DNS balancer (model/dns/dns_state.h), written as a model of one's own: both must have the same
 * states, chances and traces. epoch5 is left out, which would need more state. */
#include <racewalk/model.h>

enum { DEPLOYERS = 4, PLANS = 30 };

struct params {
    int deployers, plans, ips, max_plan_age;
    bool reject_stale, protect_live;
};

struct dns {
    uint32_t present;       /* whose records are in the zone */
    uint8_t published;      /* plans so far */
    int8_t root, rollback;  /* where the names point to; -1: the first plan, which is always there */
    uint8_t next[DEPLOYERS];
    bool fresh[DEPLOYERS];  /* a deployer has seen the lock that is in the zone */
};

#define KINDS(K)      K(deployer, DEPLOYERS, p->deployers, SYMMETRIC, "deployer-a") K(plan, PLANS, p->plans, ORDERED, "0")
#define PARAMS(P)     P(deployers, 1, DEPLOYERS, "number of deployers") P(plans, 1, PLANS, "number of plans") \
                      P(ips, 1, 16, "number of addresses") P(max_plan_age, 0, PLANS, "how old a plan may be")
#define GUARDS(G)     G(reject_stale, "no plan is applied that is older than the root's") \
                      G(protect_live, "no plan is deleted that a name points to")
#define INSTANCES(I)  I(n3_5_3, 3, 5, 3, 3) I(n3_20_3, 3, 20, 3, 3) I(n3_30_20, 3, 30, 3, 20)
#define FIELDS(F)     F(published, UP_TO(PLANS)) F(present, SET(plan)) F(root, REF_OR_NONE(plan)) \
                      F(rollback, REF_OR_NONE(plan)) F(next, PER(deployer), UP_TO(PLANS)) F(fresh, PER(deployer), BOOL)

static void start(const struct params *p, struct dns *s)
{
    for (int d = 0; d < p->deployers; d++) s->fresh[d] = true;
}

static bool planner_generate(const struct params *p, struct dns *s)
{
    return s->published++ < p->plans;
}

static bool deployer_query(const struct params *p, struct dns *s, int d)
{
    s->fresh[d] = true;
    return true;
}

static bool deployer_backoff(const struct params *p, struct dns *s, int d)
{
    return !s->fresh[d];
}

static bool deployer_apply(const struct params *p, struct dns *s, int d)
{
    const int plan = s->next[d];
    if (!s->fresh[d] || plan >= s->published) return false;
    s->next[d]++;
    if (p->reject_stale && plan < s->root) return true;
    s->present |= UINT32_C(1) << plan;
    s->rollback = s->root;
    s->root = (int8_t)plan;
    for (int other = 0; other < DEPLOYERS; other++) s->fresh[other] = other == d;
    return true;
}

static bool deployer_gc(const struct params *p, struct dns *s, int d)
{
    const uint32_t before = s->present;
    for (int plan = 0; plan + p->max_plan_age < s->next[d]; plan++)
        if (!p->protect_live || (plan != s->root && plan != s->rollback)) s->present &= ~(UINT32_C(1) << plan);
    return s->present != before;
}

static bool there(const struct dns *s, int plan)
{
    return plan < 0 || (s->present >> plan & 1) != 0;
}

/* A walk tries an action, a deployer, a plan's id and addresses, until one fires: see dns_model_set_weights. */
static uint32_t slot(const struct params *p)
{
    uint32_t log2 = 0;
    while (1 << log2 < p->deployers) log2++;
    return UINT32_C(1) << (29 - log2);
}

static uint32_t generate_weight(const struct params *p, const struct dns *s)
{
    const uint64_t subsets = UINT64_C(1) << p->ips, divisor = (uint64_t)p->plans * subsets;
    const uint64_t unused = (uint64_t)(p->plans - s->published);
    return (uint32_t)(((uint64_t)slot(p) * (uint64_t)p->deployers * unused * (subsets - 1) + divisor / 2) / divisor);
}

#define ACTIONS(A)    A(planner_generate, "the planner publishes a plan") \
                      A(deployer_query, "{deployer} looks at the zone", deployer) \
                      A(deployer_backoff, "{deployer} sees that its view is old", deployer) \
                      A(deployer_apply, "{deployer} applies its next plan", deployer) \
                      A(deployer_gc, "{deployer} deletes old plans", deployer)
#define WEIGHTS(W)    W(planner_generate, generate_weight(p, s)) W(deployer_query, slot(p)) \
                      W(deployer_backoff, slot(p)) W(deployer_apply, slot(p)) W(deployer_gc, slot(p))
#define INVARIANTS(I) I(no_inconsistent_root, there(s, s->root), "the root points to a plan that is there") \
                      I(no_inconsistent_rollback, there(s, s->rollback), "so does the rollback")
#define EXAMPLES(E)   E(plans3, s->published >= 3, "three plans are published")
#define INITIAL       start

#define RACEWALK_MODEL   dns
#define RACEWALK_SUMMARY "the DNS balancer, once more"
#include <racewalk/model.h>
