/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "subject/dns_subject.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv, &dns_subject);
}
