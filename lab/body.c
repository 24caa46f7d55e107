/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/body.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "lab/json_text.h"
#include "lab/names.h"

enum complaint {
    COMPLAINT_MISSING,
    COMPLAINT_NO_OBJECT,
    COMPLAINT_NO_LIST,
    COMPLAINT_TOO_LONG,
    COMPLAINT_NO_INTEGER,
    COMPLAINT_FRACTION,
    COMPLAINT_TOO_SMALL,
    COMPLAINT_TOO_LARGE
};

/* A bound, where there is one, ends the message and is the value of bound_name in ctx. */
static const struct {
    const char *type, *message, *bound_name;
} complaints[] = {
    [COMPLAINT_MISSING] = {"missing", "Field required", NULL},
    [COMPLAINT_NO_OBJECT] = {"model_attributes_type",
                             "Input should be a valid dictionary or object to extract fields from", NULL},
    [COMPLAINT_NO_LIST] = {"list_type", "Input should be a valid list", NULL},
    [COMPLAINT_TOO_LONG] = {"too_long", "List should have fewer items: at most ", "max_length"},
    [COMPLAINT_NO_INTEGER] = {"int_type", "Input should be a valid integer", NULL},
    [COMPLAINT_FRACTION] = {"int_from_float",
                            "Input should be a valid integer, got a number with a fractional part", NULL},
    [COMPLAINT_TOO_SMALL] = {"greater_than_equal", "Input should be greater than or equal to ", "ge"},
    [COMPLAINT_TOO_LARGE] = {"less_than_equal", "Input should be less than or equal to ", "le"},
};

/* Where the complaints of one body go. */
struct report {
    struct buffer *details;
    size_t count;
};

static void report_start(struct report *report, const char *type)
{
    buffer_string(report->details, report->count++ == 0 ? "[{\"type\": \"" : ", {\"type\": \"");
    buffer_string(report->details, type);
    buffer_string(report->details, "\", \"loc\": [\"body\"");
}

static void write_tree(struct buffer *out, const cJSON *tree)
{
    char *text = tree != NULL ? cJSON_PrintUnformatted(tree) : NULL;
    if (tree == NULL)
        buffer_string(out, "null");
    else if (text != NULL)
        buffer_string(out, text);
    else
        out->failed = true;
    cJSON_free(text);
}

/* The place is body, then item (unless it is negative), then field (unless it is NULL). */
static void complain(struct report *report, enum complaint complaint, int64_t item, const char *field,
                     const cJSON *input, int64_t bound)
{
    struct buffer *out = report->details;
    report_start(report, complaints[complaint].type);
    if (item >= 0)
        buffer_format(out, ", %" PRId64, item);
    if (field != NULL)
        buffer_format(out, ", \"%s\"", field);
    buffer_format(out, "], \"msg\": \"%s", complaints[complaint].message);
    const char *bound_name = complaints[complaint].bound_name;
    if (bound_name != NULL)
        buffer_format(out, "%" PRId64, bound);
    buffer_string(out, "\", \"input\": ");
    write_tree(out, input);
    if (bound_name != NULL)
        buffer_format(out, ", \"ctx\": {\"%s\": %" PRId64 "}", bound_name, bound);
    buffer_char(out, '}');
}

static bool is_json_type(const char *type)
{
    static const char prefix[] = "application/";
    if (type == NULL || strncasecmp(type, prefix, sizeof prefix - 1) != 0)
        return false;
    type += sizeof prefix - 1;
    const size_t length = strcspn(type, "; \t");
    if (length == 4 && strncasecmp(type, "json", 4) == 0)
        return true;
    return length >= 5 && strncasecmp(type + length - 5, "+json", 5) == 0;
}

/* The tree of a JSON body; NULL for no body and for null, and *ret_foreign for bytes of another type. */
static enum status parse(const struct body *body, struct report *report, cJSON **ret_tree, bool *ret_foreign,
                         struct error *err)
{
    *ret_tree = NULL;
    *ret_foreign = false;
    if (body->length == 0)
        return OK;
    if (!is_json_type(body->content_type)) {
        *ret_foreign = true;
        return OK;
    }
    size_t at = 0;
    const enum status status = json_text_parse(body->text, body->length, ret_tree, &at, err);
    if (status == ERR_DATA) {
        report_start(report, "json_invalid");
        buffer_format(report->details,
                      ", %zu], \"msg\": \"JSON decode error\", \"input\": {}, \"ctx\": {\"error\": ", at);
        buffer_json(report->details, err->text);
        buffer_string(report->details, "}}");
    }
    if (status == OK && cJSON_IsNull(*ret_tree)) {
        cJSON_Delete(*ret_tree);
        *ret_tree = NULL;
    }
    return status;
}

struct field {
    const char *name;
    int64_t min, max;
    bool open_ended; /* a number past max counts as max */
};

static const struct field id_field = {"id", 1, BALANCER_ID_MAX, false};
static const struct field weight_field = {"weight", 0, JSON_INTEGER_MAX, false};
static const struct field keep_field = {"keep_last_n", 0, JSON_INTEGER_MAX, true};

/* An integer field of an object, or complaints. item is the object's place in the list, or negative. */
static int64_t read_integer(struct report *report, const cJSON *object, int64_t item,
                            const struct field *field)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, field->name);
    const double number = cJSON_IsNumber(value) ? value->valuedouble : 0.0;
    if (value == NULL)
        complain(report, COMPLAINT_MISSING, item, field->name, object, 0);
    else if (!cJSON_IsNumber(value) || isinf(number))
        complain(report, COMPLAINT_NO_INTEGER, item, field->name, value, 0);
    else if (trunc(number) < number || trunc(number) > number)
        complain(report, COMPLAINT_FRACTION, item, field->name, value, 0);
    else if (number < (double)field->min)
        complain(report, COMPLAINT_TOO_SMALL, item, field->name, value, field->min);
    else if (number <= (double)field->max)
        return (int64_t)number;
    else if (field->open_ended)
        return field->max;
    else
        complain(report, COMPLAINT_TOO_LARGE, item, field->name, value, field->max);
    return field->min;
}

/* Ends a reading: the complaints become the list that the caller promised. */
static enum status finish(const struct report *report, struct error *err)
{
    if (report->count == 0)
        return OK;
    buffer_char(report->details, ']');
    const enum status status = buffer_status(report->details, err);
    return status == OK ? error_set(err, ERR_DATA, "the body is wrong") : status;
}

static struct balancer read_balancer(struct report *report, const cJSON *item, int64_t index)
{
    struct balancer balancer = {0};
    if (!cJSON_IsObject(item)) {
        complain(report, COMPLAINT_NO_OBJECT, index, NULL, item, 0);
        return balancer;
    }
    balancer.id = read_integer(report, item, index, &id_field);
    balancer.weight = read_integer(report, item, index, &weight_field);
    return balancer;
}

enum status body_read_balancers(const struct body *body, struct balancer **ret_balancers, size_t *ret_count,
                                struct buffer *details, struct error *err)
{
    struct report report = {.details = details};
    cJSON *tree;
    bool foreign;
    enum status status = parse(body, &report, &tree, &foreign, err);
    if (status == ERR_MEMORY)
        return status;
    const size_t size = (size_t)cJSON_GetArraySize(tree);
    struct balancer *balancers = mem_new(size, sizeof *balancers);
    size_t count = 0;
    if (balancers == NULL) {
        cJSON_Delete(tree);
        return error_memory(err, size * sizeof *balancers);
    }
    if (foreign || (tree != NULL && !cJSON_IsArray(tree))) {
        complain(&report, COMPLAINT_NO_LIST, -1, NULL, tree, 0);
    } else if (size > PLAN_BALANCERS_MAX) {
        complain(&report, COMPLAINT_TOO_LONG, -1, NULL, NULL, PLAN_BALANCERS_MAX);
    } else {
        const cJSON *item;
        cJSON_ArrayForEach(item, tree)
        {
            balancers[count] = read_balancer(&report, item, (int64_t)count);
            count++;
        }
    }
    cJSON_Delete(tree);
    status = finish(&report, err);
    if (status != OK) {
        mem_free(balancers);
        return status;
    }
    *ret_balancers = balancers;
    *ret_count = count;
    return OK;
}

enum status body_read_keep_last_n(const struct body *body, int64_t *ret_keep, struct buffer *details,
                                  struct error *err)
{
    struct report report = {.details = details};
    cJSON *tree;
    bool foreign;
    enum status status = parse(body, &report, &tree, &foreign, err);
    if (status == ERR_MEMORY)
        return status;
    int64_t keep = 0;
    if (foreign || (tree != NULL && !cJSON_IsObject(tree)))
        complain(&report, COMPLAINT_NO_OBJECT, -1, NULL, tree, 0);
    else if (tree != NULL)
        keep = read_integer(&report, tree, -1, &keep_field);
    else if (status == OK)
        complain(&report, COMPLAINT_MISSING, -1, NULL, NULL, 0);
    cJSON_Delete(tree);
    status = finish(&report, err);
    if (status == OK)
        *ret_keep = keep;
    return status;
}
