/* The part of mbt/json.h that is about what is written. */
#include <cjson/cJSON.h>
#include <string.h>

#include "base/uri.h"
#include "base/utf8.h"
#include "mbt/json.h"

enum status json_print(const struct cJSON *json, enum json_form form, struct buffer *out, struct error *err)
{
    char *text = json == NULL ? NULL : form == JSON_LINE ? cJSON_PrintUnformatted(json) : cJSON_Print(json);
    if (text == NULL)
        return error_memory(err, 4096);
    /* cJSON copies bytes beyond ASCII as they are, and has them in strings only. */
    buffer_utf8(out, text, strlen(text));
    cJSON_free(text);
    return buffer_status(out, err);
}

static bool is_utf8(const char *text)
{
    size_t left = strlen(text);
    for (size_t bytes; left > 0; text += bytes, left -= bytes) {
        bytes = utf8_length(text, left);
        if (bytes == 0)
            return false;
    }
    return true;
}

bool json_add_file(struct cJSON *object, const char *path)
{
    struct buffer uri;
    bool ok = cJSON_AddStringToObject(object, "file", path) != NULL;
    if (!ok || is_utf8(path))
        return ok;
    buffer_init(&uri);
    uri_of_path(&uri, path);
    ok = !uri.failed && cJSON_AddStringToObject(object, "file_uri", uri.text) != NULL;
    buffer_release(&uri);
    return ok;
}
