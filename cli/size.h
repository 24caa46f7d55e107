/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of memory on the command line. Pure functions; any thread. */
#ifndef RACEWALK_CLI_SIZE_H
#define RACEWALK_CLI_SIZE_H

#include <stddef.h>

#include "base/status.h"

/* A limit on the memory of the process: "2G", "500M", "1.5G", or bytes; K, M, G and T are powers of 1024.
 * ERR_USAGE names the option (without its dashes) and what is right, also when the process has more in use
 * already, with hardly room for a search. */
enum status size_parse_limit(const char *option, const char *text, size_t *ret_bytes,
                             struct error *err) WARN_UNUSED;

#endif
