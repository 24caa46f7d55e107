/* SPDX-License-Identifier: Apache-2.0 */
/* Which files a model was compiled from, and what was in them: so that one that has been compiled before
 * starts without the compiler. Main thread.
 *
 *     racewalk-inputs 1
 *     identity 0123456789abcdef      of the preprocessed text
 *     code 0123456789abcdef          the name of what was made of it
 *     0123456789abcdef lease.c       each file, with the hash of its bytes
 *     0123456789abcdef /usr/include/string.h
 *     end
 *
 * A new file that would be included in the place of one of these, since it stands in an earlier folder, is not
 * noticed. */
#ifndef RACEWALK_MODEL_OWN_OWN_INPUTS_H
#define RACEWALK_MODEL_OWN_OWN_INPUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* The identity of preprocessed text: a hash of its lines, but for empty ones and those that say where it is
 * from. */
uint64_t own_inputs_identity(const struct buffer *text);

/* Appends the files that preprocessed text is from, with their hashes. False: they cannot be told. */
bool own_inputs_list(const struct buffer *text, struct buffer *out);

/* The whole list. */
void own_inputs_write(uint64_t identity, uint64_t code, const struct buffer *files, struct buffer *out);

/* True when the list is whole and all its files are as they were. */
bool own_inputs_read(const struct buffer *list, uint64_t *ret_identity, uint64_t *ret_code);

#endif
