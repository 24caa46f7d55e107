#include "bench/plot.h"

#include <assert.h>
#include <math.h>

/* Pixels. */
#define WIDTH         760
#define HEIGHT        440
#define LEFT          72
#define RIGHT         28
#define BOTTOM        58
#define TITLE_Y       28
#define LEGEND_Y      52
#define LEGEND_LINE   20
#define LEGEND_SAMPLE 34
#define LETTER_WIDTH  6.6 /* about, of the legend's font */
#define TICKS_MAX     64
#define MARKERS       4

static const char *const style =
    "<style>\n"
    "text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328 }\n"
    ".title { font-size: 16px; font-weight: 600 }\n"
    ".page { fill: #ffffff }\n"
    ".grid { stroke: #d8dee4; stroke-width: 1 }\n"
    ".axis { stroke: #57606a; stroke-width: 1 }\n"
    ".curve { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round }\n"
    ".bar { stroke: currentColor; stroke-width: 1; opacity: .6 }\n"
    ".marker { fill: currentColor; stroke: none }\n"
    ".limit { stroke-dasharray: 7 5; stroke-width: 1.6 }\n"
    ".c0 { color: #0969da } .c1 { color: #bc4c00 } .c2 { color: #1a7f37 } .c3 { color: #8250df }\n"
    ".c4 { color: #9a6700 } .c5 { color: #cf222e } .cl { color: #57606a }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "text { fill: #e6edf3 } .page { fill: #0d1117 } .grid { stroke: #30363d } .axis { stroke: #8d96a0 }\n"
    ".c0 { color: #58a6ff } .c1 { color: #f0883e } .c2 { color: #3fb950 } .c3 { color: #bc8cff }\n"
    ".c4 { color: #d29922 } .c5 { color: #ff7b72 } .cl { color: #8d96a0 }\n"
    "}\n"
    "</style>\n";

struct axis {
    bool log;
    double low, high;         /* of the values */
    double pixel_low, pixels; /* where low is, and how far from it high is */
    double ticks[TICKS_MAX];
    size_t tick_count;
};

/* --- axes --- */

static double pixel_at(const struct axis *axis, double value)
{
    const double share = axis->log ? log(value / axis->low) / log(axis->high / axis->low)
                                   : (value - axis->low) / (axis->high - axis->low);
    return axis->pixel_low + share * axis->pixels;
}

static void add_tick(struct axis *axis, double value)
{
    if (axis->tick_count < TICKS_MAX)
        axis->ticks[axis->tick_count++] = value;
}

/* Number i of … 0.5, 1, 2, 5, 10 …; 0 is 1. */
static double round_number(int i)
{
    static const double parts[] = {1, 2, 5};
    const int decade = i >= 0 ? i / 3 : -((2 - i) / 3);
    return parts[i - 3 * decade] * pow(10, decade);
}

/* The largest round number that is at most value, a little more allowed. */
static int round_below(double value)
{
    int i = 3 * (int)floor(log10(value)) + 3;
    while (round_number(i) > value * (1 + 1e-9))
        i--;
    return i;
}

static void choose_log(struct axis *axis)
{
    const int first = round_below(axis->low);
    int last = round_below(axis->high);
    last += round_number(last) < axis->high * (1 - 1e-9);
    last += last == first;
    axis->low = round_number(first);
    axis->high = round_number(last);
    for (int i = first; i <= last; i++) {
        if (last - first <= 9 || ((i % 3) + 3) % 3 == 0)
            add_tick(axis, round_number(i));
    }
}

static void choose_linear(struct axis *axis)
{
    enum { STEPS = 6 };
    axis->low = 0;
    if (axis->high <= 0)
        axis->high = 1;
    int i = round_below(axis->high / STEPS);
    while (round_number(i) * STEPS < axis->high * (1 - 1e-9))
        i++;
    const double step = round_number(i);
    const int count = (int)ceil(axis->high / step - 1e-9);
    axis->high = step * count;
    for (int t = 0; t <= count; t++)
        add_tick(axis, step * t);
}

/* Marks where the points are, and a little room beside the first and the last. */
static void choose_at_points(struct axis *axis, const struct plot_curve *curve)
{
    for (size_t i = 0; i < curve->count; i++)
        add_tick(axis, curve->points[i].x);
    const double room = axis->log ? pow(axis->high / axis->low, 0.04) : (axis->high - axis->low) * 0.04;
    if (axis->log && room > 1) {
        axis->low /= room;
        axis->high *= room;
    } else {
        axis->low -= room > 0 ? room : 1;
        axis->high += room > 0 ? room : 1;
    }
}

/* The least and the greatest on both axes. */
static void find_bounds(const struct plot *plot, struct axis *x, struct axis *y)
{
    x->low = y->low = (double)INFINITY;
    x->high = y->high = -(double)INFINITY;
    for (size_t c = 0; c < plot->curve_count; c++) {
        for (size_t i = 0; i < plot->curves[c].count; i++) {
            const struct plot_point *point = &plot->curves[c].points[i];
            const bool bar = point->low < point->high;
            x->low = fmin(x->low, point->x);
            x->high = fmax(x->high, point->x);
            y->low = fmin(y->low, bar ? point->low : point->y);
            y->high = fmax(y->high, bar ? point->high : point->y);
        }
    }
    assert(x->low <= x->high);
}

/* --- drawing --- */

void plot_number(struct buffer *out, double value)
{
    static const char *const suffixes[] = {"", "k", "M", "G", "T"};
    size_t suffix = 0;
    if (value > 0 && value < 0.001) {
        buffer_format(out, "%.3gµ", value * 1e6);
        return;
    }
    while (fabs(value) >= 999.5 && suffix + 1 < sizeof suffixes / sizeof suffixes[0]) {
        value /= 1000;
        suffix++;
    }
    buffer_format(out, "%.3g%s", value, suffixes[suffix]);
}

static void put_text(struct buffer *out, double x, double y, const char *attributes, const char *text)
{
    buffer_format(out, "<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, attributes);
    buffer_html(out, text);
    buffer_string(out, "</text>\n");
}

static void put_line(struct buffer *out, const char *class, double x1, double y1, double x2, double y2)
{
    buffer_format(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class, x1,
                  y1, x2, y2);
}

static void put_axes(struct buffer *out, const struct plot *plot, const struct axis *x, const struct axis *y)
{
    const double left = x->pixel_low, right = left + x->pixels, bottom = y->pixel_low,
                 top = bottom + y->pixels;
    struct buffer text;
    buffer_init(&text);
    for (size_t i = 0; i < y->tick_count; i++) {
        const double at = pixel_at(y, y->ticks[i]);
        put_line(out, "grid", left, at, right, at);
        buffer_clear(&text);
        plot_number(&text, y->ticks[i]);
        put_text(out, left - 8, at + 4.5, "text-anchor=\"end\"", text.text);
    }
    for (size_t i = 0; i < x->tick_count; i++) {
        const double at = pixel_at(x, x->ticks[i]);
        put_line(out, "axis", at, bottom, at, bottom + 5);
        buffer_clear(&text);
        plot_number(&text, x->ticks[i]);
        put_text(out, at, bottom + 20, "text-anchor=\"middle\"", text.text);
    }
    buffer_release(&text);
    put_line(out, "axis", left, bottom, right, bottom);
    put_line(out, "axis", left, bottom, left, top);
    put_text(out, (left + right) / 2, HEIGHT - 14, "text-anchor=\"middle\"", plot->x_label);
    buffer_format(out, "<g transform=\"translate(18 %.1f) rotate(-90)\">\n", (top + bottom) / 2);
    put_text(out, 0, 0, "text-anchor=\"middle\"", plot->y_label);
    buffer_string(out, "</g>\n");
}

/* A circle, a square, a triangle or a diamond; left open, so that a title can go into it. */
static void put_marker(struct buffer *out, size_t curve, double x, double y)
{
    switch (curve % MARKERS) {
    case 0:
        buffer_format(out, "<circle class=\"marker\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\">", x, y);
        break;
    case 1:
        buffer_format(out, "<path class=\"marker\" d=\"M%.1f %.1fh8v8h-8z\">", x - 4, y - 4);
        break;
    case 2:
        buffer_format(out, "<path class=\"marker\" d=\"M%.1f %.1fl5 9h-10z\">", x, y - 5.5);
        break;
    default:
        buffer_format(out, "<path class=\"marker\" d=\"M%.1f %.1fl5 5-5 5-5-5z\">", x, y - 5);
        break;
    }
}

static void end_marker(struct buffer *out, size_t curve)
{
    buffer_string(out, curve % MARKERS == 0 ? "</circle>\n" : "</path>\n");
}

static void begin_curve(struct buffer *out, const struct plot_curve *curve, size_t index)
{
    if (curve->limit)
        buffer_string(out, "<g class=\"cl\">\n");
    else
        buffer_format(out, "<g class=\"c%zu\">\n", index);
}

static void put_curve(struct buffer *out, const struct plot_curve *curve, size_t index, const struct axis *x,
                      const struct axis *y)
{
    begin_curve(out, curve, index);
    buffer_format(out, "<polyline class=\"curve%s\" points=\"", curve->limit ? " limit" : "");
    for (size_t i = 0; i < curve->count; i++)
        buffer_format(out, "%s%.1f,%.1f", i > 0 ? " " : "", pixel_at(x, curve->points[i].x),
                      pixel_at(y, curve->points[i].y));
    buffer_string(out, "\"/>\n");
    for (size_t i = 0; i < curve->count && !curve->limit; i++) {
        const struct plot_point *point = &curve->points[i];
        const double at_x = pixel_at(x, point->x);
        if (point->low < point->high)
            put_line(out, "bar", at_x, pixel_at(y, point->low), at_x, pixel_at(y, point->high));
        put_marker(out, index, at_x, pixel_at(y, point->y));
        buffer_string(out, "<title>");
        buffer_html(out, curve->name);
        buffer_format(out, ": %.4g at %.4g</title>", point->y, point->x);
        end_marker(out, index);
    }
    buffer_string(out, "</g>\n");
}

static size_t letters_of(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += (*text & 0xc0) != 0x80; /* bytes that begin a letter in UTF-8 */
    return count;
}

/* One entry for each curve, in as many lines as they need; returns the pixels down to which it goes. out may
 * be NULL: nothing is drawn. */
static double put_legend(struct buffer *out, const struct plot *plot)
{
    double at = LEFT, line = LEGEND_Y;
    for (size_t c = 0; c < plot->curve_count; c++) {
        const struct plot_curve *curve = &plot->curves[c];
        const double width = LEGEND_SAMPLE + LETTER_WIDTH * (double)letters_of(curve->name) + 18;
        if (curve->count == 0)
            continue;
        if (at > LEFT && at + width > WIDTH - RIGHT) {
            at = LEFT;
            line += LEGEND_LINE;
        }
        if (out != NULL) {
            begin_curve(out, curve, c);
            put_line(out, curve->limit ? "curve limit" : "curve", at, line - 4, at + 26, line - 4);
            if (!curve->limit) {
                put_marker(out, c, at + 13, line - 4);
                end_marker(out, c);
            }
            buffer_string(out, "</g>\n");
            put_text(out, at + LEGEND_SAMPLE, line, "", curve->name);
        }
        at += width;
    }
    return line;
}

enum status plot_svg(const struct plot *plot, struct buffer *out, struct error *err)
{
    assert(plot->curve_count >= 1 && plot->curve_count <= PLOT_CURVES_MAX);
    struct axis x = {.log = plot->x_log}, y = {.log = plot->y_log};
    find_bounds(plot, &x, &y);
    size_t first = 0;
    while (plot->curves[first].count == 0)
        first++;
    if (plot->x_at_points)
        choose_at_points(&x, &plot->curves[first]);
    else if (x.log)
        choose_log(&x);
    else
        choose_linear(&x);
    if (y.log)
        choose_log(&y);
    else
        choose_linear(&y);
    const double top = put_legend(NULL, plot) + 16;
    x.pixel_low = LEFT;
    x.pixels = WIDTH - RIGHT - LEFT;
    y.pixel_low = HEIGHT - BOTTOM;
    y.pixels = top - y.pixel_low;
    buffer_format(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
                  "height=\"%d\" role=\"img\">\n<title>",
                  WIDTH, HEIGHT, WIDTH, HEIGHT);
    buffer_html(out, plot->title);
    buffer_format(out, "</title>\n%s<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n", style, WIDTH,
                  HEIGHT);
    put_text(out, LEFT, TITLE_Y, "class=\"title\"", plot->title);
    put_axes(out, plot, &x, &y);
    for (size_t c = 0; c < plot->curve_count; c++) {
        if (plot->curves[c].count > 0)
            put_curve(out, &plot->curves[c], c, &x, &y);
    }
    (void)put_legend(out, plot);
    buffer_string(out, "</svg>\n");
    return buffer_status(out, err);
}
