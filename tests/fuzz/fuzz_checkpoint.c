/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a run's checkpoint: any bytes are read or refused. */
#include <stdint.h>

#include "cluster/checkpoint.h"
#include "model/dns/dns_balancer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct checkpoint *checkpoint = NULL;
    if (checkpoint_decode(&dns_balancer, data, size, &checkpoint, NULL) == OK)
        checkpoint_free(checkpoint);
    return 0;
}
