/* The style sheet and the script of the lab's pages, as they stand in their <style> and <script>. */
#ifndef RACEWALK_LAB_PAGE_ASSETS_H
#define RACEWALK_LAB_PAGE_ASSETS_H

extern const char page_style[];
extern const char page_script[];

#endif
