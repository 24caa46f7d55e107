Walks of the model on labs that are started here: no difference, and all ways that an action can go are seen.

  $ mkdir temporary && export TMPDIR=$PWD/temporary
  $ racewalk conform --no-progress --max-samples 60 > words
  $ sed 's/ in [^(]*([^)]*)//; s/^ *[0-9 ]*  \(step\|attempt\|look\)/  \1/; 1d; s/^[0-9 ]* states/N states/' words
  N states of the model, up to symmetry
    step     planner_generate     one balancer
    step     planner_generate     several balancers
    step     deployer_query       ok
    step     deployer_backoff     idle (idle-backoff)
    step     deployer_backoff     refused: lock is stale
    step     deployer_backoff     refused: root's target is missing
    step     deployer_apply       installed
    step     deployer_apply       installed (same-root)
    step     deployer_gc          one plan deleted
    step     deployer_gc          plans deleted
    attempt  deployer_apply       idle
    attempt  deployer_apply       refused: lock is stale
    attempt  deployer_apply       refused: root's target is missing
    attempt  deployer_apply       refused: root's target is missing (root-missing)
    attempt  deployer_gc          nothing is old
    look     look                 bad body
    look     look                 ended, started again
    look     look                 healthy
    look     look                 killed, started again
    look     look                 log
    look     look                 not found
    look     look                 not healthy
    look     look                 plans on disk
    look     look                 resolves
    look     look                 resolves to nothing
    look     look                 wrong method
  no difference between the model and the lab
  $ ls temporary

The same seed is the same run, for a number of labs at a time, too; another seed is another:

  $ counts() { racewalk conform --no-progress --max-samples 20 "$@" | sed 's/ in [^(]*([^)]*)//'; }
  $ counts --seed 7 > a && counts --seed 7 > b && cmp a b
  $ counts --seed 7 --jobs 2 > c && counts --seed 7 --jobs 2 > d && cmp c d
  $ counts --seed 8 > e; cmp -s a e
  [1]
  $ counts --choice uniform > f && counts --choice uniform --jobs 2 > g && cmp f g

With both guards on both sides:

  $ racewalk conform --no-progress --max-samples 20 --guard reject-stale,protect-live | tail -n 1
  no difference between the model and the lab

A lab that has a guard, and a model that has not: the difference is the shortest way to the outage, and confirm brings it back.

  $ timeout 120 racewalk lab --no-background --port 0 --base-dir lab --guard protect-live > lab.out & lab=$!
  $ for _ in $(seq 200); do grep -qs http lab.out && break; sleep 0.05; done
  $ url=$(sed 's/^lab: \([^ ]*\) .*/\1/' lab.out)
  $ racewalk conform --no-progress --seed 1 --lab-url $url --out-itf found.ndjson --json report.json --junit junit.xml --sarif log.sarif > words
  [1]
  $ sed '/walks,/,$d' words
  difference s4118f7ac: deployer_gc: cleanup: deleted_versions: missing, after 11 events
      1  planner_generate
      2  planner_generate
      3  deployer_apply(deployer-c)
      4  deployer_apply(deployer-c)
      5  planner_generate
      6  planner_generate
      7  deployer_apply(deployer-c)
      8  deployer_apply(deployer-c)
      9  deployer_query(deployer-b)
     10  deployer_apply(deployer-b)
     11  deployer_gc(deployer-c)
    POST /mbt/deployers/deployer-c/cleanup: deleted_versions: [1] expected, found []
    found by walk 2, after 228 compared steps; shrunk from 68 to 11 in 69 replays
    trace 0 of found.ndjson; racewalk confirm brings it back
  $ tail -n 1 words
  1 difference between the model and the lab
  $ racewalk confirm --lab-url $url found.ndjson
  found.ndjson[0]: 12 states
        1  GeneratePlan  ok        plan0.db.example.com: version 1
        2  GeneratePlan  ok        plan3.db.example.com: version 2
        3  Deploy        ok        deployer-c: installed
        4  Deploy        ok        deployer-c: installed
        5  GeneratePlan  ok        plan1.db.example.com: version 3
        6  GeneratePlan  ok        plan2.db.example.com: version 4
        7  Deploy        ok        deployer-c: installed
        8  Deploy        ok        deployer-c: installed
        9  Sync          ok        deployer-b: synced
       10  Deploy        ok        deployer-b: installed
       11  Cleanup       diverged  
    diverged at state 11 (Cleanup): POST /mbt/deployers/deployer-c/cleanup: deleted_versions: [1] expected, found [] [not as expected]
  1 trace: 1 diverged; 0 as expected, 1 not
  [1]
  $ racewalk confirm --quiet found.ndjson
  found.ndjson[0]: agrees
  1 trace: 1 agrees; 1 as expected, 0 not
  $ racewalk replay --quiet found.ndjson
  found.ndjson[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  $ jq -r '.mode, .choice, .seed, (.differences[] | .kind, .action, .aspect, .length, .steady, .index)' report.json
  conform
  least
  1
  step
  deployer_gc
  cleanup: deleted_versions: missing
  11
  true
  0
  $ grep -c '<failure' junit.xml
  1
  $ jq -r '.runs[0].results[] | .ruleId, .message.text' log.sarif
  model_conformance
  POST /mbt/deployers/deployer-c/cleanup: deleted_versions: [1] expected, found []
  $ racewalk conform --quiet --lab-url $url --guard protect-live --max-samples 20

Without the model, by calls of the interface alone: the outage in the fewest of them, and none with both guards. It comes back, too.

  $ racewalk conform --no-progress --property-only --out-itf calls.ndjson --json calls.json > words
  [1]
  $ sed '/walks,/,$d' words
  difference seb69d7d0: call: the root keeps resolving, after 8 events
      1  POST /mbt/planner/generate
      2  POST /mbt/deployers/deployer-b/deploy
      3  POST /mbt/deployers/deployer-b/sync
      4  POST /mbt/planner/generate [{"id": 19, "weight": 70}]
      5  POST /mbt/deployers/deployer-b/deploy
      6  POST /mbt/deployers/deployer-a/sync
      7  POST /mbt/deployers/deployer-a/deploy
      8  POST /mbt/deployers/deployer-b/cleanup {"keep_last_n": 1}
    POST /mbt/deployers/deployer-b/cleanup {"keep_last_n": 1}: clouddb.us-east-1.api.acme resolved, and does not any more (the root keeps resolving)
    found by walk 7, after 477 compared steps; shrunk from 58 to 8 in 52 replays
    trace 0 of calls.ndjson; racewalk confirm brings it back
  $ jq -r '.choice, (.outcomes | map(.action) | unique[]), .states' calls.json
  calls
  call
  0
  $ racewalk confirm --quiet calls.ndjson
  calls.ndjson[0]: diverged at state 0 (look): POST /mbt/deployers/deployer-b/cleanup {"keep_last_n": 1}: clouddb.us-east-1.api.acme resolved, and does not any more (the root keeps resolving) [not as expected]
  1 trace: 1 diverged; 0 as expected, 1 not
  [1]
  $ racewalk confirm --quiet --guard protect-live calls.ndjson
  calls.ndjson[0]: agrees
  1 trace: 1 agrees; 1 as expected, 0 not
  $ racewalk conform --no-progress --property-only --guard reject-stale,protect-live --max-samples 30 | tail -n 1
  0 ways to break a property of the lab
  $ racewalk conform --property-only --choice least
  racewalk: error: --choice does nothing with --property-only
  racewalk help conform tells what it takes.
  [64]

Only one walk at a time on a lab that runs already, and what is no lab:

  $ racewalk conform --lab-url $url --jobs 2
  racewalk: error: --jobs is for the labs that are started here: the server at --lab-url has one state, and takes one trace at a time
  [64]
  $ kill $lab; wait $lab
  $ racewalk conform --quiet --lab-url $url 2>&1 | sed 's/:[0-9]*:/:PORT:/'
  racewalk: error: http://127.0.0.1:PORT: nothing answers there (connection refused); is the server running, and is that its port?

What stands in a trace beside its steps is not believed:

  $ bad() { jq -c "$1" found.ndjson > bad.ndjson; racewalk confirm --quiet bad.ndjson 2>&1; }
  $ bad '."#meta".lockstep = 1'
  racewalk: error: bad.ndjson: trace 0: #meta: lockstep: an array of objects expected
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]
  $ bad '."#meta".lockstep = [1]'
  racewalk: error: bad.ndjson[0]: #meta: lockstep[0]: after must be a state, in the order of states
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]
  $ bad '."#meta".lockstep = [{"after": 99, "look": 1}]'
  racewalk: error: bad.ndjson[0]: #meta: lockstep[0]: the trace has no such state
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]
  $ bad '."#meta".lockstep = [{"after": 1, "attempt": "Dance", "arguments": {}}]'
  racewalk: error: bad.ndjson[0]: #meta: lockstep[0]: the model has no action of that name
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]
  $ bad '."#meta".lockstep = [{"after": 1, "attempt": "Deploy", "arguments": {}}]'
  racewalk: error: bad.ndjson[0]: Deploy has no deployer, or one that the lab has not
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]
  $ bad '."#meta".lockstep = [{"after": 1, "look": 1}, {"after": 0, "look": 1}]'
  racewalk: error: bad.ndjson[0]: #meta: lockstep[1]: after must be a state, in the order of states
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]
  $ bad '."#meta".lockstep = [{"after": 3, "look": 5}, {"after": 3, "attempt": "Cleanup", "arguments": {"deployer": "deployer-b"}}]'
  bad.ndjson[0]: agrees
  1 trace: 1 agrees; 1 as expected, 0 not
