/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/docs.h"

#include <stdbool.h>
#include <string.h>

#include "lab/json_text.h"
#include "lab/names.h"
#include "lab/page.h"
#include "version.h"

const struct docs_row docs_calls[DOCS_CALL_COUNT] = {
    [DOCS_FRONT] = {"GET", "/",
                    "The front page. Its ETag changes with whatever it shows, so that If-None-Match tells "
                    "cheaply whether anything has happened",
                    NULL, NULL, "HTML, or 304 without a body"},
    [DOCS_HEALTH] = {"GET", "/health", "Says whether the root resolves to at least one address", NULL, NULL,
                     "{ok, name, ips}"},
    [DOCS_RESOLVE] =
        {"GET", "/wormhole53/resolve/{name}",
         "The addresses of a name, which is percent-decoded and case-sensitive; none for an unknown one",
         NULL, NULL, "{name, ips}"},
    [DOCS_LOG] = {"GET", "/log",
                  "The last 200 actions, the newest first, of the callers and of the background alike; what "
                  "the background does in vain, again and again, is one action with a count",
                  NULL, NULL,
                  "{actions: [{number, time, who, what, ok, result, repeats, root: \"lost\", \"restored\" or "
                  "null}, …]}"},
    [DOCS_STATE] =
        {"GET", "/mbt/state",
         "All that the lab holds in memory, for tests that compare the whole of it after each step", NULL,
         NULL,
         "{zone: [record, …], last_version, deployers: [{name, next_plan_version, lock_epoch, lock, "
         "root}, …], health: {ok, ips}}"},
    [DOCS_RESET] = {"POST", "/mbt/reset", "Clears zone, plans, deployers and files", NULL, NULL,
                    "{ok: true}"},
    [DOCS_SEED_INIT] =
        {"POST", "/mbt/seed-init",
         "After a reset: makes the model's placeholder the zone (lock \"genesis 0\", root and rollback "
         "on a plan-init without addresses) and lets every deployer observe it",
         NULL, NULL, "{ok: true}"},
    [DOCS_GENERATE] =
        {"POST", "/mbt/planner/generate",
         "Makes the next plan; without a body, for one balancer of id 1 and weight 1",
         "[{id 1..255, weight ≥ 0}, …], or none",
         "{\"type\": [\"array\", \"null\"], \"items\": {\"type\": \"object\", \"required\": [\"id\", "
         "\"weight\"], \"properties\": {\"id\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": "
         "255}, \"weight\": {\"type\": \"integer\", \"minimum\": 0}}}}",
         "{version, root, plan_name, records}"},
    [DOCS_SYNC] = {"POST", "/mbt/deployers/{name}/sync", "The deployer observes the zone's lock and root",
                   NULL, NULL, "{ok: true, lock, root}: the records, or null"},
    [DOCS_DEPLOY] =
        {"POST", "/mbt/deployers/{name}/deploy", "The deployer installs its next plan", NULL, NULL,
         "{ok: true, message: \"installed\" or \"skipped\", version}, {ok: true, message: \"idle\"}, or "
         "{ok: false, message}"},
    [DOCS_CLEANUP] =
        {"POST", "/mbt/deployers/{name}/cleanup",
         "The deployer deletes the records of plans that it finds old", "{keep_last_n ≥ 0}",
         "{\"type\": \"object\", \"required\": [\"keep_last_n\"], \"properties\": {\"keep_last_n\": "
         "{\"type\": \"integer\", \"minimum\": 0}}}",
         "{ok: true, deleted_versions}"},
    [DOCS_DOCS] = {"GET", "/docs", "This page", NULL, NULL, "HTML"},
    [DOCS_REDOC] = {"GET", "/redoc", "This page, too", NULL, NULL, "HTML"},
    [DOCS_OPENAPI] = {"GET", "/openapi.json", "This list for programs", NULL, NULL, "OpenAPI 3.1"},
};

static void write_row(struct buffer *out, const struct docs_row *row)
{
    buffer_format(out, "<tr><td>%s</td><td><code>", row->method);
    buffer_html(out, row->path);
    buffer_string(out, "</code></td><td>");
    buffer_html(out, row->summary);
    buffer_string(out, ".</td><td>");
    buffer_html(out, row->body != NULL ? row->body : "–");
    buffer_string(out, "</td><td>");
    buffer_html(out, row->answer);
    buffer_string(out, "</td></tr>\n");
}

void docs_write_page(struct buffer *out)
{
    page_write_head(out, "The lab's HTTP API");
    buffer_string(out, "<body>\n<h1>The lab's HTTP API</h1>\n<p><a href=\"/\">Front page</a></p>\n<div "
                       "class=\"scroll calls\"><table>\n"
                       "<thead><tr><th>Method</th><th>Path</th><th>What it "
                       "does</th><th>Body</th><th>Answer</th></tr></thead>\n"
                       "<tbody>\n");
    for (enum docs_call id = 0; id < DOCS_CALL_COUNT; id++)
        write_row(out, &docs_calls[id]);
    buffer_string(out,
                  "</tbody></table></div>\n<p>Bodies are JSON and sent as "
                  "<code>application/json</code>. Every error is JSON: "
                  "<code>{\"detail\": …}</code>; a wrong body is a 422 with one <code>{type, loc, "
                  "msg}</code> per fault, and "
                  "then nothing has changed. An unknown deployer is a 404. A 500 says what failed in the "
                  "lab itself, such as a full disk; it is not the system's answer.</p>\n"
                  "<p>The same as OpenAPI 3.1, for viewers such as swagger-ui or redoc: "
                  "<a href=\"/openapi.json\">/openapi.json</a>.</p>\n");
    page_write_foot(out);
}

static void write_operation(struct buffer *out, const struct docs_row *row)
{
    buffer_json(out, row->path);
    buffer_format(out, ": {\"%s\": {\"summary\": ", strcmp(row->method, "GET") == 0 ? "get" : "post");
    buffer_json(out, row->summary);
    if (strchr(row->path, '{') != NULL)
        buffer_string(out, ", \"parameters\": [{\"name\": \"name\", \"in\": \"path\", \"required\": true, "
                           "\"schema\": {\"type\": \"string\"}}]");
    if (row->body_schema != NULL)
        buffer_format(
            out,
            ", \"requestBody\": {\"required\": %s, \"content\": {\"application/json\": {\"schema\": %s}}}",
            strstr(row->body_schema, "\"null\"") == NULL ? "true" : "false", row->body_schema);
    buffer_string(out, ", \"responses\": {\"200\": {\"description\": ");
    buffer_json(out, row->answer);
    buffer_string(out, "}");
    if (row->body_schema != NULL)
        buffer_string(out, ", \"422\": {\"description\": \"{detail: [{type, loc, msg}, …]}\"}");
    buffer_string(out, "}}}");
}

void docs_write_openapi(struct buffer *out)
{
    buffer_string(out, "{\"openapi\": \"3.1.0\", \"info\": {\"title\": \"ACME CloudDB DNS Control Plane\", "
                       "\"version\": \"" RACEWALK_VERSION "\"}, \"paths\": {");
    for (enum docs_call id = 0; id < DOCS_CALL_COUNT; id++) {
        if (id > 0)
            buffer_string(out, ", ");
        write_operation(out, &docs_calls[id]);
    }
    buffer_string(out, "}}");
}
