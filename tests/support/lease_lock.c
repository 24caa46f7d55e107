/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/lease_lock.h"

#include <assert.h>
#include <stdlib.h>

#include <racewalk/model.h>

#include "tests/support/own_models.h"

const struct model_class *lease_class(void)
{
    static struct model_class *class;
    const char *identity = getenv("RACEWALK_LEASE_IDENTITY");
    if (class == NULL) {
        const enum status status = own_class_new(
            &racewalk_lease, NULL, identity == NULL ? 1 : strtoull(identity, NULL, 16), &class, NULL);
        assert(status == OK);
        (void)status;
    }
    return class;
}

unsigned lease_term(const void *state)
{
    const struct racewalk_field *term = &racewalk_lease.fields[0];
    assert(strcmp(term->name, "term") == 0 && term->size == 1);
    return ((const unsigned char *)state)[term->offset];
}
