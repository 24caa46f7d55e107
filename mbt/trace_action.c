/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/trace_action.h"

#include <string.h>

#include "mbt/state_path.h"

#define QUINT_ACTION "mbt::actionTaken"
#define QUINT_PICKS  "mbt::nondetPicks"
#define QUINT_MARK   "mbt::"
#define GHOST        "ghost_action"

bool trace_action_is_variable(const struct action_paths *paths, const char *name)
{
    const char *const named[] = {GHOST, paths->action, paths->picks};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        if (named[i] != NULL && strcmp(named[i], name) == 0)
            return true;
    }
    return strncmp(name, QUINT_MARK, strlen(QUINT_MARK)) == 0;
}

/* {tag, value}; *ret_value is NULL when it has no value. */
static bool is_variant(const struct value *value, const char **ret_tag, const struct value **ret_value)
{
    if (value->kind != VALUE_RECORD)
        return false;
    const struct value *tag = value_field(value, "tag");
    if (tag == NULL || tag->kind != VALUE_STRING)
        return false;
    *ret_tag = tag->text;
    *ret_value = value_field(value, "value");
    return true;
}

/* The picks that were made, without the wrapping. */
static enum status read_picks(const struct value *picks, struct arena *arena, struct value *ret_args,
                              struct error *err)
{
    struct value *pairs = value_room(arena, 2 * (size_t)picks->count + 1);
    size_t count = 0;
    if (pairs == NULL)
        return error_memory(err, 2 * picks->count * sizeof *pairs);
    for (uint32_t i = 0; i < picks->count; i++) {
        const struct value *pick = &picks->items[2 * i + 1], *inner = NULL;
        const char *tag = "";
        if (is_variant(pick, &tag, &inner) && strcmp(tag, "None") == 0)
            continue;
        pairs[2 * count] = picks->items[2 * i];
        pairs[2 * count + 1] = strcmp(tag, "Some") == 0 && inner != NULL ? *inner : *pick;
        count++;
    }
    *ret_args = value_record(pairs, count);
    return OK;
}

static enum status find(const struct value *state, const char *path, struct arena *arena,
                        struct value *ret_value, struct error *err)
{
    switch (state_path_find(state, path, arena, ret_value)) {
    case STATE_PATH_FOUND:
        return OK;
    case STATE_PATH_NO_ROOM:
        return error_memory(err, arena->limit);
    case STATE_PATH_ABSENT:
    case STATE_PATH_UNKNOWN:
        break;
    }
    return error_set(err, ERR_DATA, "the state has no %.128s", path);
}

enum status trace_action_read(const struct value *state, const struct action_paths *paths,
                              struct arena *arena, struct system_action *ret_action, struct error *err)
{
    struct system_action action = {.args = value_record(NULL, 0)};
    const struct value *inner = NULL;
    struct value named, picks;
    const bool is_quint = paths->action == NULL && value_field(state, QUINT_ACTION) != NULL;
    const char *path = paths->action != NULL ? paths->action : is_quint ? QUINT_ACTION : GHOST;
    const char *picks_path = paths->picks;
    if (picks_path == NULL && is_quint && value_field(state, QUINT_PICKS) != NULL)
        picks_path = QUINT_PICKS;
    if (paths->action == NULL && !is_quint && value_field(state, GHOST) == NULL)
        return error_set(err, ERR_DATA,
                         "no action is named: neither " QUINT_ACTION " nor " GHOST
                         " is there; --action-var says which variable does");
    enum status status = find(state, path, arena, &named, err);
    if (status != OK)
        return status;
    if (named.kind == VALUE_STRING)
        action.name = named.text;
    else if (!is_variant(&named, &action.name, &inner))
        return error_set(err, ERR_DATA, "%.128s is no action: a string or {tag, value} was expected", path);
    if (inner != NULL && inner->kind == VALUE_RECORD)
        action.args = *inner;
    if (picks_path != NULL) {
        status = find(state, picks_path, arena, &picks, err);
        if (status == OK && picks.kind != VALUE_RECORD && picks.kind != VALUE_MAP)
            status = error_set(err, ERR_DATA, "%.128s: a record of picks was expected", picks_path);
        if (status == OK)
            status = read_picks(&picks, arena, &action.args, err);
    }
    if (status == OK)
        *ret_action = action;
    return status;
}
