#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# mpirun over two network namespaces, as over two machines: each has its own host name and they reach each other by TCP alone. Then
# the cable is pulled: the job must end, with a message, in bounded time. Skipped, loudly, without the rights.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
for tool in ip unshare nsenter; do
    command -v $tool >/dev/null 2>&1 || skip "$tool is not installed"
done
ns=rw$$
cleanup() {
    [ -n "${launcher:-}" ] && kill -9 "$launcher" 2>/dev/null
    for i in 1 2; do
        for pid in $(ip netns pids ${ns}n$i 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
        ip netns del ${ns}n$i 2>/dev/null
    done
    rm -rf "$work" "$shared_memory"
}
trap cleanup EXIT
ip netns add ${ns}n1 2>/dev/null || skip "no network namespace can be made here"
ip netns add ${ns}n2 || exit 1
ip link add ${ns}a netns ${ns}n1 type veth peer name ${ns}b netns ${ns}n2 || skip "no veth device can be made here"
for i in 1 2; do
    device=${ns}a
    [ $i = 2 ] && device=${ns}b
    ip -n ${ns}n$i addr add 10.77.0.$i/24 dev $device
    ip -n ${ns}n$i link set $device up
    ip -n ${ns}n$i link set lo up
done
printf '10.77.0.1 slots=1\n10.77.0.2 slots=1\n' >"$work/hosts"
# mpirun's way to another node: the namespace by its address, with a host name of its own.
cat >"$work/agent" <<AGENT
#!/bin/bash
host=\$1
shift
exec nsenter --net=/run/netns/${ns}n\${host##*.} unshare -u sh -c "hostname node\${host##*.}; \$*"
AGENT
chmod +x "$work/agent"

# across ARG…: racewalk-mpi on both nodes, started on the first.
across() {
    launched nsenter --net=/run/netns/${ns}n1 unshare -u sh -c 'hostname node1; exec "$@"' sh \
        timeout -k 5 120 mpirun -q --hostfile "$work/hosts" --map-by node -n 2 --bind-to none \
        --mca plm_rsh_agent "$work/agent" --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 \
        --mca oob_tcp_if_include 10.77.0.0/24 -x RACEWALK_SILENCE_SECONDS \
        "$bin/racewalk-mpi" "$@"
}

options=(--seed 2 --max-findings 50 --max-samples 100000 --max-steps 40 --no-progress --threads 1)
"$bin/racewalk" run "${options[@]}" --json "$work/a.json" >/dev/null
across run "${options[@]}" --json "$work/b.json" >"$work/out" 2>"$work/err" </dev/null
[ $? = 1 ] || fail "across two nodes: $(cat "$work/out" "$work/err")"
cmp <(report_of "$work/a.json") <(report_of "$work/b.json") || fail "across two nodes the report is another"

# An exhaustive check, whose states travel: by cells, and by shards.
for engine in cells layers; do
    checked=(--plans 14 --engine $engine --no-progress --quiet)
    "$bin/racewalk" check "${checked[@]}" --json "$work/a.json" --out-itf "$work/a.itf" >/dev/null
    across check "${checked[@]}" --threads 1 --json "$work/b.json" --out-itf "$work/b.itf" >"$work/out" 2>"$work/err" </dev/null
    [ $? = 1 ] || fail "check $engine across two nodes: $(cat "$work/out" "$work/err")"
    counts='[.states, .transitions, .diameter, .holds, .shortest]'
    cmp <(jq "$counts" "$work/a.json") <(jq "$counts" "$work/b.json") || fail "check $engine across two nodes: other counts"
    cmp "$work/a.itf" "$work/b.itf" || fail "check $engine across two nodes: other traces"
done

export RACEWALK_SILENCE_SECONDS=4
began=$(date +%s)
across run --seed 4 --max-findings 0 --max-samples 100000000000 --no-progress --threads 1 --checkpoint "$work/ck" \
    >"$work/out" 2>"$work/err" </dev/null &
launcher=$!
sleep 4
ip -n ${ns}n2 link set ${ns}b down
wait $launcher
status=$?
took=$(($(date +%s) - began))
launcher=
[ $status != 0 ] && [ $status != 1 ] || fail "cut off: exit status $status"
grep -q 'rank 1 on node2 has not been heard of' "$work/err" || fail "cut off: no message: $(cat "$work/err")"
[ $took -lt 60 ] || fail "cut off: the job took $took s to end"
[ -s "$work/ck/run.checkpoint" ] || fail "cut off: no checkpoint"
echo "cut off: ended with status $status after $took s"
finish
