Reports for CI servers. Three traces, on a system with the bug:

  $ mkdir temporary traces && export TMPDIR=$PWD/temporary
  $ unset GITHUB_ACTIONS
  $ cp $KNOWN/itf/root_n3_5_3_shortest.itf.json traces/shortest.itf.json
  $ gunzip -c $KNOWN/itf/epoch5_n3_5_3_s123.itf.ndjson.gz > traces/epoch.ndjson
  $ gunzip -c $KNOWN/itf/root_n3_5_3_multi_s7.itf.ndjson.gz | head -n 2 > traces/two.ndjson

Annotations for GitHub: each at the line where its trace begins, and with the zone of a divergence. Nothing unless it is asked for:

  $ racewalk confirm --strict --quiet --annotations github --json before.json traces/*
  traces/epoch.ndjson[0]: diverged at state 15 (Backoff): POST /mbt/deployers/deployer-c/deploy answered 200 {"ok": true, "message": "idle"}; a refusal ({ok: false}) was expected [not as expected]
    zone: lock deployer-a 1; root -> plan-001.cdb.acme (192.0.1.2); rollback (192.0.3.1, 192.0.3.2); plan-001.cdb.acme (192.0.1.2); plan-002.cdb.acme (192.0.2.2, 192.0.2.3); plan-003.cdb.acme (192.0.3.1, 192.0.3.2)
    known difference idle-backoff at state 15: a deployer that has no plan left is idle in the lab, whatever its lock; the model backs off
  ::error file=traces/epoch.ndjson,line=1,title=epoch5::diverged at state 15 (Backoff): POST /mbt/deployers/deployer-c/deploy answered 200 {"ok": true, "message": "idle"}; a refusal ({ok: false}) was expected; zone: lock deployer-a 1; root -> plan-001.cdb.acme (192.0.1.2); rollback (192.0.3.1, 192.0.3.2); plan-001.cdb.acme (192.0.1.2); plan-002.cdb.acme (192.0.2.2, 192.0.2.3); plan-003.cdb.acme (192.0.3.1, 192.0.3.2); known difference idle-backoff at state 15
  traces/shortest.itf.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  ::error file=traces/shortest.itf.json,line=1,title=no_inconsistent_root::confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  traces/two.ndjson[0]: confirmed at state 15 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  ::error file=traces/two.ndjson,line=1,title=no_inconsistent_root::confirmed at state 15 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  traces/two.ndjson[1]: confirmed at state 21 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  ::error file=traces/two.ndjson,line=2,title=no_inconsistent_root::confirmed at state 21 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  4 traces: 3 confirmed, 1 diverged; 0 as expected, 4 not
  [1]
  $ GITHUB_ACTIONS=true racewalk confirm --quiet --annotations auto traces/shortest.itf.json | grep -c ^::
  1
  $ racewalk confirm --quiet --annotations auto traces/shortest.itf.json | grep -c ^::
  0
  [1]
  $ GITHUB_ACTIONS=true racewalk confirm --quiet traces/shortest.itf.json | grep -c ^::
  0
  [1]

A name can hold anything, and what cannot be judged is annotated, too:

  $ cp traces/shortest.itf.json 'a,b: 100%.json'
  $ echo '{' > broken.json
  $ racewalk confirm --quiet --annotations github --sarif broken.sarif 'a,b: 100%.json' broken.json ./missing.json 2>&1 | grep ^::
  ::error file=a%2Cb%3A 100%25.json,line=1,title=no_inconsistent_root::confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  ::error file=broken.json,line=1,title=input::broken.json:2:1: a key in quotes expected, found the end
  ::error file=missing.json,line=1,title=input::./missing.json: No such file or directory
  $ jq -c '.runs[0] | .invocations[0].executionSuccessful, (.invocations[0].toolExecutionNotifications[] | [.level, .locations[0].physicalLocation.artifactLocation.uri, .message.text]), (.results[] | [.ruleId, .locations[0].physicalLocation.artifactLocation.uri])' broken.sarif
  false
  ["error","broken.json","broken.json:2:1: a key in quotes expected, found the end"]
  ["error","missing.json","./missing.json: No such file or directory"]
  ["no_inconsistent_root","a%2Cb%3A%20100%25.json"]

Nor is a server that does not answer a report without a word:

  $ racewalk confirm --quiet --annotations github --lab-url http://127.0.0.1:1 --junit silent.xml traces/two.ndjson 2> words
  ::error file=traces/two.ndjson,line=1,title=input::traces/two.ndjson[0]: not judged: state 0 (Init): http://127.0.0.1:1: nothing answers there (connection refused); is the server running, and is that its port?
  0 traces; 0 as expected, 0 not; 1 not judged
  [74]
  $ grep -c '<error type="not-judged" message="traces/two.ndjson.0.: not judged: state 0 (Init): http://127.0.0.1:1: nothing answers there' silent.xml
  1

SARIF has what its schema requires, a rule for each property, and rules for all results:

  $ racewalk confirm --strict --quiet --sarif - traces/* 2> words > log.sarif
  [1]
  $ tail -n 1 words
  4 traces: 3 confirmed, 1 diverged; 0 as expected, 4 not
  $ jq -e '.version == "2.1.0" and (.["$schema"] | test("sarif-2.1.0")) and (.runs | length == 1)
  >   and (.runs[0].tool.driver | .name == "racewalk" and (.version | test("^[0-9.]+$")))
  >   and ([.runs[0].tool.driver.rules[] | (.id | type == "string") and (.shortDescription.text | length > 0)] | all)
  >   and ([.runs[0].tool.driver.rules[].id] as $rules | [.runs[0].results[].ruleId] - $rules == [])
  >   and ([.runs[0].results[] | (.message.text | length > 0) and (.level | IN("none", "note", "warning", "error"))
  >     and (.locations[0].physicalLocation | (.artifactLocation.uri | test("^traces/")) and .region.startLine >= 1)] | all)
  >   and (.runs[0].invocations[0].executionSuccessful == true)' log.sarif
  true
  $ jq -c '.runs[0] | [.tool.driver.rules[].id], (.results[] | [.ruleId, .level, .locations[0].physicalLocation.artifactLocation.uri, .locations[0].physicalLocation.region.startLine, .partialFingerprints["racewalkTrace/v1"], .baselineState])' log.sarif
  ["no_inconsistent_root","no_inconsistent_rollback","epoch5","plans3","model_conformance"]
  ["epoch5","error","traces/epoch.ndjson",1,"traces/epoch.ndjson[0]",null]
  ["no_inconsistent_root","error","traces/shortest.itf.json",1,"traces/shortest.itf.json[0]",null]
  ["no_inconsistent_root","error","traces/two.ndjson",1,"traces/two.ndjson[0]",null]
  ["no_inconsistent_root","error","traces/two.ndjson",2,"traces/two.ndjson[1]",null]

Code quality for GitLab:

  $ racewalk confirm --quiet --code-quality quality.json traces/two.ndjson traces/shortest.itf.json > words
  [1]
  $ jq -c '.[] | [.check_name, .fingerprint, .severity, .location.path, .location.lines.begin]' quality.json
  ["no_inconsistent_root","no_inconsistent_root traces/two.ndjson[0]","major","traces/two.ndjson",1]
  ["no_inconsistent_root","no_inconsistent_root traces/two.ndjson[1]","major","traces/two.ndjson",2]
  ["no_inconsistent_root","no_inconsistent_root traces/shortest.itf.json[0]","major","traces/shortest.itf.json",1]
  $ jq -e '[.[].fingerprint] | length == (unique | length)' quality.json
  true
  $ racewalk confirm --quiet --expect outage --code-quality - traces/shortest.itf.json 2> words
  [
  ]

A baseline. The bug is mended; one trace is new, one is gone:

  $ mv traces/epoch.ndjson epoch.ndjson
  $ gunzip -c $KNOWN/itf/rollback_n3_5_3_s21.itf.ndjson.gz > traces/rollback.ndjson
  $ racewalk confirm --quiet --guard protect-live --baseline before.json --annotations github --json after.json --sarif after.sarif --junit after.xml --keep-last-n 3 traces/*
  traces/rollback.ndjson[0]: not-reproduced: _rollback.clouddb.us-east-1.api.acme kept resolving; the model loses it at state 19
    note: the cleanup at state 19 spared version 1, which the model deletes
  traces/shortest.itf.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11 [fixed: confirmed in the baseline]
    note: the cleanup at state 11 spared version 1, which the model deletes
  ::notice file=traces/shortest.itf.json,line=1,title=no_inconsistent_root::fixed (confirmed in the baseline): not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11; the cleanup at state 11 spared version 1, which the model deletes
  traces/two.ndjson[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 15 [fixed: confirmed in the baseline]
    note: the cleanup at state 15 spared version 1, which the model deletes
  ::notice file=traces/two.ndjson,line=1,title=no_inconsistent_root::fixed (confirmed in the baseline): not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 15; the cleanup at state 15 spared version 1, which the model deletes
  traces/two.ndjson[1]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 21 [fixed: confirmed in the baseline]
    note: the cleanup at state 21 spared version 1, which the model deletes
  ::notice file=traces/two.ndjson,line=2,title=no_inconsistent_root::fixed (confirmed in the baseline): not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 21; the cleanup at state 21 spared version 1, which the model deletes
  4 traces: 4 not-reproduced; 4 as expected, 0 not
  against before.json: 3 fixed, 1 new
    not looked at, but in the baseline: traces/epoch.ndjson[0]
  $ jq -c '.traces[] | [.file, .index, .verdict, .change, .baseline_verdict]' after.json
  ["traces/rollback.ndjson",0,"not-reproduced","new",null]
  ["traces/shortest.itf.json",0,"not-reproduced","fixed","confirmed"]
  ["traces/two.ndjson",0,"not-reproduced","fixed","confirmed"]
  ["traces/two.ndjson",1,"not-reproduced","fixed","confirmed"]
  $ jq -c .baseline after.json
  {"file":"before.json","new":1,"unchanged":0,"fixed":3,"still-failing":0,"new-failure":0,"missing":[{"file":"traces/epoch.ndjson","index":0}]}
  $ jq -c '.runs[0].results[] | [.level, .baselineState, .message.text[:50]]' after.sarif
  ["note","absent","fixed (confirmed in the baseline): not-reproduced:"]
  ["note","absent","fixed (confirmed in the baseline): not-reproduced:"]
  ["note","absent","fixed (confirmed in the baseline): not-reproduced:"]
  $ grep -c 'fixed (confirmed in the baseline)' after.xml
  3

It comes back. What failed before fails still, unless only new failures count:

  $ racewalk confirm --quiet --baseline after.json --annotations github traces/shortest.itf.json
  traces/shortest.itf.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected; new failure: not-reproduced in the baseline]
  ::error file=traces/shortest.itf.json,line=1,title=no_inconsistent_root::new failure: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  1 trace: 1 confirmed; 0 as expected, 1 not
  against after.json: 1 new-failure
    not looked at, but in the baseline: traces/rollback.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[1]
  [1]
  $ racewalk confirm --quiet --baseline after.json --fail-on new traces/shortest.itf.json
  traces/shortest.itf.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected; new failure: not-reproduced in the baseline]
  1 trace: 1 confirmed; 0 as expected, 1 not
  against after.json: 1 new-failure
    not looked at, but in the baseline: traces/rollback.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[1]
  [1]
  $ racewalk confirm --quiet --baseline before.json traces/shortest.itf.json
  traces/shortest.itf.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected; still failing: confirmed in the baseline]
  1 trace: 1 confirmed; 0 as expected, 1 not
  against before.json: 1 still-failing
    not looked at, but in the baseline: traces/epoch.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[1]
  [1]
  $ racewalk confirm --quiet --baseline before.json --fail-on new --annotations github --junit known.xml --sarif known.sarif ./traces/shortest.itf.json
  ./traces/shortest.itf.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected; still failing: confirmed in the baseline]
  ::warning file=traces/shortest.itf.json,line=1,title=no_inconsistent_root::still failing: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  1 trace: 1 confirmed; 0 as expected, 1 not
  against before.json: 1 still-failing
    not looked at, but in the baseline: traces/epoch.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[1]
  $ sed 's/time="[0-9.]*"/time="T"/g' known.xml
  <?xml version="1.0" encoding="UTF-8"?>
  <testsuites>
    <testsuite name="racewalk confirm" tests="1" failures="0" errors="0" skipped="1" time="T">
      <testcase classname="./traces/shortest.itf.json" name="trace 0: no_inconsistent_root" time="T">
        <skipped message="clouddb.us-east-1.api.acme resolved to zero IPs">still failing: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs</skipped>
      </testcase>
    </testsuite>
  </testsuites>
  $ jq -c '.runs[0].results[] | [.level, .baselineState]' known.sarif
  ["warning","unchanged"]

The report may be the baseline of the next run:

  $ cp before.json kept.json
  $ racewalk confirm --quiet --guard protect-live --baseline kept.json --json kept.json traces/shortest.itf.json
  traces/shortest.itf.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11 [fixed: confirmed in the baseline]
    note: the cleanup at state 11 spared version 1, which the model deletes
  1 trace: 1 not-reproduced; 1 as expected, 0 not
  against kept.json: 1 fixed
    not looked at, but in the baseline: traces/epoch.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[1]
  $ racewalk confirm --quiet --guard protect-live --baseline kept.json --json kept.json traces/shortest.itf.json
  traces/shortest.itf.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11
    note: the cleanup at state 11 spared version 1, which the model deletes
  1 trace: 1 not-reproduced; 1 as expected, 0 not
  against kept.json: 1 unchanged

What is expected now decides about both verdicts:

  $ racewalk confirm --quiet --guard protect-live --baseline before.json --expect outage traces/shortest.itf.json
  traces/shortest.itf.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11 [not as expected; new failure: confirmed in the baseline]
    note: the cleanup at state 11 spared version 1, which the model deletes
  1 trace: 1 not-reproduced; 0 as expected, 1 not
  against before.json: 1 new-failure
    not looked at, but in the baseline: traces/epoch.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[0]
    not looked at, but in the baseline: traces/two.ndjson[1]
  [1]

Usage:

  $ racewalk confirm --annotations gitlab traces/shortest.itf.json
  racewalk: error: --annotations 'gitlab': none, github or auto was expected
  racewalk help confirm tells what it takes.
  [64]
  $ racewalk confirm --fail-on new traces/shortest.itf.json
  racewalk: error: --fail-on new needs a --baseline that says what is not new
  racewalk help confirm tells what it takes.
  [64]
  $ racewalk confirm --fail-on some traces/shortest.itf.json
  racewalk: error: --fail-on 'some': any or new was expected
  racewalk help confirm tells what it takes.
  [64]
  $ racewalk confirm --baseline missing.json traces/shortest.itf.json
  racewalk: error: missing.json: No such file or directory
  [66]
  $ racewalk confirm --baseline traces/shortest.itf.json traces/shortest.itf.json
  racewalk: error: traces/shortest.itf.json: an object with an array "traces" was expected
  [65]
  $ racewalk confirm --baseline broken.json traces/shortest.itf.json
  racewalk: error: broken.json:2:1: a key in quotes expected, found the end
  [65]
  $ racewalk confirm --sarif - --json - traces/shortest.itf.json
  racewalk: error: only one result can go to standard output ('-')
  [64]
  $ racewalk confirm --quiet --sarif /nowhere/log.sarif --expect outage traces/shortest.itf.json
  traces/shortest.itf.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  1 trace: 1 confirmed; 1 as expected, 0 not
  racewalk: error: /nowhere/log.sarif: cannot be written: No such file or directory
  [74]
  $ ls temporary
