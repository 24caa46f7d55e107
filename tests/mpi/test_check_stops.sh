#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A check on ranks that is stopped by a signal to mpirun or to one rank, by a time-out, by hours or by memory: status 75, a
# checkpoint, and what goes on from it, on other numbers of ranks or on one machine, ends as if nothing had happened. A rank that is
# killed or falls silent ends the job in bounded time, and the last checkpoint is there to go on from.
. "$(dirname "$0")/lib.sh"
unset OMPI_MCA_odls_base_sigkill_timeout
ck=$work/ck

# A report without what may differ: the command line, times, memory, and how it came about.
check_report_of() {
    jq 'del(.command, .elapsed_s, .threads, .ranks, .state_bytes, .peak_rss_bytes, .max_memory_bytes, .messages, .message_bytes, .resumed)' "$1"
}
options=(--plans 32 --max-plan-age 3 --guard protect-live --no-progress)
"$bin/racewalk" check "${options[@]}" --threads 2 --json "$work/a.json" >/dev/null || fail "alone: not proved"

# start N OPTION…: N ranks that save at short intervals; returns when there is a checkpoint.
start() {
    local n=$1
    shift
    rm -rf "$ck"
    ranks "$n" check "${options[@]}" --threads 1 --checkpoint "$ck" --checkpoint-every 0.3 "$@" >"$work/out" 2>"$work/err" &
    launcher=$!
    for _ in $(seq 200); do
        [ -e "$ck/check.checkpoint" ] && break
        sleep 0.05
    done
}
mpirun_of_job() {
    pgrep -f "^mpirun .*$ck"
}
ranks_of_job() {
    pgrep -f "^$bin/racewalk-mpi check .*$ck"
}
stopped() { # NAME STATUSES: as it should be
    wait $launcher
    local status=$?
    case " $2 " in *" $status "*) ;; *) fail "$1: exit status $status, not $2: $(cat "$work/err")" ;; esac
    [ -s "$ck/check.checkpoint" ] || fail "$1: no checkpoint"
    [ "$2" != 75 ] || grep -q "go on .*--resume $ck" "$work/out" "$work/err" || fail "$1: does not tell how to go on"
}
same_report() { # NAME [REPORT]
    cmp <(check_report_of "${2:-$work/a.json}") <(check_report_of "$work/b.json") || fail "$1: the report is another"
    [ "$(jq .resumed "$work/b.json")" = true ] || fail "$1: not resumed"
    [ -e "$ck/check.checkpoint" ] && fail "$1: the checkpoint is left behind"
}

start 2
kill -USR1 "$(mpirun_of_job)"
stopped "USR1 to mpirun" 75
grep -q 'stopped by: signal' "$work/out" || fail "USR1: does not say so: $(cat "$work/out")"
ranks 3 check --resume "$ck" --threads 1 --json "$work/b.json" --no-progress >"$work/out" 2>"$work/err" || fail "USR1: $(cat "$work/err")"
same_report "2 ranks, then 3"

start 3
kill -USR1 "$(ranks_of_job | tail -1)"
began=$(date +%s%N)
stopped "USR1 to one rank" 75
echo "one rank was told: ended after $((($(date +%s%N) - began) / 1000000)) ms"
"$bin/racewalk" check --resume "$ck" --json "$work/b.json" --no-progress >"$work/out" 2>"$work/err" || fail "one rank: $(cat "$work/err")"
same_report "3 ranks, then one machine"

rm -rf "$ck"
"$bin/racewalk" check "${options[@]}" --timeout 0.5 --checkpoint "$ck" >"$work/out" 2>"$work/err"
[ $? = 75 ] || fail "one machine: not status 75"
ranks 2 check --resume "$ck" --threads 2 --json "$work/b.json" --no-progress >"$work/out" 2>"$work/err" || fail "one machine: $(cat "$work/err")"
same_report "one machine, then 2 ranks"

start 2 --timeout 1
stopped "time-out" 75
grep -q 'stopped by: timeout' "$work/out" || fail "time-out: does not say so: $(cat "$work/out")"
start 2 --max-hours 0.0003
stopped "hours" 75
# The limit is for all that a rank has in memory: 8 MB more than it takes for a check of next to nothing.
ranks 2 check --plans 1 --threads 1 --quiet --json "$work/small.json" >/dev/null || fail "small: not proved"
start 2 --max-memory "$(jq '.peak_rss_bytes + 8000000' "$work/small.json")"
stopped "memory" 75
grep -q 'not finished: .* the limit is .*MB (--max-memory)' "$work/out" || fail "memory: does not say so: $(cat "$work/out")"
ranks 3 check --resume "$ck" --threads 1 --json "$work/b.json" --no-progress >"$work/out" 2>"$work/err" || fail "memory: $(cat "$work/err")"
same_report "a limit of memory on 2 ranks, then 3"

# The general sweep is saved by all ranks too.
rm -rf "$ck"
general=(--plans 16 --guard protect-live --engine layers --no-progress)
"$bin/racewalk" check "${general[@]}" --json "$work/layers.json" >/dev/null || fail "layers alone: not proved"
ranks 2 check "${general[@]}" --threads 1 --timeout 0.3 --checkpoint "$ck" >"$work/out" 2>"$work/err"
[ $? = 75 ] || fail "layers: not stopped: $(cat "$work/out" "$work/err")"
ranks 5 check --resume "$ck" --threads 1 --json "$work/b.json" --no-progress >"$work/out" 2>"$work/err" || fail "layers: $(cat "$work/err")"
same_report "layers on 2 ranks, then 5" "$work/layers.json"

# What does not belong together is refused, with both values.
start 2 --timeout 1
stopped "another instance" 75
ranks 2 check --resume "$ck" --plans 31 >"$work/out" 2>"$work/err"
[ $? = 64 ] || fail "another instance is not refused"
grep -q "plans 32:32" "$work/err" && grep -q "plans 31:31" "$work/err" || fail "not both values: $(cat "$work/err")"
ranks 2 check "${options[@]}" --checkpoint "$ck" >"$work/out" 2>"$work/err"
[ $? = 64 ] || fail "an unfinished check is overwritten"

# kill -9 of one rank: mpirun ends the others, with its own status.
for victim in head tail; do
    start 3
    kill -9 "$(ranks_of_job | $victim -1)"
    began=$(date +%s)
    wait $launcher
    [ $(($(date +%s) - began)) -lt 60 ] || fail "kill -9: the job took long to end"
    ranks 2 check --resume "$ck" --threads 1 --json "$work/b.json" --no-progress >"$work/out" 2>"$work/err" || fail "kill -9: $(cat "$work/err")"
    same_report "kill -9, then 2 ranks"
done

# A rank that is cut off.
export RACEWALK_SILENCE_SECONDS=3
for rank in 0 1; do
    began=$(date +%s)
    RACEWALK_FAULT=silent:$rank:70 start 2
    wait $launcher
    status=$?
    [ $rank = 0 ] && expected=74 || expected=75
    [ $status = $expected ] || fail "rank $rank silent: exit status $status: $(cat "$work/err")"
    grep -q "rank $rank on .* has not been heard of" "$work/err" || fail "rank $rank silent is not named: $(cat "$work/err")"
    [ $(($(date +%s) - began)) -lt 60 ] || fail "rank $rank silent holds the job up"
done
ranks 2 check --resume "$ck" --threads 1 --json "$work/b.json" --no-progress >"$work/out" 2>"$work/err" || fail "silent: $(cat "$work/err")"
same_report "silent, then 2 ranks"
finish
