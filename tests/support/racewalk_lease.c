/* The whole program over another model: all that a model of one's own needs besides its class. */
#include "cli/cli.h"
#include "tests/support/lease_lock.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv, &lease_lock);
}
