/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/picture.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "lab/names.h"

/* A plan that is pointed to, and by which names. */
struct group {
    const struct record *alias; /* NULL: there is no such name */
    bool of_root, of_rollback;
};

/* The two lines of the plan's box, and how it looks. */
struct dress {
    struct buffer first, second; /* second: empty for a box of one line */
    const char *look;
    bool broken;
};

static void count_address(void *context, const struct resolve_event *event)
{
    *(size_t *)context += event->step == RESOLVE_ADDRESS;
}

static bool resolves(const struct wormhole53 *zone, const char *name)
{
    size_t addresses = 0;
    wormhole53_walk(zone, name, count_address, &addresses);
    return addresses > 0;
}

/* The alias is there. */
static void dress_plan(struct dress *dress, const struct lab *lab, const struct group *group)
{
    const struct record *alias = group->alias;
    const struct record *plan =
        alias->text == NULL ? NULL : wormhole53_find(&lab->zone, RECORD_ALIAS, alias->text);
    const int64_t version = alias->text == NULL ? 0 : version_of_name(alias->text);
    const struct deployer *deployer = lab_deployer_to_delete(lab, version);
    record_write_label(&dress->first, alias);
    dress->broken = !resolves(&lab->zone, alias->name);
    if (alias->text == NULL) {
        buffer_string(&dress->second, "see the tree in words");
    } else if (dress->broken && plan == NULL) {
        dress->look = "gone";
        buffer_string(&dress->first,
                      version != 0 && version <= lab->planner.last_version ? " is gone" : " does not exist");
        buffer_string(&dress->second, "it has no records");
    } else if (dress->broken) {
        dress->look = "broken";
        buffer_string(&dress->second, "leads to no address");
    } else if (deployer != NULL) {
        dress->look = "risk";
        buffer_format(&dress->second, "⚠ %s may delete it", deployer->name.text);
    } else if (plan != NULL) {
        const size_t count = plan->text != NULL ? 1 : plan->target_count;
        buffer_format(&dress->second, "%zu balancer%s", count, count == 1 ? "" : "s");
    }
}

static void write_leaf(struct buffer *out, const struct wormhole53 *zone, const char *name,
                       const int64_t *weight)
{
    const struct record *address = wormhole53_find(zone, RECORD_A, name);
    buffer_string(out, "{\"name\":");
    buffer_json(out, name);
    if (weight != NULL)
        buffer_format(out, ",\"weight\":%" PRId64, *weight);
    buffer_string(out, address != NULL ? ",\"address\":" : ",\"note\":");
    if (address != NULL)
        buffer_json(out, address->text);
    else
        buffer_string(out,
                      wormhole53_find(zone, RECORD_ALIAS, name) != NULL ? "\"an alias\"" : "\"missing\"");
    buffer_char(out, '}');
}

static void write_leaves(struct buffer *out, const struct lab *lab, const struct record *alias)
{
    const struct record *plan =
        alias == NULL || alias->text == NULL ? NULL : wormhole53_find(&lab->zone, RECORD_ALIAS, alias->text);
    buffer_char(out, '[');
    if (plan != NULL && plan->text != NULL)
        write_leaf(out, &lab->zone, plan->text, NULL);
    const size_t count = plan != NULL ? plan->target_count : 0;
    const size_t drawn = count <= PICTURE_LEAVES_MAX ? count : PICTURE_LEAVES_MAX - 1;
    for (size_t i = 0; i < drawn; i++) {
        if (i > 0)
            buffer_char(out, ',');
        write_leaf(out, &lab->zone, plan->targets[i].name, &plan->targets[i].weight);
    }
    if (drawn < count)
        buffer_format(out, ",{\"name\":\"… %zu more\",\"note\":\"not drawn\"}", count - drawn);
    buffer_char(out, ']');
}

/* What tells the group's plan from others: a list of targets is told by who has it. */
static const char *plan_key(const struct record *alias)
{
    if (alias == NULL)
        return "(nothing)";
    return alias->text != NULL ? alias->text : alias->name;
}

static void write_group(struct buffer *out, const struct lab *lab, const struct group *group)
{
    struct dress dress = {.look = ""};
    buffer_init(&dress.first);
    buffer_init(&dress.second);
    if (group->alias != NULL) {
        dress_plan(&dress, lab, group);
    } else {
        /* Before the second install there is no rollback: nothing is wrong with that. */
        buffer_string(&dress.first, "nothing");
        dress.look = "nowhere";
        dress.broken = group->of_root;
    }
    buffer_string(out, "{\"name\":");
    buffer_json(out, plan_key(group->alias));
    buffer_format(out, ",\"look\":\"%s\",\"broken\":%s,\"of\":[%s%s%s],\"lines\":[", dress.look,
                  dress.broken ? "true" : "false", group->of_root ? "\"root\"" : "",
                  group->of_root && group->of_rollback ? "," : "", group->of_rollback ? "\"rollback\"" : "");
    buffer_json(out, dress.first.text);
    if (dress.second.length > 0) {
        buffer_char(out, ',');
        buffer_json(out, dress.second.text);
    }
    buffer_string(out, "],\"leaves\":");
    write_leaves(out, lab, group->alias);
    buffer_char(out, '}');
    out->failed = out->failed || dress.first.failed || dress.second.failed;
    buffer_release(&dress.first);
    buffer_release(&dress.second);
}

void picture_write(struct buffer *out, const struct lab *lab)
{
    const struct record *root = wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROOT_NAME);
    const struct record *rollback = wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROLLBACK_NAME);
    const bool together =
        root == NULL || rollback == NULL ? root == rollback : record_same_value(root, rollback);
    const struct group groups[] = {{root, true, together}, {rollback, false, true}};
    buffer_string(out, "{\"names\":{\"root\":\"" LAB_ROOT_NAME "\",\"rollback\":\"" LAB_ROLLBACK_NAME
                       "\"},\"groups\":[");
    write_group(out, lab, &groups[0]);
    if (!together) {
        buffer_char(out, ',');
        write_group(out, lab, &groups[1]);
    }
    buffer_string(out, "]}");
}
