/* SPDX-License-Identifier: Apache-2.0 */
/* Names of things and of arguments, and sentences with them. */
#include "model/own/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- things --- */

/* client-a goes on with client-b, n1 with n2, 08 with 09: the end of the first name is counted on. *ret_stem is what
 * stays; true when there is such an end. */
static bool ends_in_digits(const char *first, size_t *ret_stem)
{
    const size_t length = strlen(first);
    size_t stem = length;
    while (stem > 0 && length - stem < 9 && first[stem - 1] >= '0' && first[stem - 1] <= '9')
        stem--;
    *ret_stem = stem;
    return stem < length;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool ends_in_letter(const char *first)
{
    const size_t length = strlen(first);
    return length > 0 && is_letter(first[length - 1]) && (length == 1 || !is_letter(first[length - 2]));
}

static void print_thing(const char *first, uint32_t i, struct buffer *out)
{
    size_t stem = 0;
    if (ends_in_digits(first, &stem)) {
        unsigned long number = i;
        unsigned long weight = 1;
        for (size_t at = strlen(first); at > stem; at--, weight *= 10)
            number += weight * (unsigned long)(first[at - 1] - '0');
        buffer_append(out, first, stem);
        buffer_format(out, "%0*lu", (int)(strlen(first) - stem), number);
        return;
    }
    if (i == 0) {
        buffer_string(out, first);
        return;
    }
    stem = strlen(first) - 1;
    const char base = first[stem] >= 'a' ? 'a' : 'A';
    const uint32_t place = (uint32_t)(first[stem] - base) + i;
    buffer_append(out, first, stem);
    if (place >= 26)
        buffer_char(out, (char)(base + (int)(place / 26) - 1));
    buffer_char(out, (char)(base + (int)(place % 26)));
}

/* Names that are numbers, without zeros in front, are integers in traces. */
static bool is_number(const char *first)
{
    size_t stem = 0;
    return ends_in_digits(first, &stem) && stem == 0 && (first[0] != '0' || first[1] == '\0');
}

enum status own_name_things(struct own_class *own, size_t k, struct error *err)
{
    const struct racewalk_kind *kind = &own->object->kinds[k];
    size_t stem = 0;
    if (kind->first[0] == '\0' || strcmp(kind->first, OWN_NONE) == 0 ||
        (kind->most > 1 && !ends_in_digits(kind->first, &stem) && !ends_in_letter(kind->first)))
        return error_set(err, ERR_DATA,
                         "the first name of the kind %s, \"%s\", does not tell the next ones: it must end in "
                         "a number or in a single letter, as n1 or client-a do",
                         kind->name, kind->first);
    const char **names = arena_new(&own->arena, kind->most, sizeof *names);
    struct value *values = arena_new(&own->arena, kind->most, sizeof *values);
    if (names == NULL || values == NULL)
        return error_memory(err, kind->most * (sizeof *names + sizeof *values));
    struct buffer name;
    buffer_init(&name);
    enum status status = OK;
    for (uint32_t i = 0; i < kind->most && status == OK; i++) {
        buffer_clear(&name);
        print_thing(kind->first, i, &name);
        names[i] = arena_copy(&own->arena, name.text, name.length);
        if (names[i] == NULL || name.failed)
            status = error_memory(err, name.length + 1);
        else if (is_number(kind->first))
            values[i] = value_int((int64_t)strtoll(names[i], NULL, 10));
        else
            values[i] = value_string(names[i]);
    }
    buffer_release(&name);
    own->thing_names[k] = names;
    own->thing_values[k] = values;
    own->kinds[k] = (struct argument_kind){.name = kind->name, .symmetric = kind->symmetric != 0};
    return status;
}

/* --- names of arguments and data --- */

/* What stands between the next braces: true when there are any. *text moves behind them; what stands before them has
 * *ret_before bytes. */
static bool next_braces(const char **text, size_t *ret_before, const char **ret_name, size_t *ret_length)
{
    const char *open = strchr(*text, '{');
    const char *close = open == NULL ? NULL : strchr(open, '}');
    if (close == NULL)
        return false;
    *ret_before = (size_t)(open - *text);
    *ret_name = open + 1;
    *ret_length = (size_t)(close - open) - 1;
    *text = close + 1;
    return true;
}

static bool is_name(const char *name, const char *text, size_t length)
{
    return name != NULL && strlen(name) == length && memcmp(name, text, length) == 0;
}

/* The pick of that name, or pick_count. */
static uint32_t find_pick(const struct own_action *action, const char *name, size_t length)
{
    uint32_t i = 0;
    while (i < action->pick_count && !is_name(action->picks[i].name, name, length))
        i++;
    return i;
}

/* The first argument without a name, of the kind of this name (NULL: of any), or argument_count. */
static uint32_t find_nameless(const struct own_class *own, const struct own_action *action, const char *kind,
                              size_t length)
{
    uint32_t i = 0;
    while (i < action->argument_count &&
           (action->picks[i].name != NULL ||
            (kind != NULL && !is_name(own->kinds[action->picks[i].kind].name, kind, length))))
        i++;
    return i;
}

/* {kind} names the first argument of that kind; the other names in braces then name those that are left. */
static enum status name_arguments(struct own_class *own, uint32_t a, bool by_kind, struct error *err)
{
    const struct racewalk_action *row = &own->object->actions[a];
    struct own_action *action = &own->actions[a];
    const char *text = row->sentence, *name = NULL;
    size_t before = 0, length = 0;
    while (next_braces(&text, &before, &name, &length)) {
        if (find_pick(action, name, length) < action->pick_count)
            continue;
        const uint32_t at = find_nameless(own, action, by_kind ? name : NULL, length);
        if (at == action->argument_count && by_kind)
            continue;
        const int shown = length < OWN_NAME_MAX ? (int)length : OWN_NAME_MAX;
        if (at == action->argument_count)
            return error_set(
                err, ERR_DATA,
                "{%.*s} in the sentence of the action %s is none of its %u arguments, and no datum "
                "of it",
                shown, name, row->name, action->argument_count);
        if (!own_is_identifier(name, length))
            return error_set(err, ERR_DATA, "{%.*s} in the sentence of the action %s is no name", shown, name,
                             row->name);
        action->picks[at].name = arena_copy(&own->arena, name, length);
        if (action->picks[at].name == NULL)
            return error_memory(err, length + 1);
    }
    if (strpbrk(text, "{}") != NULL)
        return error_set(err, ERR_DATA, "a brace in the sentence of the action %s has no other one",
                         row->name);
    return OK;
}

/* An argument that the sentence does not name has its kind's name, with a number when that is taken. */
static enum status name_the_rest(struct own_class *own, uint32_t a, struct error *err)
{
    struct own_action *action = &own->actions[a];
    for (uint32_t i = 0; i < action->argument_count; i++) {
        const char *kind = own->kinds[action->picks[i].kind].name;
        char name[OWN_NAME_MAX + 16];
        if (action->picks[i].name != NULL)
            continue;
        (void)snprintf(name, sizeof name, "%s", kind);
        for (unsigned number = 2; find_pick(action, name, strlen(name)) < action->pick_count; number++)
            (void)snprintf(name, sizeof name, "%s%u", kind, number);
        action->picks[i].name = arena_copy(&own->arena, name, strlen(name));
        if (action->picks[i].name == NULL)
            return error_memory(err, strlen(name) + 1);
    }
    return OK;
}

static enum status note_picks(struct own_class *own, uint32_t a, struct error *err)
{
    const struct own_action *action = &own->actions[a];
    for (uint32_t i = 0; i < action->pick_count; i++) {
        const char *name = action->picks[i].name;
        if (find_pick(action, name, strlen(name)) != i)
            return error_set(err, ERR_DATA, "the action %s has two arguments or data of the name %s",
                             own->object->actions[a].name, name);
        size_t known = 0;
        while (known < own->pick_name_count && strcmp(own->pick_names[known], name) != 0)
            known++;
        if (known == own->pick_name_count)
            own->pick_names[own->pick_name_count++] = name;
    }
    return OK;
}

enum status own_name_picks(struct own_class *own, uint32_t a, struct error *err)
{
    const struct racewalk_model *object = own->object;
    const struct racewalk_action *row = &object->actions[a];
    struct own_action *action = &own->actions[a];
    for (; action->pick_count < RACEWALK_ARGUMENTS_MAX && row->kinds[action->pick_count] >= 0;
         action->pick_count++)
        action->picks[action->pick_count] = (struct own_pick){.kind = row->kinds[action->pick_count]};
    action->argument_count = action->pick_count;
    for (uint32_t d = 0; d < object->data_count; d++) {
        if (object->data[d].action == a)
            action->picks[action->pick_count++] =
                (struct own_pick){.name = object->data[d].name, .kind = -1, .row = d};
    }
    enum status status = name_arguments(own, a, true, err);
    if (status == OK)
        status = name_arguments(own, a, false, err);
    if (status == OK)
        status = name_the_rest(own, a, err);
    return status == OK ? note_picks(own, a, err) : status;
}

size_t own_pick_names(const struct model_class *class, uint32_t action, const char **ret_names)
{
    const struct own_class *own = own_class_of(class);
    for (uint32_t i = 0; i < own->actions[action].pick_count; i++)
        ret_names[i] = own->actions[action].picks[i].name;
    return own->actions[action].pick_count;
}

const char *own_argument_name(const struct model *model, uint32_t move, size_t i)
{
    const struct own_class *own = own_class_of(model->class);
    const int32_t kind = own->object->actions[move_action(move)].kinds[i];
    assert(kind >= 0 && move_argument(move, i) < own->object->kinds[kind].most);
    return own->thing_names[kind][move_argument(move, i)];
}

/* --- sentences --- */

static void print_role(const char *name, struct buffer *out)
{
    buffer_string(out, strchr("aeiouAEIOU", name[0]) != NULL ? "an " : "a ");
    for (; *name != '\0'; name++)
        buffer_char(out, *name == '_' ? ' ' : *name);
}

/* "a client"; "another node" beside a first one, "itself" when it is the same. */
static void print_argument(const struct own_class *own, uint32_t move, bool is_any, uint32_t pick,
                           struct buffer *out)
{
    const struct own_action *action = &own->actions[move_action(move)];
    const int32_t kind = action->picks[pick].kind;
    if (!own->kinds[kind].symmetric && !is_any) {
        buffer_string(out, own->thing_names[kind][move_argument(move, pick)]);
        return;
    }
    bool is_another = false;
    for (uint32_t i = 0; i < pick; i++) {
        if (action->picks[i].kind != kind)
            continue;
        is_another = true;
        if (!is_any && move_argument(move, i) == move_argument(move, pick)) {
            buffer_string(out, "itself");
            return;
        }
    }
    if (is_another) {
        buffer_format(out, "another %s", own->kinds[kind].name);
        return;
    }
    print_role(own->kinds[kind].name, out);
}

void own_print_roles(const struct own_class *own, uint32_t move, bool is_any, struct buffer *out)
{
    const struct own_action *action = &own->actions[move_action(move)];
    const char *text = own->object->actions[move_action(move)].sentence, *name = NULL;
    const char *rest = text;
    size_t before = 0, length = 0;
    while (next_braces(&rest, &before, &name, &length)) {
        const uint32_t pick = find_pick(action, name, length);
        assert(pick < action->pick_count);
        buffer_append(out, text, before);
        if (pick < action->argument_count)
            print_argument(own, move, is_any, pick, out);
        else
            print_role(action->picks[pick].name, out);
        text = rest;
    }
    buffer_string(out, text);
}

void own_print_step(const struct model *model, const struct step *step, struct buffer *out)
{
    const struct own_class *own = own_class_of(model->class);
    const struct own_action *action = &own->actions[move_action(step->move)];
    const char *text = own->object->actions[move_action(step->move)].sentence, *name = NULL;
    const char *rest = text;
    size_t before = 0, length = 0;
    while (next_braces(&rest, &before, &name, &length)) {
        const uint32_t pick = find_pick(action, name, length);
        assert(pick < action->pick_count);
        const uint32_t datum = pick - action->argument_count;
        buffer_append(out, text, before);
        if (pick < action->argument_count)
            buffer_string(out, own_argument_name(model, step->move, pick));
        else if (datum < step->choice_count)
            buffer_format(out, "%lld", (long long)step->choices[datum]);
        else
            print_role(action->picks[pick].name, out);
        text = rest;
    }
    buffer_string(out, text);
}

size_t own_describe(const struct model *model, int property, const uint32_t *moves, size_t count,
                    struct buffer *out, size_t *key_moves)
{
    (void)property;
    if (count == 0)
        return 0;
    own_print_roles(own_class_of(model->class), moves[count - 1], false, out);
    key_moves[0] = count - 1;
    return 1;
}
