/* Checkpoints: any bytes are read or refused. The seal is put right first, or nothing would come past it. */
#include <stdint.h>

#include "cluster/checkpoint.h"
#include "cluster/pack.h"
#include "model/dns/dns_balancer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct checkpoint *checkpoint = NULL;
    struct buffer sealed;
    buffer_init(&sealed);
    buffer_append(&sealed, data, size);
    pack_seal(&sealed);
    if (checkpoint_decode(&dns_balancer, data, size, &checkpoint, NULL) == OK)
        checkpoint_free(checkpoint);
    if (checkpoint_decode(&dns_balancer, sealed.text, sealed.length, &checkpoint, NULL) == OK)
        checkpoint_free(checkpoint);
    buffer_release(&sealed);
    return 0;
}
