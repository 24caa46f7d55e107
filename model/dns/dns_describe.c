/* A run of the DNS balancer in one line: which deploy put the plan in place that the last clean-up deletes.
 */
#include "model/dns/dns_state.h"

/* What the deploys of a run left behind: who pointed root, or rollback, to a plan last. */
struct pointing {
    uint32_t deployer;
    uint32_t plan;      /* that the name points to */
    uint32_t installed; /* by that deploy; for the root the same plan */
    bool stale;         /* a newer plan was in place */
    bool any;
};

static char letter(uint32_t deployer)
{
    return (char)('A' + deployer);
}

static void print_plan(struct buffer *out, uint32_t plan)
{
    if (plan == DNS_PLAN_INIT)
        buffer_string(out, "the first placeholder");
    else
        buffer_format(out, "plan %u", plan);
}

static void note_apply(const struct dns_state *before, const struct dns_state *after, uint32_t deployer,
                       struct pointing *root, struct pointing *rollback)
{
    if (after->fresh != 1U << deployer || after->root != dns_next(before, deployer))
        return; /* rejected as stale: nothing points anywhere new */
    const bool stale = before->root != DNS_PLAN_INIT && after->root < before->root;
    *root = (struct pointing){deployer, after->root, after->root, stale, true};
    *rollback = (struct pointing){deployer, after->rollback, after->root, stale, true};
}

void dns_describe(const struct model *model, int property, const uint32_t *moves, size_t count,
                  struct buffer *out)
{
    struct dns_state state;
    struct pointing root = {.any = false}, rollback = {.any = false};
    dns_init(model, &state);
    for (size_t i = 0; i < count; i++) {
        const struct dns_state before = state;
        dns_apply(model, &state, moves[i]);
        if (move_action(moves[i]) == DNS_APPLY)
            note_apply(&before, &state, move_argument(moves[i]), &root, &rollback);
    }
    const uint32_t last = count > 0 ? moves[count - 1] : 0;
    const bool by_gc = count > 0 && move_action(last) == DNS_GC;
    if (property == DNS_NO_INCONSISTENT_ROOT && root.any && by_gc) {
        buffer_format(out, "%sdeploy of plan %u by %c, then cleanup by %c", root.stale ? "stale " : "",
                      root.plan, letter(root.deployer), letter(move_argument(last)));
    } else if (property == DNS_NO_INCONSISTENT_ROLLBACK && rollback.any && by_gc) {
        print_plan(out, rollback.plan);
        buffer_format(out, " left as rollback by %c's %sdeploy of plan %u, then cleanup by %c",
                      letter(rollback.deployer), rollback.stale ? "stale " : "", rollback.installed,
                      letter(move_argument(last)));
    } else if (property == DNS_NO_INCONSISTENT_ROLLBACK && rollback.any) {
        buffer_format(out, "deploy of plan %u by %c makes ", rollback.installed, letter(rollback.deployer));
        print_plan(out, rollback.plan);
        buffer_string(out, ", already deleted, the rollback");
    } else if (property == DNS_EPOCH5) {
        buffer_format(out, "the fifth deploy, of plan %u by %c", root.plan, letter(root.deployer));
    } else if (property == DNS_PLANS3) {
        buffer_string(out, "the third plan is published");
    }
}
