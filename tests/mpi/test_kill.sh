#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 of a rank, of mpirun, of the whole job, at random moments, again and again: the run that is resumed each time ends with the
# report of one that was never stopped, and no finding that was announced is missing. ROUNDS (default 6) says how many times.
. "$(dirname "$0")/lib.sh"
unset OMPI_MCA_odls_base_sigkill_timeout

options=(--seed 2 --max-findings 50 --max-samples "${SAMPLES:-500000}" --max-steps 40 --no-progress)
"$bin/racewalk" run "${options[@]}" --quiet --json "$work/a.json" --out-itf "$work/a.itf" >"$work/a.out"
expected=$?
report_of "$work/a.json" | sed "s,$work/a,X,g" >"$work/a.report"

# job N: N ranks that go on with what is saved; all of them carry the folder's name on their command line.
job() {
    local how=--checkpoint
    [ -e "$work/ck/run.checkpoint" ] && how=--resume
    exec timeout -k 5 300 mpirun -q --oversubscribe --bind-to none -n "$1" "$bin/racewalk-mpi" run "${options[@]}" \
        --threads 1 $how "$work/ck" --checkpoint-every 0.2 --json "$work/b.json" --out-itf "$work/b.itf" >>"$work/b.out"
}
# So that it can be tried again.
last_job() {
    (job 2)
}

# The processes of the job, by the folder that only they name.
ranks_of_job() {
    pgrep -f "racewalk-mpi run .*$work/ck"
}

kills=0
for round in $(seq 1 "${ROUNDS:-6}"); do
    job $((1 + round % 3)) 2>>"$work/b.err" &
    launcher=$!
    sleep "$(awk -v r=$RANDOM 'BEGIN { print 0.6 + r / 32768 * 1.2 }')"
    pids=$(ranks_of_job | grep -vx "$launcher")
    if [ -n "$pids" ]; then
        kills=$((kills + 1))
        case $((round % 3)) in
        0) kill -9 $(echo "$pids" | shuf -n 1) 2>/dev/null ;;   # one process: a rank, or mpirun itself
        1) kill -9 $(pgrep -f "^mpirun .*$work/ck") 2>/dev/null ;;
        2) kill -9 $pids 2>/dev/null ;;
        esac
    fi
    wait $launcher
    # What mpirun leaves behind when it is killed ends soon by itself; the folder's lock keeps it from doing harm until then.
    for _ in $(seq 100); do
        [ -z "$(ranks_of_job)" ] && break
        sleep 0.1
    done
    [ -z "$(ranks_of_job)" ] || { fail "round $round: processes are left over"; kill -9 $(ranks_of_job); }
    grep -q '^violation' "$work/b.out" && [ ! -s "$work/b.itf" ] && fail "round $round: announced, but not on disk"
done
launched last_job 2>>"$work/b.err"
status=$?
[ $status = $expected ] || fail "exit status $status, not $expected: $(tail -3 "$work/b.err")"
report_of "$work/b.json" | sed "s,$work/b,X,g" >"$work/b.report"
cmp "$work/a.report" "$work/b.report" || fail "the report is another"
cmp "$work/a.itf" "$work/b.itf" || fail "the findings' file is another"
grep -o 'trace seed [0-9]*' "$work/b.out" | sort -u | sed 's/trace seed //' | while read -r seed; do
    grep -q "\"trace_seed\":$seed[,}]" "$work/b.itf" || echo "$seed"
done >"$work/missing"
[ -s "$work/missing" ] && fail "announced but missing: $(cat "$work/missing")"
echo "$kills kills"
finish
