/* SPDX-License-Identifier: Apache-2.0 */
/* Work in a control group of this machine, for tests of its limits. Main thread. */
#ifndef RACEWALK_TESTS_CONTROL_GROUP_H
#define RACEWALK_TESTS_CONTROL_GROUP_H

/* A limit, in the file and the words of either version. */
struct control_group_limit {
    const char *controller;
    const char *file_1, *text_1;
    const char *file_2, *text_2;
};

#define CONTROL_GROUP_NONE (-1)

/* Makes a group with the limit below this process's own, and in it one without any limit, where a child
 * carries out work. Returns the exit status of the child, or CONTROL_GROUP_NONE where no such group can be
 * made. Leaves no group behind. */
int control_group_run(const struct control_group_limit *limit, int (*work)(void));

#endif
