/* SPDX-License-Identifier: Apache-2.0 */
/* A second model, so that nothing in the tool knows the first one: a lock that is held by lease, and a store.
 *
 * A client acquires the lease and gets a term, a number that only grows. The lease can expire at any time;
 * the client, which may have been paused, does not notice and goes on to believe that it holds the lock. So
 * another client can acquire it, write, and then be overwritten by the first (Kleppmann, "How to do
 * distributed locking", 2016). The guard `fencing` has the store refuse writes of an older term than it has
 * seen.
 *
 * It has what the DNS balancer has not: an action without an argument, a payload of its own, states without
 * any move, an idle move, values that are null, booleans and tuples, no progress measure and no kernel. */
#ifndef RACEWALK_TESTS_LEASE_LOCK_H
#define RACEWALK_TESTS_LEASE_LOCK_H

#include "model/model.h"

#define LEASE_CLIENTS_MAX 4
#define LEASE_LEASES_MAX  8
#define LEASE_WRITES_MAX  16

enum lease_action {
    LEASE_ACQUIRE,
    LEASE_EXPIRE,
    LEASE_WRITE,
    LEASE_RELEASE,
    LEASE_RENEW,
    LEASE_ACTION_COUNT
};
enum lease_property { LEASE_NO_STALE_WRITE, LEASE_MUTUAL_EXCLUSION, LEASE_HANDOVER };
enum lease_guard { LEASE_FENCING };
enum lease_parameter { LEASE_CLIENTS, LEASE_LEASES, LEASE_WRITES, LEASE_VALUES };

/* The control state. Bytes only, so that equal states are equal bytes. */
struct lease_state {
    uint8_t term;                     /* of the last lease; 0: there was none */
    uint8_t held;                     /* by whoever has that term */
    uint8_t writes;                   /* that the store has accepted */
    uint8_t highest;                  /* term among them */
    uint8_t stale;                    /* one of them came after one of a higher term */
    uint8_t views[LEASE_CLIENTS_MAX]; /* the term that a client believes to hold, or 0 */
};

struct lease_model {
    struct model base;
    uint32_t clients, leases, writes;
    int64_t value_low, value_high;
    bool fencing;
};

extern const struct model_class lease_lock;

/* The class as if it were made when the program starts, with the identity that RACEWALK_LEASE_IDENTITY names;
 * without it lease_lock itself. */
const struct model_class *lease_class_of_environment(void);

static inline const struct lease_model *lease_model_of(const struct model *model)
{
    return (const struct lease_model *)(const void *)model;
}

/* "client-a" for client 0. */
const char *lease_client_name(uint32_t client);

/* The literal side, for the class's table; see model/model.h. */
struct literal *lease_literal_new(const struct model *model);
void lease_literal_free(struct literal *literal);
enum status lease_literal_apply(struct literal *literal, const struct step *step, struct error *err);
uint32_t lease_literal_properties_hit(const struct literal *literal);
void lease_literal_control(const struct literal *literal, void *state);
enum status lease_literal_value(const struct literal *literal, struct arena *arena, struct value *ret_record);
enum status lease_draw_payload(const struct model *model, struct trace *trace);
enum status lease_parameters_value(const struct model *model, struct arena *arena, struct value *ret_record);
enum status lease_instance_of_value(const struct model_class *class, const struct value *record,
                                    struct instance *ret_instance, struct error *err);
enum status lease_step_of_value(const struct literal *literal, const struct value *record,
                                struct step *ret_step, struct error *err);
enum status lease_schedule_samples(const struct literal *literal, const struct step *step,
                                   struct arena *arena, struct value *ret_samples, size_t *ret_count);
enum status lease_step_of_schedule(const struct literal *literal, uint32_t action,
                                   const struct value *samples, size_t count, struct step *ret_step,
                                   struct error *err);

#endif
