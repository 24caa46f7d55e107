/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/findings.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "mbt/itf_writer.h"
#include "mbt/line_file.h"
#include "mbt/numbered.h"
#include "mbt/replay.h"
#include "mbt/schedule.h"

struct findings {
    const struct model *model;
    struct findings_paths paths;
    struct line_file itf; /* without a file where there is none, or one for each finding */
    uint64_t count;
};

/* A schedule is a document of its own, and only a file for each keeps several apart. */
static enum status prepare_schedules(const struct findings_paths *paths, struct error *err)
{
    char name[PATH_MAX];
    if (strcmp(paths->out_schedule, "-") == 0 && paths->several)
        return error_set(err, ERR_USAGE,
                         "--out-schedule -: there may be several findings, and standard output takes one "
                         "schedule; name a file, and each finding gets one of its own");
    const enum status status = numbered_path(paths->out_schedule, paths->added_before + 1, name, err);
    return status == OK ? file_try_write(name, err) : status;
}

enum status findings_open(const struct model *model, const struct findings_paths *paths,
                          struct findings **ret_findings, struct error *err)
{
    struct findings *findings = mem_new(1, sizeof *findings);
    if (findings == NULL)
        return error_memory(err, sizeof *findings);
    findings->model = model;
    findings->paths = *paths;
    findings->count = paths->added_before;
    enum status status = OK;
    if (paths->out_itf != NULL && !numbered_has_place(paths->out_itf))
        status = line_file_open(&findings->itf, paths->out_itf, paths->go_on, err);
    if (status == OK && paths->out_schedule != NULL)
        status = prepare_schedules(paths, err);
    if (status == OK && paths->out_dir != NULL)
        status = file_make_folder(paths->out_dir, err);
    if (status == OK && paths->out_dir != NULL && !paths->go_on)
        status = findings_write_index(findings, NULL, 0, err);
    if (status != OK) {
        (void)!findings_close(findings, NULL);
        return status;
    }
    *ret_findings = findings;
    return OK;
}

/* Writes text to the finding's own file; its name goes to ret_file, which may be NULL. */
static enum status write_numbered(const char *path, uint64_t number, const struct buffer *text,
                                  char *ret_file, struct error *err)
{
    char name[PATH_MAX];
    enum status status = numbered_path(path, number, name, err);
    if (status == OK)
        status = file_write_whole(name, text->text, text->length, err);
    if (status == OK && ret_file != NULL)
        (void)snprintf(ret_file, FINDING_FILE_MAX, "%s", name);
    return status;
}

/* The finding's file in the folder, named by property, length and shape. */
static enum status write_to_folder(const struct findings *findings, struct finding *finding,
                                   struct buffer *text, struct error *err)
{
    char path[PATH_MAX];
    assert(findings->paths.out_dir != NULL && finding->shape.name[0] != '\0');
    const struct property *property = &findings->model->class->properties[finding->trace.property];
    const int used = snprintf(path, sizeof path, "%s/%s_%zu_%s.itf.json", findings->paths.out_dir,
                              property->name, finding->trace.property_state, finding->shape.name);
    if (used < 0 || (size_t)used >= sizeof path)
        return error_set(err, ERR_IO, "%.200s…: the path is too long", findings->paths.out_dir);
    buffer_clear(text);
    enum status status = itf_write(findings->model, &finding->trace, ITF_PRETTY, text, err);
    if (status == OK)
        status = file_write_whole(path, text->text, text->length, err);
    if (status == OK)
        (void)snprintf(finding->file, sizeof finding->file, "%.*s", (int)sizeof finding->file - 1, path);
    return status;
}

/* What the replay saw on the way to the state that the finding shows. */
static void note_before(const struct model_class *class, const struct replay_report *report,
                        struct finding *finding)
{
    finding->before_count = 0;
    for (uint32_t p = 0; p < class->property_count; p++) {
        if (class->properties[p].kind == PROPERTY_INVARIANT && report->first_hit[p] != REPLAY_NEVER &&
            report->first_hit[p] < finding->trace.property_state)
            finding->before[finding->before_count++] =
                (struct finding_violation){.property = p, .state = report->first_hit[p]};
    }
}

static enum status check(const struct findings *findings, struct finding *finding, struct error *err)
{
    struct replay_report report;
    const enum status status = replay_written(findings->model, &finding->trace, &report, err);
    if (status != OK)
        return status;
    if (report.outcome != REPLAY_AGREES)
        return error_set(err, ERR_INTERNAL, "a finding does not replay on the model: %.900s", report.message);
    note_before(findings->model->class, &report, finding);
    return OK;
}

enum status findings_add(struct findings *findings, struct finding *finding, struct error *err)
{
    assert(finding->trace.property != PROPERTY_NONE);
    assert(finding->trace.property_state <= finding->trace.step_count);
    const struct findings_paths *paths = &findings->paths;
    enum status status = check(findings, finding, err);
    if (status != OK)
        return status;
    const uint64_t number = ++findings->count;
    struct buffer text;
    buffer_init(&text);
    if (paths->out_itf != NULL) {
        status = itf_write(findings->model, &finding->trace, ITF_LINE, &text, err);
        if (status == OK && findings->itf.file != NULL)
            status = line_file_add(&findings->itf, text.text, text.length, err);
        else if (status == OK)
            status = write_numbered(paths->out_itf, number, &text, finding->file, err);
    }
    if (status == OK && paths->out_schedule != NULL) {
        buffer_clear(&text);
        status = schedule_write(findings->model, &finding->trace, &text, err);
        if (status == OK)
            status = write_numbered(paths->out_schedule, number, &text, NULL, err);
    }
    if (status == OK && paths->out_dir != NULL)
        status = write_to_folder(findings, finding, &text, err);
    buffer_release(&text);
    return status;
}

static void add_finding(struct json_writer *json, const struct model *model, const struct finding *finding,
                        const char *file)
{
    const struct property *property = &model->class->properties[finding->trace.property];
    json_add_object(json, NULL);
    json_add_text(json, "property", property->name);
    json_add_text(json, "kind", property->kind == PROPERTY_INVARIANT ? "invariant" : "example");
    json_add_count(json, "length", finding->trace.property_state);
    json_add_number(json, "sample", finding->has_sample ? (double)finding->sample : JSON_NO_NUMBER);
    if (finding->trace.has_trace_seed)
        json_add_seed(json, "trace_seed", finding->trace.trace_seed);
    else
        json_add_null(json, "trace_seed");
    json_add_text(json, "shape", finding->shape.name);
    json_add_text(json, "shape_text", finding->shape.text);
    json_add_text(json, "shape_here", finding->shape.here);
    json_add_array(json, "violated_before");
    for (size_t i = 0; i < finding->before_count; i++) {
        json_add_object(json, NULL);
        json_add_text(json, "property", model->class->properties[finding->before[i].property].name);
        json_add_count(json, "state", finding->before[i].state);
        json_end(json);
    }
    json_end(json);
    if (finding->replay[0] != '\0')
        json_add_text(json, "replay", finding->replay);
    if (finding->hits > 0)
        json_add_count(json, "hits", finding->hits);
    if (file[0] != '\0')
        json_add_file(json, file);
    else
        json_add_null(json, "file");
    json_end(json);
}

void findings_add_json(struct json_writer *json, const struct model *model, const struct finding *const *list,
                       size_t count, bool in_folder)
{
    json_add_array(json, "findings");
    for (size_t i = 0; i < count; i++) {
        const char *slash = in_folder ? strrchr(list[i]->file, '/') : NULL;
        add_finding(json, model, list[i], slash != NULL ? slash + 1 : list[i]->file);
    }
    json_end(json);
}

enum status findings_write_index(struct findings *findings, const struct finding *const *list, size_t count,
                                 struct error *err)
{
    if (findings->paths.out_dir == NULL)
        return OK;
    char path[PATH_MAX];
    const int used = snprintf(path, sizeof path, "%s/index.json", findings->paths.out_dir);
    if (used < 0 || (size_t)used >= sizeof path)
        return error_set(err, ERR_IO, "%.200s…: the path is too long", findings->paths.out_dir);
    struct json_writer json;
    json_writer_init(&json, JSON_PRETTY);
    json_add_object(&json, NULL);
    findings_add_json(&json, findings->model, list, count, true);
    json_end(&json);
    enum status status = json_writer_status(&json, err);
    if (status == OK)
        status = file_write_whole(path, json.out.text, json.out.length, err);
    json_writer_release(&json);
    return status;
}

const char *findings_single_file(const struct findings *findings)
{
    const char *path = findings->paths.out_itf;
    return path == NULL || numbered_has_place(path) || strcmp(path, "-") == 0 ? NULL : path;
}

bool findings_was_cut(const struct findings *findings)
{
    return findings->itf.cut;
}

enum status findings_close(struct findings *findings, struct error *err)
{
    if (findings == NULL)
        return OK;
    const enum status status = line_file_close(&findings->itf, err);
    mem_free(findings);
    return status;
}
