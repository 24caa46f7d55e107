/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli_mpi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "base/program.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/own_subject.h"
#include "cluster/cluster.h"
#include "version.h"

static void print_overview(FILE *out, const char *program)
{
    fprintf(
        out,
        "%s-mpi %s searches an executable model on all ranks of an MPI job.\n\n"
        "Usage: mpirun -n RANKS %s-mpi run [OPTION…]     random walks\n"
        "       mpirun -n RANKS %s-mpi check [OPTION…]   every state\n\n"
        "The options are those of %s's commands (%s-mpi help run, %s-mpi help check), and "
        "so is\n"
        "the result: the same findings and the same report for any number of ranks and threads. All other\n"
        "commands are %s's.\n",
        program, RACEWALK_VERSION, program, program, program, program, program, program);
}

static bool is_ours(const struct subject *subject, const char *name)
{
    const struct command *const *commands;
    const size_t count = cli_commands(subject, &commands);
    for (size_t i = 0; i < count; i++) {
        if (commands[i]->on_ranks && strcmp(commands[i]->name, name) == 0)
            return true;
    }
    return false;
}

/* What is neither is answered by rank 0; returns -1 for a command that all carry out. */
static int answer(const struct model_choice *choice, const struct subject *subject, bool leads)
{
    const int argc = choice->argc;
    char *const *argv = choice->argv;
    const char *command = argc < 2 ? "" : argv[1];
    const bool help = strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0 ||
                      (strcmp(command, "help") == 0 && argc == 2);
    if (is_ours(subject, command) || strcmp(command, "--version") == 0 ||
        (strcmp(command, "help") == 0 && argc > 2 && is_ours(subject, argv[2])))
        return -1;
    if (leads && (help || argc < 2))
        print_overview(help ? stdout : stderr, subject->program);
    else if (leads && !help)
        message_error("%s-mpi carries out run and check; for '%.64s' use %s", subject->program, command,
                      subject->program);
    return help ? EXIT_NOTHING_FOUND : EXIT_USAGE;
}

/* OpenMP's threads spin while they have nothing to do, unless they are told not to before the program starts.
 * Where ranks share cores a spinning thread takes the core from one that works: 5 ranks of 2 threads on 2
 * cores took 30 times as long. So the program starts itself again with OMP_WAIT_POLICY set, once, before MPI
 * knows of it. */
static void stop_spinning(char **argv)
{
    if (getenv("OMP_WAIT_POLICY") != NULL || getenv("GOMP_SPINCOUNT") != NULL ||
        getenv("KMP_BLOCKTIME") != NULL)
        return;
    if (setenv("OMP_WAIT_POLICY", "passive", 1) == 0)
        (void)execv("/proc/self/exe", argv); /* when it fails, the threads spin */
}

int cli_main_mpi(int argc, char **argv, const struct subject *subject)
{
    struct error err = {{0}};
    program_set_name(subject->program);
    const struct executor *executor = NULL;
    if (process_prepare(&err) != OK)
        return message_failure(ERR_IO, &err);
    stop_spinning(argv);
    /* Before MPI starts, which takes a while: a signal that comes early must not kill a rank. */
    stop_install();
    enum status status = cluster_start(&argc, &argv, subject->class, &executor, &err);
    if (status != OK)
        return cluster_finish(message_failure(status, &err));
    struct model_choice choice;
    status = model_choice_read(argc, argv, &choice, &err);
    if (status != OK)
        return cluster_finish(message_failure(status, &err));
    int code = answer(&choice, subject, executor->peers->rank == 0);
    model_choice_release(&choice);
    if (code < 0)
        code = cli_main_with(argc, argv, subject, executor);
    return cluster_finish(code);
}
