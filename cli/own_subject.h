/* SPDX-License-Identifier: Apache-2.0 */
/* A model of the user's own in place of the program's: --model FILE, or RACEWALK_MODEL. Main thread. */
#ifndef RACEWALK_CLI_OWN_SUBJECT_H
#define RACEWALK_CLI_OWN_SUBJECT_H

#include "base/buffer.h"
#include "cli/subject.h"
#include "model/own/own_load.h"
#include "search/peers.h"

/* Which model a command line names. It has to be known before anything else of the line can be read: instances,
 * parameters and guards are the model's. */
struct model_choice {
    const char *file;  /* NULL: the program's own model */
    const char *flags; /* for the compiler; NULL: none */
    bool by_option;    /* and not by the environment */
    /* The command line without the options that stood before the command's name; the array is the choice's, the
     * texts are borrowed. */
    int argc;
    char **argv;
};

/* ERR_USAGE when --model or --cflags stands before the command without its value. */
enum status model_choice_read(int argc, char **argv, struct model_choice *ret_choice,
                              struct error *err) WARN_UNUSED;
void model_choice_release(struct model_choice *choice);

/* A subject that was made from the user's file. It knows no system, and no words but the author's. */
struct own_subject {
    struct subject subject;
    struct model_class *class;
    struct own_library model;
};

/* Collective. Makes the subject that rank 0's choice names, or gives the built-in one: *ret_subject. Rank 0
 * compiles and hands the library to the others, so that all have the same. words gets what the compiler says
 * (on rank 0). own is for own_subject_release, also after a failure. */
enum status own_subject_make(const struct model_choice *choice, const struct subject *built_in,
                             struct peers *peers, struct own_subject *own, const struct subject **ret_subject,
                             struct buffer *words, struct error *err) WARN_UNUSED;
void own_subject_release(struct own_subject *own);

#endif
