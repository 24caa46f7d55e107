#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A driver of a counter that takes its time: what is asked for is pending, and "tick" comes by itself, two looks later. With
# --never it does not come.
import json, sys

count, coming, looks = 0, 0, 0
for line in sys.stdin:
    ask = json.loads(line)
    if ask["do"] == "hello":
        answer = {"ok": True, "observes": ["count"], "controls": ["add"]}
    elif ask["do"] == "reset":
        count = coming = looks = 0
        answer = {"ok": True, "state": {"count": 0}}
    elif ask["do"] == "step":
        coming, looks = ask["args"]["by"], 0
        answer = {"pending": True}
    else:
        looks += 1
        if looks == 3 and "--never" not in sys.argv:
            count, coming, looks = count + (coming or 1), 0, 0
        answer = {"ok": True, "state": {"count": count}}
    print(json.dumps(answer), flush=True)
