#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# spin_counts.sh MODEL: holds the Promela model of the benchmark against the known numbers of the instance with 3 deployers, 5
# plans and MAX_PLAN_AGE 3: 13 935 states without symmetry, and a shortest violation of 11 transitions. Two models that were
# written apart then agree.
set -eu
model=$(realpath "$1")
command -v spin >/dev/null 2>&1 || { echo "SKIPPED: spin is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# verifier NAME "SPIN-OPTIONS" CC-OPTION…: makes the program NAME. -o2 keeps variables that are written only.
verifier() {
    name=$1
    # shellcheck disable=SC2086 # the options are words
    spin -o2 -DPLANS=5 -DMAX_PLAN_AGE=3 $2 -a "$model"
    shift 2
    "${CC:-cc}" -O2 -DSAFETY -DNOREDUCE "$@" -o "$name" pan.c
}

verifier all ""
./all -m1000000 >all.txt
states=$(awk '/states, stored/ { print $1; exit }' all.txt)
[ "$states" = 13935 ] || { echo "FAILED: SPIN counts $states states, not 13935"; exit 1; }
verifier shortest "-DVIOLATIONS" -DBFS
./shortest >shortest.txt || true
# The depth is that of the state before the step that violates.
depth=$(sed -n 's/^pan:1: assertion violated.*(at depth \([0-9]*\))$/\1/p' shortest.txt)
[ "$depth" = 10 ] || { echo "FAILED: SPIN's shortest violation is a step at depth ${depth:-none}, not 10"; exit 1; }
echo "13 935 states, shortest violation 11 transitions"
