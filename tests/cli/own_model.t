A model of one's own is one file. It is compiled when it is named, and kept; the option stands before the command or behind
it, or in the environment:

  $ cp $EXAMPLES/lease.c .
  $ racewalk check --model lease.c
  racewalk check: l2_3_3: clients 2, leases 3, writes 3
    no_stale_write, mutual_exclusion; up to symmetry, * threads (glob)
  violation of no_stale_write after 5 transitions
    s3a6ec935: * (glob)
      here: write(client-a) at state 5
    mutual_exclusion was violated before, at state 3
    Replay with: racewalk check --model lease.c --quiet --out-itf - | racewalk replay --model lease.c -
  violation of mutual_exclusion after 3 transitions
    s3280e479: * (glob)
      here: acquire(client-b) at state 3
    Replay with: racewalk check --model lease.c --quiet --out-itf - | racewalk replay --model lease.c -
  no_stale_write: VIOLATED, at the shortest after 5 transitions
  mutual_exclusion: VIOLATED, at the shortest after 3 transitions
  193 states up to symmetry, 509 transitions, diameter 10, in * (glob)
  [1]
  $ racewalk check --quiet --model=lease.c > behind.txt
  [1]
  $ racewalk --model lease.c check --quiet > before.txt
  [1]
  $ racewalk --model=lease.c check --quiet > before-too.txt
  [1]
  $ RACEWALK_MODEL=lease.c racewalk check --quiet > environment.txt
  [1]
  $ cmp behind.txt before.txt && cmp behind.txt before-too.txt && cmp behind.txt environment.txt

What mends it, proved:

  $ racewalk --model lease.c check --guard fencing --property no_stale_write --quiet
  no_stale_write: holds in every reachable state

What the model has, and its own options in every help:

  $ racewalk model --model lease.c
  lease: clients that write under a lock held by lease
    lease.c, identity [0-9a-f]{16} (re)
    states of 9 bytes, 8 when packed; alike, up to their names: client
  
  Instances by name (--instance):
    l2_3_3        clients 2, leases 3, writes 3 (the default)
    l3_4_4        clients 3, leases 4, writes 4
  
  Parameters, with their limits:
    --clients * (glob)
    --leases * (glob)
    --writes * (glob)
  
  Actions:
    acquire * (glob)
    expire * (glob)
    write * (glob)
    release * (glob)
    renew * (glob)
  
  Properties (--property):
    no_stale_write * (glob)
    mutual_exclusion * (glob)
    handover * (glob)
  
  Guards (--guard):
    fencing * (glob)
  $ racewalk help check --model lease.c | grep -A 7 '^Instance'
  Instance:
    --instance NAME         an instance by name: l2_3_3, l3_4_4 (default: l2_3_3)
    --clients * (glob)
    --leases * (glob)
    --writes * (glob)
    --guard NAME[,NAME]     switch guards on: fencing
  
  Property:

The command that brings a finding back names the file, and its flags, and works as it stands:

  $ cp lease.c "my lease.c"
  $ racewalk run --seed 1 --model "my lease.c" --cflags "-DLIMIT=1 -O2" --quiet > out.txt
  [1]
  $ sed -n 's/.*Replay with: //p' out.txt
  racewalk replay --model 'my lease.c' --cflags '-DLIMIT=1 -O2' --trace-seed 8415415530409001466 --max-steps 20
  $ sed -n 's/.*Replay with: //p' out.txt | sh | tail -n 1 | grep -o 'violates .*'
  violates mutual_exclusion at state * (glob)

Traces, with all that is done with them:

  $ racewalk check --model lease.c --quiet --out-itf found.ndjson > /dev/null
  [1]
  $ racewalk replay --model lease.c found.ndjson
  found.ndjson[0]: 5 transitions, violates no_stale_write at state 5 and violates mutual_exclusion at state 3: every state agrees
  found.ndjson[1]: 3 transitions, violates mutual_exclusion at state 3: every state agrees
  2 traces: 2 agree, 0 do not
  $ racewalk --model lease.c explain found.ndjson > story.txt
  $ racewalk --model lease.c shrink found.ndjson --quiet > shrunk.ndjson
  $ racewalk --model lease.c replay shrunk.ndjson
  shrunk.ndjson[0]: 5 transitions, violates no_stale_write at state 5 and violates mutual_exclusion at state 3: every state agrees
  shrunk.ndjson[1]: 3 transitions, violates mutual_exclusion at state 3: every state agrees
  2 traces: 2 agree, 0 do not
  $ racewalk --model lease.c view --out page.html found.ndjson 2>&1 | grep -v page.html
  [1]
  $ racewalk --model lease.c odds --max-steps 3 --quiet --json - 2> /dev/null | jq -c '[.model.name, .chance[3] > 0]'
  ["lease",true]

A report names the model, its file, and a hash of its text, which does not depend on where the file is:

  $ racewalk check --model lease.c --quiet --json - 2> /dev/null | jq '.model | del(.identity)'
  {
    "name": "lease",
    "file": "lease.c"
  }
  $ racewalk check --model lease.c --quiet --json - 2> /dev/null | jq -r .model.identity > identity
  $ grep -cE '^[0-9a-f]{16}$' identity
  1
  $ mkdir elsewhere && { echo '/* the same, but for a remark */'; cat lease.c; } > elsewhere/other.c
  $ racewalk check --model elsewhere/other.c --quiet --json - 2> /dev/null | jq -r .model.identity | cmp - identity
  $ racewalk check --quiet --json - 2> /dev/null | jq -c .model
  null

A trace of another model is refused, either way:

  $ racewalk replay found.ndjson
  racewalk: error: found.ndjson: trace 0: it is a trace of the model lease, and this is dns_balancer: name that model's file by --model
  racewalk: error: found.ndjson: trace 1: it is a trace of the model lease, and this is dns_balancer: name that model's file by --model
  [65]
  $ racewalk run --seed 1 --quiet --out-itf dns.ndjson > /dev/null
  [1]
  $ racewalk explain --model lease.c dns.ndjson
  racewalk: error: dns.ndjson: trace 0: state 0: no parameter "CLIENTS"; is this a trace of lease?
  [65]

A checkpoint is of one text, and not of another one of the same name:

  $ racewalk run --model lease.c --seed 1 --max-findings 0 --max-samples 1000 --quiet --checkpoint saved > /dev/null
  [1]
  $ sed 's/UP_TO(WRITES)/UP_TO(WRITES + 1)/' lease.c > changed.c
  $ racewalk run --model changed.c --resume saved --quiet
  racewalk: error: the checkpoint is of another version of the model lease: go on with the model as it was, or begin anew
  [64]
  $ racewalk run --model lease.c --resume saved --max-samples 2000 --quiet --json - 2> /dev/null | jq .samples
  2000

Help lists what there is for it:

  $ racewalk help --model lease.c | sed -n 's/^  \([a-z]*\)  .*/\1/p' | tr '\n' ' '; echo
  run check replay confirm conform shrink explain view odds model help 
  $ racewalk --model lease.c --help | grep -c '^  lab '
  0
  [1]

What the subject of the program has and a model of one's own has not:

  $ racewalk --model lease.c lab
  racewalk: error: 'lab' is not for models of one's own, as lease.c is
  [64]
  $ racewalk lab --model lease.c
  racewalk: error: 'lab' is not for models of one's own, as lease.c is
  [64]
