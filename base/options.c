/* SPDX-License-Identifier: Apache-2.0 */
#include "base/options.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct option_value {
    const struct option *row;
    bool given;
    bool in_environment; /* and given there */
    bool present;
    bool flag;
    bool is_word;
    int64_t low, high; /* an integer is low */
    uint64_t seed;
    double real;
    const char *text;
    const char **list;
    size_t list_count;
    char *split; /* a copy of the texts that were cut at commas */
};

struct option_set {
    struct option_value values[OPTIONS_MAX];
    size_t count;
    char **operands;
    size_t operand_count;
};

struct option_set *option_set_new(const struct option_group *groups, size_t group_count)
{
    struct option_set *set = mem_new(1, sizeof *set);
    if (set == NULL)
        return NULL;
    for (size_t g = 0; g < group_count; g++) {
        for (size_t i = 0; i < groups[g].count; i++) {
            assert(set->count < OPTIONS_MAX);
            set->values[set->count++].row = &groups[g].rows[i];
        }
    }
    return set;
}

void option_set_free(struct option_set *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->count; i++) {
        mem_free(set->values[i].list);
        mem_free(set->values[i].split);
    }
    mem_free(set->operands);
    mem_free(set);
}

static struct option_value *find(struct option_set *set, const char *name, size_t length)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strlen(set->values[i].row->name) == length && memcmp(set->values[i].row->name, name, length) == 0)
            return &set->values[i];
    }
    return NULL;
}

/* A decimal integer from the whole of [text, end); false when it is not one. One that does not fit becomes
 * the nearest that does, which is beyond the limits of every row. */
static bool read_int(const char *text, const char *end, int64_t *ret)
{
    if (text == end || isspace((unsigned char)text[0]))
        return false;
    char *stop;
    *ret = strtoll(text, &stop, 10);
    return stop == end;
}

static enum status out_of_range(const struct option *row, const char *text, struct error *err)
{
    return error_set(err, ERR_USAGE, "--%s %s: must be between %lld and %lld", row->name, text,
                     (long long)row->min, (long long)row->max);
}

static enum status set_int(struct option_value *value, const char *text, struct error *err)
{
    const struct option *row = value->row;
    int64_t n;
    if (row->word != NULL && strcmp(text, row->word) == 0) {
        value->is_word = true;
        return OK;
    }
    if (!read_int(text, text + strlen(text), &n))
        return error_set(err, ERR_USAGE, "--%s '%s': a whole number%s%s was expected", row->name, text,
                         row->word != NULL ? " or " : "", row->word != NULL ? row->word : "");
    if (n < row->min || n > row->max)
        return out_of_range(row, text, err);
    value->low = n;
    return OK;
}

static enum status set_range(struct option_value *value, const char *text, struct error *err)
{
    const struct option *row = value->row;
    const char *colon = strchr(text, ':');
    const char *end = text + strlen(text);
    int64_t low, high;
    if (!read_int(text, colon != NULL ? colon : end, &low) ||
        !read_int(colon != NULL ? colon + 1 : text, end, &high))
        return error_set(err, ERR_USAGE, "--%s '%s': LOW:HIGH was expected, as in 100:120", row->name, text);
    if (low < row->min || high > row->max)
        return out_of_range(row, text, err);
    if (low > high)
        return error_set(err, ERR_USAGE, "--%s %s: the first number must not exceed the second", row->name,
                         text);
    value->low = low;
    value->high = high;
    return OK;
}

static enum status set_seed(struct option_value *value, const char *text, struct error *err)
{
    const bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    char *stop;
    errno = 0;
    const unsigned long long n = strtoull(text, &stop, hex ? 16 : 10);
    if (!isdigit((unsigned char)text[0]) || errno != 0 || *stop != '\0' || (hex && text[2] == '\0'))
        return error_set(err, ERR_USAGE, "--%s '%s': a 64-bit seed was expected, decimal or 0x…",
                         value->row->name, text);
    value->seed = n;
    return OK;
}

static enum status set_real(struct option_value *value, const char *text, struct error *err)
{
    char *stop;
    errno = 0;
    const double n = strtod(text, &stop);
    if (text[0] == '\0' || isspace((unsigned char)text[0]) || errno != 0 || *stop != '\0' || !(n >= 0.0) ||
        n > 1e15)
        return error_set(err, ERR_USAGE, "--%s '%s': a number of at least 0 was expected", value->row->name,
                         text);
    value->real = n;
    return OK;
}

static enum status list_append(struct option_value *value, const char *text, struct error *err)
{
    if (text[0] == '\0')
        return error_set(err, ERR_USAGE, "--%s: an empty name", value->row->name);
    if (value->list_count == OPTION_LIST_MAX)
        return error_set(err, ERR_USAGE, "--%s: at most %d are taken", value->row->name, OPTION_LIST_MAX);
    const char **list = mem_resize(value->list, value->list_count + 1, sizeof *list);
    if (list == NULL)
        return error_memory(err, (value->list_count + 1) * sizeof *list);
    list[value->list_count++] = text;
    value->list = list;
    return OK;
}

static enum status set_list(struct option_value *value, const char *text, struct error *err)
{
    if (!value->row->commas || strchr(text, ',') == NULL)
        return list_append(value, text, err);
    /* The parts live in one copy a set; a second --name with commas would invalidate them, so it is joined.
     */
    if (value->split != NULL)
        return error_set(err, ERR_USAGE, "--%s: give all names in one list with commas", value->row->name);
    value->split = mem_copy_string(text);
    if (value->split == NULL)
        return error_memory(err, strlen(text) + 1);
    for (char *part = value->split; part != NULL;) {
        char *comma = strchr(part, ',');
        if (comma != NULL)
            *comma = '\0';
        const enum status status = list_append(value, part, err);
        if (status != OK)
            return status;
        part = comma != NULL ? comma + 1 : NULL;
    }
    return OK;
}

/* The choices as a sentence has them: "line, pretty or array". */
static void join_choices(const char *choices, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (const char *at = choices; *at != '\0' && used < size;) {
        const size_t word = strcspn(at, " ");
        const bool last = at[word] == '\0';
        used += (size_t)snprintf(out + used, size - used, "%s%.*s",
                                 at == choices ? ""
                                 : last        ? " or "
                                               : ", ",
                                 (int)word, at);
        at += last ? word : word + 1;
    }
}

static bool is_choice(const char *choices, const char *text)
{
    const size_t length = strlen(text);
    for (const char *at = choices; *at != '\0';) {
        const size_t word = strcspn(at, " ");
        if (word == length && memcmp(at, text, length) == 0)
            return true;
        at += at[word] == '\0' ? word : word + 1;
    }
    return false;
}

static enum status set_text(struct option_value *value, const char *text, struct error *err)
{
    const struct option *row = value->row;
    if (row->choices != NULL && !is_choice(row->choices, text)) {
        char choices[256];
        join_choices(row->choices, choices, sizeof choices);
        return error_set(err, ERR_USAGE, "--%s '%.64s': %s was expected", row->name, text, choices);
    }
    value->text = text;
    return OK;
}

static enum status set_value(struct option_value *value, const char *text, struct error *err)
{
    value->present = true;
    switch (value->row->kind) {
    case OPTION_FLAG:
        value->flag = true;
        return OK;
    case OPTION_INT:
        return set_int(value, text, err);
    case OPTION_RANGE:
        return set_range(value, text, err);
    case OPTION_SEED:
        return set_seed(value, text, err);
    case OPTION_REAL:
        return set_real(value, text, err);
    case OPTION_TEXT:
        return set_text(value, text, err);
    case OPTION_LIST:
        return set_list(value, text, err);
    }
    assert(false && "option kind");
    return ERR_INTERNAL;
}

static size_t edit_distance(const char *a, const char *b)
{
    enum { LENGTH_MAX = 64 };
    const size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > LENGTH_MAX || b_length > LENGTH_MAX)
        return LENGTH_MAX;
    size_t row[LENGTH_MAX + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t best = replaced;
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[b_length];
}

const char *nearest_name(const char *wrong, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = strlen(wrong) / 2 + 1;
    for (size_t i = 0; i < count; i++) {
        const size_t distance = edit_distance(wrong, names[i]);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

static enum status unknown_option(const struct option_set *set, const char *arg, size_t length,
                                  struct error *err)
{
    char wrong[64];
    const size_t kept = length < sizeof wrong ? length : sizeof wrong - 1;
    memcpy(wrong, arg, kept);
    wrong[kept] = '\0';
    const char *names[OPTIONS_MAX];
    for (size_t i = 0; i < set->count; i++)
        names[i] = set->values[i].row->name;
    const char *nearest = nearest_name(wrong, names, set->count);
    if (nearest != NULL)
        return error_set(err, ERR_USAGE, "unknown option --%s; did you mean --%s?", wrong, nearest);
    return error_set(err, ERR_USAGE, "unknown option --%s; --help lists them all", wrong);
}

/* One "--name…" argument; *at moves past a value that stands alone. */
static enum status parse_option(struct option_set *set, int argc, char *const argv[], int *at,
                                struct error *err)
{
    const char *arg = argv[*at] + 2;
    const char *equals = strchr(arg, '=');
    const size_t length = equals != NULL ? (size_t)(equals - arg) : strlen(arg);
    struct option_value *value = find(set, arg, length);
    if (value == NULL)
        return unknown_option(set, arg, length, err);
    const struct option *row = value->row;
    const char *text = equals != NULL ? equals + 1 : NULL;
    if (row->kind == OPTION_FLAG && text != NULL)
        return error_set(err, ERR_USAGE, "--%s takes no value", row->name);
    if (row->kind != OPTION_FLAG && text == NULL) {
        if (*at + 1 >= argc)
            return error_set(err, ERR_USAGE, "--%s needs a value: --%s %s", row->name, row->name,
                             row->metavar);
        text = argv[++*at];
    }
    if (value->given && row->kind != OPTION_LIST && row->kind != OPTION_FLAG)
        return error_set(err, ERR_USAGE, "--%s was given twice", row->name);
    value->given = true;
    return set_value(value, text, err);
}

/* What was not given comes from its environment variable, then from its default. */
static enum status fill_in(struct option_set *set, struct error *err)
{
    for (size_t i = 0; i < set->count; i++) {
        struct option_value *value = &set->values[i];
        if (value->given)
            continue;
        const struct option *row = value->row;
        const char *text = row->env != NULL ? getenv(row->env) : NULL;
        if (text != NULL && text[0] != '\0') {
            if (row->kind == OPTION_FLAG && strcmp(text, "0") == 0)
                continue;
            value->given = value->in_environment = true;
            const enum status status = set_value(value, text, err);
            if (status != OK)
                return error_prefix(err, status, "%s in the environment: ", row->env);
        } else if (row->default_text != NULL) {
            const enum status status = set_value(value, row->default_text, err);
            assert(status == OK && "an option's default must be valid");
        }
    }
    return OK;
}

enum status option_set_parse(struct option_set *set, int argc, char *const argv[], struct error *err)
{
    set->operands = mem_new((size_t)argc + 1, sizeof *set->operands);
    if (set->operands == NULL)
        return error_memory(err, ((size_t)argc + 1) * sizeof *set->operands);
    bool options_ended = false;
    for (int at = 0; at < argc; at++) {
        const char *arg = argv[at];
        if (options_ended || arg[0] != '-' || arg[1] == '\0') {
            if (set->operand_count == OPERANDS_MAX)
                return error_set(err, ERR_USAGE, "more than %d operands", OPERANDS_MAX);
            set->operands[set->operand_count++] = argv[at];
            continue;
        }
        if (strcmp(arg, "--") == 0) {
            options_ended = true;
            continue;
        }
        if (arg[1] != '-')
            return error_set(err, ERR_USAGE, "unknown option %s; options have two dashes, --help lists them",
                             arg);
        const enum status status = parse_option(set, argc, argv, &at, err);
        if (status != OK)
            return status;
    }
    return fill_in(set, err);
}

static const struct option_value *get(const struct option_set *set, const char *name, enum option_kind kind)
{
    const struct option_value *value = find((struct option_set *)(uintptr_t)set, name, strlen(name));
    assert(value != NULL && "no such option row");
    assert(value->row->kind == kind && "an option of another kind");
    (void)kind;
    return value;
}

static const struct option_value *get_any(const struct option_set *set, const char *name)
{
    const struct option_value *value = find((struct option_set *)(uintptr_t)set, name, strlen(name));
    assert(value != NULL && "no such option row");
    return value;
}

bool option_given(const struct option_set *set, const char *name)
{
    return get_any(set, name)->given;
}

bool option_present(const struct option_set *set, const char *name)
{
    return get_any(set, name)->present;
}

bool option_flag(const struct option_set *set, const char *name)
{
    return get(set, name, OPTION_FLAG)->flag;
}

int64_t option_int(const struct option_set *set, const char *name)
{
    return get(set, name, OPTION_INT)->low;
}

bool option_is_word(const struct option_set *set, const char *name)
{
    return get(set, name, OPTION_INT)->is_word;
}

void option_range(const struct option_set *set, const char *name, int64_t *ret_low, int64_t *ret_high)
{
    const struct option_value *value = get(set, name, OPTION_RANGE);
    *ret_low = value->low;
    *ret_high = value->high;
}

uint64_t option_seed(const struct option_set *set, const char *name)
{
    return get(set, name, OPTION_SEED)->seed;
}

double option_real(const struct option_set *set, const char *name)
{
    return get(set, name, OPTION_REAL)->real;
}

const char *option_text(const struct option_set *set, const char *name)
{
    return get(set, name, OPTION_TEXT)->text;
}

size_t option_list(const struct option_set *set, const char *name, const char *const **ret_texts)
{
    const struct option_value *value = get(set, name, OPTION_LIST);
    *ret_texts = (const char *const *)value->list;
    return value->list_count;
}

/* --- rules --- */

/* "name" or "name=value". */
struct term {
    const struct option_value *option;
    const char *value; /* NULL: any */
    size_t value_length;
};

/* Takes the first term off the list; false when none is left. */
static bool take_term(const struct option_set *set, const char **list, struct term *ret_term)
{
    if (*list == NULL || **list == '\0')
        return false;
    const size_t name = strcspn(*list, "= "), length = strcspn(*list, " ");
    *ret_term = (struct term){.option = find((struct option_set *)(uintptr_t)set, *list, name)};
    assert(ret_term->option != NULL && "a rule about no option row");
    if (name < length) {
        ret_term->value = *list + name + 1;
        ret_term->value_length = length - name - 1;
    }
    *list += length + ((*list)[length] == ' ');
    return true;
}

static bool equals(const struct term *term, const char *text)
{
    return text != NULL && strlen(text) == term->value_length &&
           memcmp(text, term->value, term->value_length) == 0;
}

static bool is_in_force(const struct term *term)
{
    const struct option_value *option = term->option;
    int64_t number;
    if (term->value == NULL)
        return option->row->kind == OPTION_FLAG ? option->flag : option->given;
    if (option->row->kind == OPTION_TEXT)
        return equals(term, option->text);
    assert(option->row->kind == OPTION_INT && "a rule about a value of this kind");
    if (option->is_word)
        return equals(term, option->row->word);
    return option->present && read_int(term->value, term->value + term->value_length, &number) &&
           number == option->low;
}

static bool is_refusable(const struct term *term)
{
    return term->option->given && !term->option->in_environment && (term->value == NULL || is_in_force(term));
}

/* The first of the list that is in force. */
static bool any_in_force(const struct option_set *set, const char *list, struct term *ret_term)
{
    while (take_term(set, &list, ret_term)) {
        if (is_in_force(ret_term))
            return true;
    }
    return false;
}

/* Appends "--name value" as it would stand on the command line. */
static size_t append_term(char *text, size_t size, size_t used, const char *lead, const struct term *term)
{
    if (used >= size)
        return used;
    return used + (size_t)snprintf(text + used, size - used, "%s--%s%s%.*s", lead, term->option->row->name,
                                   term->value != NULL ? " " : "", (int)term->value_length,
                                   term->value != NULL ? term->value : "");
}

/* cause is NULL where the option needs company always. */
static enum status refuse(const struct option_set *set, const struct option_rule *rule,
                          const struct term *option, const struct term *cause, struct error *err)
{
    char text[256];
    struct term term;
    if (rule->why != NULL)
        return error_set(err, ERR_USAGE, "%s", rule->why);
    size_t used = append_term(text, sizeof text, 0, "", option);
    if (cause != NULL) {
        used = append_term(text, sizeof text, used, " does nothing with ", cause);
        if (cause->option->in_environment && used < sizeof text)
            used += (size_t)snprintf(text + used, sizeof text - used, " (%s in the environment)",
                                     cause->option->row->env);
    }
    const char *list = rule->without, *lead = cause != NULL ? " and without " : " does nothing without ";
    for (; take_term(set, &list, &term); lead = " or ")
        used = append_term(text, sizeof text, used, lead, &term);
    return error_set(err, ERR_USAGE, "%s", text);
}

enum status option_set_check(const struct option_set *set, const struct option_rule *rules, size_t count,
                             struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct option_rule *rule = &rules[i];
        const char *list = rule->options;
        struct term option, cause, company;
        const bool applies = rule->with == NULL || any_in_force(set, rule->with, &cause);
        const bool excused = any_in_force(set, rule->without, &company);
        while (take_term(set, &list, &option)) {
            if (applies && !excused && is_refusable(&option))
                return refuse(set, rule, &option, rule->with != NULL ? &cause : NULL, err);
        }
    }
    return OK;
}

size_t option_operands(const struct option_set *set, char *const **ret_operands)
{
    *ret_operands = set->operands;
    return set->operand_count;
}
