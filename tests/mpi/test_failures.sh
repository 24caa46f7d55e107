#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What goes wrong on ranks is said, once, with what and where: a disk that is full, a message of rank 0 that is damaged, ranks that run
# different programs, a launcher of another MPI, an MPI that does not start.
. "$(dirname "$0")/lib.sh"
LIMIT=60

# says NAME STATUS TEXT COMMAND…: it ends with the status, and this stands in one line of what it says on standard error.
says() {
    local name=$1 expected=$2 text=$3
    shift 3
    "$@" >"$work/out" 2>"$work/err"
    local status=$?
    [ $status = "$expected" ] || fail "$name: exit status $status, not $expected: $(cat "$work/err")"
    [ "$(grep -c -e "$text" "$work/err")" = 1 ] || fail "$name: does not say '$text': $(cat "$work/err")"
    grep -q 'a bug' "$work/err" && fail "$name: speaks of a bug: $(cat "$work/err")"
}

for option in --out-itf --out-schedule --json --stats-ndjson; do
    says "a full disk, $option" 74 '/dev/full: .*No space left on device' \
        ranks 2 run --seed 2 --no-progress --quiet $option /dev/full
done
says "a full disk, check" 74 '/dev/full: .*No space left on device' ranks 2 check --no-progress --quiet --out-itf /dev/full

for every in 1 2 3; do
    RACEWALK_FAULT=corrupt:0:$every RACEWALK_SILENCE_SECONDS=30 says "damaged messages of rank 0" 65 \
        'rank [12] on .*: a message from rank 0 is not right: .* expected' \
        ranks 3 run --seed 2 --max-findings 0 --max-samples 100000000 --no-progress
done

# MPI then ends the process itself, with 1, which would be a violation. (Without mpirun, whose own status is 1 all the same.)
OMPI_MCA_pml=nonsense says "MPI that does not start" 70 'error: MPI does not start; see above' \
    "$bin/racewalk-mpi" check --no-progress
OMPI_MCA_btl=nonsense says "MPI that has no network" 70 'error: MPI does not start; see above' \
    "$bin/racewalk-mpi" run --no-progress

# A check goes on without such a message, and says that there were some.
RACEWALK_FAULT=corrupt:1:1 ranks 2 check --plans 26 --max-plan-age 3 --guard protect-live --no-progress --quiet >"$work/out" 2>"$work/err" ||
    fail "damaged heartbeats: $(cat "$work/out" "$work/err")"
grep -q 'warning: [1-9][0-9]* messages between ranks were not right; they were dropped$' "$work/err" ||
    fail "damaged heartbeats are not told: $(cat "$work/err")"

version=$("$bin/racewalk" --version | sed -n 's/^racewalk \([^ ]*\).*/\1/p')
RACEWALK_FAULT=version:1:7 says "two versions" 64 \
    "rank 0 on .* runs racewalk $version of dns_balancer .*, and rank 1 on .* runs racewalk 0\.0\.7 of dns_balancer" ranks 3 run
grep -q violation "$work/out" && fail "two versions: searched all the same"
says "two programs" 64 'rank 0 on .* of dns_balancer .*, and rank 1 on .* of lease' \
    launched timeout -k 5 60 mpirun -q --oversubscribe --bind-to none -n 1 "$bin/racewalk-mpi" check : -n 1 "$bin/racewalk-lease-mpi" check

# The same program with another version of a model that is not compiled in.
both=(timeout -k 5 60 mpirun -q --oversubscribe --bind-to none -n 1 env RACEWALK_LEASE_IDENTITY=a1 "$bin/racewalk-lease-mpi" check)
says "two versions of a model" 64 \
    'all ranks must search the same model: rank 1 on .* has another version of the model lease than rank 0 on ' \
    "${both[@]}" : -n 1 env RACEWALK_LEASE_IDENTITY=b2 "$bin/racewalk-lease-mpi" check
"${both[@]}" : -n 1 env RACEWALK_LEASE_IDENTITY=a1 "$bin/racewalk-lease-mpi" check >"$work/out" 2>&1
[ $? = 1 ] && grep -q 'mutual_exclusion: VIOLATED' "$work/out" || fail "one version of a model: $(cat "$work/out")"

# As when a launcher of another MPI starts copies: it says how many, and MPI says that there is one.
PMI_SIZE=3 PMI_RANK=0 says "a copy" 1 "warning: .* has started 3 copies of this program, which know nothing of each other" \
    "$bin/racewalk-mpi" run --seed 2 --no-progress
PMI_SIZE=3 PMI_RANK=1 "$bin/racewalk-mpi" run --seed 2 --no-progress --quiet >/dev/null 2>"$work/err"
[ -s "$work/err" ] && fail "each copy warns: $(cat "$work/err")"
ranks 1 run --seed 2 --no-progress --quiet >/dev/null 2>"$work/err"
grep -q copies "$work/err" && fail "one rank is taken for a copy: $(cat "$work/err")"
finish
