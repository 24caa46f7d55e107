/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with an author's object is found before it is used, and named. */
#include <stdio.h>
#include <string.h>

#include "model/own/own.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/own_models.h"
#include "tests/support/table_model.h"
#include "tests/support/test_model.h"

/* A copy of the lease lock, to be broken. */
static struct {
    struct racewalk_model object;
    struct racewalk_kind kinds[RACEWALK_KINDS_MAX + 1];
    struct racewalk_field fields[RACEWALK_FIELDS_MAX + 1];
    struct racewalk_action actions[RACEWALK_ACTIONS_MAX + 1];
    struct racewalk_property properties[RACEWALK_PROPERTIES_MAX + 1];
    struct racewalk_parameter parameters[RACEWALK_PARAMETERS_MAX + 1];
    struct racewalk_guard guards[RACEWALK_GUARDS_MAX + 1];
    struct racewalk_instance instances[RACEWALK_INSTANCES_MAX + 1];
    struct racewalk_data data[RACEWALK_DATA_MAX + 1];
} broken;

enum { TERM, HELD, WRITES, HIGHEST, STALE, VIEW };

static void mend(void)
{
    const struct racewalk_model *whole = &racewalk_lease;
    struct racewalk_model *object = &broken.object;
    memset(&broken, 0, sizeof broken);
    *object = *whole;
    memcpy(broken.kinds, whole->kinds, whole->kind_count * sizeof broken.kinds[0]);
    memcpy(broken.fields, whole->fields, whole->field_count * sizeof broken.fields[0]);
    memcpy(broken.actions, whole->actions, whole->action_count * sizeof broken.actions[0]);
    memcpy(broken.properties, whole->properties, whole->property_count * sizeof broken.properties[0]);
    memcpy(broken.parameters, whole->parameters, whole->parameter_count * sizeof broken.parameters[0]);
    memcpy(broken.guards, whole->guards, whole->guard_count * sizeof broken.guards[0]);
    memcpy(broken.instances, whole->instances, whole->instance_count * sizeof broken.instances[0]);
    memcpy(broken.data, whole->data, whole->data_count * sizeof broken.data[0]);
    object->kinds = broken.kinds;
    object->fields = broken.fields;
    object->actions = broken.actions;
    object->properties = broken.properties;
    object->parameters = broken.parameters;
    object->guards = broken.guards;
    object->instances = broken.instances;
    object->data = broken.data;
}

/* The object is refused with these words behind the model's name; then it is whole again. */
static void refused(const char *text)
{
    struct model_class *class = NULL;
    struct error err = {{0}};
    char expected[ERROR_TEXT_MAX];
    (void)snprintf(expected, sizeof expected, "the model lease: %s", text);
    const enum status status = own_class_new(&broken.object, NULL, 1, &class, &err);
    assert_string_equal(err.text, expected);
    assert_int_equal(status, ERR_DATA);
    assert_null(class);
    mend();
}

static void the_head_is_looked_at(void **state)
{
    (void)state;
    struct model_class *class = NULL;
    struct error err = {{0}};
    mend();
    broken.object.interface = 7;
    assert_int_equal(own_class_new(&broken.object, NULL, 1, &class, &err), ERR_DATA);
    assert_string_equal(err.text,
                        "the model cannot be used: it was made for version 7 of racewalk/model.h, and this "
                        "program has version 1: compile it again with the header of this version");
    mend();
    broken.object.name = "two words";
    assert_int_equal(own_class_new(&broken.object, NULL, 1, &class, &err), ERR_DATA);
    assert_string_equal(err.text, "the model cannot be used: the name of the model 0 is no identifier of C "
                                  "(letters, digits, _)");
    mend();
    broken.object.state_size = 513;
    refused("a state has 513 bytes; 1 to 512 are possible");
    broken.object.params_size = 0;
    refused("the parameters have 0 bytes; 1 to 1048576 are possible");
    broken.object.walk = NULL;
    refused("a function is missing; racewalk/model.h makes all of them");
    broken.object.summary = "two\nlines";
    refused("the text of the model lease is no line of at most 1024 bytes of UTF-8");
}

static void counts_are_looked_at(void **state)
{
    (void)state;
    mend();
    broken.object.field_count = 65;
    refused("there are 65 fields; at most 64 are possible");
    broken.object.action_count = 33;
    refused("there are 33 actions; at most 32 are possible");
    broken.object.property_count = UINT32_MAX;
    refused("there are 4294967295 invariants and examples; at most 16 are possible");
    broken.object.guards = NULL;
    refused("there are 1 guards, but no table of them");
    broken.object.field_count = 0;
    refused("there are no fields: FIELDS(F) names those of the state");
    broken.object.action_count = 0;
    refused("there are no actions: ACTIONS(A) names them");
}

static void kinds_are_looked_at(void **state)
{
    (void)state;
    mend();
    broken.kinds[0].most = 255;
    refused("the kind client has up to 255 things; 1 to 254 are possible");
    broken.kinds[0].name = NULL;
    refused("kind 0 has no name");
    broken.kinds[1] = broken.kinds[0];
    broken.object.kind_count = 2;
    refused("there are two kinds of the name client");
    broken.kinds[0].first = "alice";
    refused(
        "the first name of the kind client, \"alice\", does not tell the next ones: it must end in a number "
        "or in a single letter, as n1 or client-a do");
    broken.kinds[0].first = "none";
    refused(
        "the first name of the kind client, \"none\", does not tell the next ones: it must end in a number "
        "or in a single letter, as n1 or client-a do");
    broken.kinds[0].first = "\xff";
    refused("the first name of the kind client is no line of 1 to 64 bytes");
}

static void fields_are_looked_at(void **state)
{
    (void)state;
    mend();
    broken.fields[TERM].high = 300;
    refused("the field term goes from 0 to 300, but an unsigned integer of 8 bits holds 0 to 255");
    broken.fields[TERM].low = -1;
    refused("the field term goes from -1 to 8, but an unsigned integer of 8 bits holds 0 to 255");
    broken.fields[TERM].low = 9;
    refused("the field term goes from 9 to 8, which is no range");
    broken.fields[TERM].bits = 3;
    refused("the field term is packed into 3 bits, but its range needs 4");
    broken.fields[TERM].offset = broken.object.state_size;
    refused("the field term lies outside of the state, which has 9 bytes, or is not aligned");
    broken.fields[VIEW].strides[0] = 1U << 31;
    refused("the field view lies outside of the state, which has 9 bytes, or is not aligned");
    broken.fields[VIEW].elements = 5;
    refused("the field view lies outside of the state, which has 9 bytes, or is not aligned");
    broken.fields[VIEW].kinds[0] = 1;
    refused("the field view has a dimension of no kind");
    broken.fields[VIEW].kinds[1] = -2;
    refused("the field view has a dimension of no kind");
    broken.fields[TERM].size = 3;
    refused("an element of the field term has 3 bytes; integers of 1, 2, 4 or 8 are possible");
    broken.fields[HELD].name = "term";
    refused("there are two fields of the name term");
    broken.fields[HELD].high = 2;
    refused("the field held is a BOOL of other values than 0 and 1");
    broken.fields[TERM].type = 17;
    refused("the field term is of type 17, which there is not");
    broken.fields[TERM].type = RACEWALK_REF;
    refused("the field term refers to things of no kind");
    broken.fields[TERM].type = RACEWALK_SET;
    broken.fields[TERM].of = 0;
    refused("the field term has another range than the kind client");
    broken.kinds[0].most = 33;
    broken.fields[TERM].type = RACEWALK_SET;
    broken.fields[TERM].of = 0;
    refused("the field term is a set of client, of which there are up to 33; a set has room for 32");
    broken.fields[TERM].type = RACEWALK_NAMES;
    refused("the field term is one of no names, or of more than 16");
    broken.fields[HELD].type = RACEWALK_NAMES;
    broken.fields[HELD].names = "same\0same";
    refused("there are two names in a ONE_OF of the name same");
}

static void names_in_traces_must_differ(void **state)
{
    (void)state;
    mend();
    broken.fields[TERM].name = "client";
    refused("two of the fields, kinds and parameters (whose names traces have in capital letters) would be "
            "called "
            "client in traces");
    broken.fields[TERM].name = "LEASES";
    refused("two of the fields, kinds and parameters (whose names traces have in capital letters) would be "
            "called "
            "LEASES in traces");
}

static void actions_are_looked_at(void **state)
{
    (void)state;
    mend();
    broken.actions[1].name = "init";
    refused("no action may have the name init: traces call their start so");
    broken.actions[1].name = "write";
    refused("there are two actions of the name write");
    broken.actions[0].kinds[1] = 1;
    refused("the action acquire has an argument of no kind");
    broken.actions[1].kinds[1] = 0;
    refused("the action expire has an argument of no kind");
    broken.actions[0].sentence = "{client} and {other} meet";
    refused("{other} in the sentence of the action acquire is none of its 1 arguments, and no datum of it");
    broken.actions[0].sentence = "{client meets";
    refused("a brace in the sentence of the action acquire has no other one");
    broken.actions[0].sentence = NULL;
    refused("the text of the action acquire is no line of at most 1024 bytes of UTF-8");
    broken.actions[0].sentence = "{a b} meets";
    refused("{a b} in the sentence of the action acquire is no name");
    broken.data[0].name = "client";
    broken.actions[2].sentence = "{who} writes";
    broken.actions[2].kinds[1] = 0;
    broken.data[1] = (struct racewalk_data){2, "client"};
    broken.object.data_count = 2;
    refused("the action write has two arguments or data of the name client");
    broken.data[0].action = 5;
    refused("the datum value is of no action");
    for (size_t i = 0; i < 6; i++)
        broken.data[i] = broken.data[0];
    broken.object.data_count = 6;
    refused("the action write carries 6 data; at most 5 are possible");
}

static void the_rest_is_looked_at(void **state)
{
    (void)state;
    mend();
    broken.properties[1].name = "handover";
    refused("there are two invariants and examples of the name handover");
    broken.guards[0].help = NULL;
    refused("the text of the guard fencing is no line of at most 1024 bytes of UTF-8");
    broken.parameters[0].least = 5;
    refused("the parameter clients goes from 5 to 4, which is no range");
    broken.instances[0].value_count = 2;
    refused("the instance l2_3_3 has 2 values, but there are 3 parameters");
    broken.instances[1].values[1] = 9;
    refused("the instance l3_4_4 has 9 for leases; 1 to 8 are possible");
    broken.instances[0].name = "3x3";
    refused("the name of instance 0 is no identifier of C (letters, digits, _)");
}

static void another_checked_build_is_refused(void **state)
{
    (void)state;
    struct model_class *class = NULL;
    struct error err = {{0}};
    assert_int_equal(own_class_new(&racewalk_lease, &racewalk_peterson, 1, &class, &err), ERR_DATA);
    assert_string_equal(err.text, "the model lease: the checked build is not of the same model");
}

/* --- what is there when it is left out --- */

static void an_object_without_instances_has_the_least_one(void **state)
{
    (void)state;
    mend();
    broken.object.instance_count = 0;
    struct model_class *class = own_test_class(&broken.object, NULL);
    assert_int_equal(class->preset_count, 1);
    assert_string_equal(class->presets[0].name, "default");
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(class->presets[0].instance.values[i].low, 1);
    own_class_free(class);
}

static void the_first_name_tells_the_others(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *last; /* of 30 */
    } rows[] = {
        {"client-a", "client-b", "client-ad"}, {"y", "z", "bb"}, {"nodeA", "nodeA2", ""}, {"n1", "n2", "n30"},
        {"db-08", "db-09", "db-37"},           {"0", "1", "29"}, {"99", "100", "128"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct table_model table;
        struct model_class *class = NULL;
        struct error err = {{0}};
        table_model_init(&table);
        (void)table_model_add_kind(&table, 30, true, rows[i].first);
        table_model_add_field(&table, 0, -1, RACEWALK_BOOL, -1, 0, 1, 1);
        const enum status status = own_class_new(&table.object, NULL, 1, &class, &err);
        assert_int_equal(status, rows[i].last[0] != '\0' ? OK : ERR_DATA);
        if (status != OK)
            continue;
        const struct own_class *own = own_class_of(class);
        assert_string_equal(own->thing_names[0][0], rows[i].first);
        assert_string_equal(own->thing_names[0][1], rows[i].second);
        assert_string_equal(own->thing_names[0][29], rows[i].last);
        assert_int_equal(own->thing_values[0][1].kind, rows[i].first[0] <= '9' ? VALUE_INT : VALUE_STRING);
        own_class_free(class);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_is_looked_at),
        cmocka_unit_test(counts_are_looked_at),
        cmocka_unit_test(kinds_are_looked_at),
        cmocka_unit_test(fields_are_looked_at),
        cmocka_unit_test(names_in_traces_must_differ),
        cmocka_unit_test(actions_are_looked_at),
        cmocka_unit_test(the_rest_is_looked_at),
        cmocka_unit_test(another_checked_build_is_refused),
        cmocka_unit_test(an_object_without_instances_has_the_least_one),
        cmocka_unit_test(the_first_name_tells_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
