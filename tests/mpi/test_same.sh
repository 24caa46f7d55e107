#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The same findings, hits and report for one thread, several threads, and ranks of several threads: compared byte for byte,
# less times.
. "$(dirname "$0")/lib.sh"

# same OPTION…: one process with one thread against ranks × threads.
same() {
    "$bin/racewalk" run --quiet --threads 1 "$@" --json "$work/a.json" --out-itf "$work/a.itf" \
        --out-dir "$work/a.dir" >"$work/a.out" 2>"$work/a.err"
    local expected=$?
    report_of "$work/a.json" | sed "s,$work/a,X,g" >"$work/a.report"
    for shape in $shapes; do
        rm -rf "$work"/b.*
        ranks "${shape%x*}" run --quiet --threads "${shape#*x}" "$@" --json "$work/b.json" \
            --out-itf "$work/b.itf" --out-dir "$work/b.dir" >"$work/b.out" 2>"$work/b.err"
        local status=$?
        report_of "$work/b.json" | sed "s,$work/b,X,g" >"$work/b.report"
        sed -i "s,$work/[ab],X,g" "$work/a.out" "$work/b.out" "$work/a.dir/index.json" "$work/b.dir/index.json"
        [ $status = $expected ] || fail "$shape $*: exit status $status, not $expected: $(cat "$work/b.err")"
        for part in report itf out; do
            cmp "$work/a.$part" "$work/b.$part" || fail "$shape $*: $part differs"
        done
        diff -r "$work/a.dir" "$work/b.dir" >/dev/null || fail "$shape $*: the folders differ"
        # A damaged message is said to be dropped, and nothing else is said. How many messages a rank sends, and so whether
        # any is damaged, depends on the clock.
        local said='were not right; they were dropped, and their walks done again'
        case ${RACEWALK_FAULT-} in
            corrupt:*)
                grep -q "$said" "$work/b.err" && damaged=yes
                sed -i "/$said/d" "$work/b.err"
                ;;
        esac
        sed -i '/^\[warn\] Epoll/d' "$work/b.err" # libevent, which OpenMPI is made with, when mpirun ends
        [ -s "$work/b.err" ] && fail "$shape $*: said $(cat "$work/b.err")"
    done
    rm -rf "$work"/[ab].*
}

shapes="1x2 2x1 3x2"
same --seed 1
same --seed 5 --shortest --max-samples 2000000
same --seed 2 --max-findings 50 --max-samples 100000 --max-steps 40
same --seed 2 --max-findings 3 --max-samples 100000 --max-steps 40
same --seed 2 --max-findings 0 --max-samples 3000000
same --seed 7 --property epoch5 --max-steps 12 --max-samples 400000
shapes="8x1"
same --seed 3 --instance n3_20_3 --max-samples 1000000 --max-findings 9
# A rank that is slow, one that stands still for a while, and one whose messages are damaged on the way, change nothing but the time.
shapes="3x1"
RACEWALK_FAULT=slow:1:5 same --seed 2 --max-findings 50 --max-samples 50000 --max-steps 40
RACEWALK_FAULT=stall:1:3 same --seed 2 --max-findings 50 --max-samples 3000000 --max-steps 40
RACEWALK_FAULT=stall:2:3 same --seed 5 --shortest --max-samples 2000000
damaged=no
RACEWALK_FAULT=corrupt:2:9 same --seed 2 --max-findings 50 --max-samples 50000 --max-steps 40
RACEWALK_FAULT=corrupt:1:3 same --seed 5 --shortest --max-samples 2000000
[ $damaged = yes ] || fail "no message was damaged"

# What is not carried out is said by one rank, with the status of all.
ranks 2 replay >"$work/out" 2>"$work/err"
[ $? = 64 ] || fail "replay: not status 64"
[ "$(grep -c 'carries out run and check' "$work/err")" = 1 ] || fail "replay: $(cat "$work/err")"
ranks 2 run --max-stepz 3 >"$work/out" 2>"$work/err"
[ $? = 64 ] || fail "a misspelt option: not status 64"
[ "$(grep -c 'max-steps' "$work/err")" = 1 ] || fail "a misspelt option: $(cat "$work/err")"
ranks 2 run --out-itf /no/such/folder/x >"$work/out" 2>"$work/err"
[ $? = 74 ] || fail "a file that cannot be written: not status 74"
# A run that was extended is the same as one that was asked for all at once.
find=(--seed 1 --property no_inconsistent_rollback --threads 1 --quiet)
ranks 2 run "${find[@]}" --max-findings 2 --checkpoint "$work/extended" >"$work/out"
ranks 3 run --resume "$work/extended" --max-findings 5 --threads 1 --quiet --json "$work/b.json" >"$work/out"
"$bin/racewalk" run "${find[@]}" --max-findings 5 --json "$work/a.json" >"$work/out"
cmp <(report_of "$work/a.json") <(report_of "$work/b.json") || fail "an extended run's report is another"

# A descriptor that is closed at the start does not become a file's.
"$bin/racewalk" run --seed 1 --quiet --out-itf "$work/a.nd" >"$work/out"
"$bin/racewalk-mpi" run --seed 1 --quiet --out-itf "$work/b.nd" >&-
[ $? = 1 ] && cmp "$work/a.nd" "$work/b.nd" || fail "with standard output closed"
[ "$(ranks 2 --version | wc -l)" = 1 ] || fail "--version is not one line"
finish
