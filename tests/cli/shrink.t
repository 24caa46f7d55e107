A trace becomes the steps that matter, with their names and choices:

  $ racewalk run --seed 1 --quiet --out-itf found.ndjson > /dev/null
  [1]
  $ racewalk shrink found.ndjson --out-itf small.ndjson
  found.ndjson[0]: 20 transitions, shrunk to 11, s73186272: stale deploy of plan 0 by B, then cleanup by A
  $ racewalk replay small.ndjson
  small.ndjson[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees

Shrinking again changes nothing:

  $ racewalk shrink small.ndjson --out-itf again.ndjson --quiet && jq -S 'del(.["#meta"].source)' small.ndjson > a && jq -S 'del(.["#meta"].source)' again.ndjson > b && cmp a b

The shortest of the instance, whatever its shape:

  $ cp $KNOWN/itf/*.gz .
  $ racewalk shrink --any rollback_n3_5_3_s21.itf.ndjson.gz --out-itf any.ndjson
  rollback_n3_5_3_s21.itf.ndjson.gz[0]: 19 transitions, shrunk to 12, s473e643b: deploy of plan 1 by B makes plan 0, already deleted, the rollback
  $ racewalk replay any.ndjson
  any.ndjson[0]: 12 transitions, violates no_inconsistent_root at state 11 and violates no_inconsistent_rollback at state 12: every state agrees

With the lab as the judge: a backoff with no plan left is answered "idle", which the model does not predict:

  $ racewalk shrink --on-lab epoch5_n3_5_3_s123.itf.ndjson.gz --out-itf lab.ndjson
    the lab was asked 21 times; it fails: POST /mbt/deployers/deployer-c/deploy answered 200 {"ok": true, "message": "idle"}; a refusal ({ok: false}) was expected
  epoch5_n3_5_3_s123.itf.ndjson.gz[0]: 16 transitions, shrunk to 5
  $ racewalk confirm --quiet lab.ndjson
  lab.ndjson[0]: diverged at state 5 (Backoff): POST /mbt/deployers/deployer-c/deploy answered 200 {"ok": true, "message": "idle"}; a refusal ({ok: false}) was expected [not as expected]
    zone: lock deployer-a 1; root -> plan-001.cdb.acme (192.0.1.2); rollback (no address); plan-001.cdb.acme (192.0.1.2)
  1 trace: 1 diverged; 0 as expected, 1 not
  [1]

What shows nothing cannot be shrunk, and what is no trace neither:

  $ racewalk shrink walk_n3_5_3_seed101.itf.json.gz
  racewalk: error: walk_n3_5_3_seed101.itf.json.gz: trace 0: the trace shows no property: there is nothing to keep while it is shrunk
  [65]
  $ echo '{}' | racewalk shrink -
  racewalk: error: standard input: trace 0: no "states"
  [65]
  $ racewalk shrink nothing.json
  racewalk: error: nothing.json: No such file or directory
  [66]
  $ racewalk shrink
  racewalk: error: which traces? Name ITF files, or - for standard input
  [64]
  $ racewalk shrink --any --on-lab small.ndjson
  racewalk: error: --any and --on-lab exclude each other
  [64]
  $ racewalk shrink --on-lab --lab-url http://127.0.0.1:9 small.ndjson
  racewalk: error: state 0 (Init): http://127.0.0.1:9: nothing answers there (connection refused); start a lab with 'racewalk lab --no-background', or leave --lab-url out
  [74]

The file that is written may be the one that was read; without a result it stays as it is

  $ cp found.ndjson mine.ndjson; racewalk shrink mine.ndjson --out-itf mine.ndjson --quiet; racewalk replay mine.ndjson
  mine.ndjson[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  $ racewalk shrink nowhere.ndjson --out-itf mine.ndjson
  racewalk: error: nowhere.ndjson: No such file or directory
  [66]
  $ wc -l <mine.ndjson
  1
  $ racewalk shrink mine.ndjson --out-itf nowhere/mine.ndjson
  racewalk: error: nowhere/mine.ndjson: cannot be written: No such file or directory
  [74]
