/* SPDX-License-Identifier: Apache-2.0 */
/* The lab as a running service: state, HTTP and background, with one lock around the state.
 *
 * The lock is a plain mutex, held for the length of one call or one background step, file writes included:
 * what an answer has acknowledged has happened before any other call begins. Tests and tools start a server
 * within their own process: any thread may start and stop one; there may be several, on folders of their own.
 */
#ifndef RACEWALK_LAB_SERVER_H
#define RACEWALK_LAB_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "lab/access.h"
#include "lab/background.h"
#include "lab/lab.h"

struct lab_server_config {
    struct lab_config lab;
    const char *host;
    int port; /* 0: any free one */
    struct access_rules access;
    bool background;
    struct background_config loops;
    int request_ms; /* for a request to come, and again from its first line to its answer's last byte */
};

#define LAB_HOST_DEFAULT                "127.0.0.1"
#define LAB_BASE_DIR_DEFAULT            "racewalk-lab"
#define LAB_PLANNER_INTERVAL_S_DEFAULT  5.0
#define LAB_DEPLOYER_INTERVAL_S_DEFAULT 0.25
#define LAB_DEPLOYER_JITTER_S_DEFAULT   0.25
#define LAB_REQUEST_MS_DEFAULT          10000

struct lab_server; /* opaque */

/* The defaults on a free port of 127.0.0.1, with this base directory (borrowed) and no background. */
struct lab_server_config lab_server_config_default(const char *base_dir);

/* Serves when it returns. ERR_USAGE, ERR_IO and ERR_DATA say what is in the way. Borrows the names and the
 * token until lab_server_stop. */
enum status lab_server_start(const struct lab_server_config *config, struct lab_server **ret_server,
                             struct error *err) WARN_UNUSED;
/* Waits for the call in hand, then ends all threads and closes the folder. NULL is fine. */
void lab_server_stop(struct lab_server *server);

int lab_server_port(const struct lab_server *server);
/* The address as in a URL. */
const char *lab_server_host(const struct lab_server *server);
/* True when only this machine reaches it. */
bool lab_server_is_local(const struct lab_server *server);

#endif
