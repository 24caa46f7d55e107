/* SPDX-License-Identifier: Apache-2.0 */
/* The traces of many files, one after the other, for commands that look at each. Main thread. */
#ifndef RACEWALK_CLI_TRACE_FILES_H
#define RACEWALK_CLI_TRACE_FILES_H

#include "mbt/itf_reader.h"

struct trace_visitor {
    const struct model_class *class;
    void *context;
    bool quiet; /* no warnings */
    /* Called for each trace. A failure is reported as an error of that trace ("FILE: trace 2: …"), and the
     * next one follows, unless it is ERR_IO or ERR_STOPPED, which end it all. */
    enum status (*visit)(void *context, const struct itf_trace *itf, struct error *err);
};

/* Visits all; a file or a trace that cannot be read is reported, and the next one follows. Returns the exit
 * status of the first failure, or EXIT_NOTHING_FOUND. */
int trace_files_visit(char *const *paths, size_t count, const struct trace_visitor *visitor);

/* Warns of variables of the trace that its class does not have and that are skipped; once: told remembers it.
 */
void trace_files_tell_others(const struct itf_trace *itf, bool *told);

#endif
