A trace becomes the steps that matter, with their names and choices:

  $ racewalk run --seed 1 --quiet --out-itf found.ndjson > /dev/null
  [1]
  $ racewalk shrink found.ndjson --out-itf small.ndjson
  found.ndjson[0]: 20 transitions, shrunk to 11, s73186272: a slow deployer installs an old plan, then a quick one deletes it
  $ racewalk replay small.ndjson
  small.ndjson[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees

Shrinking again changes nothing:

  $ racewalk shrink small.ndjson --out-itf again.ndjson --quiet && jq -S 'del(.["#meta"].source)' small.ndjson > a && jq -S 'del(.["#meta"].source)' again.ndjson > b && cmp a b

The shortest of the instance, whatever its shape:

  $ cp $KNOWN/itf/*.gz .
  $ racewalk shrink --any rollback_n3_5_3_s21.itf.ndjson.gz --out-itf any.ndjson
  rollback_n3_5_3_s21.itf.ndjson.gz[0]: 19 transitions, shrunk to 12, s473e643b: a slow deployer installs a plan, so that one that is deleted already becomes the rollback
  $ racewalk replay any.ndjson
  any.ndjson[0]: 12 transitions, violates no_inconsistent_root at state 11 and violates no_inconsistent_rollback at state 12: every state agrees

With the lab as the judge: it refuses to deploy over a root whose target is missing, which the model does not:

  $ gunzip -c $KNOWN/itf/rollback_n3_20_3_s23.itf.ndjson.gz | head -n 1 > rollback.ndjson
  $ racewalk shrink --on-lab rollback.ndjson --out-itf lab.ndjson
    the lab was asked 39 times; it fails: the root was lost at state 11; the lab refuses to deploy (current root target is missing: plan-001.cdb.acme), the model installs
  rollback.ndjson[0]: 26 transitions, shrunk to 12, s473e643b: a slow deployer installs a plan, so that one that is deleted already becomes the rollback
  $ racewalk confirm --quiet lab.ndjson
  lab.ndjson[0]: diverged at state 12 (Deploy): the root was lost at state 11; the lab refuses to deploy (current root target is missing: plan-001.cdb.acme), the model installs [not as expected]
    zone: lock deployer-c 1; root -> plan-001.cdb.acme (no address); rollback (192.0.4.1, 192.0.4.2); plan-001.cdb.acme (no address); plan-002.cdb.acme (192.0.2.1, 192.0.2.3); plan-003.cdb.acme (192.0.3.1, 192.0.3.3); plan-004.cdb.acme (192.0.4.1, 192.0.4.2)
    known difference root-missing at state 12: the lab refuses to deploy while the root's target is missing; the model installs
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
  racewalk help shrink tells what it takes.
  [64]
  $ racewalk shrink --on-lab --lab-url http://127.0.0.1:9 small.ndjson
  racewalk: error: state 0 (Init): http://127.0.0.1:9: nothing answers there (connection refused); is the server running, and is that its port?
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
