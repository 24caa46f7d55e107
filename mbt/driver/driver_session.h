/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver's system is made of, and how its answers are judged: shared by driver_system.c and
 * driver_judge.c. Owner only. */
#ifndef RACEWALK_MBT_DRIVER_DRIVER_SESSION_H
#define RACEWALK_MBT_DRIVER_DRIVER_SESSION_H

#include "mbt/connection.h"
#include "mbt/driver/driver_link.h"
#include "mbt/driver/driver_question.h"
#include "mbt/system.h"

#define SESSION_NAMES_MAX 64 /* actions, or paths, that a driver names */
#define SESSION_BYTES_MAX ((size_t)64 << 20)

struct driver_setup {
    const struct model_class *class; /* of the program; NULL: none */
    struct connection connection;
    struct driver_link_options link;
    struct action_paths paths;
    int64_t settle_ms;
    bool by_violation;
};

struct driver_names {
    const char *texts[SESSION_NAMES_MAX];
    size_t count;
};

/* Once it happened, and where first. */
struct driver_tally {
    size_t count, first;
};

struct driver_session {
    const struct driver_setup *setup;
    struct system_observer observer;
    struct driver_link *link; /* NULL: it was lost */
    struct buffer question;
    bool said_hello, has_controls;
    struct driver_names controls, observes;
    struct arena names; /* of both */

    /* Of the trace at hand. */
    const struct itf_trace *itf;
    size_t state;
    struct arena values; /* of a comparison */
    struct buffer text;  /* of the differences of a state */
    bool says_violates;
    size_t shown_count;                        /* fields that were compared so far */
    bool seen[SESSION_NAMES_MAX];              /* of observes: it was shown */
    struct driver_tally differences, refusals; /* that were let pass */
    struct driver_tally others;                /* violations of other invariants than the trace's */
    char first_other[SYSTEM_DETAIL_SIZE];
    char first_difference[SYSTEM_DETAIL_SIZE], first_refusal[SYSTEM_DETAIL_SIZE];
};

/* A trace begins. */
void driver_forget(struct driver_session *session, const struct itf_trace *itf);
/* The action's arguments, as detail. */
void driver_describe_args(const struct system_action *action, struct system_step *step);
/* How many fields of the answer's state differ from what is expected; session->text tells them. */
enum status driver_count_differences(struct driver_session *session, const struct driver_answer *answer,
                                     const struct value *expected, size_t *ret_count,
                                     struct error *err) WARN_UNUSED;
/* What an answer comes to. expected may be NULL; is_settled is false when it was waited for in vain. */
enum status driver_judge(struct driver_session *session, const struct driver_answer *answer,
                         const struct value *expected, bool is_settled, struct system_step *step,
                         struct error *err) WARN_UNUSED;

bool driver_has_departed(const struct driver_session *session);
void driver_tell_kept(const struct driver_session *session, struct buffer *out);
void driver_tell_limits(const struct driver_session *session, struct buffer *out);

#endif
