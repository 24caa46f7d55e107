/* SPDX-License-Identifier: Apache-2.0 */
/* What racewalk confirm prints for people, as it goes. Main thread. */
#ifndef RACEWALK_CLI_CONFIRM_WORDS_H
#define RACEWALK_CLI_CONFIRM_WORDS_H

#include <stdio.h>

#include "mbt/baseline.h"
#include "mbt/confirm.h"

/* A verdict about a trace, and what it means. Everything is borrowed. */
struct confirm_judgement {
    const struct itf_trace *itf;
    size_t line;          /* where the trace begins in its file, from 1 */
    const char *property; /* NULL: none */
    const struct confirm_result *result;
    double seconds;
    bool expected;
    bool known; /* not as expected, but no reason to fail: it did not do better before */
    enum baseline_change change;
    const char *before; /* the verdict of the baseline; NULL: none */
};

struct confirm_words {
    FILE *out;
    bool color, quiet;
};

void confirm_words_head(const struct confirm_words *words, const struct itf_trace *itf, const char *property);
void confirm_words_step(const struct confirm_words *words, size_t state, const char *action,
                        const struct system_step *step);
void confirm_words_call(const struct confirm_words *words, const char *question, const char *answer);
void confirm_words_verdict(const struct confirm_words *words, const struct confirm_judgement *judgement);
/* counts are by verdict; not_judged are files, too, that could not be read. */
void confirm_words_count(const struct confirm_words *words, size_t total, size_t as_expected,
                         size_t not_judged, const size_t *counts);
/* counts are by change; the traces of the baseline that nobody asked for are listed. */
void confirm_words_changes(const struct confirm_words *words, const char *path,
                           const struct baseline *baseline, const size_t *counts);

#endif
