/* SPDX-License-Identifier: Apache-2.0 */
/* Messages and findings from other ranks: any bytes are read or refused, and what is read can be written
 * again. The seal is put right first, or nothing would come past it. */
#include <stdint.h>
#include <stdlib.h>

#include "cluster/message.h"
#include "cluster/pack.h"
#include "model/dns/dns_balancer.h"
#include "search/make_finding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct run_config config;

static void start(void)
{
    struct instance instance = dns_balancer.presets[0].instance;
    struct model *model = NULL;
    instance.properties = 3;
    if (model_new(&dns_balancer, &instance, &model, NULL) != OK)
        abort();
    config = (struct run_config){.model = model,
                                 .seed = 1,
                                 .max_samples = 1000000,
                                 .max_steps = 100,
                                 .properties = 3,
                                 .goal = RUN_SHAPES,
                                 .max_findings = 100,
                                 .threads = 1};
}

static void try_all(const void *bytes, size_t length)
{
    static struct message_assign assign;
    struct message_result result = {.seconds = 0};
    struct finding *finding = NULL;
    struct message_bye bye;
    enum status failure;
    bool signalled;
    char text[ERROR_TEXT_MAX];
    pieces_init(&result.pieces);
    (void)!message_decode_assign(bytes, length, &assign, NULL);
    (void)!message_decode_result(&config, bytes, length, &result, NULL);
    (void)!message_decode_beat(bytes, length, &signalled, NULL);
    (void)!message_decode_fail(bytes, length, &failure, text, NULL);
    (void)!message_decode_bye(bytes, length, &bye, NULL);
    pieces_release(&result.pieces);
    if (finding_decode(config.model, bytes, length, &finding, NULL) != OK)
        return;
    struct buffer again;
    buffer_init(&again);
    if (finding_encode(config.model, finding, &again, NULL) != OK)
        abort();
    buffer_release(&again);
    finding_free(finding);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (config.model == NULL)
        start();
    try_all(data, size);
    struct buffer sealed;
    buffer_init(&sealed);
    buffer_append(&sealed, data, size);
    pack_seal(&sealed);
    try_all(sealed.text, sealed.length);
    buffer_release(&sealed);
    return 0;
}
