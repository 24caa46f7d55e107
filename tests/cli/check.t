The verdict of an instance, with a shortest trace for each property that is violated:

  $ racewalk check --threads 2 --out-itf found.ndjson
  racewalk check: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
    no_inconsistent_root, no_inconsistent_rollback; up to symmetry, 2 threads
  violation of no_inconsistent_root after 11 transitions
    s73186272: a slow deployer installs an old plan, then a quick one deletes it
      here: deployer_apply(deployer-b) at state 10, deployer_gc(deployer-a) at state 11
    Replay with: racewalk replay found.ndjson
  violation of no_inconsistent_rollback after 12 transitions
    s473e643b: a slow deployer installs a plan, so that one that is deleted already becomes the rollback
      here: deployer_apply(deployer-b) at state 12
    no_inconsistent_root was violated before, at state 11
    Replay with: racewalk replay found.ndjson
  no_inconsistent_root: VIOLATED, at the shortest after 11 transitions
  no_inconsistent_rollback: VIOLATED, at the shortest after 12 transitions
  2 726 states up to symmetry, 9 229 transitions, diameter 26, in *; * at the most (glob)
  [1]
  $ racewalk replay found.ndjson > replayed; echo "exit $?"
  exit 0

Every engine says the same, with any number of threads:

  $ for e in cells layers by-length; do for t in 1 3; do
  >   racewalk check --engine $e --threads $t --quiet --out-itf again.ndjson > words.$e.$t; echo "exit $?"
  >   cmp found.ndjson again.ndjson && cmp words.cells.1 words.$e.$t
  > done; done
  exit 1
  exit 1
  exit 1
  exit 1
  exit 1
  exit 1

Without symmetry there are more states:

  $ racewalk check --no-symmetry | tail -1
  13 935 states, 47 393 transitions, diameter 26, in *; * at the most (glob)

Guards close the holes, and that is a proof for the instance:

  $ racewalk check --guard protect-live --quiet
  no_inconsistent_root: holds in every reachable state
  no_inconsistent_rollback: holds in every reachable state
  $ racewalk check --guard reject-stale,protect-live --max-findings 1 --quiet
  no_inconsistent_root: holds in every reachable state
  no_inconsistent_rollback: holds in every reachable state

A few findings, shortest first:

  $ racewalk check --max-findings 2 --quiet --out-dir findings
  violation of no_inconsistent_root after 11 transitions
    s73186272: a slow deployer installs an old plan, then a quick one deletes it
      here: deployer_apply(deployer-b) at state 10, deployer_gc(deployer-a) at state 11
    written to findings/no_inconsistent_root_11_s73186272.itf.json
    Replay with: racewalk replay findings/no_inconsistent_root_11_s73186272.itf.json
  violation of no_inconsistent_rollback after 12 transitions
    s4c18974c: a slow deployer installs a plan and leaves the one before as the rollback, then a quick one deletes that
      here: deployer_apply(deployer-b) at state 11, deployer_gc(deployer-a) at state 12
    written to findings/no_inconsistent_rollback_12_s4c18974c.itf.json
    Replay with: racewalk replay findings/no_inconsistent_rollback_12_s4c18974c.itf.json
  no_inconsistent_root: VIOLATED, after 11 transitions
  no_inconsistent_rollback: VIOLATED, after 12 transitions
  [1]

A state that violates both invariants is a finding of each, none of them a step late:

  $ racewalk check --max-findings 30 --quiet | grep -B1 sb97b630f
  violation of no_inconsistent_rollback after 13 transitions
    sb97b630f: * (glob)
  $ racewalk check --deployers 4 --plans 4 --max-plan-age 2 --max-findings 30 --quiet | grep -B1 sc339b835
  violation of no_inconsistent_rollback after 11 transitions
    sc339b835: * (glob)

Examples: found is 2, not found is 3:

  $ racewalk check --property plans3 --quiet
  witness of plans3 after 3 transitions
    s8ad7e736: the third plan is published
      here: planner_generate at state 3
    Replay with: racewalk check --property plans3 --quiet --out-itf - | racewalk replay -
  plans3: reached, at the shortest after 3 transitions
  [2]
  $ racewalk check --property plans3 --plans 2 --quiet
  plans3: not reached: no reachable state shows it
  [3]
  $ racewalk check --property plans3,no_inconsistent_root --plans 2 --quiet
  no_inconsistent_root: holds in every reachable state
  plans3: not reached: no reachable state shows it
  [3]
  $ racewalk check --property epoch5 --quiet | tail -1
  epoch5: reached, at the shortest after 9 transitions

A bound on the length is no proof:

  $ racewalk check --max-steps 10 --quiet
  no_inconsistent_root: not violated within 10 transitions; there are longer runs
  no_inconsistent_rollback: not violated within 10 transitions; there are longer runs

What does not fit ends in a message, and goes on with more:

  $ racewalk check --plans 8 --max-memory 1500K --quiet
  racewalk: error: --max-memory 1500K: the program itself has * MB in use before it begins; give at least * MB (glob)
  [64]
  $ racewalk check --plans 1 --quiet --json small.json > /dev/null
  $ limit=$(jq '.peak_rss_bytes + 6000000' small.json)
  $ racewalk check --plans 12 --guard protect-live --engine by-length --threads 1 --max-memory $limit --checkpoint saved --quiet --json limited.json
  no_inconsistent_root: not known: not every state was looked at
  no_inconsistent_rollback: not known: not every state was looked at
  not finished: * states in * MB; the limit is * MB (--max-memory) (glob)
    go on with --resume saved
  [75]
  $ jq -c ".max_memory_bytes == $limit, .peak_rss_bytes < $limit + 2000000, .state_bytes > 1000000" limited.json
  true
  true
  true
  $ racewalk check --plans 9 --resume saved --quiet
  racewalk: error: the checkpoint is of another check: it has 'plans 12:12', this one 'plans 9:9'
  [64]
  $ racewalk check --checkpoint saved --quiet
  racewalk: error: saved/check.checkpoint is of a check that has not ended: resume that, or remove it to begin anew
  [64]
  $ racewalk check --engine by-length --resume saved | tail -3
  no_inconsistent_root: holds in every reachable state
  no_inconsistent_rollback: holds in every reachable state
  310 043 states up to symmetry, * transitions, diameter *, in *; * at the most (glob)
  $ ls saved
  $ racewalk check --resume nowhere --quiet
  racewalk: error: there is no checkpoint to resume: nowhere/check.checkpoint: No such file or directory
  [66]

What the fast engine does not serve is said at the start, with what it costs:

  $ racewalk check --plans 53 --deployers 1 --threads 2
  racewalk check: deployers 1, plans 53, ips 3, weights 100:120, max-plan-age 3
    no_inconsistent_root, no_inconsistent_rollback; up to symmetry, 2 threads
    the general engine, some 80 times slower than the fast one (cells), which serves up to 52 plans, without the property epoch5
  no_inconsistent_root: holds in every reachable state
  no_inconsistent_rollback: holds in every reachable state
  23 585 states up to symmetry, 66 612 transitions, diameter 107, in *; * at the most (glob)
  $ racewalk check --property plans3,epoch5 --threads 1 | head -n 3
  racewalk check: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
    epoch5, plans3; up to symmetry, 1 thread
    the general engine, some 80 times slower than the fast one (cells), which serves up to 52 plans, without the property epoch5
  $ racewalk check --plans 60 --engine cells
  racewalk: error: the engine 'cells' does not serve this instance or property, but up to 52 plans, without the property epoch5
  [64]

The report:

  $ racewalk check --quiet --json report.json > /dev/null
  [1]
  $ grep -E '"(mode|stop|engine|states|transitions|diameter|complete|no_inconsistent_root)"' report.json
  \t"mode":\t"check", (esc)
  \t"properties":\t["no_inconsistent_root", "no_inconsistent_rollback"], (esc)
  \t"stop":\t"exhausted", (esc)
  \t\t\t"property":\t"no_inconsistent_root", (esc)
  \t\t\t\t\t"property":\t"no_inconsistent_root", (esc)
  \t"engine":\t"cells", (esc)
  \t"states":\t2726, (esc)
  \t"transitions":\t9229, (esc)
  \t"diameter":\t26, (esc)
  \t"complete":\ttrue, (esc)
  \t\t"no_inconsistent_root":\tfalse, (esc)
  \t\t"no_inconsistent_root":\t11, (esc)

A page with plots: the states by layer are the same for both sweeps, and those by distance are the known ones:

  $ data() { sed -n 's,.*<script type="application/json" id="data">\(.*\)</script>.*,\1,p' "$1"; }
  $ for engine in cells layers by-length; do
  >   racewalk check --quiet --engine $engine --report $engine.html > /dev/null
  >   data $engine.html | jq -c '.layers.unit, .layers.states, (.layers.states | add), .rate.points[-1][1]'
  > done
  "layer"
  [1,1,4,8,14,22,43,63,94,136,198,258,328,346,344,314,243,150,99,42,18]
  2726
  2726
  "layer"
  [1,1,4,8,14,22,43,63,94,136,198,258,328,346,344,314,243,150,99,42,18]
  2726
  2726
  "distance"
  [1,1,2,3,6,9,14,20,31,46,66,90,119,154,194,232,265,284,289,273,231,176,116,65,28,9,2]
  2726
  2726
  $ for d in 1 2 5 9; do racewalk check --quiet --max-steps $d --json - 2> /dev/null | jq .states; done
  2
  4
  22
  133
  $ racewalk check --report /nowhere/page.html
  racewalk: error: /nowhere/page.html: cannot be written: No such file or directory
  [74]

Mistakes:

  $ racewalk check --max-memory 2X
  racewalk: error: --max-memory '2X' is not a size; give bytes, or a number with K, M, G or T
  [64]
  $ racewalk check --engine turbo
  racewalk: error: --engine 'turbo': auto, cells, layers or by-length was expected
  racewalk help check tells what it takes.
  [64]
  $ racewalk check --engine cells --property epoch5
  racewalk: error: the engine 'cells' does not serve this instance or property, but up to 52 plans, without the property epoch5
  [64]

  $ racewalk check --engine layers --fingerprints
  racewalk: error: --fingerprints goes with the engine by-length, not with 'layers'
  [64]

Fingerprints in place of states: the same counts, and nothing is said without the chance that a state was missed. States of 64
bits have no two fingerprints alike. What is found is a trace like any other:

  $ racewalk check --plans 8 --guard protect-live --fingerprints --json report.json | sed 's/, in .*//'
  racewalk check: deployers 3, plans 8, ips 3, weights 100:120, max-plan-age 3, guard protect-live
    no_inconsistent_root, no_inconsistent_rollback; up to symmetry, * thread* (glob)
    64-bit fingerprints in place of states
  no_inconsistent_root: holds in every reachable state (none was missed: states of one word differ in their fingerprints)
  no_inconsistent_rollback: holds in every reachable state (none was missed: states of one word differ in their fingerprints)
  28 158 states up to symmetry, 118 488 transitions, diameter 38
  $ jq -c '[.engine, .fingerprints.bits, .fingerprints.missed_chance, .complete]' report.json
  ["by length",64,0,true]
  $ export RACEWALK_MODEL=$EXAMPLES/election.c
  $ racewalk check --instance e5_2_1 --fingerprints --guard persistence --json report.json | grep -v '^ '
  racewalk check: e5_2_1: nodes 5, terms 2, restarts 1, guard persistence
  one_leader: holds in every reachable state, unless a state was missed (by fingerprints, with a chance of at most *) (glob)
  1 957 states up to symmetry, 12 390 transitions, diameter 12, * (glob)
  $ jq -c '[.fingerprints.missed_chance > 1e-17, .fingerprints.missed_chance < 1e-10, .holds]' report.json
  [true,true,{"one_leader":true}]
  $ racewalk check --instance e5_2_1 --fingerprints --max-steps 3 --quiet
  one_leader: not violated within 3 transitions, unless a state was missed (by fingerprints, with a chance of at most *); there are longer runs (glob)
  $ racewalk check --instance e5_2_1 --fingerprints --quiet --out-itf - 2> /dev/null | racewalk replay -
  standard input[0]: 9 transitions, violates one_leader at state 9: every state agrees
  $ racewalk check --instance e5_2_1 | sed '/Replay with/d; /, in /d; /^racewalk/,/symmetry/d; s/, at the shortest after/, after/' > exact
  $ racewalk check --instance e5_2_1 --fingerprints | sed '/Replay with/d; /, in /d; /^racewalk/,/64-bit/d' | diff exact -
  $ unset RACEWALK_MODEL

A search with fingerprints that was stopped goes on as one:

  $ racewalk check --plans 10 --fingerprints --timeout 0.01 --checkpoint saved --quiet > /dev/null
  [75]
  $ racewalk check --resume saved --quiet --json report.json > /dev/null
  [1]
  $ jq -c '[.states, .transitions, .diameter, .resumed, .fingerprints.bits]' report.json
  [117836,542895,46,true,64]

A fast engine that meets a number that it has no room for gives up, and the general one does the check. That is told:

  $ racewalk-overflow check --json report.json | grep -A1 'fast engine' | sed 's/, in .*//'
  the fast engine (cells) met a number that it has no room for; the general engine did the check, some 80 times slower
  2 726 states up to symmetry, 9 229 transitions, diameter 26
  $ jq -c '[.engine, .overflowed]' report.json
  ["layers",true]
  $ racewalk check --quiet --json report.json > verdicts; jq -c '[.engine, .overflowed]' report.json
  ["cells",false]
