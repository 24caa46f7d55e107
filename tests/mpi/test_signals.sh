#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# USR1, TERM and INT to mpirun, USR1 to a single rank, twice, --timeout and --max-hours: status 75, a checkpoint, and the run that
# goes on ends as if it had never stopped. A rank that falls silent ends the job in bounded time.
. "$(dirname "$0")/lib.sh"
unset OMPI_MCA_odls_base_sigkill_timeout

options=(--seed 4 --max-findings 0 --max-samples 1000000000 --no-progress --threads 1)
start() {
    rm -rf "$work/ck"
    ranks 3 run "${options[@]}" --checkpoint "$work/ck" "$@" >"$work/out" 2>"$work/err" &
    launcher=$!
    for _ in $(seq 100); do
        [ -e "$work/ck/run.checkpoint" ] && break
        sleep 0.1
    done
    sleep 0.7
}
mpirun_of_job() {
    pgrep -f "^mpirun .*$work/ck"
}
ranks_of_job() {
    pgrep -f "^$bin/racewalk-mpi run .*$work/ck"
}
stopped() { # NAME: as it should be
    wait $launcher
    local status=$?
    case " $2 " in *" $status "*) ;; *) fail "$1: exit status $status, not $2: $(cat "$work/err")" ;; esac
    grep -q 'go on with --resume' "$work/out" || [ "$2" != 75 ] || fail "$1: does not tell how to go on: $(cat "$work/out")"
}

start
kill -USR1 "$(mpirun_of_job)"
stopped "USR1 to mpirun" 75
ranks 2 run --resume "$work/ck" --threads 2 --json "$work/b.json" --no-progress >"$work/out" || true
"$bin/racewalk" run "${options[@]}" --json "$work/a.json" >"$work/out" || true
cmp <(report_of "$work/a.json") <(report_of "$work/b.json") || fail "the resumed run's report is another"

start
kill -USR1 "$(ranks_of_job | tail -1)"
stopped "USR1 to one rank" 75
start
for pid in $(ranks_of_job); do kill -USR1 "$pid"; done
kill -USR1 "$(mpirun_of_job)" 2>/dev/null
stopped "USR1 twice" 75
# mpirun that is terminated ends its ranks itself and says so with its own status; the checkpoint is there.
for signal in TERM INT; do
    start
    before=$(stat -c %Y.%s "$work/ck/run.checkpoint")
    sleep 1
    kill -$signal "$(mpirun_of_job)"
    stopped "$signal to mpirun" "75 1 130 143 0"
    [ "$(stat -c %Y.%s "$work/ck/run.checkpoint")" != "$before" ] || fail "$signal: no checkpoint was saved"
done
start --timeout 1
stopped "time-out" 75
start --max-hours 0.0003
stopped "hours" 75

# What does not belong together is refused, with both values.
ranks 2 run --resume "$work/ck" --seed 5 >"$work/out" 2>"$work/err"
[ $? = 64 ] || fail "another seed is not refused"
grep -q -e '--seed 4' "$work/err" && grep -q -e '--seed 5' "$work/err" || fail "not both values: $(cat "$work/err")"
ranks 2 run --checkpoint "$work/ck" >"$work/out" 2>"$work/err"
[ $? = 64 ] || fail "an unfinished run is overwritten"

# A rank that is cut off.
began=$(date +%s)
rm -rf "$work/ck"
RACEWALK_FAULT=silent:1:5 RACEWALK_SILENCE_SECONDS=3 ranks 2 run "${options[@]}" --checkpoint "$work/ck" >"$work/out" 2>"$work/err"
status=$?
[ $status = 75 ] || fail "a silent rank: exit status $status: $(cat "$work/err")"
grep -q 'rank 1 on .* has not been heard of' "$work/err" || fail "a silent rank is not named: $(cat "$work/err")"
[ $(($(date +%s) - began)) -lt 60 ] || fail "a silent rank holds the job up"
began=$(date +%s)
RACEWALK_FAULT=silent:0:5 RACEWALK_SILENCE_SECONDS=3 ranks 2 run "${options[@]}" >"$work/out" 2>"$work/err"
status=$?
[ $status = 74 ] || fail "rank 0 silent: exit status $status: $(cat "$work/err")"
grep -q 'rank 0 has not been heard of' "$work/err" || fail "rank 0 silent: $(cat "$work/err")"
[ $(($(date +%s) - began)) -lt 60 ] || fail "rank 0 silent holds the job up"
finish
