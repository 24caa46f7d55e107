/* SPDX-License-Identifier: Apache-2.0 */
/* The lab in lockstep from inside: what lab_lockstep.c and lab_look.c share. lab_lockstep.h is what others
 * see. */
#ifndef RACEWALK_MBT_LAB_LAB_LOCKSTEP_PARTS_H
#define RACEWALK_MBT_LAB_LAB_LOCKSTEP_PARTS_H

#include "mbt/json_difference.h"
#include "mbt/lab/lab_lockstep.h"
#include "mbt/lab/lab_mirror.h"

/* A line of the lab's log, as it must be. */
struct lab_logged {
    char who[16], what[32];
    bool ok;
    const char *root; /* as JSON; NULL: not known */
};

struct lab_lockstep {
    struct lab_logged log[2]; /* the newest first */
    bool was_healthy;         /* after the last action */
    struct lab_mirror mirror;
    struct buffer expected; /* the text that is expected, of an answer or a file */
    struct buffer found;    /* of a file */
    struct json_difference difference;
    bool rollback_differs; /* in the state before */
};

/* What all differences of a kind have in common, and which way an action went. */
void lab_note_aspect(struct system_step *step, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lab_note_branch(struct system_step *step, const char *branch);

/* Sends a request whose answer is not taken apart, and clears what is expected. False as lab_ask. */
bool lab_lockstep_ask(struct lab_driver *driver, const char *method, const char *path, const char *body,
                      struct system_step *step, enum status *status, struct error *err) WARN_UNUSED;
/* The answer at hand must have this status, and say what is expected. what names the call. */
bool lab_lockstep_check(const struct lab_driver *driver, int status, const char *what,
                        struct system_step *step);
/* All that the lab shows must be as the mirror has it. */
enum status lab_lockstep_check_whole(struct lab_driver *driver, struct system_step *step,
                                     struct error *err) WARN_UNUSED;

/* A file of the lab's must say what is expected. Only of a lab that was started here. */
enum status lab_lockstep_check_file(struct lab_driver *driver, const char *name, const char *what,
                                    struct system_step *step, struct error *err) WARN_UNUSED;

/* Calls of a deployer, and their answers. */
enum status lab_lockstep_sync(struct lab_driver *driver, int deployer, struct system_step *step,
                              struct error *err) WARN_UNUSED;
enum status lab_lockstep_deploy(struct lab_driver *driver, int deployer, struct system_step *step,
                                struct error *err) WARN_UNUSED;

#endif
