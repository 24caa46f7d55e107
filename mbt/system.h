/* SPDX-License-Identifier: Apache-2.0 */
/* A real system that traces are carried out on, as those who judge it know it: what a driver of one must do.
 *
 * A driver is a table of functions. open gives a system that is ready; reset begins a trace, step carries out
 * one action and says how the system took it, observe looks at the system in between. What the driver
 * compares, and where its system is known to differ from the model, is its own business: it says so in
 * outcomes, texts and named differences. What it sees of the system's state it hands on as values.
 *
 * A system belongs to the thread that opened it, which also closes it. */
#ifndef RACEWALK_MBT_SYSTEM_H
#define RACEWALK_MBT_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/command.h"
#include "mbt/itf_reader.h"

enum system_outcome {
    SYSTEM_AS_PREDICTED,
    SYSTEM_OUTAGE,     /* what is watched is lost: the system violates the property */
    SYSTEM_UNEXPECTED, /* an answer that the model does not predict */
    SYSTEM_REFUSED     /* the system does not take the action now, and nothing has changed */
};

/* What a system is known to do with an action at this moment. */
enum system_offer {
    SYSTEM_UNSAID, /* the driver does not know */
    SYSTEM_TAKES,
    SYSTEM_REFUSES, /* and changes nothing */
    SYSTEM_LACKS    /* it cannot be asked for in the way that the model means it */
};

/* Bits of a look's draw. */
#define SYSTEM_LAST_LOOK (UINT64_C(1) << 62)
#define SYSTEM_CALL      (UINT64_C(1) << 61)

#define SYSTEM_DETAIL_SIZE     256
#define SYSTEM_ASPECT_SIZE     64
#define SYSTEM_MESSAGE_SIZE    768
#define SYSTEM_DIFFERENCES_MAX 8

/* A way in which the system is known to differ from the model. Rows of a driver's table. */
struct known_difference {
    const char *name;
    const char *help; /* what the two do, as a clause */
};

/* One that a trace has come to. */
struct system_difference {
    const struct known_difference *known;
    size_t state; /* the first one that it shows at */
};

/* Paths (mbt/state_path.h) of what names the action in a state, and of its arguments; NULL: see
 * mbt/trace_action.h. */
struct action_paths {
    const char *action, *picks;
};

/* An action that a system is asked for. */
struct system_action {
    const char *name;  /* as traces spell it */
    struct value args; /* a record, by the arguments' names; of no fields when there are none */
};

/* What came of one action. */
struct system_step {
    enum system_outcome outcome;
    bool is_pending; /* it was asked for, and its effect was not seen within the driver's time */
    bool is_note;    /* as predicted, or let pass, and yet worth a look */
    bool is_other;   /* of an outage: it is not the one that the trace shows, even at the same state */
    struct value
        violates; /* a list of the invariants that the system is said to violate, by name; null: nothing
                              was said. The system's, as observed. Of an outage, those that make it one */
    struct value observed; /* what the system shows of its state: a record by names or paths of variables;
                              null: nothing. The system's, until it is asked for anything else */
    const struct known_difference *difference; /* that shows here; NULL: none */
    char detail[SYSTEM_DETAIL_SIZE];           /* what was done */
    char watched[SYSTEM_DETAIL_SIZE];          /* what is watched, as it is then; empty when not looked at */
    char message[SYSTEM_MESSAGE_SIZE];         /* what is wrong; empty when nothing is */
    /* In lockstep: which of its ways the action went ("installed", "refused: stale"), and of what is wrong
     * what all differences of its kind have in common ("state: clients[].term"). May be empty. */
    char branch[SYSTEM_ASPECT_SIZE], aspect[SYSTEM_ASPECT_SIZE];
};

/* Both may be NULL. on_call: each question with its answer, in order, what crossed the wire in full. on_words:
 * each line that the system's own program wrote to its standard error, as any bytes but NUL and newline. */
struct system_observer {
    void (*on_call)(void *user, const char *question, const char *answer);
    void (*on_words)(void *user, const char *line);
    void *user;
};

/* What the command line has beside the driver's own options. */
struct system_request {
    const struct option_set *options;
    const struct model_class *class;
    uint32_t guards;     /* for systems that are started here */
    int64_t jobs;        /* systems at a time */
    bool is_for_shrink;  /* the options are the rows shrink_rows; otherwise confirm_rows, */
    bool is_for_conform; /* or none but the connection's */
};

/* Rows of options, and rules about them. */
struct system_rows {
    const struct option *rows;
    size_t count;
    const struct option_rule *rules;
    size_t rule_count;
};

struct system_driver {
    const char *name;                             /* of the kind of system, one word */
    struct system_rows confirm_rows, shrink_rows; /* that these commands have for it */
    struct option_group connection_rows;          /* and that say how it is reached */
    bool takes_any; /* traces of any model (itf_reader_take_any); otherwise of the class only */
    const char *loss,
        *no_loss; /* what the model does in an outage, and otherwise: "loses it", "does not lose it" */
    const char *confirm_notes; /* about verdicts and differences: paragraphs for --help, with line ends */

    /* How systems are opened: what the options say, read once. A type of the driver's own. ERR_USAGE when
     * they exclude each other. What they hold is borrowed. */
    enum status (*setup_new)(const struct system_request *request, void **ret_setup, struct error *err);
    void (*setup_free)(void *setup); /* NULL is fine */
    /* True when systems are started here, one for each that asks; otherwise there is one, which runs
     * already. */
    bool (*is_own)(const void *setup);
    /* Where states of traces name their actions; NULL: where they do by themselves. */
    struct action_paths (*action_paths)(const void *setup);

    /* Gets a system ready, or reaches the one that runs. Borrows the setup, copies the observer. */
    enum status (*open)(const void *setup, const struct system_observer *observer, void **ret_system,
                        struct error *err);
    void (*close)(void *system); /* NULL is fine */

    /* From now on what the trace's property is about is watched, whatever later traces show. */
    void (*focus)(void *system, const struct itf_trace *itf);
    /* The action Init: begins the trace, which is a run of the model, and is borrowed until the next reset.
     * ERR_IO when the system cannot be reached, or is none; ERR_DATA when it cannot be told. */
    enum status (*reset)(void *system, const struct itf_trace *itf, struct system_step *ret_step,
                         struct error *err);
    /* Any other action. expected is the state that it leads to in the model, a record of variables; NULL: in
     * the model the action is not enabled, so that the system ought to refuse it. Errors as of reset; an
     * answer of any other kind is an outcome. */
    enum status (*step)(void *system, const struct system_action *action, const struct value *expected,
                        struct system_step *ret_step, struct error *err);
    /* Looks at the system and changes nothing: what it shows, as step->observed. Errors as of reset. NULL:
     * this driver cannot. */
    enum status (*observe)(void *system, struct value *ret_observed, struct error *err);
    /* In lockstep (itf->is_lockstep at the reset). Both may be NULL: then a system is asked for whatever the
     * model has, and there is nothing else to look at. What the system does with the action now, as far as
     * the driver knows, and the difference that this comes of, or NULL. */
    enum system_offer (*offers)(const void *system, const struct system_action *action,
                                const struct known_difference **ret_difference);
    /* Looks at something that no action asks for, chosen by the draw, and changes nothing. With
     * SYSTEM_LAST_LOOK in the draw nothing follows but a reset: then the system may be restarted. With
     * SYSTEM_CALL it is no look, but any call of the system's interface, which the draw chooses, judged by what
     * must hold whatever happens; the model is left behind, and only such calls follow. */
    enum status (*look)(void *system, uint64_t draw, struct system_step *ret_step, struct error *err);
    /* The invariant that an outage violates, by name, while this trace is carried out; NULL: none. */
    const char *(*property)(const void *system, const struct itf_trace *itf);

    /* About the trace that was begun last. */
    size_t (*differences)(const void *system, struct system_difference differences[SYSTEM_DIFFERENCES_MAX]);
    /* True when the system has left the trace's course without a wrong answer. */
    bool (*has_departed)(const void *system);
    /* That nothing was lost, as a clause; what limits the verdict, on one line, or nothing. */
    void (*tell_kept)(const void *system, struct buffer *out);
    void (*tell_limits)(const void *system, struct buffer *out);
    /* After a divergence: appends what the system shows, as one line. The trace cannot go on. */
    void (*tell_shown)(void *system, struct buffer *out);
};

#endif
