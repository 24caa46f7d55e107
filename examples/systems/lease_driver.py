#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A driver for lease_store: starts it, and asks it for what a trace of the lease lock says.
#   racewalk confirm --driver 'python3 lease_driver.py path/to/lease_store [--fencing]' TRACE…
import json, socket, subprocess, sys

store = subprocess.Popen(sys.argv[1:] + ["--port", "0"], stdout=subprocess.PIPE, text=True)
port = int(store.stdout.readline().split()[-1])  # "lease_store: port 40123"
connection = socket.create_connection(("127.0.0.1", port)).makefile("rw")

def call(*words):
    print(*words, file=connection, flush=True)
    return connection.readline().split()

clients = []  # of the trace
view = {}     # the lease that a client believes to hold

def seen():
    term, held, writes, highest, stale = map(int, call("show")[1:])
    violates = ["no_stale_write"] if stale else []
    if sum(lease > 0 for lease in view.values()) > 1:
        violates.append("mutual_exclusion")
    return {"ok": True, "state": {"term": term, "held": held, "writes": writes, "client.view": view}, "violates": violates}

def step(action, client=None, value=0):
    if action == "expire":
        answer = call("expire")
    elif action == "acquire":
        answer = call("acquire", client)
    else:
        answer = call(action, client, view[client], *([value] if action == "write" else []))
    if answer[0] != "ok" and action != "write":
        return {"refused": " ".join(answer[1:])}
    if answer[0] != "ok":
        view[client] = 0  # the store has told the client that its lease is an old one
    elif action in ("acquire", "release"):
        view[client] = int(answer[1]) if action == "acquire" else 0
    return seen()

def answer(ask):
    if ask["do"] == "hello":
        return {"ok": True, "observes": ["term", "held", "writes", "client.view"], "controls": ask["actions"]}
    if ask["do"] == "reset":
        call("reset")
        view.clear()
        view.update({client: 0 for client in ask["state"]["client"]})
    if ask["do"] == "step":
        return step(ask["action"], **ask["args"])
    return seen()

for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
