/* SPDX-License-Identifier: Apache-2.0 */
/* The lab as one value: store, zone, planner and deployers, and every operation on them.
 *
 * It has no threads and no network. A caller that shares a lab between threads must hold one lock around each
 * call (server.h does). What a call has acknowledged is on disk (store.h says how safely). Only what the
 * deployers know is not: it is lost with the process. */
#ifndef RACEWALK_LAB_LAB_H
#define RACEWALK_LAB_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"
#include "lab/action_log.h"
#include "lab/deployer.h"
#include "lab/planner.h"
#include "lab/store.h"
#include "lab/wormhole53.h"

struct lab_config {
    const char *base_dir;
    bool durable;          /* fsync before a change counts */
    size_t deployer_count; /* 1..DEPLOYERS_MAX */
    struct guards guards;
    bool workshop; /* the front page has buttons */
};

/* The zone and the planner point to the store, so that a lab stays where it was opened. */
struct lab {
    struct store store;
    struct wormhole53 zone;
    struct planner planner;
    struct deployer deployers[DEPLOYERS_MAX];
    size_t deployer_count;
    struct guards guards;
    bool workshop;
    bool healthy;      /* the root resolved after the last action */
    uint64_t instance; /* differs from one opening of a lab to the next */
    uint64_t revision; /* grows with whatever the front page shows */
    struct action_log log;
};

/* Opens the base directory, which is made when missing, and goes on with the zone and the plans there. */
enum status lab_open(struct lab *lab, const struct lab_config *config, struct error *err) WARN_UNUSED;
void lab_close(struct lab *lab);

/* NULL when there is none of that name. */
struct deployer *lab_deployer(struct lab *lab, const char *name);

/* Who asks for an action. An action that a background loop repeats without effect gets one line in the log, or
 * none. */
enum lab_caller { CALLER_PERSON, CALLER_LOOP };

/* Clears zone, plans and deployers, in memory and on disk. ERR_IO when a file could not be changed. If that was
 * the zone's, the zone is as before. If it was a plan's, the zone is empty and the plans before that one are
 * still there. */
enum status lab_reset(struct lab *lab, struct error *err) WARN_UNUSED;

/* Makes the placeholder that the model starts from the whole zone: lock TXT "genesis 0", root and rollback →
 * plan-init.cdb.acme, and that plan with one balancer of weight 100 that has no address; every deployer has
 * then observed that lock and root. It is meant to follow a reset: plans and the deployers' counters stay. */
enum status lab_seed_init(struct lab *lab, struct error *err) WARN_UNUSED;

/* The planner's and the deployers' actions, as planner.h and deployer.h have them, with a line in the log. */
enum status lab_generate(struct lab *lab, struct balancer *balancers, size_t count, struct buffer *out,
                         struct error *err) WARN_UNUSED;
void lab_sync(struct lab *lab, enum lab_caller caller, struct deployer *deployer);
enum status lab_deploy(struct lab *lab, enum lab_caller caller, struct deployer *deployer,
                       struct deploy_answer *ret_answer, struct error *err) WARN_UNUSED;
enum status lab_cleanup(struct lab *lab, enum lab_caller caller, struct deployer *deployer,
                        int64_t keep_last_n, struct cleanup_answer *ret_answer,
                        struct error *err) WARN_UNUSED;

/* A deployer whose clean-up, keeping CLEANUP_KEEP_LAST_N, would delete this version now: the one that is
 * farthest on; NULL when there is none. */
const struct deployer *lab_deployer_to_delete(const struct lab *lab, int64_t version);

/* Appends the root's addresses as a JSON list; true when there is at least one. */
bool lab_health(const struct lab *lab, struct buffer *ips);

#endif
