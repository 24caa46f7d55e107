#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The batch scripts of slurm/, as they stand, under a real slurmctld and two slurmd: a find; a job that does not start; a time limit, a
# checkpoint, a requeue and the end; an array, again, and its merge; a replay; a cancel; a memory limit. Skipped, loudly, where there is no Slurm or no right to start it.
bin=$1
scripts=$(cd "$(dirname "$0")/../../slurm" && pwd)
. "$(dirname "$0")/cluster.sh"

skip() {
    echo "SKIPPED: $*" >&2
    [ -z "${CI:-}" ] || { echo "and CI must not skip it" >&2; exit 1; }
    exit 77
}
[ "$(id -u)" = 0 ] || skip "a Slurm for tests is started by root"
for tool in slurmctld slurmd munged sbatch mpirun jq; do
    command -v $tool >/dev/null 2>&1 || skip "$tool is not there: apt-get install slurm-wlm munge openmpi-bin jq"
done
[ -x "$bin/racewalk-mpi" ] || skip "racewalk-mpi was not built"

work=$(mktemp -d /tmp/racewalk-slurm.XXXXXX)
chmod 755 "$work"
failures=0
fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}
cleanup() {
    cluster_down
    [ $failures = 0 ] && rm -rf "$work"
}
trap cleanup EXIT
cluster_up "$work/slurm" || { failures=1; fail "Slurm does not start; see $work"; tail -5 "$work"/slurm/*.log; exit 1; }

cd "$work" || exit 1
export RACEWALK_BIN=$bin
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_mpi_yield_when_idle=1
export OMPI_MCA_btl=tcp,self OMPI_MCA_btl_tcp_if_include=lo # both nodes are this machine: shared memory would collide

state_of() {
    scontrol show job "$1" 2>/dev/null | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p' | sort -u | tr '\n' ' '
}
# wait_for JOB STATES SECONDS
wait_for() {
    local state
    for _ in $(seq $(($3 * 4))); do
        state=$(state_of "$1")
        case " $2 " in *" ${state% } "*) return 0 ;; esac
        sleep 0.25
    done
    fail "job $1 is $state after $3 s, not $2; its log: $(tail -5 "$work"/*"$1"*.log 2>/dev/null)"
    return 1
}
submit() {
    sbatch --parsable --cpus-per-task=1 "$@"
}

# A find, on two nodes.
job=$(RESULTS=$work/find \
    SEARCH="--seed 1 --max-steps 40 --max-findings 3" submit "$scripts/deep-search.sbatch")
wait_for "$job" COMPLETED 120 && {
    "$bin/racewalk" run --seed 1 --max-steps 40 --max-findings 3 --quiet --json "$work/alone.json" >/dev/null
    normal='del(.command, .elapsed_s, .steps_per_s, .threads, .ranks, .findings[].file)'
    cmp <(jq "$normal" "$work/alone.json") <(jq "$normal" "$work/find/report.json") || fail "find: another report"
    [ "$(jq .ranks "$work/find/report.json")" = 2 ] || fail "find: not two ranks"
}

# A job that mpirun does not start, in a folder that has a report already: mpirun ends with 1, which would be a violation.
job=$(unset OMPI_ALLOW_RUN_AS_ROOT_CONFIRM; RESULTS=$work/find SEARCH="--seed 1" submit "$scripts/deep-search.sbatch")
wait_for "$job" FAILED 120 && {
    [ "$(scontrol show job "$job" | sed -n 's/.*ExitCode=\([0-9]*\):.*/\1/p')" = 70 ] || fail "no start: not status 70"
    grep -q 'attempt to run as root' racewalk-deep-"$job".log || fail "no start: mpirun's words are not in the log"
    grep -q 'there is no report of this start' racewalk-deep-"$job".log || fail "no start: the log does not say so"
}

# A time limit of one minute, of which a run has some 20 seconds until it is told to save, for 35 seconds of work for two processors
# that have nothing else to do: saved, requeued, and ended with the right counts, which is looked at when all else is done.
seconds=$({ TIMEFORMAT=%U; time "$bin/racewalk" run --seed 2 --max-findings 0 --max-samples 100000000 --quiet >/dev/null 2>&1; } 2>&1)
samples=$(awk -v s="$seconds" 'BEGIN { printf "%d", 100000000 / s * 2 * 35 }')
search="--seed 2 --max-findings 0 --max-samples $samples"
deep=$(RESULTS=$work/deep SEARCH=$search submit --time=1 --signal=B:USR1@40 "$scripts/deep-search.sbatch")
# A cancel, while that one runs.
victim=$(RESULTS=$work/cancel SEARCH="--seed 3 --max-findings 0 --max-samples 100000000000000" \
    submit "$scripts/deep-search.sbatch")
wait_for "$victim" RUNNING 120 && {
    for _ in $(seq 600); do [ -s "$work/cancel/stats.ndjson" ] && break; sleep 0.2; done # it searches
    sleep 4
    scancel "$victim"
    wait_for "$victim" CANCELLED 120
    [ -s "$work/cancel/checkpoint/run.checkpoint" ] || fail "cancel: no checkpoint"
}
# An array, the merge of its folders, and a replay of what is merged, each when the one before is done.
export RESULTS=$work/array
job=$(COMMON="--max-samples 2000 --max-findings 50" submit "$scripts/array.sbatch")
merge=$(MERGE=$scripts/merge-findings.sh submit --dependency=afterany:"$job" "$scripts/merge.sbatch")
replay=$(FINDINGS=$work/array/merged submit --dependency=afterok:"$merge" "$scripts/replay.sbatch")
wait_for "$replay" COMPLETED 240 && {
    found=$(jq -s '[.[].findings[] | {property, shape}] | unique | length' "$work"/array/[1-4]/findings/index.json)
    merged=$(jq '.findings | length' "$work/array/merged/index.json")
    [ "$found" = "$merged" ] && [ "$merged" -gt 2 ] || fail "merge: $merged shapes of $found"
    [ "$(ls "$work"/array/merged/*.itf.json | wc -l)" = "$merged" ] || fail "merge: traces are missing"
    grep -q '=== 0 traces failed' racewalk-replay-"$replay".log || fail "replay: $(tail -3 racewalk-replay-"$replay".log)"
}

# The same once more: what is finished tells its result again.
cp -r "$work/array/merged" "$work/merged"
job=$(COMMON="--max-samples 2000 --max-findings 50" submit "$scripts/array.sbatch")
merge=$(MERGE=$scripts/merge-findings.sh submit --dependency=afterok:"$job" "$scripts/merge.sbatch")
wait_for "$merge" COMPLETED 240 && { diff -r "$work/merged" "$work/array/merged" || fail "array: another result the second time"; }

# A task of an array that is told to save itself is requeued, alone, and goes on.
searches=$(printf -- '--seed 1\n--seed 2')
job=$(RESULTS=$work/tasks SEARCHES=$searches COMMON="--max-findings 0 --max-samples $((samples / 3))" submit --array=1-2 "$scripts/array.sbatch")
wait_for "${job}_2" RUNNING 120 && {
    sleep 3
    scancel --signal=USR1 --batch "${job}_2"
}
wait_for "$job" COMPLETED 300 && {
    grep -q 'start 2' racewalk-array-"$job"-2.log || fail "task: it was not requeued: $(cat racewalk-array-"$job"-2.log)"
    grep -q 'start 2' racewalk-array-"$job"-1.log && fail "task: the other one was requeued"
    [ "$(jq .samples "$work/tasks/2/report.json")" = $((samples / 3)) ] || fail "task: not all samples"
}

# A model of one's own: searched on two nodes, checked, and what was found replayed.
cp "$(dirname "$scripts")/examples/lease.c" "$work/lease.c"
export MODEL=lease.c XDG_CACHE_HOME=$work/cache
job=$(RESULTS=$work/own SEARCH="--seed 1 --max-findings 0 --max-samples 20000" submit "$scripts/deep-search.sbatch")
checked=$(RESULTS=$work/own-check submit "$scripts/check.sbatch")
replayed=$(FINDINGS=$work/own-check/findings submit --dependency=afterok:"$checked" "$scripts/replay.sbatch")
wait_for "$job" COMPLETED 60 && {
    "$bin/racewalk" run --model lease.c --seed 1 --max-findings 0 --max-samples 20000 --quiet --json "$work/alone.json" >/dev/null
    cmp <(jq "$normal" "$work/alone.json") <(jq "$normal" "$work/own/report.json") || fail "own: another report"
    [ "$(jq -c '[.ranks, .model.name]' "$work/own/report.json")" = '[2,"lease"]' ] || fail "own: not the model on two ranks"
}
wait_for "$replayed" COMPLETED 60 && {
    [ "$(jq -c '[.complete, .states, .model.file]' "$work/own-check/report.json")" = '[true,193,"lease.c"]' ] || fail "own: another check"
    grep -q '=== 0 traces failed' racewalk-replay-"$replayed".log || fail "own: $(tail -3 racewalk-replay-"$replayed".log)"
}
unset MODEL

# A check that the memory limit ends would be ended so again. The limit is for all that a rank has in memory: 8 MB more than it
# takes for a check of next to nothing.
job=$(RESULTS=$work/small CHECK="--plans 1" submit "$scripts/check.sbatch")
wait_for "$job" COMPLETED 180
limit=$(jq '.peak_rss_bytes + 8000000' "$work/small/report.json")
job=$(RESULTS=$work/memory CHECK="--plans 30 --guard protect-live --max-memory $limit" submit "$scripts/check.sbatch")
wait_for "$job" FAILED 180 && {
    grep -q 'start 2' racewalk-check-"$job".log && fail "memory: it was requeued"
    grep -q 'not requeued, for the memory would end it' racewalk-check-"$job".log || fail "memory: the log does not say so"
}

# An exhaustive check on two nodes, and one that is told to save itself while it runs, is requeued, and ends as on one machine.
job=$(RESULTS=$work/check CHECK="--instance n3_5_3" submit "$scripts/check.sbatch")
wait_for "$job" COMPLETED 180 && {
    [ "$(jq .complete "$work/check/report.json")" = true ] || fail "check: not complete"
    [ "$(jq .ranks "$work/check/report.json")" = 2 ] || fail "check: not two ranks"
}
job=$(RESULTS=$work/proof CHECK="--plans 44 --guard protect-live" submit "$scripts/check.sbatch")
wait_for "$job" RUNNING 120 && {
    sleep 4
    scancel --signal=USR1 --batch "$job"
}
wait_for "$job" COMPLETED 600 && {
    grep -q 'start 2' racewalk-check-"$job".log || fail "check: it was not requeued: $(cat racewalk-check-"$job".log)"
    # As racewalk check counts them alone.
    counts=$(jq -c '[.complete, .states, .transitions, .diameter, (.holds | all)]' "$work/proof/report.json")
    [ "$counts" = '[true,2067693555,12939484392,182,true]' ] || fail "check: other counts: $counts"
    [ "$(jq .resumed "$work/proof/report.json")" = true ] || fail "check: it did not go on from what was saved"
    [ -e "$work/proof/checkpoint/check.checkpoint" ] && fail "check: the checkpoint is left behind"
}

# The deep one, from the beginning.
wait_for "$deep" COMPLETED 600 && {
    grep -q 'start 2' racewalk-deep-"$deep".log || fail "deep: it was not requeued: $(cat racewalk-deep-"$deep".log)"
    [ "$(jq .samples "$work/deep/report.json")" = "$samples" ] || fail "deep: not all samples"
    [ "$(jq -r .stop "$work/deep/report.json")" = samples ] || fail "deep: another stop"
}

[ $failures = 0 ] || { echo "$failures failed; see $work" >&2; exit 1; }
echo "all passed"
