A run that was replayed with a property that no state shows: the file has the property's name, and no state. It is a
run like any other, for every command:

  $ cp $KNOWN/itf/nohit_n3_20_3_no_inconsistent_rollback_3007.itf.json.gz rollback.gz
  $ cp $KNOWN/itf/nohit_n3_20_3_epoch5_3007.itf.json.gz epoch.gz
  $ racewalk replay rollback.gz epoch.gz
  rollback.gz[0]: 19 transitions, no violation: every state agrees
  epoch.gz[0]: 19 transitions, no violation: every state agrees
  2 traces: 2 agree, 0 do not
  $ racewalk explain --brief rollback.gz epoch.gz | grep -A1 gz
  rollback.gz
    19 steps, no invariant is violated
  --
  epoch.gz
    19 steps, no invariant is violated
  $ racewalk confirm --quiet rollback.gz epoch.gz
  rollback.gz[0]: agrees
  epoch.gz[0]: agrees
  2 traces: 2 agrees; 2 as expected, 0 not
  $ racewalk confirm rollback.gz | grep -c 'rollback -> '
  20
  $ racewalk confirm epoch.gz | grep -c 'root -> '
  20
  $ racewalk view --out page.html rollback.gz epoch.gz
  page.html: 2 traces. Open it in a browser.
  $ racewalk shrink rollback.gz
  racewalk: error: rollback.gz: trace 0: the trace shows no property: there is nothing to keep while it is shrunk
  [65]

The same of a trace of ours: what the name claims is gone with the state.

  $ racewalk replay --trace-seed 12 --max-steps 6 --out-itf plain.json --quiet > /dev/null
  $ jq -c '."#meta" += {predicate_kind: "example", predicate_name: "plans3"}' plain.json > looked.json
  $ racewalk replay looked.json
  looked.json[0]: 6 transitions, no violation: every state agrees
  $ jq -c '."#meta" += {example_step: 6}' looked.json | racewalk replay -
  standard input[0]: state 6 is said to be the first that witnesses plans3, but no state does
  [1]

Variables of other tools are skipped and told once, and names may be there twice:

  $ cp $KNOWN/itf/root_n3_5_3_shortest.itf.json shortest.json
  $ jq -c '.vars += ["mbt::actionTaken", "ghost_action", "zone_records"] | .states[] += {"mbt::actionTaken": "init", "mbt::nondetPicks": {"c": {"tag": "None", "value": {"#tup": []}}}}' shortest.json > quint.json
  $ racewalk replay quint.json quint.json
  racewalk: warning: quint.json: trace 0: variables that the model does not have are skipped: mbt::actionTaken, mbt::nondetPicks
  quint.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  quint.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  2 traces: 2 agree, 0 do not
  $ racewalk replay --quiet quint.json
  quint.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  $ racewalk explain --brief quint.json | tail -n 1
  racewalk: warning: quint.json: trace 0: variables that the model does not have are skipped: mbt::actionTaken, mbt::nondetPicks
            no_inconsistent_root is violated: root points at plan #0 (plan0), which is gone.
  $ racewalk confirm --quiet quint.json | cut -d: -f1
  quint.json[0]
  1 trace
  $ racewalk view --out page.html quint.json
  racewalk: warning: quint.json: trace 0: variables that the model does not have are skipped: mbt::actionTaken, mbt::nondetPicks
  page.html: 1 trace. Open it in a browser.
  $ racewalk shrink quint.json 2>&1 > shrunk.json | cut -c1-48
  racewalk: warning: quint.json: trace 0: variable
  quint.json[0]: 11 transitions, shrunk to 11, s73

Parameters in the initial state alone, as ADR-015 of Apalache sets them:

  $ jq -c '.params as $p | .states[1:] |= map(delpaths([$p[] | [.]]))' shortest.json > once.json
  $ jq -c '.states[1] | keys' once.json
  ["#meta","deployer_next_plan","deployer_view","ghost_action","planner_updates","zone_records"]
  $ racewalk replay once.json
  once.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  $ jq -c 'del(.states[0].MAX_PLAN_AGE)' shortest.json | racewalk replay -
  racewalk: error: standard input: trace 0: state 0: no parameter "MAX_PLAN_AGE"; is this a trace of dns_balancer?
  [65]

A byte order mark is skipped; a file in UTF-16 says what it is:

  $ { printf '\357\273\277'; cat shortest.json; } > marked.json
  $ racewalk replay marked.json
  marked.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  $ { printf '\357\273\277'; cat $KNOWN/root_n3_5_3_11.schedule.json; } > marked.schedule.json
  $ racewalk replay marked.schedule.json
  racewalk replay: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
  marked.schedule.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  $ iconv -f UTF-8 -t UTF-16 shortest.json > utf16.json
  $ racewalk replay utf16.json
  racewalk: error: utf16.json: is text in UTF-16, where UTF-8 was expected; iconv -f UTF-16 -t UTF-8 converts it
  [65]

Schedules are a document each, in a file each, named as Wunderspec names them:

  $ racewalk check --plans 3 --max-plan-age 1 --quiet --out-schedule x.schedule.json > /dev/null
  [1]
  $ racewalk run --seed 3 --max-findings 3 --quiet --out-schedule y.json > /dev/null
  [1]
  $ for file in x.*.json y*.json; do echo $file $(jq -s 'length' $file); done
  x.schedule.1.json 1
  x.schedule.json 1
  y.1.json 1
  y.2.json 1
  y.json 1
  $ racewalk replay --plans 3 --max-plan-age 1 x.schedule.json x.schedule.1.json | cut -d: -f1,2
  racewalk replay: deployers 3, plans 3, ips 3, weights 100
  x.schedule.json[0]: 7 transitions, violates no_inconsistent_root at state 7
  x.schedule.1.json[0]: 5 transitions, violates no_inconsistent_rollback at state 5
  2 traces: 2 agree, 0 do not
  $ racewalk replay y.json y.1.json y.2.json --out-schedule z.json | cut -d: -f1,2
  racewalk replay: n3_5_3
  y.json[0]: 20 transitions, violates no_inconsistent_root at state 20
  y.1.json[0]: 19 transitions, violates no_inconsistent_rollback at state 19
  y.2.json[0]: 17 transitions, violates no_inconsistent_rollback at state 17
  3 traces: 3 agree, 0 do not
  $ cmp y.json z.json; cmp y.1.json z.1.json; cmp y.2.json z.2.json; ls z*
  z.1.json
  z.2.json
  z.json
  $ racewalk replay y.json y.1.json --out-schedule 'seq-{seq}.json' > /dev/null; ls seq-*
  seq-1.json
  seq-2.json

Standard output takes one:

  $ racewalk run --seed 3 --quiet --out-schedule - 2> /dev/null | jq -r .format
  wunderspec-check-schedule-v2
  $ racewalk check --plans 3 --max-plan-age 1 --property no_inconsistent_root --quiet --out-schedule - 2> /dev/null | jq -r .format
  wunderspec-check-schedule-v2
  $ racewalk run --seed 3 --max-findings 3 --out-schedule -
  racewalk: error: --out-schedule -: there may be several findings, and standard output takes one schedule; name a file, and each finding gets one of its own
  [64]
  $ racewalk check --plans 3 --out-schedule -
  racewalk: error: --out-schedule -: there may be several findings, and standard output takes one schedule; name a file, and each finding gets one of its own
  [64]
  $ racewalk replay y.json y.1.json --out-schedule - 2>&1 | tail -n 1
  racewalk: error: --out-schedule -: standard output takes one schedule, and there are 2; name a file, and each gets one of its own
  $ racewalk run --seed 3 --out-schedule /nowhere/x.json
  racewalk: error: /nowhere/x.json: cannot be written: No such file or directory
  [74]
