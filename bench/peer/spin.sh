#!/bin/sh
# SPIN and racewalk on the same model, one after the other: spin.sh BUILD-FOLDER [PLANS…]
#
# First the state count for 5 plans, MAX_PLAN_AGE 3 and 3 deployers must be 13 935 with SPIN, as racewalk counts it without
# symmetry, and the shortest violation must have 11 transitions. Then both are timed: the whole state space for every
# number of plans given (default: 5 8 10), and random search of 20 steps from the start with 20 plans.
set -eu
build=$(cd "${1:?spin.sh BUILD-FOLDER [PLANS…]}" && pwd)
shift
[ $# -gt 0 ] || set -- 5 8 10
here=$(cd "$(dirname "$0")" && pwd)
command -v spin >/dev/null 2>&1 || { echo "SKIPPED: spin is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# verifier NAME "SPIN-OPTIONS" CC-OPTION…: makes the program NAME. -o2 keeps variables that are written only.
verifier() {
    name=$1
    # shellcheck disable=SC2086 # the options are words
    spin -o2 $2 -a "$here/dns_balancer.pml"
    shift 2
    "${CC:-cc}" -O2 -DSAFETY -DNOREDUCE "$@" -o "$name" pan.c
}

seconds() { date +%s.%N; }

# row TOOL WHAT COUNT UNIT START END
row() {
    awk -v tool="$1" -v what="$2" -v count="$3" -v unit="$4" -v start="$5" -v end="$6" 'BEGIN {
        printf "%-10s %-40s %12.0f %-12s %9.3f s %12.0f /s\n", tool, what, count, unit, end - start, count / (end - start) }'
}

field() { awk -v text="$1" 'index($0, text) { print $1; exit }' "$2"; }

check_counts() {
    verifier pan5 "-DPLANS=5 -DMAX_PLAN_AGE=3"
    ./pan5 -m1000000 >pan5.txt
    states=$(field "states, stored" pan5.txt)
    [ "$states" = 13935 ] || { echo "FAILED: SPIN counts $states states, not 13935"; exit 1; }
    verifier pan5v "-DPLANS=5 -DMAX_PLAN_AGE=3 -DVIOLATIONS" -DBFS
    ./pan5v >pan5v.txt || true
    depth=$(sed -n 's/^pan:1: assertion violated.*(at depth \([0-9]*\))$/\1/p' pan5v.txt)
    # The depth is that of the state before the step that violates.
    [ "$depth" = 10 ] || { echo "FAILED: SPIN's shortest violation is a step at depth ${depth:-none}, not 10"; exit 1; }
    echo "n3_5_3: $states states, shortest violation $((depth + 1)) transitions, as racewalk says"
}

# SPIN's hash table and depth are given room enough, so that its time is that of the search.
time_exhaustive() {
    verifier pan "-DPLANS=$1 -DMAX_PLAN_AGE=3"
    start=$(seconds)
    ./pan -m1000000 -w24 >pan.txt
    end=$(seconds)
    row spin "all states, $1 plans" "$(field "states, stored" pan.txt)" states "$start" "$end"
    if "$build/bin/racewalk" help check >/dev/null 2>&1; then
        start=$(seconds)
        "$build/bin/racewalk" check --deployers 3 --plans "$1" --max-plan-age 3 --no-symmetry --no-progress \
            --json check.json >/dev/null || true
        end=$(seconds)
        row racewalk "all states, $1 plans" "$(tr -d ' \t,' <check.json | sed -n 's/^.*"states":\([0-9]*\).*/\1/p' | head -n 1)" states "$start" "$end"
    fi
}

# Random search. SPIN has two: the simulator, which is interpreted and takes one walk a call; and the verifier with its
# transitions in random order, no deeper than 20, forgetful (bit-state hashing), which is what swarm runs many of.
time_random() {
    spin_walks=100
    start=$(seconds)
    walk=1
    while [ $walk -le $spin_walks ]; do
        spin -DPLANS=20 -DMAX_PLAN_AGE=3 -n$walk -u20 -b "$here/dns_balancer.pml" >/dev/null
        walk=$((walk + 1))
    done
    end=$(seconds)
    row spin "simulation, 20 steps, 20 plans" $((spin_walks * 20)) steps "$start" "$end"
    verifier panr "-DPLANS=20 -DMAX_PLAN_AGE=3" -DBITSTATE -DT_RAND
    start=$(seconds)
    ./panr -m20 -w24 -RS1 >panr.txt
    end=$(seconds)
    row spin "bit-state, random order, depth 20" "$(field "transitions (= stored" panr.txt)" transitions "$start" "$end"
    start=$(seconds)
    "$build/bin/racewalk" run --instance n3_20_3 --max-steps 20 --max-samples 200000000 --max-findings 0 --seed 1 \
        --threads 1 --no-progress --json run.json >/dev/null || true
    end=$(seconds)
    row racewalk "random walks, 20 steps, 20 plans" "$(tr -d ' \t,' <run.json | sed -n 's/^.*"steps":\([0-9]*\).*/\1/p' | head -n 1)" steps "$start" "$end"
}

check_counts
for plans in "$@"; do
    time_exhaustive "$plans"
done
time_random
