Drivers that go wrong at step 3, in any way that can be thought of. Each is told of with the step, what it did and what it said
last; nothing waits for longer than its limit, and nothing is left behind.

  $ trace=$KNOWN/systems/lease_ok.itf.json
  $ try() {
  >     timeout 60 racewalk confirm --quiet --request-timeout 2 --driver "python3 $SUPPORT/hostile_driver.py $1 found-by-$$" $trace 2>&1 |
  >     grep -v '^driver: \(  \|Traceback\|yyy\)' | sed "s|$KNOWN|KNOWN|g" | cut -c-400
  > }

  $ for how in dies is-killed hangs hangs-on floods floods-lines half-a-line half-a-line-and-dies closes-output closes-input leaves-a-child; do echo "- $how"; try $how; done
  - dies
  driver: RuntimeError: no more
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver has ended (status 1), and has not answered; its standard error ends with: RuntimeError: no more; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - is-killed
  driver: Killed
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver has ended (status 137), and has not answered; its standard error ends with: Killed; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - hangs
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver has not answered within 2 s; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - hangs-on
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver has not answered within 2 s; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - floods
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is larger than 1048576 bytes: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - floods-lines
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver answered more than one line; what follows: {"ok": true}\x0a{"ok": true}\x0a{"ok": true}\x0a{"ok": true}\x0a{"ok": true}\x0a{"ok": true}\x0a{"ok": true}\x0a{"ok": true}\x0a{"ok": true}\x0a{"o; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - half-a-line
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver has not answered within 2 s, but for half a line: {"ok": tr; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - half-a-line-and-dies
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver has ended (status 3) within a line: {"ok": tr; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - closes-output
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver has not answered within 2 s; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - closes-input
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 4 (acquire): step: the driver has not answered within 2 s; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - leaves-a-child
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver has ended (status 0), and has not answered; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged

What is no answer:

  $ for how in no-json empty number two-answers no-answer not-ok unknown-key unknown-variable state-of-a-list huge-number large-number fraction deep twice no-utf-8 escapes error two-lines why-is-no-string hello-again; do echo "- $how"; try $how; done
  - no-json
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: at 1:1: an answer: an object expected, found 'T'; it said last: Traceback (most recent call last):
  0 traces; 0 as expected, 0 not; 1 not judged
  - empty
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: at 1:1: an answer: an object expected, found the end
  0 traces; 0 as expected, 0 not; 1 not judged
  - number
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: at 1:1: an answer: an object expected, found '3'; it said last: 3
  0 traces; 0 as expected, 0 not; 1 not judged
  - two-answers
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: it says more than one of them; ok, refused, pending or error expected; it said last: {"ok": true, "refused": "no"}
  0 traces; 0 as expected, 0 not; 1 not judged
  - no-answer
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: it does not say how it went; ok, refused, pending or error expected; it said last: {"state": {}}
  0 traces; 0 as expected, 0 not; 1 not judged
  - not-ok
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: ok: true expected; what went wrong is told by another key; it said last: {"ok": false}
  0 traces; 0 as expected, 0 not; 1 not judged
  - unknown-key
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: the key "sate" means nothing in an answer to step; ok, refused, pending, error, state or violates expected; it said last: {"ok": true, "sate": {"term": 1}}
  0 traces; 0 as expected, 0 not; 1 not judged
  - unknown-variable
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): the driver shows "tern", and the model has no such variable; it has client, held, highest, stale, term, writes
  0 traces; 0 as expected, 0 not; 1 not judged
  - state-of-a-list
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: state: an object of names and values expected; it said last: {"ok": true, "state": [1]}
  0 traces; 0 as expected, 0 not; 1 not judged
  - huge-number
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: at 1:32: a number of more than 40 characters; it said last: {"ok": true, "state": {"term": 10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
  0 traces; 0 as expected, 0 not; 1 not judged
  - large-number
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: state: term: a number beyond 2^53, 3.6893488147419103e+19, which is to be written as {"#bigint": "\xe2\x80\xa6"}; it said last: {"ok": true, "state": {"term": 36893488147419103232}} (esc)
  0 traces; 0 as expected, 0 not; 1 not judged
  - fraction
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: state: term: an integer expected, found 1.5; it said last: {"ok": true, "state": {"term": 1.5}}
  0 traces; 0 as expected, 0 not; 1 not judged
  - deep
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: at 1:94: brackets within brackets more than 64 deep; it said last: {"ok": true, "state": {"term": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
  0 traces; 0 as expected, 0 not; 1 not judged
  - twice
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: "ok" is there twice; it said last: {"ok": true, "ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - no-utf-8
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: at 1:33: a string that is not UTF-8 (byte 0xff); it said last: {"ok": true, "state": {"term": "\xff"}}
  0 traces; 0 as expected, 0 not; 1 not judged
  - escapes
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver reports an error: \x1b[31mred; it said last: {"error": "\u001b[31mred"}
  0 traces; 0 as expected, 0 not; 1 not judged
  - error
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver reports an error: the system is down; it said last: {"error": "the system is down"}
  0 traces; 0 as expected, 0 not; 1 not judged
  - two-lines
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver answered more than one line; what follows: {"ok": true}\x0a; it said last: {"ok": true}
  0 traces; 0 as expected, 0 not; 1 not judged
  - why-is-no-string
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: refused: a string that says why expected; it said last: {"refused": 1}
  0 traces; 0 as expected, 0 not; 1 not judged
  - hello-again
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver's answer is wrong: the key "observes" means nothing in an answer to step; ok, refused, pending, error, state or violates expected; it said last: {"ok": true, "observes": ["term"], "controls": ["acquire"]}
  0 traces; 0 as expected, 0 not; 1 not judged

What it says before it is asked, what cannot be started, and a flood of standard error, of which the beginning is shown:

  $ try speaks-first
  racewalk: error: KNOWN/systems/lease_ok.itf.json[0]: not judged: state 0 (Init): hello: the driver's answer is wrong: at 1:1: an answer: an object expected, found 'r'; it said last: ready
  0 traces; 0 as expected, 0 not; 1 not judged
  $ timeout 60 racewalk confirm --quiet --driver 'no-such-program --x' $trace
  driver: sh: 1: no-such-program: not found
  racewalk: error: */tests/known/systems/lease_ok.itf.json[0]: not judged: state 0 (Init): hello: the driver does not start (status 127), and has not answered; its standard error ends with: sh: 1: no-such-program: not found (glob)
  0 traces; 0 as expected, 0 not; 1 not judged
  [74]
  $ timeout 60 racewalk confirm --quiet --driver 'exit 0' $trace
  racewalk: error: */tests/known/systems/lease_ok.itf.json[0]: not judged: state 0 (Init): hello: the driver has ended (status 0), and has not answered (glob)
  0 traces; 0 as expected, 0 not; 1 not judged
  [74]
  $ timeout 60 racewalk confirm --quiet --request-timeout 2 --driver "python3 $SUPPORT/hostile_driver.py floods-errors" $trace 2>&1 | sort | uniq -c | sort -rn | cut -c-200
     1000 driver: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
        1 racewalk: error: */tests/known/systems/lease_ok.itf.json[0]: not judged: state 3 (release): step: the driver has not answered within 2 s; its standard error ends with: yyy* (glob)
        1 driver: and more, which is not shown
        1 0 traces; 0 as expected, 0 not; 1 not judged

The driver's process, and what it has started, are gone:

  $ ps ax | grep -c "[f]ound-by-$$"
  0
  [1]
