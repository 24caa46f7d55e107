#include "cluster/cluster.h"

#include <mpi.h>
#include <omp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/plain.h"
#include "base/memory.h"
#include "base/stop.h"
#include "cluster/coordinator.h"
#include "cluster/exchange.h"
#include "cluster/fault.h"
#include "cluster/mpi_peers.h"
#include "cluster/worker.h"

#define SILENCE_SECONDS_DEFAULT 30
#define LAUNCHER_SECONDS        10
/* What the others may take for their files before and after the walks. */
#define AGREE_SECONDS_PER_SILENCE 10

static struct {
    MPI_Comm comm;
    int rank, ranks;
    double silence_max;
    struct exchange *exchange;
    struct mpi_peers *peers;
    char (*hosts)[64];
    double *busy;
    uint64_t bad;
    bool lost; /* a rank is gone: nothing collective works any more */
    struct cli_engine engine;
} cluster;

static enum status agree(enum status status, struct error *err)
{
    struct peers *peers = mpi_peers_interface(cluster.peers);
    return peers->agree(peers, status, err);
}

/* All ranks run the same program, so that plain bytes serve. */
static enum status share(void *bytes, size_t length, struct error *err)
{
    MPI_Request request;
    if (MPI_Ibcast(bytes, (int)length, MPI_BYTE, 0, cluster.comm, &request) == MPI_SUCCESS &&
        exchange_wait(&request, cluster.silence_max * AGREE_SECONDS_PER_SILENCE))
        return OK;
    cluster.lost = true;
    return error_set(err, ERR_IO, "rank 0 did not tell what to do");
}

static enum status run(const struct run_config *config, struct run_result *ret_result, struct error *err)
{
    enum status status;
    if (cluster.rank == 0) {
        const struct coordinator_config coordinator = {.run = config,
                                                       .exchange = cluster.exchange,
                                                       .ranks = cluster.ranks,
                                                       .silence_max = cluster.silence_max,
                                                       .hosts = (const char(*)[64])cluster.hosts,
                                                       .busy = cluster.busy,
                                                       .bad = &cluster.bad};
        status = coordinator_run(&coordinator, ret_result, &cluster.lost, err);
    } else {
        status = worker_run(config, cluster.exchange, cluster.silence_max, err);
        cluster.lost = status == ERR_IO;
        if (cluster.lost) /* rank 0, which speaks for all, may be the one that is gone */
            print_line(stderr, "racewalk: error: rank %d on %s: %s", cluster.rank,
                       cluster.hosts[cluster.rank], err->text);
    }
    return status;
}

static void traffic(struct cli_traffic *ret_traffic)
{
    const struct exchange_traffic *walks = exchange_traffic(cluster.exchange),
                                  *states = mpi_peers_traffic(cluster.peers);
    *ret_traffic = (struct cli_traffic){
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

/* The ranks of this node share its cores, unless each was given its own. */
static void divide_cores(int neighbours)
{
    if (getenv("OMP_NUM_THREADS") != NULL)
        return;
    const int own = omp_get_num_procs(); /* that this process may run on */
    const long all = sysconf(_SC_NPROCESSORS_ONLN);
    if (own < all)
        return;
    omp_set_num_threads(own / neighbours > 1 ? own / neighbours : 1);
}

/* Collective. */
static enum status gather_hosts(struct error *err)
{
    char name[MPI_MAX_PROCESSOR_NAME];
    char own[64] = "";
    int length = 0;
    if (MPI_Get_processor_name(name, &length) == MPI_SUCCESS)
        memcpy(own, name, (size_t)length < sizeof own ? (size_t)length : sizeof own - 1);
    if (MPI_Allgather(own, sizeof own, MPI_BYTE, cluster.hosts, sizeof own, MPI_BYTE, cluster.comm) !=
        MPI_SUCCESS)
        return error_set(err, ERR_IO, "MPI: the ranks cannot reach each other");
    return OK;
}

enum status cluster_start(int *argc, char ***argv, const struct cli_engine **ret_engine, struct error *err)
{
    int level = MPI_THREAD_SINGLE;
    if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
        return error_set(err, ERR_INTERNAL, "MPI does not start");
    if (level < MPI_THREAD_FUNNELED)
        return error_set(err, ERR_INTERNAL,
                         "this MPI gives no MPI_THREAD_FUNNELED, which racewalk-mpi needs");
    /* A communicator of our own, whose errors come back as codes. */
    if (MPI_Comm_dup(MPI_COMM_WORLD, &cluster.comm) != MPI_SUCCESS ||
        MPI_Comm_set_errhandler(cluster.comm, MPI_ERRORS_RETURN) != MPI_SUCCESS ||
        MPI_Comm_rank(cluster.comm, &cluster.rank) != MPI_SUCCESS ||
        MPI_Comm_size(cluster.comm, &cluster.ranks) != MPI_SUCCESS)
        return error_set(err, ERR_INTERNAL, "MPI gives no communicator");
    const char *silence = getenv("RACEWALK_SILENCE_SECONDS");
    cluster.silence_max = silence != NULL ? strtod(silence, NULL) : 0;
    if (!(cluster.silence_max >= 2))
        cluster.silence_max = SILENCE_SECONDS_DEFAULT;
    const size_t ranks = (size_t)cluster.ranks;
    cluster.hosts = mem_new(ranks, sizeof cluster.hosts[0]);
    cluster.busy = mem_new(ranks, sizeof *cluster.busy);
    if (cluster.hosts == NULL || cluster.busy == NULL)
        return error_memory(err, ranks * (sizeof cluster.hosts[0] + sizeof *cluster.busy));
    enum status status = gather_hosts(err);
    if (status == OK)
        status = exchange_new(cluster.comm, &cluster.exchange, err);
    const int neighbours = count_neighbours();
    if (status == OK)
        status = mpi_peers_new(&(struct mpi_peers_config){.comm = cluster.comm,
                                                          .neighbours = neighbours,
                                                          .processors = (int)sysconf(_SC_NPROCESSORS_ONLN),
                                                          .silence_max = cluster.silence_max,
                                                          .hosts = (const char(*)[64])cluster.hosts,
                                                          .lost = &cluster.lost,
                                                          .bad = &cluster.bad},
                               &cluster.peers, err);
    if (status != OK)
        return status;
    divide_cores(neighbours);
    fault_init(cluster.rank);
    cluster.engine =
        (struct cli_engine){.leads = cluster.rank == 0,
                            .ranks = cluster.ranks,
                            .agree = agree,
                            .share = share,
                            .run = run,
                            .peers = cluster.ranks > 1 ? mpi_peers_interface(cluster.peers) : NULL,
                            .traffic = traffic};
    *ret_engine = &cluster.engine;
    return status;
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
    if (!cluster.lost && (MPI_Ibcast(&agreed, 1, MPI_INT, 0, cluster.comm, &request) != MPI_SUCCESS ||
                          !exchange_wait(&request, cluster.silence_max * AGREE_SECONDS_PER_SILENCE)))
        cluster.lost = true;
    if (cluster.lost) {
        /* Rank 0, which speaks for all, may be the one that is gone. */
        if (cluster.rank != 0 && mpi_peers_reason(cluster.peers)[0] != '\0')
            print_line(stderr, "racewalk: error: rank %d on %s: %s", cluster.rank,
                       cluster.hosts[cluster.rank], mpi_peers_reason(cluster.peers));
        /* Finalizing would wait for the rank that is gone. */
        (void)fflush(NULL);
        end_launcher_later();
        (void)MPI_Abort(MPI_COMM_WORLD, code);
        _Exit(code);
    }
    exchange_drain(cluster.exchange, cluster.silence_max);
    mpi_peers_free(cluster.peers);
    exchange_free(cluster.exchange);
    mem_free(cluster.hosts);
    mem_free(cluster.busy);
    (void)MPI_Comm_free(&cluster.comm);
    (void)MPI_Finalize();
    return agreed;
}
