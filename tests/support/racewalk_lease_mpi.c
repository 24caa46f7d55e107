/* The second model on all ranks of an MPI job. */
#include "cluster/cluster.h"
#include "tests/support/lease_lock.h"

int main(int argc, char **argv)
{
    return cluster_main(argc, argv, &lease_lock);
}
