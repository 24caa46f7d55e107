/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/planner.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "lab/json_text.h"
#include "lab/names.h"

/* {"version", "root", "plan_name", "records"} */
static enum status read_plan(const struct buffer *text, int64_t version, struct record ***ret_records,
                             size_t *ret_count, struct error *err)
{
    cJSON *tree;
    enum status status = json_text_parse(text->text, text->length, &tree, NULL, err);
    if (status != OK)
        return status;
    int64_t found = 0;
    const struct lab_name name = plan_name(version);
    const char *root = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "root"));
    const char *plan = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "plan_name"));
    if (!json_text_integer(cJSON_GetObjectItemCaseSensitive(tree, "version"), &found) || found != version)
        status = error_set(err, ERR_DATA, "\"version\" must be %" PRId64, version);
    else if (root == NULL || strcmp(root, LAB_ROOT_NAME) != 0)
        status = error_set(err, ERR_DATA, "\"root\" must be \"" LAB_ROOT_NAME "\"");
    else if (plan == NULL || strcmp(plan, name.text) != 0)
        status = error_set(err, ERR_DATA, "\"plan_name\" must be \"%s\"", name.text);
    else
        status =
            record_read_list(cJSON_GetObjectItemCaseSensitive(tree, "records"), ret_records, ret_count, err);
    cJSON_Delete(tree);
    return status;
}

enum status planner_read(const struct store *store, int64_t version, bool *ret_exists,
                         struct record ***ret_records, size_t *ret_count, struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    bool exists = false;
    enum status status = store_read_plan(store, version, &text, &exists, err);
    if (status == OK && exists) {
        status = read_plan(&text, version, ret_records, ret_count, err);
        if (status == ERR_DATA)
            (void)error_prefix(err, status, "%s/plans/%s: ", store->folder, plan_file_name(version).text);
    }
    buffer_release(&text);
    if (status == OK)
        *ret_exists = exists;
    return status;
}

enum status planner_open(struct planner *planner, const struct store *store, struct error *err)
{
    int64_t *versions;
    size_t count;
    enum status status = store_plan_versions(store, &versions, &count, err);
    if (status != OK)
        return status;
    for (size_t i = 0; status == OK && i < count; i++) {
        struct record **records = NULL;
        size_t record_count = 0;
        bool exists;
        status = planner_read(store, versions[i], &exists, &records, &record_count, err);
        if (status == OK)
            record_unref_all(records, record_count);
    }
    if (status == OK)
        *planner = (struct planner){.store = store, .last_version = count == 0 ? 0 : versions[count - 1]};
    mem_free(versions);
    return status;
}

/* Insertion keeps equal ids in order, and lists are short. */
static void sort_by_id(struct balancer *balancers, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct balancer moved = balancers[i];
        size_t at = i;
        for (; at > 0 && balancers[at - 1].id > moved.id; at--)
            balancers[at] = balancers[at - 1];
        balancers[at] = moved;
    }
}

static void write_plan(struct buffer *out, int64_t version, const struct balancer *balancers, size_t count)
{
    const struct lab_name name = plan_name(version);
    buffer_format(out,
                  "{\"version\": %" PRId64 ", \"root\": \"" LAB_ROOT_NAME "\", \"plan_name\": \"%s\", "
                  "\"records\": [{\"name\": \"%s\", \"type\": \"ALIAS\", \"value\": [",
                  version, name.text, name.text);
    for (size_t i = 0; i < count; i++)
        buffer_format(out, "%s{\"name\": \"%s\", \"weight\": %" PRId64 "}", i == 0 ? "" : ", ",
                      balancer_name(version, balancers[i].id).text, balancers[i].weight);
    buffer_string(out, "]}");
    for (size_t i = 0; i < count; i++)
        buffer_format(out, ", {\"name\": \"%s\", \"type\": \"A\", \"value\": \"%s\"}",
                      balancer_name(version, balancers[i].id).text,
                      balancer_address(version, balancers[i].id).text);
    buffer_string(out, "]}");
}

enum status planner_generate(struct planner *planner, struct balancer *balancers, size_t count,
                             struct buffer *out, struct error *err)
{
    struct balancer only = {.id = 1, .weight = 1};
    if (count == 0) {
        balancers = &only;
        count = 1;
    }
    if (planner->last_version == PLAN_VERSION_MAX)
        return error_set(err, ERR_DATA, "there are no versions after %" PRId64, PLAN_VERSION_MAX);
    sort_by_id(balancers, count);
    buffer_clear(out);
    write_plan(out, planner->last_version + 1, balancers, count);
    enum status status = buffer_status(out, err);
    if (status == OK)
        status = store_write_plan(planner->store, planner->last_version + 1, out, err);
    if (status == OK)
        planner->last_version++;
    else
        buffer_clear(out);
    return status;
}
