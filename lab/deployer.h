/* SPDX-License-Identifier: Apache-2.0 */
/* A deployer: it installs plans one after the other, by what it last observed of the zone.
 *
 * The race is this: the deployer acts on an observation that may be old, and its cleanup protects no plan that
 * is in use. Two guards, off by default, prevent it. Owner only (the lab's lock). */
#ifndef RACEWALK_LAB_DEPLOYER_H
#define RACEWALK_LAB_DEPLOYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "lab/names.h"
#include "lab/wormhole53.h"

#define CLEANUP_KEEP_LAST_N 3 /* what the lab's own clean-ups keep */

struct guards {
    bool reject_stale; /* a plan older than the one the zone's root points to is skipped */
    bool protect_live; /* cleanup leaves the versions alone that root or rollback point to */
};

struct deployer {
    struct lab_name name;
    int64_t next_plan_version; /* from 1 */
    int64_t lock_epoch;        /* attempts that got as far as the batch */
    struct record *lock;       /* observed; NULL when there was none */
    struct record *root;
};

enum deploy_outcome {
    DEPLOY_INSTALLED,
    DEPLOY_SKIPPED, /* reject-stale: only next_plan_version has moved on */
    DEPLOY_IDLE,    /* the next plan has not been made yet */
    DEPLOY_REFUSED  /* by the rules of the zone; refusal says which */
};

struct deploy_answer {
    enum deploy_outcome outcome;
    int64_t version; /* of the plan installed or skipped */
    struct error refusal;
};

struct cleanup_answer {
    int64_t *deleted_versions; /* sorted, without doubles; freed with mem_free */
    size_t deleted_count;
};

/* Starts anew: nothing done, nothing observed. deployer_release gives up what was observed. */
void deployer_init(struct deployer *deployer, size_t index);
void deployer_release(struct deployer *deployer);

/* Observes the zone's lock and root. */
void deployer_sync(struct deployer *deployer, const struct wormhole53 *zone);

/* True when the lock it observed is the one in the zone. A deployer whose view is stale has its batch
 * refused: every install exchanges the lock. */
bool deployer_is_fresh(const struct deployer *deployer, const struct wormhole53 *zone);

/* Installs the next plan in one batch: the observed lock is exchanged, the plan's records are put in place,
 * root points to the plan, and rollback to the observed root if that was another plan. It does not refresh
 * what was observed, so that the next deploy fails on the lock without a sync before. A refusal is an answer;
 * ERR_IO, ERR_DATA and ERR_MEMORY say that the lab itself has failed (the disk is full, a plan's file holds
 * no plan): neither zone nor deployer has changed then. */
enum status deployer_deploy(struct deployer *deployer, struct wormhole53 *zone, struct guards guards,
                            struct deploy_answer *ret_answer, struct error *err) WARN_UNUSED;

/* Deletes, in one batch, every record that belongs to a version below next_plan_version - keep_last_n. Fails
 * as deployer_deploy does. */
enum status deployer_cleanup(const struct deployer *deployer, struct wormhole53 *zone, struct guards guards,
                             int64_t keep_last_n, struct cleanup_answer *ret_answer,
                             struct error *err) WARN_UNUSED;

#endif
