#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the tests themselves do when OpenMPI does not start (lib.sh): they try again, at most twice, and say why; nothing else is tried
# again.
. "$(dirname "$0")/lib.sh"

# A launcher that counts its starts, and whose first ones fail.
cat >"$work/launcher" <<'LAUNCHER'
#!/bin/bash
count=$(($(cat "$COUNT") + 1))
echo "$count" >"$COUNT"
[ "$count" -gt "$FAILURES" ] && exit 3
echo "$WORDS" >&2
exit 1
LAUNCHER
chmod +x "$work/launcher"
launch=("$work/launcher")
export COUNT=$work/count FAILURES WORDS

# tries FAILURES WORDS STARTS STATUS
tries() {
    FAILURES=$1 WORDS=$2
    echo 0 >"$COUNT"
    ranks 2 run 3>"$work/log" 2>"$work/err"
    local status=$?
    [ $status = "$4" ] || fail "'$2' $1 times: exit status $status, not $4"
    [ "$(cat "$COUNT")" = "$3" ] || fail "'$2' $1 times: $(cat "$COUNT") starts, not $3"
    [ "$(grep -c 'OpenMPI did not start' "$work/log")" = $(($3 - 1)) ] || fail "'$2' $1 times: the log says $(cat "$work/log")"
}
ours='racewalk: error: rank 1 on here: a message from rank 0 is not right'
theirs='racewalk: error: MPI does not start; see above what it says itself'
tries 0 "" 1 3
tries 1 "$theirs" 2 3
tries 2 '[here:1] [[1,0],0] ORTE_ERROR_LOG: Not found in file ess_hnp_module.c at line 320' 3 3
tries 3 "$theirs" 3 1
grep -qF "$theirs" "$work/err" || fail "the last failure's words are lost"
tries 1 "$ours" 1 1
tries 1 "" 1 1
finish
