#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# bench_check.sh BIN-FOLDER: how much faster a check is on ranks than on one thread of one process. Each round measures both, one
# after the other, so that what else the machine does falls on both; the medians are told, and of the ratios too. CHECK (default: 150
# million states) and ROUNDS (7). Ranks that have no processor of their own say nothing: this is for as many as there are.
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-7}
cores=$(nproc)
read -r -a options <<<"${CHECK:---plans 30}"
median() {
    sort -n | sed -n "$(((rounds + 1) / 2))p"
}

# row RANKS THREADS OPTION…: against one thread.
row() {
    local n=$1 threads=$2
    shift 2
    : >"$work/one"
    : >"$work/many"
    : >"$work/ratios"
    for _ in $(seq "$rounds"); do
        "$bin/racewalk" check "$@" --quiet --no-progress --threads 1 --json "$work/p.json" >/dev/null
        ranks "$n" check "$@" --quiet --no-progress --threads "$threads" --json "$work/m.json" >/dev/null
        [ "$(jq -c '[.states, .transitions, .diameter]' "$work/p.json")" = "$(jq -c '[.states, .transitions, .diameter]' "$work/m.json")" ] ||
            { echo "the counts differ" >&2; exit 1; }
        jq .elapsed_s "$work/p.json" >>"$work/one"
        jq .elapsed_s "$work/m.json" >>"$work/many"
        jq -n --slurpfile p "$work/p.json" --slurpfile m "$work/m.json" '$p[0].elapsed_s / $m[0].elapsed_s' >>"$work/ratios"
    done
    jq -r --arg options "$*" --argjson ranks "$n" --argjson threads "$threads" --argjson ratio "$(median <"$work/ratios")" \
        --argjson best "$(sort -n "$work/ratios" | tail -1)" --argjson one "$(median <"$work/one")" --argjson many "$(median <"$work/many")" \
        'def two: . * 100 | round / 100;
         "check \($options), \(.states) states: 1 thread \($one | two) s; \($ranks) ranks x \($threads) thread(s) \($many | two) s: " +
         "\($ratio | two) times as fast (best round \($best | two)); " +
         "\(.messages) messages, \(.message_bytes / 1e6 | round) MB with rank 0; \(.state_bytes / 1e6 | round) MB at the most on one rank"' \
        "$work/m.json"
}
echo "$cores cores, medians of $rounds rounds"
row "$cores" 1 "${options[@]}"
# The general sweep, which sends every other state that it finds.
row "$cores" 1 --plans 18 --engine layers
