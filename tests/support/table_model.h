/* SPDX-License-Identifier: Apache-2.0 */
/* An author's object that is made of tables at run time: fields are laid out and packed by them, and nothing ever
 * happens. For what is derived from tables alone. One at a time. */
#ifndef RACEWALK_TESTS_TABLE_MODEL_H
#define RACEWALK_TESTS_TABLE_MODEL_H

#include <racewalk/model.h>

struct table_model {
    struct racewalk_model object;
    struct racewalk_kind kinds[RACEWALK_KINDS_MAX];
    struct racewalk_field fields[RACEWALK_FIELDS_MAX];
    struct racewalk_action action;
    uint32_t things[RACEWALK_KINDS_MAX]; /* of the instance; at most the kinds' most */
    char names[RACEWALK_FIELDS_MAX + RACEWALK_KINDS_MAX][8];
};

void table_model_init(struct table_model *table);
/* A kind of up to most things, all of which there are. Returns its index. */
int32_t table_model_add_kind(struct table_model *table, uint32_t most, bool symmetric, const char *first);
/* A field of these dimensions (-1: none) and type; of is the kind of a REF (low 0 or -1) or SET, whose high is found
 * here. Its elements have the size of size bytes. */
void table_model_add_field(struct table_model *table, int32_t kind0, int32_t kind1, enum racewalk_type type,
                           int32_t of, int64_t low, int64_t high, uint32_t size);

#endif
