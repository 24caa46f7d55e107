/* SPDX-License-Identifier: Apache-2.0 */
/* A run of the DNS balancer in one line: which deploy put the plan in place that the last clean-up deletes.
 * The words are roles, since runs of one shape differ in the names of deployers and in the numbers of plans:
 * a deployer is slow when another, the quick one, is further on by its own counter. */
#include "model/dns/dns_state.h"

/* What the last deploy that was not rejected has left behind. */
struct deploy {
    uint32_t deployer;
    size_t move;
    bool again; /* the root pointed to the same plan before */
    bool any;
};

static bool is_behind_another(const struct dns_model *m, const struct dns_state *state, uint32_t deployer)
{
    for (uint32_t d = 0; d < m->deployers; d++) {
        if (dns_next(state, d) > dns_next(state, deployer))
            return true;
    }
    return false;
}

static void note_deploy(const struct dns_state *before, const struct dns_state *after, uint32_t deployer,
                        size_t move, struct deploy *deploy)
{
    /* One that was rejected as stale points nothing anywhere. */
    if (after->fresh == 1U << deployer && after->root == dns_next(before, deployer))
        *deploy = (struct deploy){
            .deployer = deployer, .move = move, .again = before->root == after->root, .any = true};
}

static void describe_cleanup(int property, const struct deploy *deploy, const struct dns_state *end,
                             uint32_t cleaner, struct buffer *out)
{
    const bool slow = dns_next(end, cleaner) > dns_next(end, deploy->deployer);
    const char *who = slow ? "a slow deployer" : "a deployer";
    const char *what = "it";
    if (property == DNS_NO_INCONSISTENT_ROOT) {
        buffer_format(out, "%s installs %s", who, slow ? "an old plan" : "a plan");
    } else if (deploy->again) {
        buffer_format(out, "%s installs the root's plan again, so that it is the rollback too", who);
    } else {
        buffer_format(out, "%s installs a plan and leaves the one before as the rollback", who);
        what = "that";
    }
    if (cleaner == deploy->deployer)
        buffer_format(out, ", then deletes %s itself", what);
    else
        buffer_format(out, ", then %s deletes %s", slow ? "a quick one" : "another", what);
}

size_t dns_describe(const struct model *model, int property, const uint32_t *moves, size_t count,
                    struct buffer *out, size_t *key_moves)
{
    const struct dns_model *m = dns_model_of(model);
    struct dns_state state;
    struct deploy deploy = {.any = false};
    dns_init(model, &state);
    for (size_t i = 0; i < count; i++) {
        const struct dns_state before = state;
        dns_apply(model, &state, moves[i]);
        if (move_action(moves[i]) == DNS_APPLY)
            note_deploy(&before, &state, move_argument(moves[i], 0), i, &deploy);
    }
    if (count == 0)
        return 0;
    const size_t last = count - 1;
    size_t keys = 0;
    if (property == DNS_EPOCH5) {
        buffer_string(out, "a deployer's view has the lock of the fifth deploy");
    } else if (property == DNS_PLANS3) {
        buffer_string(out, "the third plan is published");
    } else if (deploy.any && move_action(moves[last]) == DNS_GC) {
        describe_cleanup(property, &deploy, &state, move_argument(moves[last], 0), out);
        key_moves[keys++] = deploy.move;
    } else if (deploy.any) {
        buffer_format(out, "%s installs a plan, so that one that is deleted already becomes the rollback",
                      is_behind_another(m, &state, deploy.deployer) ? "a slow deployer" : "a deployer");
    }
    key_moves[keys++] = last;
    return keys;
}
