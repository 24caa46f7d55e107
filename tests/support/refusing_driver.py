#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A driver of a system that takes every action but those that its arguments name, and shows nothing.
import json, sys

for line in sys.stdin:
    refused = json.loads(line).get("action") in sys.argv[1:]
    print('{"refused": "not today"}' if refused else '{"ok": true}', flush=True)
