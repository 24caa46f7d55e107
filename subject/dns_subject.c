/* SPDX-License-Identifier: Apache-2.0 */
#include "subject/dns_subject.h"

#include "lab/cmd_lab.h"
#include "mbt/dns/dns_narrator.h"
#include "mbt/lab/lab_system.h"
#include "model/dns/dns_balancer.h"

const struct subject dns_subject = {
    .program = "racewalk",
    .class = &dns_balancer,
    .words = &dns_narrator,
    .system = &lab_system,
    .own_command = &lab_command,
};
