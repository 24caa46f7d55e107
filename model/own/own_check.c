/* SPDX-License-Identifier: Apache-2.0 */
/* Whether an author's object keeps the limits and agrees with itself. It is foreign: each number that is used as an
 * index or a size later is looked at here. What its functions do cannot be. */
#include "model/own/own.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

#define PARAMS_SIZE_MAX ((uint32_t)1 << 20) /* bytes of an instance's numbers and initial state */

bool own_is_identifier(const char *name, size_t length)
{
    static const char firsts[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    if (length == 0 || length > OWN_NAME_MAX || (name[0] >= '0' && name[0] <= '9'))
        return false;
    return strspn(name, firsts) >= length;
}

/* --- texts --- */

/* One line of UTF-8 without control characters, of at most that many bytes. */
static bool is_line(const char *text, size_t most)
{
    if (text == NULL)
        return false;
    const size_t length = strnlen(text, most + 1);
    for (size_t i = 0; i < length;) {
        const size_t bytes = utf8_length(text + i, length - i);
        const unsigned char c = (unsigned char)text[i];
        if (bytes == 0 || c < 0x20 || c == 0x7f)
            return false;
        i += bytes;
    }
    return length <= most;
}

static enum status check_text(const char *text, const char *what, const char *name, struct error *err)
{
    if (is_line(text, OWN_TEXT_MAX))
        return OK;
    return error_set(err, ERR_DATA, "the text of %s %s is no line of at most %d bytes of UTF-8", what, name,
                     OWN_TEXT_MAX);
}

static enum status check_name(const char *name, const char *what, size_t row, struct error *err)
{
    if (name == NULL)
        return error_set(err, ERR_DATA, "%s %zu has no name", what, row);
    const size_t length = strnlen(name, OWN_NAME_MAX + 1);
    if (length > OWN_NAME_MAX)
        return error_set(err, ERR_DATA, "the name of %s %zu has more than %d bytes", what, row, OWN_NAME_MAX);
    if (!own_is_identifier(name, length))
        return error_set(err, ERR_DATA, "the name of %s %zu is no identifier of C (letters, digits, _)", what,
                         row);
    return OK;
}

/* Names that stand in one list must differ. The list grows; it has room for all. */
static enum status add_name(const char **names, size_t *count, const char *name, const char *what,
                            struct error *err)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(names[i], name) == 0)
            return error_set(err, ERR_DATA, "there are two %s of the name %s", what, name);
    }
    names[(*count)++] = name;
    return OK;
}

/* --- the object --- */

static enum status check_counts(const struct racewalk_model *object, struct error *err)
{
    const struct {
        const char *what;
        uint32_t count, most;
        const void *table;
    } rows[] = {
        {"kinds", object->kind_count, RACEWALK_KINDS_MAX, object->kinds},
        {"fields", object->field_count, RACEWALK_FIELDS_MAX, object->fields},
        {"actions", object->action_count, RACEWALK_ACTIONS_MAX, object->actions},
        {"invariants and examples", object->property_count, RACEWALK_PROPERTIES_MAX, object->properties},
        {"parameters", object->parameter_count, RACEWALK_PARAMETERS_MAX, object->parameters},
        {"guards", object->guard_count, RACEWALK_GUARDS_MAX, object->guards},
        {"instances", object->instance_count, RACEWALK_INSTANCES_MAX, object->instances},
        {"rows of data", object->data_count, RACEWALK_DATA_MAX, object->data},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].count > rows[i].most)
            return error_set(err, ERR_DATA, "there are %u %s; at most %u are possible", rows[i].count,
                             rows[i].what, rows[i].most);
        if (rows[i].count > 0 && rows[i].table == NULL)
            return error_set(err, ERR_DATA, "there are %u %s, but no table of them", rows[i].count,
                             rows[i].what);
    }
    if (object->field_count == 0)
        return error_set(err, ERR_DATA, "there are no fields: FIELDS(F) names those of the state");
    if (object->action_count == 0)
        return error_set(err, ERR_DATA, "there are no actions: ACTIONS(A) names them");
    return OK;
}

static enum status check_head(const struct racewalk_model *object, struct error *err)
{
    if (object->interface != RACEWALK_INTERFACE || object->size != sizeof *object)
        return error_set(err, ERR_DATA,
                         "it was made for version %u of racewalk/model.h, and this program has version %d: "
                         "compile it again with the header of this version",
                         object->interface, RACEWALK_INTERFACE);
    const enum status status = check_name(object->name, "the model", 0, err);
    if (status != OK)
        return status;
    if (object->state_size < 1 || object->state_size > RACEWALK_STATE_MAX)
        return error_set(err, ERR_DATA, "a state has %u bytes; 1 to %d are possible", object->state_size,
                         RACEWALK_STATE_MAX);
    if (object->params_size < 1 || object->params_size > PARAMS_SIZE_MAX)
        return error_set(err, ERR_DATA, "the parameters have %u bytes; 1 to %u are possible",
                         object->params_size, PARAMS_SIZE_MAX);
    if (object->set_params == NULL || object->refuse == NULL || object->things == NULL ||
        object->data_range == NULL || object->begin == NULL || object->words == NULL ||
        object->init == NULL || object->enabled == NULL || object->apply == NULL || object->hits == NULL ||
        object->pack == NULL || object->unpack == NULL || object->expand == NULL || object->walk == NULL)
        return error_set(err, ERR_DATA, "a function is missing; racewalk/model.h makes all of them");
    return check_text(object->summary, "the model", object->name, err);
}

/* --- kinds and fields --- */

static enum status check_kinds(const struct racewalk_model *object, struct error *err)
{
    const char *names[RACEWALK_KINDS_MAX];
    size_t count = 0;
    enum status status = OK;
    for (size_t k = 0; k < object->kind_count && status == OK; k++) {
        const struct racewalk_kind *kind = &object->kinds[k];
        status = check_name(kind->name, "kind", k, err);
        if (status != OK)
            return status;
        status = add_name(names, &count, kind->name, "kinds", err);
        if (status == OK && (kind->most < 1 || kind->most > RACEWALK_THINGS_MAX))
            return error_set(err, ERR_DATA, "the kind %s has up to %u things; 1 to %d are possible",
                             kind->name, kind->most, RACEWALK_THINGS_MAX);
        if (status == OK && !is_line(kind->first, OWN_NAME_MAX))
            return error_set(err, ERR_DATA, "the first name of the kind %s is no line of 1 to %d bytes",
                             kind->name, OWN_NAME_MAX);
    }
    return status;
}

/* The names of a ONE_OF: as many as its range has numbers. */
static enum status check_names(const struct racewalk_field *field, struct error *err)
{
    const char *names[16];
    size_t count = 0;
    enum status status = OK;
    if (field->low != 0 || field->high < 0 || field->high > 15 || field->names == NULL)
        return error_set(err, ERR_DATA, "the field %s is one of no names, or of more than 16", field->name);
    const char *name = field->names;
    for (int64_t i = 0; i <= field->high && status == OK; i++) {
        if (!is_line(name, OWN_NAME_MAX) || name[0] == '\0')
            return error_set(err, ERR_DATA,
                             "name %" PRId64 " of the field %s is no line of 1 to %d bytes of UTF-8", i,
                             field->name, OWN_NAME_MAX);
        status = add_name(names, &count, name, "names in a ONE_OF", err);
        name += strlen(name) + 1;
    }
    return status;
}

static enum status check_type(const struct racewalk_model *object, const struct racewalk_field *field,
                              struct error *err)
{
    const bool refers = field->type == RACEWALK_REF || field->type == RACEWALK_SET;
    if (field->type > RACEWALK_SET)
        return error_set(err, ERR_DATA, "the field %s is of type %u, which there is not", field->name,
                         field->type);
    if (field->low > field->high)
        return error_set(err, ERR_DATA,
                         "the field %s goes from %" PRId64 " to %" PRId64 ", which is no range", field->name,
                         field->low, field->high);
    if (refers && (field->of < 0 || (uint32_t)field->of >= object->kind_count))
        return error_set(err, ERR_DATA, "the field %s refers to things of no kind", field->name);
    if (field->type == RACEWALK_BOOL && (field->low != 0 || field->high != 1))
        return error_set(err, ERR_DATA, "the field %s is a BOOL of other values than 0 and 1", field->name);
    if (field->type == RACEWALK_NAMES)
        return check_names(field, err);
    if (!refers)
        return OK;
    const struct racewalk_kind *kind = &object->kinds[field->of];
    if (field->type == RACEWALK_SET && kind->most > 32)
        return error_set(err, ERR_DATA,
                         "the field %s is a set of %s, of which there are up to %u; a set has room for 32",
                         field->name, kind->name, kind->most);
    const bool is_right =
        field->type == RACEWALK_SET
            ? field->low == 0 && (uint64_t)field->high == (UINT64_C(1) << kind->most) - 1
            : (field->low == 0 || field->low == -1) && field->high == (int64_t)kind->most - 1;
    return is_right ? OK
                    : error_set(err, ERR_DATA, "the field %s has another range than the kind %s", field->name,
                                kind->name);
}

/* The numbers that size bytes can hold. */
static void storage_range(const struct racewalk_field *field, int64_t *ret_low, int64_t *ret_high)
{
    const unsigned bits = 8 * field->size - (field->is_signed ? 1 : 0);
    *ret_high = bits >= 63 ? INT64_MAX : (int64_t)((UINT64_C(1) << bits) - 1);
    *ret_low = field->is_signed ? -*ret_high - 1 : 0;
}

static uint32_t bits_of(const struct racewalk_field *field)
{
    const uint64_t span = (uint64_t)field->high - (uint64_t)field->low;
    return (uint32_t)(64 - __builtin_clzll((unsigned long long)span | 1));
}

static enum status check_place(const struct racewalk_model *object, const struct racewalk_field *field,
                               struct error *err)
{
    uint64_t extent[2] = {1, 1};
    int64_t low, high;
    for (size_t d = 0; d < 2; d++) {
        if (field->kinds[d] < -1 || field->kinds[d] >= (int64_t)object->kind_count ||
            (d == 1 && field->kinds[1] >= 0 && field->kinds[0] < 0))
            return error_set(err, ERR_DATA, "the field %s has a dimension of no kind", field->name);
        if (field->kinds[d] >= 0)
            extent[d] = object->kinds[field->kinds[d]].most;
    }
    if (field->size != 1 && field->size != 2 && field->size != 4 && field->size != 8)
        return error_set(err, ERR_DATA,
                         "an element of the field %s has %u bytes; integers of 1, 2, 4 or 8 are possible",
                         field->name, field->size);
    const uint64_t last = field->offset + (extent[0] - 1) * field->strides[0] +
                          (extent[1] - 1) * field->strides[1] + field->size;
    if (field->elements != extent[0] * extent[1] || last > object->state_size ||
        field->offset % field->size != 0 || field->strides[0] % field->size != 0 ||
        field->strides[1] % field->size != 0)
        return error_set(err, ERR_DATA,
                         "the field %s lies outside of the state, which has %u bytes, or is not aligned",
                         field->name, object->state_size);
    storage_range(field, &low, &high);
    if (field->low < low || field->high > high)
        return error_set(err, ERR_DATA,
                         "the field %s goes from %" PRId64 " to %" PRId64
                         ", but an %s of %u bits holds %" PRId64 " to %" PRId64,
                         field->name, field->low, field->high,
                         field->is_signed ? "integer" : "unsigned integer", 8 * field->size, low, high);
    if (field->bits != bits_of(field))
        return error_set(err, ERR_DATA, "the field %s is packed into %u bits, but its range needs %u",
                         field->name, field->bits, bits_of(field));
    return OK;
}

static enum status check_fields(const struct racewalk_model *object, struct error *err)
{
    const char *names[RACEWALK_FIELDS_MAX];
    size_t count = 0;
    uint64_t bits = 0;
    for (size_t f = 0; f < object->field_count; f++) {
        const struct racewalk_field *field = &object->fields[f];
        enum status status = check_name(field->name, "field", f, err);
        if (status == OK)
            status = add_name(names, &count, field->name, "fields", err);
        if (status == OK)
            status = check_type(object, field, err);
        if (status == OK)
            status = check_place(object, field, err);
        if (status != OK)
            return status;
        bits += (uint64_t)field->bits * field->elements;
    }
    if (bits > 64 * RACEWALK_WORDS_MAX)
        return error_set(err, ERR_DATA, "a packed state has %" PRIu64 " bits; at most %d are possible", bits,
                         64 * RACEWALK_WORDS_MAX);
    return OK;
}

/* --- what is done and looked for --- */

static enum status check_action(const struct racewalk_model *object, size_t a, struct error *err)
{
    const struct racewalk_action *action = &object->actions[a];
    size_t data = 0;
    bool ended = false;
    const enum status status = check_text(action->sentence, "the action", action->name, err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < RACEWALK_ARGUMENTS_MAX; i++) {
        if (action->kinds[i] < -1 || action->kinds[i] >= (int64_t)object->kind_count ||
            (ended && action->kinds[i] >= 0))
            return error_set(err, ERR_DATA, "the action %s has an argument of no kind", action->name);
        ended = ended || action->kinds[i] < 0;
    }
    for (size_t d = 0; d < object->data_count; d++)
        data += object->data[d].action == a;
    if (data > OWN_DATA_MAX)
        return error_set(err, ERR_DATA, "the action %s carries %zu data; at most %d are possible",
                         action->name, data, OWN_DATA_MAX);
    return OK;
}

static enum status check_actions(const struct racewalk_model *object, struct error *err)
{
    const char *names[RACEWALK_ACTIONS_MAX];
    size_t count = 0;
    enum status status = OK;
    for (size_t a = 0; a < object->action_count && status == OK; a++) {
        status = check_name(object->actions[a].name, "action", a, err);
        if (status == OK)
            status = add_name(names, &count, object->actions[a].name, "actions", err);
        if (status == OK && strcmp(object->actions[a].name, OWN_INIT) == 0)
            status = error_set(err, ERR_DATA, "no action may have the name %s: traces call their start so",
                               OWN_INIT);
        if (status == OK)
            status = check_action(object, a, err);
    }
    for (size_t d = 0; d < object->data_count && status == OK; d++) {
        status = check_name(object->data[d].name, "datum", d, err);
        if (status == OK && object->data[d].action >= object->action_count)
            status = error_set(err, ERR_DATA, "the datum %s is of no action", object->data[d].name);
    }
    return status;
}

static enum status check_properties(const struct racewalk_model *object, struct error *err)
{
    const char *names[RACEWALK_PROPERTIES_MAX];
    size_t count = 0;
    enum status status = OK;
    for (size_t i = 0; i < object->property_count && status == OK; i++) {
        const struct racewalk_property *property = &object->properties[i];
        status = check_name(property->name, "property", i, err);
        if (status == OK)
            status = add_name(names, &count, property->name, "invariants and examples", err);
        if (status == OK)
            status = check_text(property->sentence, "the property", property->name, err);
    }
    return status;
}

static enum status check_guards(const struct racewalk_model *object, struct error *err)
{
    const char *names[RACEWALK_GUARDS_MAX];
    size_t count = 0;
    enum status status = OK;
    for (size_t i = 0; i < object->guard_count && status == OK; i++) {
        status = check_name(object->guards[i].name, "guard", i, err);
        if (status == OK)
            status = add_name(names, &count, object->guards[i].name, "guards", err);
        if (status == OK)
            status = check_text(object->guards[i].help, "the guard", object->guards[i].name, err);
    }
    return status;
}

static enum status check_parameters(const struct racewalk_model *object, struct error *err)
{
    const char *names[RACEWALK_PARAMETERS_MAX];
    size_t count = 0;
    enum status status = OK;
    for (size_t i = 0; i < object->parameter_count && status == OK; i++) {
        const struct racewalk_parameter *parameter = &object->parameters[i];
        status = check_name(parameter->name, "parameter", i, err);
        if (status == OK)
            status = add_name(names, &count, parameter->name, "parameters", err);
        if (status == OK)
            status = check_text(parameter->help, "the parameter", parameter->name, err);
        if (status == OK && parameter->least > parameter->most)
            status = error_set(err, ERR_DATA,
                               "the parameter %s goes from %" PRId64 " to %" PRId64 ", which is no range",
                               parameter->name, parameter->least, parameter->most);
    }
    return status;
}

static enum status check_instances(const struct racewalk_model *object, struct error *err)
{
    const char *names[RACEWALK_INSTANCES_MAX];
    size_t count = 0;
    enum status status = OK;
    for (size_t i = 0; i < object->instance_count && status == OK; i++) {
        const struct racewalk_instance *instance = &object->instances[i];
        status = check_name(instance->name, "instance", i, err);
        if (status == OK)
            status = add_name(names, &count, instance->name, "instances", err);
        if (status == OK && instance->value_count != object->parameter_count)
            status = error_set(err, ERR_DATA, "the instance %s has %u values, but there are %u parameters",
                               instance->name, instance->value_count, object->parameter_count);
        for (size_t p = 0; p < object->parameter_count && status == OK; p++) {
            const struct racewalk_parameter *parameter = &object->parameters[p];
            if (instance->values[p] < parameter->least || instance->values[p] > parameter->most)
                status = error_set(
                    err, ERR_DATA,
                    "the instance %s has %" PRId64 " for %s; %" PRId64 " to %" PRId64 " are possible",
                    instance->name, instance->values[p], parameter->name, parameter->least, parameter->most);
        }
    }
    return status;
}

enum status own_check(const struct racewalk_model *object, struct error *err)
{
    static enum status (*const checks[])(const struct racewalk_model *object, struct error *err) = {
        check_head,       check_counts, check_kinds,      check_fields,    check_actions,
        check_properties, check_guards, check_parameters, check_instances,
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        const enum status status = checks[i](object, err);
        if (status != OK)
            return status;
    }
    return OK;
}
