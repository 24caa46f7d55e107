/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rate.h"

/* Points closer than this say more about the clock than about the search. */
#define SPACING_SECONDS 0.01

void rate_init(struct rate *rate, double seconds, uint64_t count)
{
    rate->points[0] = (struct rate_point){seconds, (double)count};
    rate->point_count = 1;
    rate->spacing = SPACING_SECONDS;
}

/* Half of the points are enough: every other one, from the first on. */
static void thin_out(struct rate *rate)
{
    size_t kept = 0;
    for (size_t i = 0; i < rate->point_count; i += 2)
        rate->points[kept++] = rate->points[i];
    rate->point_count = kept;
    rate->spacing *= 2;
}

void rate_add(struct rate *rate, double seconds, uint64_t count)
{
    const struct rate_point point = {seconds, (double)count};
    const struct rate_point *last = &rate->points[rate->point_count - 1];
    if (point.count < last->count || point.seconds < last->seconds) {
        rate_init(rate, seconds, count);
        return;
    }
    /* The last point stands for now, and moves until it is far enough from the one before it, and has counted
     * more: some searches know only now and then what they did all the time. */
    const struct rate_point *before = &rate->points[rate->point_count - (rate->point_count > 1 ? 2 : 1)];
    if (rate->point_count > 1 &&
        (last->seconds - before->seconds < rate->spacing || last->count <= before->count)) {
        rate->points[rate->point_count - 1] = point;
        return;
    }
    if (rate->point_count == RATE_POINTS_MAX)
        thin_out(rate);
    rate->points[rate->point_count++] = point;
}

/* The count at a time between the first point and the last: on the straight line between two points. *from is
 * where to look first, and moves on. */
static double count_at(const struct rate *rate, double seconds, size_t *from)
{
    while (*from + 2 < rate->point_count && rate->points[*from + 1].seconds < seconds)
        ++*from;
    if (*from + 1 >= rate->point_count)
        return rate->points[*from].count;
    const struct rate_point *a = &rate->points[*from], *b = a + 1;
    const double time = b->seconds - a->seconds;
    const double share = time > 0 ? (seconds - a->seconds) / time : 1;
    return a->count + (b->count - a->count) * (share < 0 ? 0 : share > 1 ? 1 : share);
}

double rate_recent(const struct rate *rate, double seconds)
{
    const struct rate_point *first = &rate->points[0], *last = &rate->points[rate->point_count - 1];
    const double start = last->seconds - seconds > first->seconds ? last->seconds - seconds : first->seconds;
    size_t from = 0;
    if (last->seconds <= start)
        return 0;
    return (last->count - count_at(rate, start, &from)) / (last->seconds - start);
}

void rate_slices(const struct rate *rate, size_t count, double *ret_rates)
{
    const double start = rate->points[0].seconds;
    const double width = (rate->points[rate->point_count - 1].seconds - start) / (double)count;
    size_t from = 0;
    double before = rate->points[0].count;
    for (size_t i = 0; i < count; i++) {
        const double after = count_at(rate, start + width * (double)(i + 1), &from);
        ret_rates[i] = width > 0 ? (after - before) / width : 0;
        before = after;
    }
}
