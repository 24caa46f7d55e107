#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A driver with its system, a lock held by lease: for traces of a Quint specification.
import json, sys

class Lock:
    def __init__(self, clients):
        self.term, self.holder, self.log, self.view = 0, None, [], dict.fromkeys(clients, 0)

    def acquire(self, c):
        if self.holder: return f"{self.holder} holds the lock"
        self.term, self.holder = self.term + 1, c
        self.view[c] = self.term

    def expire(self, _):
        if not self.holder: return "nobody holds the lock"
        self.holder = None

    def write(self, c):
        if "--fencing" in sys.argv and self.log and self.view[c] < self.log[-1]["term"]:
            self.view[c] = 0  # the write is refused, and the client learns why
        else:
            self.log.append({"by": c, "term": self.view[c]})

    def release(self, c):
        if self.view[c] == self.term: self.holder = None
        self.view[c] = 0

for line in sys.stdin:
    ask, answer = json.loads(line), {"ok": True}
    if ask["do"] == "reset":
        lock = Lock(ask["state"]["view"])
    if ask["do"] == "step":
        why = getattr(lock, ask["action"])(ask["args"]["c"])
        if why: answer = {"refused": why}
    if ask["do"] != "hello" and "ok" in answer:
        terms = [m["term"] for m in lock.log]
        answer["state"] = {"term": lock.term, "holder": [lock.holder] if lock.holder else [], "view": lock.view, "log": lock.log}
        answer["violates"] = [] if terms == sorted(terms) else ["noStaleWrite"]
    print(json.dumps(answer), flush=True)
