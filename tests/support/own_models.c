/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/own_models.h"

#include <dlfcn.h>
#include <stdio.h>

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

const struct racewalk_model *own_test_checked(const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, OWN_MODELS_DIR "/libown_%s_checked.so", name);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        fail_msg("%s", dlerror());
    const struct racewalk_model *object = dlsym(library, "racewalk_model");
    assert_non_null(object);
    return object;
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
