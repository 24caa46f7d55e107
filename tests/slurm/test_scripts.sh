#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How the batch scripts of slurm/ end: without Slurm, whose scontrol is a stand-in here that notes what it is asked. What real Slurm does
# with them is in test_slurm.sh.
set -u
bin=$1
scripts=$(cd "$(dirname "$0")/../../slurm" && pwd)
for tool in mpirun jq; do
    command -v $tool >/dev/null 2>&1 || { echo "SKIPPED: $tool is not installed" >&2; exit 77; }
done
[ -x "$bin/racewalk-mpi" ] || { echo "SKIPPED: racewalk-mpi was not built" >&2; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/racewalk-scripts.XXXXXX")
trap 'rm -rf "$work"' EXIT
failures=0
fail() {
    echo "FAILED: $*: $(cat "$work/log")" >&2
    failures=$((failures + 1))
}

mkdir "$work/tools" "$work/fake"
cat >"$work/tools/scontrol" <<'END'
#!/bin/sh
echo "$@" >>"$SCONTROL_LOG"
END
chmod +x "$work/tools/scontrol"
export PATH=$work/tools:$PATH SCONTROL_LOG=$work/asked
export SLURM_JOB_ID=7 SLURM_JOB_NODELIST=n1 SLURM_SUBMIT_DIR=$work SLURM_CPUS_PER_TASK=1
export SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# What mpirun takes for a Slurm allocation would send it to srun.
mpirun_alone=(env -u SLURM_JOB_ID -u SLURM_JOB_NODELIST "$(command -v mpirun)" -n 1 --oversubscribe)
printf '#!/bin/sh\nexec %s "$@"\n' "${mpirun_alone[*]}" >"$work/tools/mpirun"
chmod +x "$work/tools/mpirun"

# fake NAME COMMANDS: stands in for a program; fake_mpi means racewalk-mpi.
fake() {
    printf '#!/bin/bash\n%s\n' "$2" >"$work/fake/$1"
    chmod +x "$work/fake/$1"
}
# job SCRIPT STATUS REQUEUES WORDS: as it should end; REQUEUES is what scontrol was asked for, WORDS are in the log.
job() {
    : >"$SCONTROL_LOG"
    bash "$scripts/$1" >"$work/log" 2>&1
    local status=$?
    [ $status = "$2" ] || fail "$1: status $status, not $2"
    [ "$(cat "$SCONTROL_LOG")" = "$3" ] || fail "$1: '$(cat "$SCONTROL_LOG")' and not '$3' was asked of scontrol"
    grep -qe "$4" "$work/log" || fail "$1: the log does not say '$4'"
}

for script in check deep-search; do
    export RACEWALK_BIN=$bin RESULTS=$work/$script CHECK="--instance n3_5_3 --guard protect-live" SEARCH="--seed 1 --max-samples 1000 --max-findings 0"
    job $script.sbatch 0 '' 'ended with status [01]'
    jq -e . "$RESULTS/report.json" >/dev/null || fail "$script: no report"
    # From here on there is a report, but not of the start that is looked at.
    export RACEWALK_BIN=$work/fake
    for status in 0 1 2 3; do
        fake racewalk-mpi "exit $status"
        job $script.sbatch 70 '' 'there is no report of this start'
    done
    fake racewalk-mpi 'echo "cannot start" >&2; exit 74'
    job $script.sbatch 74 '' 'cannot start'
    kind=run
    [ $script = check ] && kind=check
    saved=$RESULTS/checkpoint/$kind.checkpoint
    fake racewalk-mpi 'exit 75'
    job $script.sbatch 75 '' "not requeued, .* this start came no further"
    fake racewalk-mpi "mkdir -p $RESULTS/checkpoint; echo new >$saved.tmp; mv $saved.tmp $saved; exit 75"
    job $script.sbatch 0 'requeue 7' 'ended with status 75'
    fake racewalk-mpi 'kill -9 $$'
    job $script.sbatch 137 '' 'a process was killed (status 137)'
    fake racewalk-mpi "echo new >$saved.tmp; mv $saved.tmp $saved; kill -9 \$\$"
    job $script.sbatch 0 'requeue 7' 'a process was killed (status 137)'
    # mpirun itself, whose words are not to be lost.
    mv "$work/tools/mpirun" "$work/mpirun"
    printf '#!/bin/sh\necho "There are not enough slots" >&2\nexit 1\n' >"$work/tools/mpirun"
    chmod +x "$work/tools/mpirun"
    job $script.sbatch 70 '' 'There are not enough slots'
    mv "$work/mpirun" "$work/tools/mpirun"
done

# A check that stops at its time goes on; one that stops at its memory would do so again.
export RACEWALK_BIN=$bin RESULTS=$work/time CHECK="--plans 16 --guard protect-live --engine layers --timeout 0.3"
job check.sbatch 0 'requeue 7' 'ended with status 75'
CHECK="--plans 16 --guard protect-live --engine layers"
job check.sbatch 0 '' 'ended with status 0'
[ "$(jq -c '[.resumed, .complete]' "$RESULTS/report.json")" = '[true,true]' ] || fail "check: it did not go on"
# The limit is for all that a rank has in memory: 8 MB more than it takes for a check of next to nothing.
"${mpirun_alone[@]}" "$bin/racewalk-mpi" check --plans 1 --quiet --json "$work/small.json" >/dev/null || fail "small: not proved"
limit=$(jq '.peak_rss_bytes + 8000000' "$work/small.json")
export RESULTS=$work/memory CHECK="--plans 30 --guard protect-live --max-memory $limit"
job check.sbatch 75 '' 'not requeued, for the memory would end it at the same point again'
job check.sbatch 75 '' 'not requeued, for the memory would end it at the same point again'
CHECK="--plans 30 --guard protect-live --max-memory 1G"
job check.sbatch 0 '' 'ended with status 0'

# A task of an array: stopped, gone on with, finished, and once more.
export RESULTS=$work/array COMMON="--max-samples 20000000 --max-findings 0 --timeout 0.05"
job array.sbatch 0 'requeue 7_2' 'ended with status 75'
COMMON="--max-samples 20000000 --max-findings 0"
job array.sbatch 0 '' 'ended with status 1'
cp "$RESULTS/2/report.json" "$work/first.json"
job array.sbatch 0 '' 'ended with status 1'
cmp <(jq '[.samples, .hits, .findings]' "$work/first.json") <(jq '[.samples, .hits, .findings]' "$RESULTS/2/report.json") ||
    fail "array: another result the second time"
# The merge of the findings, twice; what is no such merge is not replaced.
export RESULTS=$work/small COMMON="--max-samples 2000 --max-findings 50" MERGE=$scripts/merge-findings.sh
job array.sbatch 0 '' 'ended with status 1'
job merge.sbatch 0 '' 'found by 1'
cp -r "$RESULTS/merged" "$work/first"
job array.sbatch 0 '' 'ended with status 1'
job merge.sbatch 0 '' 'found by 1'
diff -r "$work/first" "$RESULTS/merged" || fail "merge: another one the second time"
touch "$RESULTS/merged/notes"
job merge.sbatch 64 '' 'is there already, and is no folder of merged findings'
[ "$(ls "$RESULTS")" = "$(printf '2\nmerged')" ] || fail "merge: files are left over"

[ $failures = 0 ] || { echo "$failures failed" >&2; exit 1; }
echo "all passed"
