#include "mbt/view_notes.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/json.h"
#include "mbt/itf_reader.h"
#include "mbt/json_stream.h"

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

static enum status list_rows(struct view_notes *notes, const char *path, const char *name, struct error *err)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(notes->root, name), *row;
    if (!cJSON_IsArray(array))
        return error_set(err, ERR_DATA, "%s: an object with an array \"%s\" was expected", path, name);
    const size_t count = (size_t)cJSON_GetArraySize(array);
    notes->rows = mem_new(count, sizeof(const cJSON *));
    if (notes->rows == NULL)
        return error_memory(err, count * sizeof(const cJSON *));
    cJSON_ArrayForEach(row, array) notes->rows[notes->count++] = row;
    return OK;
}

static enum status parse(struct view_notes *notes, const char *path, const struct json_document *document,
                         struct error *err)
{
    struct json_cursor cursor;
    struct json_slice whole;
    json_cursor_init(&cursor, document->text, document->length, document->line, document->column);
    /* The cursor is stricter than cJSON, and says where it goes wrong. */
    const enum status status = json_skip(&cursor, &whole, err);
    if (status != OK)
        return error_prefix(err, status, "%s:", path);
    notes->root = cJSON_ParseWithLengthOpts(whole.bytes, whole.length, NULL, false);
    return notes->root == NULL ? error_memory(err, whole.length) : OK;
}

/* Takes the stream. */
static enum status read_stream(struct json_stream *stream, const char *path, const char *array,
                               struct view_notes **ret_notes, struct error *err)
{
    struct json_document document;
    bool found = false;
    json_init();
    struct view_notes *notes = mem_new(1, sizeof *notes);
    enum status status = notes != NULL ? OK : error_memory(err, sizeof *notes);
    if (status == OK)
        status = json_stream_next(stream, &document, &found, err);
    if (status == OK && !found)
        status = error_set(err, ERR_DATA, "%s: is empty", path);
    if (status == OK)
        status = parse(notes, path, &document, err);
    if (status == OK)
        status = list_rows(notes, path, array, err);
    json_stream_close(stream);
    if (status != OK) {
        view_notes_free(notes);
        return status;
    }
    *ret_notes = notes;
    return OK;
}

enum status view_notes_read(const char *path, const char *array, struct view_notes **ret_notes,
                            struct error *err)
{
    struct json_stream *stream = NULL;
    const enum status status = json_stream_open(path, VIEW_NOTES_BYTES_MAX, &stream, err);
    return status == OK ? read_stream(stream, path, array, ret_notes, err) : status;
}

enum status view_notes_read_memory(const char *name, const void *text, size_t length, const char *array,
                                   struct view_notes **ret_notes, struct error *err)
{
    struct json_stream *stream = NULL;
    const enum status status =
        json_stream_open_memory(name, text, length, VIEW_NOTES_BYTES_MAX, &stream, err);
    return status == OK ? read_stream(stream, name, array, ret_notes, err) : status;
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

static bool is_trace(const cJSON *row, size_t index)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(row, "index");
    /* No index stands for the only trace of a file. */
    return cJSON_IsNumber(number) ? number->valuedouble == (double)index : index == 0;
}

static struct view_lab lab_of(const cJSON *row)
{
    const cJSON *fail = cJSON_GetObjectItemCaseSensitive(row, "fail_state_index");
    const bool has_fail =
        cJSON_IsNumber(fail) && fail->valuedouble >= 0 && fail->valuedouble <= TRACE_STEPS_MAX;
    return (struct view_lab){.verdict = text_of(row, "verdict"),
                             .fail_action = text_of(row, "fail_action"),
                             .message = text_of(row, "message"),
                             .has_fail_state = has_fail,
                             .fail_state = has_fail ? (size_t)fail->valuedouble : 0};
}

bool view_notes_lab(const struct view_notes *notes, size_t row, const char **ret_file, size_t *ret_index,
                    struct view_lab *ret_lab)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(notes->rows[row], "index");
    const char *file = text_of(notes->rows[row], "file");
    const bool has_index =
        cJSON_IsNumber(number) && number->valuedouble >= 0 && number->valuedouble <= ITF_FILE_BYTES_MAX;
    if (file == NULL || text_of(notes->rows[row], "verdict") == NULL || (number != NULL && !has_index))
        return false;
    *ret_file = file;
    *ret_index = has_index ? (size_t)number->valuedouble : 0;
    *ret_lab = lab_of(notes->rows[row]);
    return true;
}

bool view_notes_find_lab(const struct view_notes *notes, const char *path, size_t index,
                         struct view_lab *ret_lab)
{
    const cJSON *exact = NULL, *similar = NULL;
    size_t similar_count = 0;
    for (size_t i = 0; i < notes->count && exact == NULL; i++) {
        const char *file = text_of(notes->rows[i], "file");
        if (file == NULL || !is_trace(notes->rows[i], index))
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
    *ret_lab = lab_of(row);
    return true;
}
