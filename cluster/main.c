/* racewalk-mpi: a run, or a check, on all ranks of an MPI job. */
#include "cluster/cluster.h"
#include "subject/dns_subject.h"

int main(int argc, char **argv)
{
    return cluster_main(argc, argv, &dns_subject);
}
