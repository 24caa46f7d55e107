/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/driver/driver_session.h"

#include <stdio.h>
#include <string.h>

#include "mbt/driver/driver_compare.h"

enum { ARGS_SHOWN = 160, STATE_SHOWN = 160 };

void driver_forget(struct driver_session *session, const struct itf_trace *itf)
{
    session->itf = itf;
    session->state = 0;
    session->says_violates = false;
    session->shown_count = 0;
    memset(session->seen, 0, sizeof session->seen);
    session->differences = session->refusals = session->others = (struct driver_tally){.count = 0};
}

/* A value in a field of a step. */
static void print_into(char *field, size_t size, const char *lead, const struct value *value, size_t limit)
{
    struct buffer text;
    buffer_init(&text);
    value_print(&text, value, limit);
    (void)snprintf(field, size, "%s%s", lead, text.text);
    buffer_release(&text);
}

void driver_describe_args(const struct system_action *action, struct system_step *step)
{
    if (action->args.count > 0)
        print_into(step->detail, sizeof step->detail, "", &action->args, ARGS_SHOWN);
}

static void note_seen(struct driver_session *session, const struct value *state)
{
    for (uint32_t i = 0; i < state->count; i++) {
        for (size_t n = 0; n < session->observes.count; n++)
            session->seen[n] =
                session->seen[n] || value_is_string(&state->items[2 * i], session->observes.texts[n]);
    }
}

enum status driver_count_differences(struct driver_session *session, const struct driver_answer *answer,
                                     const struct value *expected, size_t *ret_count, struct error *err)
{
    *ret_count = 0;
    buffer_clear(&session->text);
    if (answer->state.kind == VALUE_NULL || expected == NULL)
        return OK;
    arena_clear(&session->values);
    session->shown_count += answer->state.count;
    note_seen(session, &answer->state);
    const enum status status =
        driver_compare(expected, &answer->state, &session->values, &session->text, ret_count, err);
    return status == ERR_DATA ? ERR_IO : status; /* the driver's fault, not the trace's */
}

static void tally(struct driver_tally *tally, size_t state, const char *text, char *first, size_t size)
{
    if (tally->count++ > 0)
        return;
    tally->first = state;
    (void)snprintf(first, size, "%s", text);
}

/* --- violations --- */

static bool names_property(const struct value *violates, const char *name)
{
    for (uint32_t i = 0; i < violates->count; i++) {
        if (value_is_string(&violates->items[i], name))
            return true;
    }
    return false;
}

/* The driver says that the system violates something. Of a trace that shows the violation of one invariant, the
 * others are notes, for the model may well violate them, too. */
static void judge_violation(struct driver_session *session, const struct value *violates, size_t differences,
                            struct system_step *step)
{
    struct buffer text;
    const char *name = session->itf->violation != ITF_NO_STATE ? session->itf->property_name : NULL;
    buffer_init(&text);
    buffer_string(&text, "the system violates ");
    for (uint32_t i = 0; i < violates->count; i++)
        buffer_format(&text, "%s%.100s", i > 0 ? ", " : "", violates->items[i].text);
    step->violates = *violates;
    if (name == NULL || names_property(violates, name)) {
        if (differences > 0)
            buffer_format(&text, "; %s", session->text.text);
        step->outcome = SYSTEM_OUTAGE;
        step->is_other = differences > 0 && !session->setup->by_violation;
        (void)snprintf(step->message, sizeof step->message, "%s", text.text);
    } else {
        tally(&session->others, session->state, text.text, session->first_other, sizeof session->first_other);
        step->is_note = true;
    }
    buffer_release(&text);
}

/* The trace's violation is at this state, and a driver that never says what is violated has shown this very
 * state. */
static bool is_reached_by_state(const struct driver_session *session, const struct driver_answer *answer,
                                const struct value *expected)
{
    return expected != NULL && session->state == session->itf->violation && !session->says_violates &&
           answer->state.kind != VALUE_NULL && answer->state.count > 0 && !session->setup->by_violation &&
           session->differences.count == 0 && session->refusals.count == 0;
}

/* --- answers --- */

static void judge_refusal(struct driver_session *session, const char *why, struct system_step *step)
{
    if (session->setup->by_violation) {
        tally(&session->refusals, session->state, why, session->first_refusal, sizeof session->first_refusal);
        step->is_note = true;
        (void)snprintf(step->watched, sizeof step->watched, "refused, and left out: %.200s", why);
        return;
    }
    step->outcome = SYSTEM_REFUSED;
    (void)snprintf(step->message, sizeof step->message, "the system refuses: %.600s", why);
}

static void judge_differences(struct driver_session *session, bool is_settled, struct system_step *step)
{
    if (session->setup->by_violation) {
        tally(&session->differences, session->state, session->text.text, session->first_difference,
              sizeof session->first_difference);
        step->is_note = true;
        (void)snprintf(step->watched, sizeof step->watched, "%.*s", (int)sizeof step->watched - 1,
                       session->text.text);
        return;
    }
    step->outcome = SYSTEM_UNEXPECTED;
    if (is_settled)
        (void)snprintf(step->message, sizeof step->message, "%s", session->text.text);
    else
        (void)snprintf(step->message, sizeof step->message, "%.600s (waited for %g seconds)",
                       session->text.text, (double)session->setup->settle_ms / 1000);
}

/* Waited for, and the driver still calls it pending. */
static void judge_pending(struct driver_session *session, struct system_step *step)
{
    buffer_clear(&session->text);
    buffer_string(&session->text, "the driver still says pending");
    judge_differences(session, false, step);
}

enum status driver_judge(struct driver_session *session, const struct driver_answer *answer,
                         const struct value *expected, bool is_settled, struct system_step *step,
                         struct error *err)
{
    size_t differences = 0;
    session->says_violates = session->says_violates || answer->says_violates;
    step->observed = answer->state;
    const enum status status = answer->reply == DRIVER_REFUSED
                                   ? OK
                                   : driver_count_differences(session, answer, expected, &differences, err);
    if (status != OK)
        return status;
    if (answer->state.kind != VALUE_NULL)
        print_into(step->watched, sizeof step->watched, "", &answer->state, STATE_SHOWN);
    if (answer->violates.count > 0)
        judge_violation(session, &answer->violates, differences, step);
    if (step->outcome != SYSTEM_AS_PREDICTED)
        return OK;
    if (answer->reply == DRIVER_REFUSED)
        judge_refusal(session, answer->why, step);
    else if (differences > 0)
        judge_differences(session, is_settled, step);
    else if (answer->reply == DRIVER_PENDING && expected != NULL)
        judge_pending(session, step);
    else if (is_reached_by_state(session, answer, expected)) {
        step->outcome = SYSTEM_OUTAGE;
        (void)snprintf(step->message, sizeof step->message, "the system shows the state that violates %s",
                       session->itf->property_name != NULL ? session->itf->property_name : "the invariant");
    }
    return OK;
}

/* --- about the whole trace --- */

bool driver_has_departed(const struct driver_session *session)
{
    return session->differences.count > 0 || session->refusals.count > 0;
}

void driver_tell_kept(const struct driver_session *session, struct buffer *out)
{
    const char *name = session->itf->property_name;
    if (session->says_violates)
        buffer_format(out, "the driver reports no violation of %.100s",
                      name != NULL ? name : "the invariant");
    else
        buffer_string(out, "the driver reports no violation");
}

static void tell_unseen(const struct driver_session *session, struct buffer *out, const char **separator)
{
    const char *lead = "the driver has never shown ";
    for (size_t n = 0; n < session->observes.count; n++) {
        if (session->seen[n])
            continue;
        buffer_format(out, "%s%s%.100s", *separator, lead, session->observes.texts[n]);
        *separator = "";
        lead = ", ";
    }
    if (lead[0] == ',')
        *separator = "; ";
}

void driver_tell_limits(const struct driver_session *session, struct buffer *out)
{
    const char *separator = "";
    if (session->refusals.count > 0) {
        buffer_format(out, "%zu step%s refused, the first at state %zu: %s", session->refusals.count,
                      session->refusals.count == 1 ? " was" : "s were", session->refusals.first,
                      session->first_refusal);
        separator = "; ";
    }
    if (session->differences.count > 0) {
        buffer_format(out, "%s%zu state%s from the model's, the first at state %zu: %s", separator,
                      session->differences.count, session->differences.count == 1 ? " differs" : "s differ",
                      session->differences.first, session->first_difference);
        separator = "; ";
    }
    if (session->shown_count == 0) {
        buffer_format(
            out, "%sthe driver shows nothing of the system's state: only refusals and violations are judged",
            separator);
        separator = "; ";
    } else {
        tell_unseen(session, out, &separator);
    }
    if (!session->says_violates && session->itf->violation != ITF_NO_STATE)
        buffer_format(out, "%sthe driver never says what is violated%s", separator,
                      session->setup->by_violation ? ": nothing can be said of that"
                                                   : ": judged by its states");
}
