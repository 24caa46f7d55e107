/* SPDX-License-Identifier: Apache-2.0 */
/* Request bodies of any bytes: every one is read or complained about in JSON that is itself in order. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "lab/body.h"
#include "lab/json_text.h"
#include "lab/names.h"
#include "lab/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_details(enum status status, const struct buffer *details)
{
    assert(status == OK || status == ERR_DATA);
    assert(!details->failed && (status == OK) == (details->length == 0));
    if (status == OK)
        return;
    /* The echo stands deeper than it was sent, past what the lab itself would take, so that cJSON looks
     * alone. */
    cJSON *tree = cJSON_ParseWithOpts(details->text, NULL, 1);
    assert(cJSON_IsArray(tree) && cJSON_GetArraySize(tree) > 0);
    cJSON_Delete(tree);
}

/* A record that can be read is written to a text that gives it back. */
static void check_record(const char *text, size_t length)
{
    cJSON *tree;
    if (json_text_parse(text, length, &tree, NULL, NULL) != OK)
        return;
    struct record *record, *again;
    const enum status status = record_read(tree, &record, NULL);
    cJSON_Delete(tree);
    if (status != OK)
        return;
    struct buffer out;
    buffer_init(&out);
    record_write(&out, record);
    enum status parsed = json_text_parse(out.text, out.length, &tree, NULL, NULL);
    assert(parsed == OK);
    parsed = record_read(tree, &again, NULL);
    assert(parsed == OK && record_same_identity(record, again) && record_same_value(record, again));
    cJSON_Delete(tree);
    record_unref(record);
    record_unref(again);
    buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_new(size + 1, 1);
    assert(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    const struct body body = {text, size, "application/json"};

    struct buffer details;
    buffer_init(&details);
    struct balancer *balancers;
    size_t count;
    enum status status = body_read_balancers(&body, &balancers, &count, &details, &(struct error){""});
    check_details(status, &details);
    if (status == OK) {
        for (size_t i = 0; i < count; i++) {
            assert(balancers[i].id >= 1 && balancers[i].id <= BALANCER_ID_MAX);
            assert(balancers[i].weight >= 0 && balancers[i].weight <= JSON_INTEGER_MAX);
        }
        mem_free(balancers);
    }

    buffer_clear(&details);
    int64_t keep = -1;
    status = body_read_keep_last_n(&body, &keep, &details, &(struct error){""});
    check_details(status, &details);
    assert(status != OK || keep >= 0);

    check_record(text, size);
    buffer_release(&details);
    mem_free(text);
    return 0;
}
