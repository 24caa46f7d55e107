/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/own_models.h"

#include "tests/support/cmocka_all.h"
#include "tests/support/test_model.h"

struct model_class *own_test_class(const struct racewalk_model *object, const struct racewalk_model *checked)
{
    struct model_class *class = NULL;
    struct error err = {{0}};
    if (own_class_new(object, checked, 1, &class, &err) != OK)
        fail_msg("%s", err.text);
    return class;
}

struct model *own_test_model(const struct model_class *class, const char *preset, uint32_t guards,
                             uint32_t properties)
{
    const struct preset *found = model_find_preset(class, preset);
    assert_non_null(found);
    struct instance instance = found->instance;
    instance.guards = guards;
    return test_model_of(class, instance, properties);
}
