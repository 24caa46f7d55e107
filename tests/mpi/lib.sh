# SPDX-License-Identifier: Apache-2.0
# What the tests of racewalk-mpi share. Sourced; takes the folder of the programs as the caller's first argument.
set -u
bin=$1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# mpirun waits a second before it kills what has ended with a status that is not 0.
export OMPI_MCA_odls_base_sigkill_timeout=0

# For programs that were built with AddressSanitizer: what OpenMPI leaks is not ours.
export ASAN_OPTIONS="fast_unwind_on_malloc=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
LSAN_OPTIONS="suppressions=$(cd "$(dirname "$0")" && pwd)/leaks.supp:print_suppressions=0"
export LSAN_OPTIONS

skip() {
    echo "SKIPPED: $*" >&2
    exit 77
}

command -v jq >/dev/null 2>&1 || skip "jq is not installed"
[ -x "$bin/racewalk-mpi" ] || skip "racewalk-mpi was not built"

work=$(mktemp -d "${TMPDIR:-/tmp}/racewalk-mpi.XXXXXX")
# What ranks share in memory: a folder of the test's own, since those that are killed leave it behind.
shared_memory=$(mktemp -d /dev/shm/racewalk-mpi.XXXXXX) || exit 1
export OMPI_MCA_btl_vader_backing_directory=$shared_memory
failures=0
cleanup() {
    rm -rf "$work" "$shared_memory"
}
trap cleanup EXIT

fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}

finish() {
    if [ $failures -ne 0 ]; then
        echo "$failures failed" >&2
        exit 1
    fi
    echo "all passed"
    exit 0
}

# The launcher: OpenMPI's, or what RACEWALK_MPIRUN names (mpiexec.mpich).
read -r -a launch <<<"${RACEWALK_MPIRUN:-mpirun -q --oversubscribe --bind-to none}"
command -v "${launch[0]}" >/dev/null 2>&1 || skip "${launch[0]} is not installed"

# What OpenMPI says when its own start failed, which happens now and then on a busy machine: by mpirun, or by a rank in MPI_Init.
start_failed='orte_init failed|ompi_rte_init failed|ORTE_ERROR_LOG: .* in file (ess|plm|orted|orterun)_|MPI does not start'

# launched COMMAND…: carries out what starts ranks; twice more, and says so, when OpenMPI did not start. Nothing else is tried again.
# What it says on standard error comes at its end.
launched() {
    local said attempt status
    said=$(mktemp "$work/said.XXXXXX")
    for attempt in 1 2 3; do
        "$@" 2>"$said"
        status=$?
        if [ $status = 0 ] || [ $attempt = 3 ] || ! grep -qE "$start_failed" "$said"; then
            break
        fi
        echo "OpenMPI did not start (attempt $attempt): $(grep -E -m 1 "$start_failed" "$said")" >&3
    done
    cat "$said" >&2
    rm -f "$said"
    return $status
}
exec 3>&2 # the test's log, whatever a command's standard error is

# ranks N ARG…: racewalk-mpi on so many ranks of this machine. program: another one.
ranks() {
    local n=$1
    shift
    launched timeout -k 5 "${LIMIT:-300}" "${launch[@]}" -n "$n" "$bin/${program:-racewalk-mpi}" "$@"
}

# A report without what may differ: the command line, times, and how many took part.
report_of() {
    jq 'del(.command, .elapsed_s, .steps_per_s, .threads, .ranks)' "$1"
}
