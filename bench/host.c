/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/stop.h"
#include "bench/bench.h"

const char *host_processor(void)
{
    static char name[128] = "unknown";
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[512];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (colon != NULL && strncmp(line, "model name", strlen("model name")) == 0) {
            snprintf(name, sizeof name, "%s", colon + 2);
            name[strcspn(name, "\n")] = '\0';
            break;
        }
    }
    if (file != NULL)
        (void)fclose(file);
    return name;
}

double host_clock(void)
{
    double best = 0;
#if defined(__x86_64__)
    /* A chain of multiplications: each waits for the one before, and takes 3 cycles on every x86-64 processor
     * of the last fifteen years. (Additions will not do: some processors fold chains of them.) */
    enum { ROUNDS = 2000000, CHAIN = 4, CYCLES = 3 };
    for (int attempt = 0; attempt < 10; attempt++) {
        uint64_t x = 3;
        const double start = clock_seconds();
        for (int i = 0; i < ROUNDS; i++)
            __asm__ volatile("imul %0, %0\n\timul %0, %0\n\timul %0, %0\n\timul %0, %0" : "+r"(x));
        const double clock = (double)ROUNDS * CHAIN * CYCLES / (clock_seconds() - start);
        if (clock > best)
            best = clock;
    }
#endif
    return best;
}
