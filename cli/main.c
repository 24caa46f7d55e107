#include "cli/cli.h"
#include "model/dns/dns_balancer.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv, &dns_balancer);
}
