/* SPDX-License-Identifier: Apache-2.0 */
/* What a program is made for: a model class, and what is known of it beyond the model. Its main hands one to
 * cli_main or cli_main_mpi; a model of one's own needs no more than a class and a name. */
#ifndef RACEWALK_CLI_SUBJECT_H
#define RACEWALK_CLI_SUBJECT_H

#include "base/command.h"
#include "mbt/story.h"
#include "mbt/system.h"
#include "model/model.h"

struct subject {
    const char *program; /* the program's name, as its texts say it */
    const struct model_class *class;
    const struct narrator *words;       /* in which its traces are told; NULL: names and values */
    const struct system_driver *system; /* that traces are confirmed on; NULL: none */
    const struct command *own_command;  /* beside those that every program has; NULL: none */
    /* Of a model that the user named (cli/own_subject.h). */
    const char *model_file;  /* NULL: the model is compiled in */
    const char *model_flags; /* for its compiler; NULL: none */
};

#endif
