# SPDX-License-Identifier: Apache-2.0
# A real Slurm on this machine: slurmctld and two slurmd with pretended processors, on loopback, in a folder of its own, with its own
# munge. Sourced; cluster_up FOLDER and cluster_down.

cluster_up() {
    run=$1
    mkdir -p "$run/state" "$run/tmp.n1" "$run/tmp.n2" "$run/spool.n1" "$run/spool.n2" "$run/munge"
    chmod 700 "$run/munge"
    head -c 1024 /dev/urandom >"$run/munge/key"
    chmod 400 "$run/munge/key"
    munged --force --num-threads=4 --socket="$run/munge.socket" --key-file="$run/munge/key" \
        --pid-file="$run/munge/pid" --log-file="$run/munge/log" --seed-file="$run/munge/seed" || return 1
    local base=$((20000 + RANDOM % 20000))
    cat >"$run/slurm.conf" <<CONF
ClusterName=racewalk
SlurmctldHost=localhost
SlurmctldPort=$base
SlurmUser=root
AuthInfo=socket=$run/munge.socket,cred_expire=5
CredType=cred/munge
SlurmctldPidFile=$run/slurmctld.pid
SlurmdPidFile=$run/slurmd.%n.pid
StateSaveLocation=$run/state
SlurmdSpoolDir=$run/spool.%n
SlurmctldLogFile=$run/slurmctld.log
SlurmdLogFile=$run/slurmd.%n.log
TmpFS=$run/tmp.%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
NodeName=n[1-2] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[$((base + 1))-$((base + 2))] CPUs=16
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
    export SLURM_CONF=$run/slurm.conf
    slurmctld -c || return 1
    slurmd -N n1 && slurmd -N n2 || return 1
    for _ in $(seq 100); do
        [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 2 ] && return 0
        sleep 0.2
    done
    sinfo >&2
    return 1
}

cluster_down() {
    [ -n "${run:-}" ] || return 0
    scancel --full --user="$(id -un)" >/dev/null 2>&1
    sleep 1
    local file
    for file in "$run"/slurmd.n1.pid "$run"/slurmd.n2.pid "$run"/slurmctld.pid "$run"/munge/pid; do
        [ -s "$file" ] && kill "$(cat "$file")" 2>/dev/null
    done
    sleep 1
    for file in "$run"/slurmd.n1.pid "$run"/slurmd.n2.pid "$run"/slurmctld.pid "$run"/munge/pid; do
        [ -s "$file" ] && kill -9 "$(cat "$file")" 2>/dev/null
    done
    return 0
}
