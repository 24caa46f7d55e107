/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/test_model.h"

#include "model/dns/dns_balancer.h"
#include "tests/support/cmocka_all.h"

struct model *test_model_of(const struct model_class *class, struct instance instance, uint32_t properties)
{
    struct model *model = NULL;
    struct error err = {{0}};
    instance.properties = properties;
    if (model_new(class, &instance, &model, &err) != OK)
        fail_msg("%s", err.text);
    return model;
}

struct model *test_model(struct instance instance)
{
    return test_model_of(&dns_balancer, instance, instance.properties);
}
