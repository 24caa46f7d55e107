#!/bin/bash
# bench_cluster.sh BIN-FOLDER: what many ranks cost, against one process on the same walks. WALKS (default 2e9) and the options
# of the search can be given; ROUNDS (3) takes the best of so many runs.
. "$(dirname "$0")/lib.sh"
walks=${WALKS:-2000000000}
cores=$(nproc)
options=(--seed 1 --max-findings 0 --max-samples "$walks" --no-progress --quiet)
echo "walks ${walks}, $cores cores"

seconds() { jq .elapsed_s "$work/j.json"; }
# best OUT COMMAND…: the least time of some rounds, with its statistics.
best() {
    local least=
    for _ in $(seq "${ROUNDS:-3}"); do
        rm -f "$work"/[js].*
        "$@" --json "$work/j.json" --stats-ndjson "$work/s.nd" >/dev/null 2>&1
        local now
        now=$(seconds)
        if [ -z "$least" ] || awk "BEGIN { exit !($now < $least) }"; then
            least=$now
            tail -1 "$work/s.nd" >"$work/best.nd"
        fi
    done
    echo "$least"
}
row() { # NAME RANKS THREADS
    local time
    if [ "$2" = 0 ]; then
        time=$(best "$bin/racewalk" run "${options[@]}" --threads "$3")
        base=$time
    else
        time=$(best ranks "$2" run "${options[@]}" --threads "$3")
    fi
    jq -r --arg name "$1" --argjson time "$time" --argjson base "$base" --argjson ranks "$2" \
        '"\($name): \($time * 1000 | round / 1000) s, efficiency \($base / $time * 1000 | round / 10)%" +
         (if $ranks > 0 then ", \(.messages / $time / $ranks * 10 | round / 10) messages and " +
          "\(.message_bytes / $time / $ranks | round) bytes per rank-second" else "" end)' "$work/best.nd"
}
row "1 process x $cores threads" 0 "$cores"
row "1 rank x $cores threads" 1 "$cores"
row "$cores ranks x 1 thread" "$cores" 1
row "16 ranks oversubscribed" 16 1
row "32 ranks oversubscribed" 32 1
# One rank that takes three times as long for its walks; of $cores + 1, so that the sleeping one leaves the cores to the others.
echo "a rank three times slower, of $((cores + 1)) ranks; the best that can be: the sum of the speeds"
slow=$(RACEWALK_FAULT=slow:1:3 best ranks $((cores + 1)) run "${options[@]}" --threads 1)
jq -n --argjson slow "$slow" --argjson base "$base" '"slow rank: \($slow * 1000 | round / 1000) s, against \($base * 1000 | round / 1000) s without it"' -r
