#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Two processes contend for the folder of a check, then of a run; both are killed at random moments, again and again. There is always a
# whole checkpoint to go on from, and the end is that of a search that was never stopped: kill_checkpoints.sh RACEWALK. ROUNDS
# (default 6) says how often. On ranks: tests/mpi/test_kill.sh.
set -u
racewalk=$1
command -v jq >/dev/null 2>&1 || { echo "SKIPPED: jq is not installed"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/racewalk-kill.XXXXXX")
trap 'rm -rf "$work"' EXIT
failures=0
fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}
nap() { # MAX: up to so many seconds
    sleep "$(awk -v r=$RANDOM -v max="$1" 'BEGIN { print r / 32768 * max }')"
}
report_of() {
    jq 'del(.command, .elapsed_s, .steps_per_s, .threads, .resumed, .state_bytes, .peak_rss_bytes, .max_memory_bytes)' "$1"
}

# start NAME: goes on in the folder with what is there, or begins; its number is in $started.
start() {
    local how=--checkpoint
    ls "$folder"/*.checkpoint* >/dev/null 2>&1 && how=--resume
    "$racewalk" "${search[@]}" --threads 1 --quiet $how "$folder" --checkpoint-every 0.005 --json "$work/$1.json" \
        >"$work/$1.out" 2>"$work/$1.err" &
    started=$!
}

# contend KIND: rounds of two that want the folder; whoever waits gets it when the other one is killed.
contend() {
    local round first second
    folder=$work/$1
    for round in $(seq 1 "${ROUNDS:-6}"); do
        start first
        first=$started
        nap 0.3
        start second
        second=$started
        nap 0.3
        { # the shell tells of jobs that were killed
            kill -9 $first
            [ $((round % 2)) = 0 ] || nap 0.5
            kill -9 $second
            wait $first
            wait $second
        } 2>/dev/null
        grep -h 'damaged' "$work"/first.err "$work"/second.err && fail "$1, round $round: a checkpoint is damaged"
        [ -e "$work/first.json" ] || [ -e "$work/second.json" ] && break # it has come to its end
    done
    start last
    wait $started
    local status=$?
    # Where it has ended already there is nothing to go on from, and it is done again.
    "$racewalk" "${search[@]}" --quiet --json "$work/whole.json" >/dev/null
    [ $status = $? ] || fail "$1: status $status: $(cat "$work/last.err")"
    cmp <(report_of "$work/whole.json") <(report_of "$work/last.json") || fail "$1: the report is another"
    ls "$folder" | grep -vx 'run.checkpoint' && fail "$1: files are left over"
    rm -f "$work"/*.json
}

search=(check --plans 14 --guard protect-live --engine by-length)
contend check
search=(run --seed 2 --max-findings 0 --max-samples 60000000 --no-progress)
contend run

[ $failures = 0 ] || { echo "$failures failed" >&2; exit 1; }
echo "all passed"
