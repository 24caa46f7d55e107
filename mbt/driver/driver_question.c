/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/driver/driver_question.h"

#include <inttypes.h>

#include "mbt/state_path.h"

/* "name":value, with a comma before it where others stand before. */
static void member(struct buffer *out, const char *name, const struct value *value, bool *first)
{
    buffer_string(out, *first ? "" : ",");
    *first = false;
    buffer_json(out, name);
    buffer_char(out, ':');
    driver_write_value(out, value);
}

static void key(struct buffer *out, const struct value *key_value)
{
    struct buffer text;
    if (key_value->kind == VALUE_STRING) {
        buffer_json_bytes(out, key_value->text, key_value->count);
        return;
    }
    buffer_init(&text);
    driver_write_value(&text, key_value);
    out->failed = out->failed || text.failed;
    buffer_json(out, text.text);
    buffer_release(&text);
}

/* As deep as values are, which the reader of traces limits. */
void driver_write_value(struct buffer *out, const struct value *value)
{
    switch ((enum value_kind)value->kind) {
    case VALUE_NULL:
        buffer_string(out, "null");
        break;
    case VALUE_BOOL:
        buffer_string(out, value->number != 0 ? "true" : "false");
        break;
    case VALUE_INT:
        buffer_format(out, "%" PRId64, value->number);
        break;
    case VALUE_STRING:
        buffer_json_bytes(out, value->text, value->count);
        break;
    case VALUE_SET:
    case VALUE_TUPLE:
    case VALUE_LIST:
        buffer_char(out, '[');
        for (uint32_t i = 0; i < value->count; i++) {
            buffer_string(out, i > 0 ? "," : "");
            driver_write_value(out, &value->items[i]);
        }
        buffer_char(out, ']');
        break;
    case VALUE_MAP:
    case VALUE_RECORD:
        buffer_char(out, '{');
        for (uint32_t i = 0; i < value->count; i++) {
            buffer_string(out, i > 0 ? "," : "");
            key(out, &value->items[2 * i]);
            buffer_char(out, ':');
            driver_write_value(out, &value->items[2 * i + 1]);
        }
        buffer_char(out, '}');
        break;
    }
}

void driver_write_hello(struct buffer *out, const char *model, const struct value *params,
                        const char *const *actions, size_t action_count)
{
    buffer_format(out, "{\"do\":\"hello\",\"protocol\":%d,\"model\":", DRIVER_PROTOCOL);
    buffer_json(out, model);
    buffer_string(out, ",\"params\":");
    driver_write_value(out, params);
    buffer_string(out, ",\"actions\":[");
    for (size_t i = 0; i < action_count; i++) {
        buffer_string(out, i > 0 ? "," : "");
        buffer_json(out, actions[i]);
    }
    buffer_string(out, "]}");
}

void driver_write_reset(struct buffer *out, const struct value *params, const struct value *state,
                        const struct action_paths *paths)
{
    bool first = true;
    buffer_string(out, "{\"do\":\"reset\",\"params\":");
    driver_write_value(out, params);
    buffer_string(out, ",\"state\":{");
    for (uint32_t i = 0; i < state->count; i++) {
        const char *name = state->items[2 * i].text;
        if (!trace_action_is_variable(paths, name))
            member(out, state_short_name(state, name), &state->items[2 * i + 1], &first);
    }
    buffer_string(out, "}}");
}

void driver_write_step(struct buffer *out, size_t n, const struct system_action *action)
{
    buffer_format(out, "{\"do\":\"step\",\"n\":%zu,\"action\":", n);
    buffer_json(out, action->name);
    buffer_string(out, ",\"args\":");
    driver_write_value(out, &action->args);
    buffer_char(out, '}');
}

void driver_write_observe(struct buffer *out)
{
    buffer_string(out, "{\"do\":\"observe\"}");
}
