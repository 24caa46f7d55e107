/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/view_notes.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "base/json_cursor.h"
#include "base/memory.h"
#include "base/uri.h"
#include "mbt/confirm.h"
#include "mbt/json_stream.h"

#define NUMBER_EXACT_MAX 9007199254740992.0 /* 2^53: doubles hold all integers up to here */

struct view_notes {
    cJSON *root;
    const cJSON **rows; /* of its array, for access by index */
    size_t count;
};

static const char *text_of(const cJSON *row, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));
}

static const char *base_name(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* --- what a row must be --- */

enum field_kind { FIELD_TEXT, FIELD_NATURAL, FIELD_BOOL };

struct field {
    const char *name;
    enum field_kind kind;
    bool required;
};

static const struct field finding_fields[] = {
    {"file", .kind = FIELD_TEXT},      {"shape", .kind = FIELD_TEXT},   {"shape_text", .kind = FIELD_TEXT},
    {"sample", .kind = FIELD_NATURAL}, {"hits", .kind = FIELD_NATURAL},
};

static const struct field trace_fields[] = {
    {"file", .kind = FIELD_TEXT, .required = true},
    {"file_uri", .kind = FIELD_TEXT},
    {"index", .kind = FIELD_NATURAL},
    {"verdict", .kind = FIELD_TEXT, .required = true},
    {"fail_state_index", .kind = FIELD_NATURAL},
    {"fail_action", .kind = FIELD_TEXT},
    {"message", .kind = FIELD_TEXT},
    {"same", .kind = FIELD_BOOL},
};

static const struct rows {
    const char *name; /* of the array */
    const struct field *fields;
    size_t field_count;
} rows_of[] = {
    [VIEW_NOTES_FINDINGS] = {"findings", finding_fields, sizeof finding_fields / sizeof *finding_fields},
    [VIEW_NOTES_TRACES] = {"traces", trace_fields, sizeof trace_fields / sizeof *trace_fields},
};

/* The member of that name; NULL when there is none, or a null. */
static enum status find_member(const cJSON *object, const char *name, const cJSON **ret_member,
                               struct error *err)
{
    const cJSON *member, *found = NULL;
    cJSON_ArrayForEach(member, object)
    {
        if (strcmp(member->string, name) != 0)
            continue;
        if (found != NULL)
            return error_set(err, ERR_DATA, "\"%s\" is there twice", name);
        found = member;
    }
    *ret_member = cJSON_IsNull(found) ? NULL : found;
    return OK;
}

static bool is_natural(const cJSON *number)
{
    const double value = number->valuedouble;
    return cJSON_IsNumber(number) && value >= 0 && value <= NUMBER_EXACT_MAX && floor(value) >= value;
}

static const char *const kind_names[] = {
    [FIELD_TEXT] = "a string", [FIELD_NATURAL] = "a whole number from 0 on", [FIELD_BOOL] = "true or false"};

static bool is_of_kind(const cJSON *member, enum field_kind kind)
{
    switch (kind) {
    case FIELD_NATURAL:
        return is_natural(member);
    case FIELD_BOOL:
        return cJSON_IsBool(member);
    case FIELD_TEXT:
        break;
    }
    return cJSON_IsString(member);
}

static enum status check_verdict(const char *name, struct error *err)
{
    enum confirm_verdict verdict;
    struct buffer names;
    if (confirm_find_verdict(name, &verdict))
        return OK;
    buffer_init(&names);
    for (verdict = CONFIRM_CONFIRMED; verdict < CONFIRM_VERDICTS; verdict++)
        buffer_format(&names, "%s%s", verdict == CONFIRM_CONFIRMED ? "" : ", ",
                      confirm_verdict_name(verdict));
    (void)error_set(err, ERR_DATA, "verdict: one of %s expected, found \"%.60s\"", names.text, name);
    buffer_release(&names);
    return ERR_DATA;
}

static enum status check_row(const struct rows *rows, const cJSON *row, struct error *err)
{
    if (!cJSON_IsObject(row))
        return error_set(err, ERR_DATA, "an object expected");
    for (size_t i = 0; i < rows->field_count; i++) {
        const struct field *field = &rows->fields[i];
        const cJSON *member = NULL;
        const enum status status = find_member(row, field->name, &member, err);
        if (status != OK)
            return status;
        if (member == NULL && field->required)
            return error_set(err, ERR_DATA, "no \"%s\"", field->name);
        if (member == NULL)
            continue;
        if (!is_of_kind(member, field->kind))
            return error_set(err, ERR_DATA, "%s: %s expected", field->name, kind_names[field->kind]);
    }
    const char *verdict = text_of(row, "verdict");
    return rows == &rows_of[VIEW_NOTES_TRACES] ? check_verdict(verdict, err) : OK;
}

/* A name that is no UTF-8 is written twice: for people, and as a URI that keeps its bytes. */
static enum status restore_file(cJSON *row, struct error *err)
{
    const char *uri = text_of(row, "file_uri");
    struct buffer path;
    enum status status = OK;
    if (uri == NULL)
        return OK;
    buffer_init(&path);
    if (!uri_to_path(&path, uri))
        status = error_set(err, ERR_DATA, "file_uri: the URI of a file expected, found \"%.200s\"", uri);
    if (status == OK)
        status = buffer_status(&path, err);
    if (status == OK &&
        cJSON_SetValuestring(cJSON_GetObjectItemCaseSensitive(row, "file"), path.text) == NULL)
        status = error_memory(err, path.length + 1);
    buffer_release(&path);
    return status;
}

static enum status list_rows(struct view_notes *notes, enum view_notes_kind kind, struct error *err)
{
    const struct rows *rows = &rows_of[kind];
    const cJSON *array = NULL;
    cJSON *row;
    enum status status = find_member(notes->root, rows->name, &array, err);
    if (status != OK)
        return status;
    if (!cJSON_IsArray(array))
        return error_set(err, ERR_DATA, "an object with an array \"%s\" was expected", rows->name);
    const size_t count = (size_t)cJSON_GetArraySize(array);
    notes->rows = mem_new(count, sizeof(const cJSON *));
    if (notes->rows == NULL)
        return error_memory(err, count * sizeof(const cJSON *));
    cJSON_ArrayForEach(row, array)
    {
        status = check_row(rows, row, err);
        if (status == OK && kind == VIEW_NOTES_TRACES)
            status = restore_file(row, err);
        if (status != OK)
            return error_prefix(err, status, "%s: row %zu: ", rows->name, notes->count);
        notes->rows[notes->count++] = row;
    }
    return OK;
}

/* --- reading --- */

static enum status parse(struct view_notes *notes, const struct json_document *document, struct error *err)
{
    struct json_cursor cursor;
    struct json_slice whole;
    json_cursor_init(&cursor, document->text, document->length, document->line, document->column);
    /* The cursor is stricter than cJSON, and says where it goes wrong. */
    const enum status status = json_skip(&cursor, &whole, err);
    if (status != OK)
        return status;
    notes->root = cJSON_ParseWithLengthOpts(whole.bytes, whole.length, NULL, false);
    return notes->root == NULL ? error_memory(err, whole.length) : OK;
}

/* The one document of the stream, which the stream keeps until it is asked for more. */
static enum status read_notes(struct json_stream *stream, enum view_notes_kind kind, struct view_notes *notes,
                              struct error *err)
{
    struct json_document document;
    bool found = false;
    enum status status = json_stream_next(stream, &document, &found, err);
    if (status != OK)
        return status;
    const char *name = json_stream_name(stream);
    if (!found)
        return error_set(err, ERR_DATA, "%s: is empty", name);
    status = parse(notes, &document, err);
    if (status != OK)
        return error_prefix(err, status, "%s:", name);
    status = list_rows(notes, kind, err);
    if (status != OK)
        return error_prefix(err, status, "%s: ", name);
    return json_stream_next(stream, &document, &found, err);
}

/* Takes the stream. */
static enum status read_stream(struct json_stream *stream, enum view_notes_kind kind,
                               struct view_notes **ret_notes, struct error *err)
{
    struct view_notes *notes = mem_new(1, sizeof *notes);
    const enum status status =
        notes != NULL ? read_notes(stream, kind, notes, err) : error_memory(err, sizeof *notes);
    json_stream_close(stream);
    if (status != OK) {
        view_notes_free(notes);
        return status;
    }
    *ret_notes = notes;
    return OK;
}

enum status view_notes_read(const char *path, enum view_notes_kind kind, struct view_notes **ret_notes,
                            struct error *err)
{
    struct json_stream *stream = NULL;
    const enum status status = json_stream_open(path, JSON_ONE_REPORT, VIEW_NOTES_BYTES_MAX, &stream, err);
    return status == OK ? read_stream(stream, kind, ret_notes, err) : status;
}

enum status view_notes_read_memory(const char *name, const void *text, size_t length,
                                   enum view_notes_kind kind, struct view_notes **ret_notes,
                                   struct error *err)
{
    struct json_stream *stream = NULL;
    const enum status status =
        json_stream_open_memory(name, JSON_ONE_REPORT, text, length, VIEW_NOTES_BYTES_MAX, &stream, err);
    return status == OK ? read_stream(stream, kind, ret_notes, err) : status;
}

void view_notes_free(struct view_notes *notes)
{
    if (notes == NULL)
        return;
    cJSON_Delete(notes->root);
    mem_free(notes->rows);
    mem_free(notes);
}

size_t view_notes_count(const struct view_notes *notes)
{
    return notes->count;
}

const char *view_notes_file(const struct view_notes *notes, size_t row)
{
    return base_name(text_of(notes->rows[row], "file"));
}

bool view_notes_find_finding(const struct view_notes *notes, const char *name,
                             struct view_finding *ret_finding)
{
    for (size_t i = 0; i < notes->count; i++) {
        const char *file = view_notes_file(notes, i);
        if (file == NULL || strcmp(file, name) != 0)
            continue;
        const cJSON *row = notes->rows[i];
        const cJSON *hits = cJSON_GetObjectItemCaseSensitive(row, "hits");
        const cJSON *sample = cJSON_GetObjectItemCaseSensitive(row, "sample");
        *ret_finding = (struct view_finding){.shape = text_of(row, "shape"),
                                             .shape_text = text_of(row, "shape_text"),
                                             .has_hits = cJSON_IsNumber(hits),
                                             .hits = cJSON_IsNumber(hits) ? hits->valuedouble : 0,
                                             .has_sample = cJSON_IsNumber(sample),
                                             .sample = cJSON_IsNumber(sample) ? sample->valuedouble : 0};
        return true;
    }
    return false;
}

static size_t index_of(const cJSON *row)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(row, "index");
    return cJSON_IsNumber(number) ? (size_t)number->valuedouble : 0; /* none: the only trace of its file */
}

static struct view_verdict verdict_of(const cJSON *row)
{
    const cJSON *fail = cJSON_GetObjectItemCaseSensitive(row, "fail_state_index");
    const cJSON *same = cJSON_GetObjectItemCaseSensitive(row, "same");
    struct view_verdict verdict = {.has_same = cJSON_IsBool(same),
                                   .same = cJSON_IsTrue(same),
                                   .verdict = text_of(row, "verdict"),
                                   .fail_action = text_of(row, "fail_action"),
                                   .message = text_of(row, "message"),
                                   .has_fail_state = cJSON_IsNumber(fail),
                                   .fail_state = cJSON_IsNumber(fail) ? (size_t)fail->valuedouble : 0};
    const cJSON *difference;
    size_t count = 0;
    cJSON_ArrayForEach(difference, cJSON_GetObjectItemCaseSensitive(row, "differences"))
    {
        const char *name = text_of(difference, "name");
        if (name != NULL && count < VIEW_DIFFERENCES_MAX)
            verdict.differences[count++] = name;
    }
    return verdict;
}

void view_notes_verdict(const struct view_notes *notes, size_t row, const char **ret_file, size_t *ret_index,
                        struct view_verdict *ret_verdict)
{
    *ret_file = text_of(notes->rows[row], "file");
    *ret_index = index_of(notes->rows[row]);
    *ret_verdict = verdict_of(notes->rows[row]);
}

bool view_notes_find_verdict(const struct view_notes *notes, const char *path, size_t index,
                             struct view_verdict *ret_verdict)
{
    const cJSON *exact = NULL, *similar = NULL;
    size_t similar_count = 0;
    for (size_t i = 0; i < notes->count && exact == NULL; i++) {
        const char *file = text_of(notes->rows[i], "file");
        if (index_of(notes->rows[i]) != index)
            continue;
        if (strcmp(file, path) == 0) {
            exact = notes->rows[i];
        } else if (strcmp(base_name(file), base_name(path)) == 0) {
            similar = notes->rows[i];
            similar_count++;
        }
    }
    const cJSON *row = exact != NULL ? exact : similar_count == 1 ? similar : NULL;
    if (row == NULL)
        return false;
    *ret_verdict = verdict_of(row);
    return true;
}
