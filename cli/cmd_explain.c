/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/trace_files.h"
#include "mbt/explain.h"

static const struct option explain_rows[] = {
    {.name = "markdown", .kind = OPTION_FLAG, .help = "as Markdown, for a pull request or a post-mortem"},
    {.name = "brief", .kind = OPTION_FLAG, .help = "the sentences only, not what each step changed"},
};

struct explaining {
    const struct model_class *class;
    const struct narrator *narrator;
    struct explain_style style;
    bool quiet;
    size_t count; /* traces that were told */
};

static bool wants_color(const struct option_set *options)
{
    return !option_flag(options, "markdown") && cli_allows_color(options) && isatty(STDOUT_FILENO) == 1;
}

/* Tells one trace. */
static enum status tell(void *context, const struct itf_trace *itf, struct error *err)
{
    struct explaining *explaining = context;
    struct story *story = NULL;
    struct buffer out;
    enum status status = story_new(explaining->class, explaining->narrator, itf, &story, err);
    if (status != OK)
        return status;
    buffer_init(&out);
    if (explaining->count++ > 0)
        buffer_char(&out, '\n');
    explain_story(story, &explaining->style, &out);
    status = buffer_status(&out, err);
    if (status == OK)
        (void)fwrite(out.text, 1, out.length, stdout); /* a failed write is found when the program ends */
    if (itf->property_unknown && !explaining->quiet)
        message_warning("%s: trace %zu: the model has no property '%.64s'", itf->file, itf->index,
                        itf->property_name);
    if (status == OK && !story_agrees(story))
        status = error_set(err, ERR_DATA, "%s", story->report.message);
    buffer_release(&out);
    story_free(story);
    return status;
}

static int run_explain(const struct option_set *options, void *context)
{
    const struct cli *cli = context;
    struct explaining explaining = {
        .class = cli->class, .narrator = cli->subject->words, .quiet = option_flag(options, "quiet")};
    char *const *paths;
    const size_t count = option_operands(options, &paths);
    if (option_flag(options, "no-color"))
        message_no_color();
    if (count == 0)
        return message_failure(ERR_USAGE,
                               &(struct error){"which traces? Name ITF files, or - for standard input"});
    explaining.style = (struct explain_style){
        .form = option_flag(options, "markdown") ? EXPLAIN_MARKDOWN : EXPLAIN_TEXT,
        .color = wants_color(options),
        .brief = option_flag(options, "brief"),
    };
    const struct trace_visitor visitor = {
        .class = cli->class, .context = &explaining, .quiet = explaining.quiet, .visit = tell};
    return trace_files_visit(paths, count, &visitor);
}

const struct command explain_command = {
    .name = "explain",
    .operands = "FILE…",
    .summary = "a trace in words, one line a step, with what changed",
    .details = "Tells each trace of the ITF files (plain or gzip; - is standard input) step by step: who did "
               "what, and\n"
               "what it changed. The violation is marked (✗){explain notes}.\n\n"
               "The traces are replayed on the model first; where a file departs from it, the story ends "
               "with a word\n"
               "about that, and the exit status is 65.\n",
    .groups = {{"Form", explain_rows, sizeof explain_rows / sizeof explain_rows[0]}, CLI_OUTPUT_GROUP},
    .group_count = 2,
    .run = run_explain,
};
