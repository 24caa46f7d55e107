#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# All the tests, the way CI runs them: the release build with warnings as errors, the same under the sanitizers, the threaded ones under
# ThreadSanitizer, a short fuzzing, style. Exits with failure when any of it fails, after all of it has run.
set -u
cd "$(dirname "$0")/.." || exit 1
if command -v ninja >/dev/null 2>&1; then
    export CMAKE_GENERATOR="${CMAKE_GENERATOR-Ninja}"
fi
# Tests share the cores: a thread that waits must not spin.
export OMP_WAIT_POLICY=passive
jobs=$(nproc 2>/dev/null || echo 2)
failed=""

# stage NAME COMMAND…: runs it and remembers a failure.
stage() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    started=$(date +%s)
    if "$@"; then
        printf '== %s: passed in %s s\n' "$name" "$(($(date +%s) - started))"
    else
        printf '== %s: FAILED\n' "$name"
        failed="$failed '$name'"
    fi
}

# preset NAME TARGET CTEST-ARGUMENT…: configure, build, test. Two tests a core: many wait for clocks, sockets and other programs.
preset() {
    preset_name=$1
    target=$2
    shift 2
    log=build/$preset_name.log
    began=$(date +%s)
    if ! { cmake --preset "$preset_name" && cmake --build --preset "$preset_name" -j "$jobs" --target $target; } >"$log" 2>&1; then
        grep -E 'error|warning|FAILED' "$log" | head -n 60
        return 1
    fi
    echo "built in $(($(date +%s) - began)) s"
    ctest --preset "$preset_name" --no-tests=error -j $((2 * jobs)) "$@"
}

mkdir -p build
# brief: the same tests are there as long ones.
stage "release build, all tests" preset ci all -LE brief
# Of those with ranks the ones that are not slow: the walks and the check, for several numbers of ranks.
stage "AddressSanitizer and UBSan" preset asan all -LE 'slow|browser|slurm|style|docs'
if command -v mpicc.mpich >/dev/null 2>&1; then
    stage "MPICH, walks on ranks" preset mpich 'racewalk racewalk-mpi' -R '^mpi_same$'
else
    echo "== MPICH: SKIPPED, since it is not installed"
fi
if command -v clang >/dev/null 2>&1; then
    stage "clang, the unit tests" preset clang all -L unit
    stage "ThreadSanitizer" preset tsan thread_tests
    stage "fuzzing, briefly" preset fuzz fuzzers
else
    echo "== ThreadSanitizer and fuzzing: SKIPPED, since clang is not installed"
fi

if [ -n "$failed" ]; then
    printf '\nfailed stages:%s\n' "$failed"
    exit 1
fi
printf '\nall stages passed\n'
