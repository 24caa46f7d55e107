/* SPDX-License-Identifier: Apache-2.0 */
/* The command line that brings a finding back, whole: with the instance, guards and properties that it takes.
 * Main thread. */
#ifndef RACEWALK_CLI_REPLAY_COMMAND_H
#define RACEWALK_CLI_REPLAY_COMMAND_H

#include "cli/cli.h"
#include "model/finding.h"

/* The search that finds. */
struct replay_search {
    const struct cli *cli;
    const struct model *model;
    uint32_t properties;
    const char *out_itf; /* the file that all findings go to, or NULL */
    /* The search itself, with those of its options that decide what is found, but for the instance's and the
     * properties: "check --max-findings 3". Serves where no walk and no file has the finding. */
    const char *command;
};

/* Fills in finding->replay: the walk of its trace seed where it is one, otherwise the file that it is in, or
 * the search again. The finding has been written. */
void replay_command_of(const struct replay_search *search, struct finding *finding);

#endif
