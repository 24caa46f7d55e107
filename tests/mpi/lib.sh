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
failures=0
cleanup() {
    rm -rf "$work"
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

# ranks N ARG…: racewalk-mpi on so many ranks of this machine.
ranks() {
    local n=$1
    shift
    timeout -k 5 "${LIMIT:-120}" "${launch[@]}" -n "$n" "$bin/racewalk-mpi" "$@"
}

# A report without what may differ: the command line, times, and how many took part.
report_of() {
    jq 'del(.command, .elapsed_s, .steps_per_s, .threads, .ranks)' "$1"
}
