/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/sarif.h"

#include "base/program.h"
#include "base/uri.h"

void sarif_init(struct sarif *sarif)
{
    buffer_init(&sarif->results);
    buffer_init(&sarif->notifications);
}

void sarif_release(struct sarif *sarif)
{
    buffer_release(&sarif->results);
    buffer_release(&sarif->notifications);
}

static const char *level_name(enum ci_level level)
{
    static const char *const names[] = {[CI_NOTE] = "note", [CI_WARNING] = "warning", [CI_ERROR] = "error"};
    return names[level];
}

/* What results and notifications have in common: level, message, location. */
static void append_facts(struct buffer *out, const struct ci_result *result)
{
    buffer_format(out, "\"level\": \"%s\",\n          \"message\": {\"text\": ", level_name(result->level));
    buffer_json(out, result->message);
    buffer_string(out,
                  "},\n          \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": \"");
    uri_of_path(out, result->file);
    /* A relative name is one in the sources that are looked at. */
    buffer_string(out, result->file[0] == '/' ? "\"}" : "\", \"uriBaseId\": \"%SRCROOT%\"}");
    buffer_format(out, ", \"region\": {\"startLine\": %zu}}}]", result->line);
}

void sarif_add(struct sarif *sarif, const struct ci_result *result)
{
    /* What SARIF says of a result against a baseline. One that is fixed is absent from this run. */
    static const char *const states[BASELINE_CHANGE_COUNT] = {
        [BASELINE_NONE] = NULL,      [BASELINE_NEW] = "new",         [BASELINE_UNCHANGED] = NULL,
        [BASELINE_FIXED] = "absent", [BASELINE_NEW_FAILURE] = "new", [BASELINE_STILL_FAILING] = "unchanged"};
    struct buffer *out = &sarif->results, fingerprint;
    buffer_string(out, out->length == 0 ? "\n        {\n" : ",\n        {\n");
    buffer_string(out, "          \"ruleId\": ");
    buffer_json(out, result->rule);
    buffer_string(out, ",\n          ");
    append_facts(out, result);
    /* By file and trace, so that a service knows the result again whatever the system's message says. */
    buffer_init(&fingerprint);
    buffer_format(&fingerprint, "%s[%zu]", result->file, result->index);
    buffer_string(out, ",\n          \"partialFingerprints\": {\"racewalkTrace/v1\": ");
    buffer_json(out, fingerprint.text);
    buffer_char(out, '}');
    out->failed = out->failed || fingerprint.failed;
    buffer_release(&fingerprint);
    if (states[result->change] != NULL)
        buffer_format(out, ",\n          \"baselineState\": \"%s\"", states[result->change]);
    buffer_string(out, "\n        }");
}

void sarif_notify(struct sarif *sarif, const struct ci_result *result)
{
    struct buffer *out = &sarif->notifications;
    buffer_string(out, out->length == 0 ? "\n            {" : ",\n            {");
    append_facts(out, result);
    buffer_string(out, "}");
}

static void append_rules(struct buffer *out, const struct sarif_rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_string(out, i == 0 ? "\n            {\"id\": " : ",\n            {\"id\": ");
        buffer_json(out, rules[i].id);
        buffer_string(out, ", \"shortDescription\": {\"text\": ");
        buffer_json(out, rules[i].description);
        buffer_string(out, "}, \"defaultConfiguration\": {\"level\": \"error\"}}");
    }
}

enum status sarif_write(const struct sarif *sarif, const char *version, const struct sarif_rule *rules,
                        size_t rule_count, bool successful, struct buffer *out, struct error *err)
{
    enum status status = buffer_status(&sarif->results, err);
    if (status == OK)
        status = buffer_status(&sarif->notifications, err);
    if (status != OK)
        return status;
    buffer_string(out, "{\n"
                       "  \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
                       "  \"version\": \"2.1.0\",\n"
                       "  \"runs\": [\n"
                       "    {\n"
                       "      \"tool\": {\n"
                       "        \"driver\": {\n"
                       "          \"name\": ");
    buffer_json(out, program_name());
    buffer_format(out, ",\n          \"version\": \"%s\",\n          \"rules\": [", version);
    append_rules(out, rules, rule_count);
    buffer_format(
        out,
        "\n          ]\n"
        "        }\n"
        "      },\n"
        "      \"columnKind\": \"unicodeCodePoints\",\n"
        "      \"invocations\": [{\"executionSuccessful\": %s, \"toolExecutionNotifications\": [%s]}],\n"
        "      \"results\": [%s%s]\n"
        "    }\n"
        "  ]\n"
        "}\n",
        successful ? "true" : "false", sarif->notifications.text, sarif->results.text,
        sarif->results.length > 0 ? "\n      " : "");
    return buffer_status(out, err);
}
