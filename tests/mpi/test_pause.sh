#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# All ranks are stopped together for longer than the time after which a silent rank is given up, as when a machine is suspended or a
# virtual machine moves: nobody is to blame, and the job goes on to the same end. A single rank that is stopped for so long is named.
. "$(dirname "$0")/lib.sh"
export RACEWALK_SILENCE_SECONDS=5
ck=$work/ck

# begin COMMAND OPTION…: three ranks that save; returns when they have.
begin() {
    local command=$1
    shift
    rm -rf "$ck"
    ranks 3 "$command" "$@" --threads 1 --no-progress --json "$work/b.json" --checkpoint "$ck" --checkpoint-every 0.3 \
        >"$work/out" 2>"$work/err" &
    launcher=$!
    for _ in $(seq 400); do
        pids=$(pgrep -f "^$bin/racewalk-mpi $command .*$ck")
        [ -e "$ck/$command.checkpoint" ] && [ "$(echo "$pids" | wc -l)" = 3 ] && return
        sleep 0.05
    done
    fail "$command: no ranks: $(cat "$work/out" "$work/err")"
}
# pause PID…: for longer than the limit.
pause() {
    kill -STOP "$@"
    sleep 8
    kill -CONT "$@" 2>/dev/null # one that was given up is gone
}
ended() { # NAME STATUS
    wait $launcher
    local status=$?
    [ $status = "$2" ] || fail "$1: exit status $status, not $2: $(cat "$work/out" "$work/err")"
}

walks=(--seed 4 --max-findings 0 --max-samples "${SAMPLES:-150000000}" --max-steps 60)
states=(--plans 32 --max-plan-age 3 --guard protect-live)
"$bin/racewalk" run "${walks[@]}" --json "$work/a.json" --no-progress >/dev/null
expected=$?
begin run "${walks[@]}"
pause $pids
ended "a run that was suspended" $expected
[ -s "$work/err" ] && fail "a run that was suspended said $(cat "$work/err")"
cmp <(report_of "$work/a.json") <(report_of "$work/b.json") || fail "a run that was suspended: the report is another"

counts='[.states, .transitions, .diameter, .holds, .stop, .complete]'
"$bin/racewalk" check "${states[@]}" --json "$work/a.json" --no-progress >/dev/null
expected=$?
begin check "${states[@]}"
pause $pids
ended "a check that was suspended" $expected
[ -s "$work/err" ] && fail "a check that was suspended said $(cat "$work/err")"
cmp <(jq "$counts" "$work/a.json") <(jq "$counts" "$work/b.json") || fail "a check that was suspended: other counts"

# One rank stands still for less than that: the others walk on, and what they have walked is merged, also where long messages come
# piece by piece.
RACEWALK_SILENCE_SECONDS=60 OMPI_MCA_btl=tcp,self OMPI_MCA_btl_tcp_eager_limit=200 \
    begin run --seed 4 --max-findings 1000 --max-samples 1000000000000 --max-steps 90 --timeout 25 --stats-ndjson "$work/stats" --stats-every 0.5
sleep 3
kill -STOP "$(echo "$pids" | tail -1)"
sleep 5
from=$(tail -1 "$work/stats" | jq .samples)
sleep 7
to=$(tail -1 "$work/stats" | jq .samples)
kill -CONT "$(echo "$pids" | tail -1)"
ended "a run of which one rank stood still" 75
[ "$to" -gt "$from" ] || fail "one rank stood still, and nothing was merged: $from walks, then $to"

# One rank alone, for longer: the others go on without it, and no signal is to blame.
begin check "${states[@]}"
pause "$(echo "$pids" | tail -1)"
ended "a check of which one rank was suspended" 75
grep -q 'go on from the last checkpoint with --resume .*: rank [12] on .* has not been heard of for' "$work/err" ||
    fail "one rank suspended: $(cat "$work/out" "$work/err")"
grep -q signal "$work/out" "$work/err" && fail "one rank suspended: speaks of a signal: $(cat "$work/out" "$work/err")"
finish
