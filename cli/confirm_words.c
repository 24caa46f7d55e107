/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/confirm_words.h"

#include "base/plain.h"

enum tone { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_FAINT };

/* Sequences that set a tone and end it; empty without colours. */
static const char *tone(const struct confirm_words *words, enum tone tone)
{
    static const char *const sequences[] = {[TONE_PLAIN] = "\033[0m",
                                            [TONE_GOOD] = "\033[32m",
                                            [TONE_BAD] = "\033[1;31m",
                                            [TONE_FAINT] = "\033[2m"};
    return words->color ? sequences[tone] : "";
}

void confirm_words_call(const struct confirm_words *words, const char *question, const char *answer)
{
    fprintf(words->out, "%s         ", tone(words, TONE_FAINT));
    print_plain(words->out, question);
    fputs("\n           ", words->out);
    print_plain(words->out, answer);
    fprintf(words->out, "%s\n", tone(words, TONE_PLAIN));
}

void confirm_words_step(const struct confirm_words *words, size_t state, const char *action,
                        const struct system_step *step)
{
    static const char *const outcomes[] = {[SYSTEM_AS_PREDICTED] = "ok",
                                           [SYSTEM_OUTAGE] = "outage",
                                           [SYSTEM_UNEXPECTED] = "diverged",
                                           [SYSTEM_REFUSED] = "refused"};
    const bool good = step->outcome == SYSTEM_AS_PREDICTED;
    fprintf(words->out, "  %5zu  %-12s  %s%-8s%s  ", state, action, tone(words, good ? TONE_GOOD : TONE_BAD),
            good && (step->difference != NULL || step->is_note) ? "note" : outcomes[step->outcome],
            tone(words, TONE_PLAIN));
    print_plain(words->out, step->detail);
    fputs(step->detail[0] != '\0' && step->watched[0] != '\0' ? "; " : "", words->out);
    print_plain(words->out, step->watched);
    if (step->difference != NULL)
        fprintf(words->out, " (%s)", step->difference->name);
    fputc('\n', words->out);
}

void confirm_words_head(const struct confirm_words *words, const struct itf_trace *itf, const char *property)
{
    print_line(words->out, "%s[%zu]: %zu states%s%s", itf->file, itf->index, itf->state_count,
               property != NULL ? ", " : "", property != NULL ? property : "");
}

/* " [not as expected; still failing]", " [fixed: confirmed in the baseline]", or nothing. */
static void print_mark(const struct confirm_words *words, const struct confirm_judgement *judgement)
{
    switch (judgement->change) {
    case BASELINE_NONE:
    case BASELINE_NEW:
    case BASELINE_UNCHANGED:
        fputs(judgement->expected ? "" : " [not as expected]", words->out);
        break;
    case BASELINE_FIXED:
        fprintf(words->out, " %s[fixed: %s in the baseline]%s", tone(words, TONE_GOOD), judgement->before,
                tone(words, TONE_PLAIN));
        break;
    case BASELINE_STILL_FAILING:
        fprintf(words->out, " [not as expected; still failing: %s in the baseline]", judgement->before);
        break;
    case BASELINE_NEW_FAILURE:
        fprintf(words->out, " [not as expected; new failure: %s in the baseline]",
                judgement->before != NULL ? judgement->before : "not");
        break;
    }
}

void confirm_words_verdict(const struct confirm_words *words, const struct confirm_judgement *judgement)
{
    const struct confirm_result *result = judgement->result;
    FILE *out = words->out;
    if (words->quiet) {
        print_plain(out, judgement->itf->file);
        fprintf(out, "[%zu]: ", judgement->itf->index);
    } else {
        fputs("  ", out);
    }
    fprintf(out, "%s%s%s", tone(words, judgement->expected ? TONE_GOOD : TONE_BAD),
            confirm_verdict_name(result->verdict), tone(words, TONE_PLAIN));
    if (result->failed)
        fprintf(out, " at state %zu (%s)", result->fail_state, result->fail_action);
    if (result->message[0] != '\0') {
        fputs(": ", out);
        print_plain(out, result->message);
    }
    print_mark(words, judgement);
    fputc('\n', out);
    if (result->shown.length > 0)
        print_line(out, "  %s", result->shown.text);
    for (size_t i = 0; i < result->difference_count; i++)
        fprintf(out, "  known difference %s at state %zu: %s\n", result->differences[i].known->name,
                result->differences[i].state, result->differences[i].known->help);
    if (result->note.length > 0)
        print_line(out, "  note: %s", result->note.text);
}

void confirm_words_count(const struct confirm_words *words, size_t total, size_t as_expected,
                         size_t not_judged, const size_t *counts)
{
    fprintf(words->out, "%zu trace%s", total, total == 1 ? "" : "s");
    const char *separator = ": ";
    for (enum confirm_verdict v = CONFIRM_CONFIRMED; v < CONFIRM_VERDICTS; v++) {
        if (counts[v] == 0)
            continue;
        fprintf(words->out, "%s%zu %s", separator, counts[v], confirm_verdict_name(v));
        separator = ", ";
    }
    fprintf(words->out, "; %zu as expected, %zu not", as_expected, total - as_expected);
    if (not_judged > 0)
        fprintf(words->out, "; %zu not judged", not_judged);
    fputc('\n', words->out);
}

void confirm_words_changes(const struct confirm_words *words, const char *path,
                           const struct baseline *baseline, const size_t *counts)
{
    enum { LISTED = 5 };
    fputs("against ", words->out);
    print_plain(words->out, path);
    const char *separator = ": ";
    for (int c = BASELINE_CHANGE_COUNT - 1; c > BASELINE_NONE; c--) {
        if (counts[c] == 0)
            continue;
        fprintf(words->out, "%s%zu %s", separator, counts[c], baseline_change_name((enum baseline_change)c));
        separator = ", ";
    }
    fputc('\n', words->out);
    const char *file;
    size_t index, missing = 0;
    for (size_t at = 0; baseline_next_missing(baseline, &at, &file, &index); missing++) {
        if (missing < LISTED)
            print_line(words->out, "  not looked at, but in the baseline: %s[%zu]", file, index);
    }
    if (missing > LISTED)
        fprintf(words->out, "  and %zu more\n", missing - LISTED);
}
