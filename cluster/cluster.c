/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/cluster.h"

#include <inttypes.h>
#include <mpi.h>
#include <omp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cgroup.h"
#include "base/command.h"
#include "base/memory.h"
#include "base/plain.h"
#include "base/program.h"
#include "base/stop.h"
#include "cluster/coordinator.h"
#include "cluster/fault.h"
#include "cluster/message.h"
#include "cluster/mpi_exchange.h"
#include "cluster/mpi_peers.h"
#include "cluster/start_failure.h"
#include "cluster/worker.h"
#include "version.h"

#define SILENCE_SECONDS_DEFAULT 30
#define LAUNCHER_SECONDS        10
/* What the others may take for their files before and after the walks. */
#define AGREE_SECONDS_PER_SILENCE 10

static struct {
    MPI_Comm comm;
    int rank, ranks;
    bool started; /* MPI is */
    double silence_max;
    struct fault fault;
    struct exchange *exchange;
    struct process process; /* for the protocol of walks */
    struct mpi_peers *peers;
    char (*hosts)[64];
    double *busy;
    uint64_t bad;
    bool lost; /* a rank is gone: nothing collective works any more */
    struct executor executor;
} cluster;

static enum status coordinate(const struct run_config *config, struct run_result *ret_result,
                              struct error *err)
{
    const struct coordinator_config settings = {.run = config,
                                                .process = &cluster.process,
                                                .ranks = cluster.ranks,
                                                .hosts = (const char(*)[64])cluster.hosts,
                                                .busy = cluster.busy,
                                                .bad = &cluster.bad};
    struct coordinator *coordinator = NULL;
    enum turn turn = TURN_WORKED;
    enum status status = coordinator_new(&settings, ret_result, &coordinator, err);
    if (status != OK) {
        cluster.lost = true; /* the others wait for what nobody tells them */
        return status;
    }
    while ((turn = coordinator_turn(coordinator)) != TURN_OVER) {
        if (turn == TURN_IDLE)
            mpi_exchange_nap();
    }
    status = coordinator_end(coordinator, &cluster.lost, err);
    coordinator_free(coordinator);
    return status;
}

static enum status work(const struct run_config *config, struct error *err)
{
    struct worker *worker = NULL;
    enum turn turn = TURN_WORKED;
    enum status status = worker_new(config, &cluster.process, &worker, err);
    if (status == OK) {
        while ((turn = worker_turn(worker)) != TURN_OVER) {
            if (turn == TURN_IDLE)
                mpi_exchange_nap();
        }
        status = worker_end(worker, err);
        worker_free(worker);
    }
    cluster.lost = status != OK;
    if (cluster.lost) /* rank 0, which speaks for all, does not know of it, or is the one that is gone */
        print_line(stderr, "%s: error: rank %d on %s: %s", program_name(), cluster.rank,
                   cluster.hosts[cluster.rank], err->text);
    return status;
}

static enum status run(const struct run_config *config, struct run_result *ret_result, struct error *err)
{
    return cluster.rank == 0 ? coordinate(config, ret_result, err) : work(config, err);
}

static void traffic(struct executor_traffic *ret_traffic)
{
    const struct exchange_traffic *walks = &cluster.exchange->traffic,
                                  *states = mpi_peers_traffic(cluster.peers);
    *ret_traffic = (struct executor_traffic){
        .messages = walks->sent + walks->received + states->sent + states->received,
        .bytes = walks->sent_bytes + walks->received_bytes + states->sent_bytes + states->received_bytes,
        .bad = cluster.bad};
    for (int r = 0; r < cluster.ranks; r++)
        ret_traffic->busy += cluster.busy[r];
}

/* Collective. The ranks of this node, which share its memory. */
static int count_neighbours(void)
{
    MPI_Comm node;
    int count = 1;
    if (MPI_Comm_split_type(cluster.comm, MPI_COMM_TYPE_SHARED, cluster.rank, MPI_INFO_NULL, &node) !=
        MPI_SUCCESS)
        return 1;
    (void)MPI_Comm_size(node, &count);
    (void)MPI_Comm_free(&node);
    return count;
}

/* The ranks of this node share its cores, unless each was given its own, and what a CPU quota pays for. */
static void divide_cores(int neighbours)
{
    if (getenv("OMP_NUM_THREADS") != NULL)
        return;
    const int own = omp_get_num_procs(); /* that this process may run on */
    const long all = sysconf(_SC_NPROCESSORS_ONLN);
    const uint64_t paid = cgroup_processors(CGROUP_ROOT, CGROUP_SELF) / (unsigned)neighbours;
    int threads = own < all ? own : own / neighbours;
    if (paid < (uint64_t)threads)
        threads = (int)paid;
    omp_set_num_threads(threads > 1 ? threads : 1);
}

/* What each rank tells all others before anything else. Programs of other versions must be able to read it:
 * its size never changes. */
struct greeting {
    char host[64];
    char program[168]; /* what must be the same on all ranks, in words */
    char identity[24]; /* and of a model that is not compiled in */
};

/* Collective. The hosts' names, and whether all ranks run the same program: ERR_USAGE, on all of them, when
 * they do not. Programs that do not even greet each other in this way must not wait for ever. */
static enum status greet(const struct model_class *class, struct error *err)
{
    char name[MPI_MAX_PROCESSOR_NAME];
    char version[32] = RACEWALK_VERSION;
    int length = 0;
    MPI_Request request;
    struct greeting own = {.host = ""}, *all = mem_new((size_t)cluster.ranks, sizeof *all);
    if (all == NULL)
        return error_memory(err, (size_t)cluster.ranks * sizeof *all);
    if (cluster.fault.kind == FAULT_VERSION && cluster.fault.rank == cluster.rank)
        (void)snprintf(version, sizeof version, "0.0.%d", cluster.fault.number);
    if (MPI_Get_processor_name(name, &length) == MPI_SUCCESS)
        memcpy(own.host, name, (size_t)length < sizeof own.host ? (size_t)length : sizeof own.host - 1);
    (void)snprintf(own.program, sizeof own.program, "%.40s %s of %.60s with messages of version %d",
                   program_name(), version, class->name, MESSAGE_VERSION);
    (void)snprintf(own.identity, sizeof own.identity, "%016" PRIx64, class->identity);
    enum status status = OK;
    if (MPI_Iallgather(&own, sizeof own, MPI_BYTE, all, sizeof own, MPI_BYTE, cluster.comm, &request) !=
            MPI_SUCCESS ||
        !mpi_exchange_wait(&request, cluster.silence_max)) {
        cluster.lost = true;
        return error_set(err, ERR_IO,
                         "the ranks do not find each other within %.0f s: can the nodes reach each "
                         "other, and do all ranks run the same version of this program?",
                         cluster.silence_max); /* all stays allocated: MPI may still write there */
    }
    for (int r = 0; r < cluster.ranks && status == OK; r++) {
        memcpy(cluster.hosts[r], all[r].host, sizeof all[r].host - 1);
        if (memcmp(all[r].program, all[0].program, sizeof all[r].program) != 0)
            status =
                error_set(err, ERR_USAGE,
                          "all ranks must run the same program: rank 0 on %.63s runs %.167s, and rank %d on "
                          "%.63s runs %.167s",
                          all[0].host, all[0].program, r, all[r].host, all[r].program);
        else if (memcmp(all[r].identity, all[0].identity, sizeof all[r].identity) != 0)
            status =
                error_set(err, ERR_USAGE,
                          "all ranks must search the same model: rank %d on %.63s has another version of "
                          "the model %s than rank 0 on %.63s",
                          r, all[r].host, class->name, all[0].host);
    }
    mem_free(all);
    return status;
}

/* A program of one MPI that another MPI's launcher starts runs as so many copies that know nothing of each
 * other. Some copy says so, where the launcher says how many there are. */
static void warn_of_copies(void)
{
    static const struct {
        const char *ranks, *rank, *launcher;
    } launchers[] = {{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OpenMPI's mpirun"},
                     {"PMI_SIZE", "PMI_RANK", "a launcher of MPICH's kind"},
                     {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "srun"}};
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    for (size_t i = 0; i < sizeof launchers / sizeof launchers[0] && cluster.ranks == 1; i++) {
        const char *ranks = getenv(launchers[i].ranks), *rank = getenv(launchers[i].rank);
        if (ranks == NULL)
            continue;
        const long copies = strtol(ranks, NULL, 10);
        if (copies <= 1 || (rank != NULL && strcmp(rank, "0") != 0))
            return;
        if (MPI_Get_library_version(library, &length) != MPI_SUCCESS)
            length = 0;
        library[length < (int)sizeof library ? length : 0] = '\0';
        message_warning(
            "%s has started %ld copies of this program, which know nothing of each other: each does "
            "the whole work alone. This program is made with %.*s; start it with the mpirun of that "
            "MPI (with srun: --mpi=pmix)",
            launchers[i].launcher, copies, (int)strcspn(library, ",\n"), library);
        return;
    }
}

/* The clock and the stop flag of the process. */
static double read_clock(void *context)
{
    (void)context;
    return clock_seconds();
}

static bool read_stop(void *context)
{
    (void)context;
    return stop_requested();
}

static void set_stop(void *context)
{
    (void)context;
    stop_request();
}

/* Collective. How the ranks talk to each other. */
static enum status connect_ranks(int neighbours, struct error *err)
{
    const enum status status = mpi_exchange_new(cluster.comm, &cluster.exchange, err);
    if (status != OK)
        return status;
    cluster.process = (struct process){.exchange = cluster.exchange,
                                       .fault = &cluster.fault,
                                       .silence_max = cluster.silence_max,
                                       .clock = read_clock,
                                       .stop_requested = read_stop,
                                       .request_stop = set_stop};
    return mpi_peers_new(&(struct mpi_peers_config){.comm = cluster.comm,
                                                    .neighbours = neighbours,
                                                    .processors = (int)sysconf(_SC_NPROCESSORS_ONLN),
                                                    .silence_max = cluster.silence_max,
                                                    .hosts = (const char(*)[64])cluster.hosts,
                                                    .fault = &cluster.fault,
                                                    .lost = &cluster.lost,
                                                    .bad = &cluster.bad},
                         &cluster.peers, err);
}

/* Collective. MPI, and a communicator of our own, whose errors come back as codes. */
static enum status start_mpi(int *argc, char ***argv, struct error *err)
{
    int level = MPI_THREAD_SINGLE;
    start_failure_begin();
    const bool started = MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level) == MPI_SUCCESS;
    start_failure_end();
    if (!started)
        return error_set(err, ERR_INTERNAL, "MPI does not start");
    if (level < MPI_THREAD_FUNNELED)
        return error_set(err, ERR_INTERNAL, "this MPI gives no MPI_THREAD_FUNNELED, which %s-mpi needs",
                         program_name());
    if (MPI_Comm_dup(MPI_COMM_WORLD, &cluster.comm) != MPI_SUCCESS ||
        MPI_Comm_set_errhandler(cluster.comm, MPI_ERRORS_RETURN) != MPI_SUCCESS ||
        MPI_Comm_rank(cluster.comm, &cluster.rank) != MPI_SUCCESS ||
        MPI_Comm_size(cluster.comm, &cluster.ranks) != MPI_SUCCESS)
        return error_set(err, ERR_INTERNAL, "MPI gives no communicator");
    return OK;
}

enum status cluster_start(int *argc, char ***argv, const struct model_class *class,
                          const struct executor **ret_executor, struct error *err)
{
    enum status status = start_mpi(argc, argv, err);
    if (status != OK)
        return status;
    cluster.started = true;
    if (cluster.rank != 0) {
        message_mute();
        (void)!freopen("/dev/null", "w", stdout);
    }
    const char *silence = getenv("RACEWALK_SILENCE_SECONDS");
    cluster.silence_max = silence != NULL ? strtod(silence, NULL) : 0;
    if (!(cluster.silence_max >= 2))
        cluster.silence_max = SILENCE_SECONDS_DEFAULT;
    cluster.fault = fault_from_environment(cluster.rank);
    const size_t ranks = (size_t)cluster.ranks;
    cluster.hosts = mem_new(ranks, sizeof cluster.hosts[0]);
    cluster.busy = mem_new(ranks, sizeof *cluster.busy);
    if (cluster.hosts == NULL || cluster.busy == NULL) {
        cluster.lost = true;
        return error_memory(err, ranks * (sizeof cluster.hosts[0] + sizeof *cluster.busy));
    }
    warn_of_copies();
    status = greet(class, err);
    if (status != OK)
        return status;
    const int neighbours = count_neighbours();
    status = connect_ranks(neighbours, err);
    if (status != OK) {
        cluster.lost = true;
        return status;
    }
    divide_cores(neighbours);
    cluster.executor =
        (struct executor){.run = run,
                          .peers = cluster.ranks > 1 ? mpi_peers_interface(cluster.peers) : peers_alone(),
                          .traffic = traffic};
    *ret_executor = &cluster.executor;
    return OK;
}

/* mpirun waits for the node that was cut off, for as long as TCP does: a quarter of an hour. A process of its
 * own puts an end to that when mpirun is still there after a while. Only calls what may be called between
 * fork and exit. */
static void end_launcher_later(void)
{
    char path[64], name[32] = "";
    const pid_t launcher = getppid();
    (void)snprintf(path, sizeof path, "/proc/%ld/comm", (long)launcher);
    FILE *file = fopen(path, "re");
    if (file != NULL && fgets(name, sizeof name, file) == NULL)
        name[0] = '\0';
    if (file != NULL)
        (void)fclose(file);
    /* A batch system's own launcher looks after its nodes itself. */
    if (strcmp(name, "mpirun\n") != 0 && strcmp(name, "orterun\n") != 0 && strcmp(name, "mpiexec\n") != 0)
        return;
    /* The launcher kills this process's group in a moment: not before the other one has left it. */
    int left[2];
    char nothing[1];
    if (pipe(left) != 0)
        return;
    const pid_t child = fork();
    if (child != 0) {
        (void)close(left[1]);
        (void)!read(left[0], nothing, sizeof nothing); /* until the other end is closed */
        (void)close(left[0]);
        return;
    }
    (void)setsid();
    (void)close(left[0]);
    (void)close(left[1]);
    (void)sleep(LAUNCHER_SECONDS);
    (void)kill(launcher, SIGKILL);
    _exit(0);
}

int cluster_finish(int code)
{
    MPI_Request request;
    int agreed = code;
    if (!cluster.started)
        return code;
    if (!cluster.lost && (MPI_Ibcast(&agreed, 1, MPI_INT, 0, cluster.comm, &request) != MPI_SUCCESS ||
                          !mpi_exchange_wait(&request, cluster.silence_max * AGREE_SECONDS_PER_SILENCE)))
        cluster.lost = true;
    if (cluster.lost) {
        /* Rank 0, which speaks for all, may be the one that is gone. */
        const char *reason = cluster.peers != NULL ? mpi_peers_reason(cluster.peers) : "";
        if (cluster.rank != 0 && reason[0] != '\0')
            print_line(stderr, "%s: error: rank %d on %s: %s", program_name(), cluster.rank,
                       cluster.hosts[cluster.rank], reason);
        /* Finalizing would wait for the rank that is gone. */
        (void)fflush(NULL);
        end_launcher_later();
        (void)MPI_Abort(MPI_COMM_WORLD, code);
        _Exit(code);
    }
    mpi_exchange_drain(cluster.exchange, cluster.silence_max);
    mpi_peers_free(cluster.peers);
    mpi_exchange_free(cluster.exchange);
    mem_free(cluster.hosts);
    mem_free(cluster.busy);
    (void)MPI_Comm_free(&cluster.comm);
    (void)MPI_Finalize();
    return agreed;
}
