#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A driver that goes wrong at its third step, in the way that its argument says. A second one, if any, is only there to be found by, and
# so is that of what it starts.
import json, os, signal, subprocess, sys, time

mode, steps = sys.argv[1], 0

def say(text, end="\n"):
    sys.stdout.write(text + end)
    sys.stdout.flush()

def go_wrong():
    if mode == "dies":
        raise RuntimeError("no more")
    if mode == "is-killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "hangs":
        time.sleep(60)
    if mode == "hangs-on":  # also when it is asked to end
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)
    if mode == "floods":
        while True:
            say("x" * 65536, end="")
    if mode == "floods-lines":
        while True:
            say('{"ok": true}\n' * 1000)
    if mode == "floods-errors":
        while True:
            sys.stderr.write("y" * 100 + "\n")
    if mode == "half-a-line":
        say('{"ok": tr', end="")
        time.sleep(60)
    if mode == "half-a-line-and-dies":
        say('{"ok": tr', end="")
        sys.exit(3)
    if mode == "closes-output":
        os.close(1)
        time.sleep(60)
    if mode == "closes-input":
        say('{"ok": true}')
        os.close(0)
        time.sleep(60)
    if mode == "leaves-a-child":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"] + sys.argv[2:])
        sys.exit(0)
    answers = {
        "no-json": "Traceback (most recent call last):",
        "empty": "",
        "number": "3",
        "two-answers": '{"ok": true, "refused": "no"}',
        "no-answer": '{"state": {}}',
        "not-ok": '{"ok": false}',
        "unknown-key": '{"ok": true, "sate": {"term": 1}}',
        "unknown-variable": '{"ok": true, "state": {"tern": 1}}',
        "state-of-a-list": '{"ok": true, "state": [1]}',
        "huge-number": '{"ok": true, "state": {"term": 1' + "0" * 5000 + "}}",
        "large-number": '{"ok": true, "state": {"term": 36893488147419103232}}',
        "fraction": '{"ok": true, "state": {"term": 1.5}}',
        "deep": '{"ok": true, "state": {"term": ' + "[" * 5000 + "]" * 5000 + "}}",
        "twice": '{"ok": true, "ok": true}',
        "no-utf-8": '{"ok": true, "state": {"term": "\udcff"}}',
        "escapes": '{"error": "\\u001b[31mred"}',
        "error": '{"error": "the system is down"}',
        "two-lines": '{"ok": true}\n{"ok": true}',
        "why-is-no-string": '{"refused": 1}',
        "hello-again": '{"ok": true, "observes": ["term"], "controls": ["acquire"]}',
    }
    sys.stdout.buffer.write((answers[mode] + "\n").encode("utf-8", "surrogateescape"))
    sys.stdout.flush()

if mode == "speaks-first":
    say("ready")
    time.sleep(60)
for line in sys.stdin:
    ask = json.loads(line)
    steps += ask["do"] == "step"
    if steps == 3:
        go_wrong()
    else:
        say('{"ok": true}')
