/* SPDX-License-Identifier: Apache-2.0 */
/* The lab as a system that traces are confirmed on (mbt/system.h): the options that it adds, and labs that
 * are started here or run already. */
#ifndef RACEWALK_MBT_LAB_LAB_SYSTEM_H
#define RACEWALK_MBT_LAB_LAB_SYSTEM_H

#include "mbt/connection.h"
#include "mbt/lab/lab_driver.h"
#include "mbt/lab/lab_process.h"
#include "mbt/system.h"

#define LAB_GUARDS_SIZE 256

/* What its setup_new makes of the options. */
struct lab_setup {
    struct connection connection; /* without a url, labs are started: */
    struct lab_process_options process;
    struct lab_driver_options driver;
    char guards[LAB_GUARDS_SIZE]; /* process.guards points here */
};

/* A system of it is a struct lab_driver. */
extern const struct system_driver lab_system;

#endif
