/* SPDX-License-Identifier: Apache-2.0 */
/* The model in a library, loaded. Loading runs its code: a model is as much to be trusted as a program. Main
 * thread. */
#ifndef RACEWALK_MODEL_OWN_OWN_LOAD_H
#define RACEWALK_MODEL_OWN_OWN_LOAD_H

#include <racewalk/model.h>

#include "model/own/own_code.h"

struct own_library {
    const struct racewalk_model *plain;
    const struct racewalk_model *checked; /* NULL: there is no checked build */
    void *libraries[2];
    int files[2]; /* of code that is in memory only; otherwise -1 */
};

/* name: what the author's file is called in messages. ERR_DATA when the code is no library for this machine,
 * no model, or one for another version of the interface. */
enum status own_load(const struct own_code *code, const char *name, struct own_library *ret_model,
                     struct error *err) WARN_UNUSED;

/* Nothing of the model may be used any more. */
void own_unload(struct own_library *model);

#endif
