The shortest violation, on a lab of its own. A lost name is not what a healthy lab does:

  $ cp $KNOWN/itf/root_n3_5_3_shortest.itf.json shortest.json
  $ mkdir temporary && export TMPDIR=$PWD/temporary
  $ racewalk confirm shortest.json
  shortest.json[0]: 12 states, no_inconsistent_root
        0  Init          ok        reset, placeholder seeded; root -> plan-init.cdb.acme (placeholder)
        1  GeneratePlan  ok        plan0.db.example.com: version 1; root -> plan-init.cdb.acme (placeholder)
        2  GeneratePlan  ok        plan1.db.example.com: version 2; root -> plan-init.cdb.acme (placeholder)
        3  GeneratePlan  ok        plan2.db.example.com: version 3; root -> plan-init.cdb.acme (placeholder)
        4  GeneratePlan  ok        plan3.db.example.com: version 4; root -> plan-init.cdb.acme (placeholder)
        5  Deploy        ok        deployer-a: installed version 1; root -> plan-001.cdb.acme (1 address)
        6  Deploy        ok        deployer-a: installed version 2; root -> plan-002.cdb.acme (1 address)
        7  Deploy        ok        deployer-a: installed version 3; root -> plan-003.cdb.acme (1 address)
        8  Deploy        ok        deployer-a: installed version 4; root -> plan-004.cdb.acme (1 address)
        9  Sync          ok        deployer-b: lock deployer-a 4, root plan-004.cdb.acme; root -> plan-004.cdb.acme (1 address)
       10  Deploy        ok        deployer-b: installed version 1; root -> plan-001.cdb.acme (1 address)
       11  Cleanup       outage    deployer-a: deleted version 1; root -> plan-001.cdb.acme (no address)
    confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  1 trace: 1 confirmed; 0 as expected, 1 not
  [1]

  $ ls temporary

It is what one with the bug does:

  $ racewalk confirm --expect outage --quiet shortest.json
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  1 trace: 1 confirmed; 1 as expected, 0 not

And not what a guarded one does:

  $ racewalk confirm --guard protect-live --quiet shortest.json
  shortest.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11
    note: the cleanup at state 11 spared version 1, which the model deletes
  1 trace: 1 not-reproduced; 1 as expected, 0 not
  $ racewalk confirm --guard protect-live --expect outage --quiet shortest.json
  shortest.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11 [not as expected]
    note: the cleanup at state 11 spared version 1, which the model deletes
  1 trace: 1 not-reproduced; 0 as expected, 1 not
  [1]
  $ racewalk confirm --guard reject-stale --quiet shortest.json
  shortest.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11
    note: the lab's guard skipped a stale plan at state 10: from there on only clouddb.us-east-1.api.acme is judged
  1 trace: 1 not-reproduced; 1 as expected, 0 not

Several files of one or many traces; standard input; the count:

  $ for f in rollback_n3_5_3_s21 root_n3_5_3_multi_s7 epoch5_n3_5_3_s123; do gunzip -c $KNOWN/itf/$f.itf.ndjson.gz > $f.ndjson; done
  $ cat root_n3_5_3_multi_s7.ndjson | racewalk confirm --quiet rollback_n3_5_3_s21.ndjson - epoch5_n3_5_3_s123.ndjson
  rollback_n3_5_3_s21.ndjson[0]: confirmed at state 19 (Cleanup): _rollback.clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  standard input[0]: confirmed at state 15 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  standard input[1]: confirmed at state 21 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  standard input[2]: confirmed at state 24 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  standard input[3]: confirmed at state 23 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  epoch5_n3_5_3_s123.ndjson[0]: agrees
    known difference idle-backoff at state 15: a deployer that has no plan left is idle in the lab, whatever its lock; the model backs off
  6 traces: 5 confirmed, 1 agrees; 1 as expected, 5 not
  [1]
  $ racewalk confirm --quiet --watch root rollback_n3_5_3_s21.ndjson
  rollback_n3_5_3_s21.ndjson[0]: agrees
  1 trace: 1 agrees; 1 as expected, 0 not
  $ racewalk confirm --quiet --keep-last-n 100 shortest.json
  shortest.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11
  1 trace: 1 not-reproduced; 1 as expected, 0 not

A deployer without a plan left is idle in the lab, where the model backs off. That is known; with --strict it is
judged as the model's original replayer does:

  $ racewalk confirm epoch5_n3_5_3_s123.ndjson | grep -v ' ok '
  epoch5_n3_5_3_s123.ndjson[0]: 17 states, epoch5
       15  Backoff       note      deployer-c: idle, for it has no plan left; root -> plan-001.cdb.acme (1 address) (idle-backoff)
    agrees
    known difference idle-backoff at state 15: a deployer that has no plan left is idle in the lab, whatever its lock; the model backs off
  1 trace: 1 agrees; 1 as expected, 0 not
  $ racewalk confirm --strict --quiet epoch5_n3_5_3_s123.ndjson
  epoch5_n3_5_3_s123.ndjson[0]: diverged at state 15 (Backoff): POST /mbt/deployers/deployer-c/deploy answered 200 {"ok": true, "message": "idle"}; a refusal ({ok: false}) was expected [not as expected]
    zone: lock deployer-a 1; root -> plan-001.cdb.acme (192.0.1.2); rollback (192.0.3.1, 192.0.3.2); plan-001.cdb.acme (192.0.1.2); plan-002.cdb.acme (192.0.2.2, 192.0.2.3); plan-003.cdb.acme (192.0.3.1, 192.0.3.2)
    known difference idle-backoff at state 15: a deployer that has no plan left is idle in the lab, whatever its lock; the model backs off
  1 trace: 1 diverged; 0 as expected, 1 not
  [1]

A rollback that is lost after the root. The lab does not go on then, and the verdict says why:

  $ gunzip -c $KNOWN/itf/rollback_n3_20_3_s23.itf.ndjson.gz | head -n 1 > rollback.ndjson
  $ racewalk confirm --quiet --json rollback.json rollback.ndjson
  rollback.ndjson[0]: diverged at state 26 (Deploy): the root was lost at state 24; the lab refuses to deploy (current root target is missing: plan-001.cdb.acme), the model installs [not as expected]
    zone: lock deployer-c 4; root -> plan-001.cdb.acme (no address); rollback (192.0.4.1, 192.0.4.2); plan-001.cdb.acme (no address); plan-002.cdb.acme (192.0.2.1, 192.0.2.3); plan-003.cdb.acme (192.0.3.1, 192.0.3.3); plan-004.cdb.acme (192.0.4.1, 192.0.4.2)
    known difference root-missing at state 26: the lab refuses to deploy while the root's target is missing; the model installs
  1 trace: 1 diverged; 0 as expected, 1 not
  [1]
  $ jq -c '.traces[] | [.verdict, .same, .differences]' rollback.json
  ["diverged",false,[{"name":"root-missing","state":26}]]
  $ racewalk confirm --quiet --watch root rollback.ndjson
  rollback.ndjson[0]: outage at state 24 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  1 trace: 1 outage; 0 as expected, 1 not
  [1]

A rollback that is lost in the model alone: the lab leaves it alone when the root's plan is installed again:

  $ racewalk run --seed 100 --property no_inconsistent_rollback --quiet --threads 1 --out-itf same.ndjson > /dev/null
  [1]
  $ racewalk confirm same.ndjson | grep -v ' ok '
  same.ndjson[0]: 21 states, no_inconsistent_rollback
       17  Deploy        note      deployer-b: installed version 1; rollback -> plan-004.cdb.acme (1 address) (same-root)
    not-reproduced: _rollback.clouddb.us-east-1.api.acme kept resolving; the model loses it at state 20
    known difference same-root at state 17: the lab leaves rollback alone when it installs the plan that is the root; the model points it there
  1 trace: 1 not-reproduced; 1 as expected, 0 not

What is to do as the model does:

  $ racewalk confirm --quiet --expect same shortest.json epoch5_n3_5_3_s123.ndjson
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  epoch5_n3_5_3_s123.ndjson[0]: agrees
    known difference idle-backoff at state 15: a deployer that has no plan left is idle in the lab, whatever its lock; the model backs off
  2 traces: 1 confirmed, 1 agrees; 2 as expected, 0 not
  $ racewalk confirm --quiet --expect same --watch root rollback.ndjson
  rollback.ndjson[0]: outage at state 24 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  1 trace: 1 outage; 1 as expected, 0 not
  $ racewalk confirm --quiet --expect same --keep-last-n 100 shortest.json
  shortest.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11 [not as expected]
  1 trace: 1 not-reproduced; 0 as expected, 1 not
  [1]
  $ racewalk confirm --quiet --expect same --guard protect-live shortest.json epoch5_n3_5_3_s123.ndjson
  shortest.json[0]: not-reproduced: clouddb.us-east-1.api.acme kept resolving; the model loses it at state 11 [not as expected]
    note: the cleanup at state 11 spared version 1, which the model deletes
  epoch5_n3_5_3_s123.ndjson[0]: agrees
    known difference idle-backoff at state 15: a deployer that has no plan left is idle in the lab, whatever its lock; the model backs off
  2 traces: 1 not-reproduced, 1 agrees; 1 as expected, 1 not
  [1]
  $ racewalk confirm --quiet --expect same rollback.ndjson
  rollback.ndjson[0]: diverged at state 26 (Deploy): the root was lost at state 24; the lab refuses to deploy (current root target is missing: plan-001.cdb.acme), the model installs [not as expected]
    zone: lock deployer-c 4; root -> plan-001.cdb.acme (no address); rollback (192.0.4.1, 192.0.4.2); plan-001.cdb.acme (no address); plan-002.cdb.acme (192.0.2.1, 192.0.2.3); plan-003.cdb.acme (192.0.3.1, 192.0.3.3); plan-004.cdb.acme (192.0.4.1, 192.0.4.2)
    known difference root-missing at state 26: the lab refuses to deploy while the root's target is missing; the model installs
  1 trace: 1 diverged; 0 as expected, 1 not
  [1]

Each request with its answer:

  $ racewalk confirm --verbose --expect outage shortest.json > words
  $ head -n 12 words
  shortest.json[0]: 12 states, no_inconsistent_root
           POST /mbt/reset
             200 {"ok": true}
           POST /mbt/seed-init
             200 {"ok": true}
           GET /wormhole53/resolve/clouddb.us-east-1.api.acme
             200 {"name": "clouddb.us-east-1.api.acme", "ips": []}
        0  Init          ok        reset, placeholder seeded; root -> plan-init.cdb.acme (placeholder)
           POST /mbt/planner/generate [{"id": 1, "weight": 100}]
             200 {"version": 1, "root": "clouddb.us-east-1.api.acme", "plan_name": "plan-001.cdb.acme", "records": [{"name": "plan-001.cdb.acme", "type": "ALIAS", "value": [{"name": "lb-001-1.cdb.acme", "weight": 100}]}, {"name": "lb-001-1.cdb.acme", "type": "A", "value": "192.0.1.1"}]}
           GET /wormhole53/resolve/clouddb.us-east-1.api.acme
             200 {"name": "clouddb.us-east-1.api.acme", "ips": []}

The report:

  $ racewalk confirm --json report.json --quiet shortest.json epoch5_n3_5_3_s123.ndjson > /dev/null
  [1]
  $ jq . report.json
  {
    "traces": [
      {
        "file": "shortest.json",
        "index": 0,
        "states": 12,
        "property": "no_inconsistent_root",
        "verdict": "confirmed",
        "fail_state_index": 11,
        "fail_action": "Cleanup",
        "message": "clouddb.us-east-1.api.acme resolved to zero IPs",
        "same": true,
        "differences": [],
        "note": null
      },
      {
        "file": "epoch5_n3_5_3_s123.ndjson",
        "index": 0,
        "states": 17,
        "property": "epoch5",
        "verdict": "agrees",
        "fail_state_index": null,
        "fail_action": null,
        "message": null,
        "same": true,
        "differences": [
          {
            "name": "idle-backoff",
            "state": 15
          }
        ],
        "note": null
      }
    ],
    "not_judged": [],
    "total": 2,
    "as_expected": 1
  }

  $ racewalk confirm --json - --expect outage shortest.json 2> words | jq -c '[.total, .as_expected]'
  [1,1]
  $ tail -n 1 words
  1 trace: 1 confirmed; 1 as expected, 0 not

For CI servers:

  $ racewalk confirm --junit junit.xml --quiet shortest.json missing.json rollback_n3_5_3_s21.ndjson --expect outage > /dev/null
  racewalk: error: missing.json: No such file or directory
  [66]
  $ sed 's/time="[0-9.]*"/time="T"/g' junit.xml
  <?xml version="1.0" encoding="UTF-8"?>
  <testsuites>
    <testsuite name="racewalk confirm" tests="3" failures="0" errors="1" skipped="0" time="T">
      <testcase classname="shortest.json" name="trace 0: no_inconsistent_root" time="T">
        <system-out>confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs</system-out>
      </testcase>
      <testcase classname="missing.json" name="input" time="T">
        <error type="no-input" message="missing.json: No such file or directory"></error>
      </testcase>
      <testcase classname="rollback_n3_5_3_s21.ndjson" name="trace 0: no_inconsistent_rollback" time="T">
        <system-out>confirmed at state 19 (Cleanup): _rollback.clouddb.us-east-1.api.acme resolved to zero IPs</system-out>
      </testcase>
    </testsuite>
  </testsuites>

What cannot be judged, and the exit status. The others go on:

  $ racewalk confirm --quiet missing.json shortest.json
  racewalk: error: missing.json: No such file or directory
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs [not as expected]
  1 trace: 1 confirmed; 0 as expected, 1 not; 1 not judged
  [66]
  $ echo '{' > broken.json
  $ racewalk confirm --quiet broken.json shortest.json --expect outage
  racewalk: error: broken.json:2:1: a key in quotes expected, found the end
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  1 trace: 1 confirmed; 1 as expected, 0 not; 1 not judged
  [65]
  $ jq -c '.states[7] = .states[5]' shortest.json > illegal.json
  $ racewalk confirm --quiet illegal.json
  racewalk: error: illegal.json[0]: not a run of the model: state 7: deployer_next_plan["deployer-a"]: 3 expected, found 1; deployer_view["deployer-a"].lock.value[1]: 3 expected, found 1; deployer_view["deployer-a"].rollback: "plan1.db.example.com" expected, found "plan-init.db.example.com"; deployer_view["deployer-a"].root: "plan2.db.example.com" expected, found "plan0.db.example.com"; ghost_action.value.new_epoch: 3 expected, found 1; ghost_action.value.new_root: "plan2.db.example.com" expected, found "plan0.db.example.com"; \xe2\x80\xa6 (esc)
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]
  $ jq -c '.["#meta"].violation_step = 5' shortest.json | racewalk confirm --quiet -
  racewalk: error: standard input[0]: not a run of the model: state 5 is said to be the first that violates no_inconsistent_root, but state 11 is
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]
  $ racewalk confirm --quiet $KNOWN/root_n3_5_3_11.schedule.json 2>&1 | sed "s|$KNOWN/||"
  racewalk: error: root_n3_5_3_11.schedule.json: trace 0: a schedule, where a trace with states was expected
  0 traces; 0 as expected, 0 not; 1 not judged

No lab there:

  $ racewalk confirm --quiet --lab-url http://127.0.0.1:1 shortest.json
  racewalk: error: shortest.json[0]: not judged: state 0 (Init): http://127.0.0.1:1: nothing answers there (connection refused); is the server running, and is that its port?
  0 traces; 0 as expected, 0 not; 1 not judged
  [74]

Usage:

  $ racewalk confirm
  racewalk: error: nothing to confirm: name files of traces, or - for standard input
  [64]
  $ racewalk confirm --lab-url 127.0.0.1:8000 shortest.json
  racewalk: error: '127.0.0.1:8000' is no URL of a server; one like http://127.0.0.1:8000 was expected
  [64]
  $ racewalk confirm --lab-url http://127.0.0.1:8000 --guard protect-live shortest.json
  racewalk: error: --guard is for the lab that confirm starts itself; give it to the lab at --lab-url instead
  racewalk help confirm tells what it takes.
  [64]
  $ racewalk confirm --watch lock shortest.json
  racewalk: error: --watch 'lock': root or rollback was expected
  racewalk help confirm tells what it takes.
  [64]
  $ racewalk confirm --expect nothing shortest.json
  racewalk: error: --expect 'nothing': healthy, outage or same was expected
  racewalk help confirm tells what it takes.
  [64]
  $ racewalk confirm --guard none shortest.json
  racewalk: error: no guard 'none'; there are: reject-stale, protect-live
  [64]
  $ racewalk confirm --json - --junit - shortest.json
  racewalk: error: only one result can go to standard output ('-')
  [64]
  $ racewalk confirm --keep-last-n -1 shortest.json
  racewalk: error: --keep-last-n -1: must be between 0 and 1000000
  racewalk help confirm tells what it takes.
  [64]

A report that cannot be written:

  $ racewalk confirm --quiet --json /nowhere/report.json --expect outage shortest.json
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  1 trace: 1 confirmed; 1 as expected, 0 not
  racewalk: error: /nowhere/report.json: cannot be written: No such file or directory
  [74]

A lab that runs already, and a signal: the report tells of what was done, and nothing is left behind:

  $ racewalk lab --port 0 --no-background --base-dir lab > lab.out & lab=$!
  $ for i in $(seq 200); do grep -qs http lab.out && break; sleep 0.05; done
  $ url=$(sed 's/^lab: \([^ ]*\) .*/\1/' lab.out)
  $ racewalk confirm --quiet --lab-url $url --expect outage shortest.json
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ (trap - INT; exec timeout --foreground --preserve-status --signal INT 1 racewalk confirm --lab-url $url --quiet --json report.json $(yes root_n3_5_3_multi_s7.ndjson | head -n 20000) > words 2> errors)
  [75]
  $ sed 's/error: .*stopped before .*/error: stopped/' errors
  racewalk: error: stopped
  $ jq '.total > 0 and .total < 80000 and .as_expected == 0' report.json
  true
  $ kill $lab && wait $lab

On a lab of its own, which does not outlive it:

  $ (exec timeout --foreground --preserve-status --signal TERM 1 racewalk confirm --quiet $(yes root_n3_5_3_multi_s7.ndjson | head -n 20000) > words 2> errors)
  [75]
  $ ls temporary
