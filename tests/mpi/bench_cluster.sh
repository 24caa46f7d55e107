#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# bench_cluster.sh BIN-FOLDER: what many ranks cost, against one process on the same walks. Each round measures both, one after the other,
# so that what else the machine does falls on both; the median of the rounds' ratios is told. WALKS (default 1e9) and ROUNDS (5).
. "$(dirname "$0")/lib.sh"
walks=${WALKS:-1000000000}
cores=$(nproc)
options=(--seed 1 --max-findings 0 --max-samples "$walks" --no-progress --quiet)
echo "$walks walks, $cores cores, medians of ${ROUNDS:-5} rounds"

# row NAME RANKS THREADS: against one process with a thread for each core.
row() {
    : >"$work/ratios"
    for _ in $(seq "${ROUNDS:-5}"); do
        rm -f "$work/s.nd"
        RACEWALK_FAULT= "$bin/racewalk" run "${options[@]}" --threads "$cores" --json "$work/p.json" >/dev/null
        ranks "$2" run "${options[@]}" --threads "$3" --json "$work/m.json" --stats-ndjson "$work/s.nd" >/dev/null
        jq -n --slurpfile p "$work/p.json" --slurpfile m "$work/m.json" '$p[0].elapsed_s / $m[0].elapsed_s' \
            >>"$work/ratios"
    done
    tail -1 "$work/s.nd" | jq -r --arg name "$1" --argjson ranks "$2" \
        --argjson ratio "$(sort -n "$work/ratios" | sed -n "$(((${ROUNDS:-5} + 1) / 2))p")" \
        '"\($name): efficiency \($ratio * 1000 | round / 10)%, \(.messages / .elapsed_s / $ranks * 10 | round / 10) " +
         "messages and \(.message_bytes / .elapsed_s / $ranks | round) bytes per rank-second"'
}
row "1 rank x $cores threads" 1 "$cores"
row "$cores ranks x 1 thread" "$cores" 1
row "16 ranks x 1 thread, oversubscribed" 16 1
row "32 ranks x 1 thread, oversubscribed" 32 1
# A rank that takes three times as long for its walks, and sleeps for two thirds of it: one more than there are cores, so that
# the others have those to themselves, and nothing is lost as long as nobody waits for it.
RACEWALK_FAULT=slow:1:3 row "$((cores + 1)) ranks, one of them three times slower" $((cores + 1)) 1
