/* SPDX-License-Identifier: Apache-2.0 */
/* What the program is called, in all that it says of itself. One for the process: main says it before anything
 * else, and afterwards any thread may ask. */
#ifndef RACEWALK_BASE_PROGRAM_H
#define RACEWALK_BASE_PROGRAM_H

/* Borrows the name. */
void program_set_name(const char *name);
/* "racewalk" until it is said. */
const char *program_name(void);

#endif
