#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The same verdicts, counts, traces and report from a check on one machine and on ranks of several threads, byte for byte less
# times and memory; stopped by a signal, a time-out or the memory, and gone on with on other numbers of ranks, or on one machine.
. "$(dirname "$0")/lib.sh"
unset OMPI_MCA_odls_base_sigkill_timeout

# A report without what may differ: the command line, times, memory, and how many took part.
check_report_of() {
    jq 'del(.command, .elapsed_s, .threads, .ranks, .state_bytes, .peak_rss_bytes, .max_memory_bytes, .messages, .message_bytes)' "$1"
}
alone=racewalk # and the program of the same model for ranks
program=racewalk-mpi
# same OPTION…: one process with one thread against ranks × threads.
same() {
    "$bin/$alone" check --quiet --threads 1 "$@" --json "$work/a.json" --out-itf "$work/a.itf" \
        --out-dir "$work/a.dir" >"$work/a.out" 2>"$work/a.err"
    local expected=$?
    check_report_of "$work/a.json" | sed "s,$work/a,X,g" >"$work/a.report"
    for shape in $shapes; do
        rm -rf "$work"/b.*
        ranks "${shape%x*}" check --quiet --threads "${shape#*x}" "$@" --json "$work/b.json" \
            --out-itf "$work/b.itf" --out-dir "$work/b.dir" >"$work/b.out" 2>"$work/b.err"
        local status=$?
        check_report_of "$work/b.json" | sed "s,$work/b,X,g" >"$work/b.report"
        sed -i "s,$work/[ab],X,g" "$work/a.out" "$work/b.out" "$work/a.dir/index.json" "$work/b.dir/index.json"
        [ $status = $expected ] || fail "$shape $*: exit status $status, not $expected: $(cat "$work/b.err")"
        for part in report itf out; do
            cmp "$work/a.$part" "$work/b.$part" || fail "$shape $*: $part differs"
        done
        diff -r "$work/a.dir" "$work/b.dir" >/dev/null || fail "$shape $*: the folders differ"
        [ "$(jq .ranks "$work/b.json")" = "${shape%x*}" ] || fail "$shape $*: the report's number of ranks"
        sed -i '/^\[warn\] Epoll/d' "$work/b.err" # libevent, which OpenMPI is made with, when mpirun ends
        [ -s "$work/b.err" ] && fail "$shape $*: said $(cat "$work/b.err")"
    done
    rm -rf "$work"/[ab].*
}

shapes="1x2 2x1 3x1 5x2"
same
same --engine layers
shapes="2x2 3x1"
same --plans 14 --max-plan-age 3
same --instance n3_20_3 --guard protect-live
same --guard reject-stale,protect-live
same --no-symmetry
same --no-symmetry --engine by-length
same --property epoch5
same --property epoch5 --property plans3
same --property plans3 --plans 2
same --max-findings 3
same --max-findings 3 --engine layers
same --max-steps 10
same --max-steps 10 --engine by-length
same --fingerprints --no-symmetry
same --deployers 5 --plans 3
# More ranks than there are cells in a layer, or shards.
shapes="8x1"
same --deployers 1 --plans 3
alone=racewalk-lease
program=racewalk-lease-mpi
shapes="2x1 3x2"
same
same --no-symmetry --max-findings 2
alone=racewalk
program=racewalk-mpi

# What is wrong is said once, with the status of all.
ranks 2 check --max-memory 2X >"$work/out" 2>"$work/err"
[ $? = 64 ] || fail "a wrong size: not status 64"
[ "$(grep -c 'is not a size' "$work/err")" = 1 ] || fail "a wrong size: $(cat "$work/err")"
ranks 2 check --resume "$work/nowhere" >"$work/out" 2>"$work/err"
[ $? = 66 ] || fail "no checkpoint: not status 66"
ranks 2 check --out-itf /no/such/folder/x >"$work/out" 2>"$work/err"
[ $? = 74 ] || fail "a file that cannot be written: not status 74"
"$bin/racewalk-mpi" help check | grep -q max-memory || fail "help check"
[ "$(ranks 2 --help | grep -c 'racewalk-mpi check')" = 1 ] || fail "--help does not name check"
finish
