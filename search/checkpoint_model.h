/* SPDX-License-Identifier: Apache-2.0 */
/* Which model a checkpoint is of: the first lines of its text (base/checkpoint_file.h). A model that was made
 * from somebody's file may have changed since; its identity (model_class.identity) tells. Any thread. */
#ifndef RACEWALK_SEARCH_CHECKPOINT_MODEL_H
#define RACEWALK_SEARCH_CHECKPOINT_MODEL_H

#include "base/buffer.h"
#include "model/model.h"

/* Appends the lines: "model NAME", and "identity HEX" where the class has one. */
void checkpoint_put_model(const struct model_class *class, struct buffer *text);
/* ERR_USAGE when the text is of a model of the same name with another identity. Everything else is left to
 * those who compare the whole text. */
enum status checkpoint_check_model(const struct model_class *class, const char *text,
                                   struct error *err) WARN_UNUSED;

#endif
