#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A driver for watch_cache.py.
#   racewalk confirm --driver 'python3 watch_cache_driver.py [--quorum-reads]' TRACE…
import json, sys
from watch_cache import Cluster, Refused

quorum_reads = "--quorum-reads" in sys.argv
cluster, two_pods = None, False

def seen():
    global two_pods
    two_pods = two_pods or cluster.pods() > 1
    names = {server: name for name, server in cluster.servers.items()}
    state = {"revision": cluster.etcd.revision, "node": cluster.etcd.node, "deleting": cluster.etcd.deleting,
             "kubelet.running": {name: kubelet.running for name, kubelet in cluster.kubelets.items()},
             "kubelet.server": {name: names.get(kubelet.server, "none") for name, kubelet in cluster.kubelets.items()}}
    for name, server in cluster.servers.items():
        state[name + ".cache"] = server.cache
    return {"ok": True, "state": state, "violates": ["one_pod"] if two_pods else []}

def step(action, apiserver=None, kubelet=None):
    if action == "bind":
        cluster.bind(kubelet)
    elif action == "delete_pod":
        cluster.delete_pod()
    elif action == "watch":
        cluster.servers[apiserver].catch_up()
    elif action == "list":
        cluster.kubelets[kubelet].list(cluster.servers[apiserver])
    else:
        getattr(cluster.kubelets[kubelet], action)()  # sync, stop, restart
    return seen()

def answer(ask):
    global cluster, two_pods
    if ask["do"] == "hello":
        return {"ok": True, "observes": ["revision", "node", "deleting", "kubelet.running", "kubelet.server"]}
    if ask["do"] == "reset":
        cluster, two_pods = Cluster(ask["state"]["apiserver"], ask["state"]["kubelet"], quorum_reads), False
    if ask["do"] == "step":
        try:
            return step(ask["action"], **ask["args"])
        except Refused as why:
            return {"refused": str(why)}
    return seen()

for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
