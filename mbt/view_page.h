/* The page's source, as the build embeds it from mbt/view/. A part of mbt/view.h. */
#ifndef RACEWALK_MBT_VIEW_PAGE_H
#define RACEWALK_MBT_VIEW_PAGE_H

#include <stddef.h>

struct view_asset {
    const char *name; /* that page.html calls it by, in a line of its own: @page.css@ */
    const unsigned char *bytes;
    size_t length;
};

extern const struct view_asset view_assets[];
extern const size_t view_asset_count;

#endif
