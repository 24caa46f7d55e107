# SPDX-License-Identifier: Apache-2.0
# For the command-line tests: a lab, and servers in front of it (front.mjs). Sourced; needs node, openssl and a folder of one's own.
#   lab_start          sets $lab
#   front KIND…        sets $url, and ends the front before it
#   front_keep         keeps that one beside the next, until front_drop
#   front_end, lab_end
for tool in node openssl; do command -v $tool > /dev/null 2>&1 || exit 80; done # cram: skipped
lab_start() {
    timeout 120 racewalk lab --port 0 --no-background --base-dir lab > lab.out 2> lab.err & lab_process=$!
    for _ in $(seq 200); do grep -qs http lab.out && break; sleep 0.05; done
    lab=$(sed 's/^lab: \([^ ]*\) .*/\1/' lab.out)
}
front() {
    front_end
    rm -f front.out front.hold
    mkfifo front.hold
    timeout 120 node "$SUPPORT/front.mjs" "$lab" "$@" < front.hold > front.out 2> front.err 8>&- 9>&- & front_process=$!
    exec 9> front.hold
    for _ in $(seq 200); do grep -qs http front.out && break; sleep 0.05; done
    url=$(cat front.out)
}
front_end() {
    [ -z "${front_process-}" ] && return
    exec 9>&-
    wait "$front_process"
    front_process=
}
front_keep() { exec 8>&9 9>&-; kept_process=$front_process; front_process=; }
front_drop() { exec 8>&-; wait "$kept_process"; }
lab_end() { front_end; kill "$lab_process"; wait "$lab_process"; }
