/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/trace_files.h"

#include "base/command.h"

static void note(int *code, enum status status, const struct error *err)
{
    const int failed = message_failure(status, err);
    if (*code == EXIT_NOTHING_FOUND)
        *code = failed;
}

static bool ends_all(enum status status)
{
    return status == ERR_IO || status == ERR_STOPPED || status == ERR_MEMORY;
}

void trace_files_tell_others(const struct itf_trace *itf, bool *told)
{
    struct buffer names;
    if (*told || itf->other_variable_count == 0)
        return;
    *told = true;
    buffer_init(&names);
    for (size_t i = 0; i < itf->other_variable_count; i++)
        buffer_format(&names, "%s%.60s", i == 0 ? "" : ", ", itf->other_variables[i]);
    message_warning("%s: trace %zu: variables that the model does not have are skipped: %s%s", itf->file,
                    itf->index, names.text, itf->has_more_others ? ", and others" : "");
    buffer_release(&names);
}

/* Returns false when the remaining files are not to be looked at. */
static bool visit_file(const char *path, const struct trace_visitor *visitor, bool *told, int *code)
{
    struct error err = {{0}};
    struct itf_reader *reader = NULL;
    struct itf_trace itf;
    enum status status = itf_reader_open(path, visitor->class, &reader, &err);
    if (status != OK) {
        note(code, status, &err);
        return true;
    }
    itf_trace_init(&itf);
    for (bool found = true; found;) {
        status = itf_reader_next(reader, &itf, &found, &err);
        if (status == OK && found) {
            if (!visitor->quiet)
                trace_files_tell_others(&itf, told);
            status = visitor->visit(visitor->context, &itf, &err);
            if (status != OK && !ends_all(status))
                (void)error_prefix(&err, status, "%s: trace %zu: ", itf.file, itf.index);
        }
        if (status != OK)
            note(code, status, &err);
        if (ends_all(status))
            break;
    }
    itf_trace_release(&itf);
    itf_reader_close(reader);
    return !ends_all(status);
}

int trace_files_visit(char *const *paths, size_t count, const struct trace_visitor *visitor)
{
    int code = EXIT_NOTHING_FOUND;
    bool told = false;
    for (size_t i = 0; i < count; i++) {
        if (!visit_file(paths[i], visitor, &told, &code))
            break;
    }
    return code;
}
