/* A line plot as an SVG file that stands by itself: light or dark as its reader's system is, each curve told
 * by its colour, its marker and its dashes, each point with its numbers as a tooltip. Any text is escaped.
 * Owner only. */
#ifndef RACEWALK_BENCH_PLOT_H
#define RACEWALK_BENCH_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

#define PLOT_CURVES_MAX 6
#define PLOT_POINTS_MAX 64

struct plot_point {
    double x, y;
    double low, high; /* a bar from low to high, when low < high */
};

struct plot_curve {
    const char *name;
    bool limit; /* what cannot be passed: dashed, without markers */
    struct plot_point points[PLOT_POINTS_MAX];
    size_t count; /* in order of x */
};

struct plot {
    const char *title;
    const char *x_label, *y_label; /* with their units */
    bool x_log, y_log;             /* then all numbers on that axis are positive; otherwise y begins at 0 */
    bool x_at_points;              /* marks on the x axis just where the first curve has points */
    const struct plot_curve *curves;
    size_t curve_count; /* those without points are left out; at least one must have some */
};

/* Appends the file. ERR_MEMORY. */
enum status plot_svg(const struct plot *plot, struct buffer *out, struct error *err) WARN_UNUSED;

/* A number as the plot's axes have it: "10µ", "0.5", "20", "1.5k", "150M". */
void plot_number(struct buffer *out, double value);

#endif
