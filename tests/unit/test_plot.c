#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bench/plot.h"
#include "tests/support/cmocka_all.h"

/* --- a small judge of XML: elements, attributes in quotes, entities; no comments, no CDATA --- */

#define DEPTH_MAX 16

static const char *check_entity(const char *at)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#x27;"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strncmp(at, known[i], strlen(known[i])) == 0)
            return at + strlen(known[i]);
    }
    fail_msg("a bare & at: %.30s", at);
    return NULL;
}

static const char *check_attribute(const char *at)
{
    const size_t name = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:");
    assert_true(name > 0);
    at += name;
    assert_memory_equal(at, "=\"", 2);
    for (at += 2; *at != '"';) {
        assert_true(*at != '\0' && *at != '<');
        at = *at == '&' ? check_entity(at) : at + 1;
    }
    return at + 1;
}

/* One tag; *depth and the names of the open elements follow. */
static const char *check_tag(const char *at, char names[DEPTH_MAX][32], int *depth)
{
    const bool closes = at[1] == '/';
    at += closes ? 2 : 1;
    char name[32];
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) && length < sizeof name - 1) {
        name[length] = at[length];
        length++;
    }
    name[length] = '\0';
    assert_true(length > 0);
    at += length;
    while (*at == ' ') {
        at += strspn(at, " \n");
        if (*at != '>' && *at != '/')
            at = check_attribute(at);
    }
    if (closes) {
        assert_true(*depth > 0);
        assert_string_equal(names[--*depth], name);
    } else if (*at == '/') {
        at++;
    } else {
        assert_true(*depth < DEPTH_MAX);
        memcpy(names[(*depth)++], name, sizeof name);
    }
    assert_int_equal(*at, '>');
    return at + 1;
}

static void check_well_formed(const char *text)
{
    char names[DEPTH_MAX][32];
    int depth = 0;
    for (const char *at = text; *at != '\0';) {
        if (*at == '<')
            at = check_tag(at, names, &depth);
        else
            at = *at == '&' ? check_entity(at) : at + 1;
        assert_true(depth > 0 || strspn(at, "\n") == strlen(at));
    }
    assert_int_equal(depth, 0);
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word))
        count++;
    return count;
}

/* --- the plots --- */

static const struct plot_curve curves[] = {
    {.name = "none"},
    {.name = "<b> & \"quotes\" 'and' more",
     .points = {{1, 0.37, 0.3, 0.5}, {2, 0.5, 0, 0}, {8, 12, 12, 12}},
     .count = 3},
    {.name = "bound", .limit = true, .points = {{1, 0.3, 0, 0}, {8, 0.4, 0, 0}}, .count = 2},
};

enum { FORMS = 8 };

/* The plot with each of its axes plain or logarithmic, which is well formed and has no number that is none.
 */
static void draw_form(struct plot *plot, int form, struct buffer *ret_out)
{
    buffer_init(ret_out);
    plot->x_log = (form & 1) != 0;
    plot->y_log = (form & 2) != 0;
    plot->x_at_points = (form & 4) != 0;
    assert_int_equal(plot_svg(plot, ret_out, NULL), OK);
    check_well_formed(ret_out->text);
    assert_null(strstr(ret_out->text, "nan"));
    assert_null(strstr(ret_out->text, "inf"));
}

static void svg_hostile_words_is_well_formed(void **state)
{
    (void)state;
    struct plot plot = {.title = "a < b & c > \"d\"",
                        .x_label = "x & <x>",
                        .y_label = "y's",
                        .curves = curves,
                        .curve_count = 3};
    for (int form = 0; form < FORMS; form++) {
        struct buffer out;
        draw_form(&plot, form, &out);
        assert_null(strstr(out.text, "<b>"));
        /* Three points and one sample in the legend; the bound has no markers, the empty curve nothing. */
        assert_int_equal(count_of(out.text, "class=\"marker\""), 4);
        assert_int_equal(count_of(out.text, "<polyline"), 2);
        assert_int_equal(count_of(out.text, "class=\"bar\""), 1);
        assert_non_null(strstr(out.text, "prefers-color-scheme: dark"));
        buffer_release(&out);
    }
}

static void svg_one_point_is_well_formed(void **state)
{
    (void)state;
    static const struct plot_curve one = {.name = "one", .points = {{5, 7, 7, 7}}, .count = 1};
    struct plot plot = {
        .title = "t", .x_label = "x", .y_label = "y", .x_at_points = true, .curves = &one, .curve_count = 1};
    for (int form = 0; form < FORMS; form++) {
        struct buffer out;
        draw_form(&plot, form, &out);
        buffer_release(&out);
    }
}

/* Where a point of a curve is, in the picture. */
static void point_of(const char *svg, size_t point, double *ret_x, double *ret_y)
{
    const char *at = strstr(svg, "points=\"");
    assert_non_null(at);
    at += strlen("points=\"");
    for (; point > 0; point--)
        at = strchr(at, ' ') + 1;
    assert_int_equal(sscanf(at, "%lf,%lf", ret_x, ret_y), 2);
}

static void svg_log_axes_equal_ratios_are_equal_distances(void **state)
{
    (void)state;
    static const struct plot_curve curve = {
        .name = "powers", .points = {{1, 1000, 0, 0}, {10, 100, 0, 0}, {100, 10, 0, 0}}, .count = 3};
    const struct plot plot = {.title = "t",
                              .x_label = "x",
                              .y_label = "y",
                              .x_log = true,
                              .y_log = true,
                              .curves = &curve,
                              .curve_count = 1};
    struct buffer out;
    double x[3], y[3];
    buffer_init(&out);
    assert_int_equal(plot_svg(&plot, &out, NULL), OK);
    for (size_t i = 0; i < 3; i++)
        point_of(out.text, i, &x[i], &y[i]);
    buffer_release(&out);
    assert_true(x[1] > x[0] && y[1] > y[0]); /* down the page */
    assert_true(fabs(x[2] - 2 * x[1] + x[0]) < 0.2);
    assert_true(fabs(y[2] - 2 * y[1] + y[0]) < 0.2);
}

static void number_any_size_has_three_digits(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } known[] = {{0, "0"},     {0.5, "0.5"},   {0.0001, "100µ"}, {20, "20"},     {999, "999"},
                 {1000, "1k"}, {1500, "1.5k"}, {150e6, "150M"},  {2.5e9, "2.5G"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct buffer out;
        buffer_init(&out);
        plot_number(&out, known[i].value);
        assert_string_equal(out.text, known[i].text);
        buffer_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(svg_hostile_words_is_well_formed),
        cmocka_unit_test(svg_one_point_is_well_formed),
        cmocka_unit_test(svg_log_axes_equal_ratios_are_equal_distances),
        cmocka_unit_test(number_any_size_has_three_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
