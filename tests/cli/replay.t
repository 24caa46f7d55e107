A trace of another tool, a schedule, and both again from what was written:

  $ cp $KNOWN/itf/root_n3_5_3_shortest.itf.json shortest.json
  $ cp $KNOWN/root_n3_5_3_11.schedule.json schedule.json
  $ racewalk replay shortest.json schedule.json --out-itf out.itf --out-schedule out.schedule
  shortest.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  racewalk replay: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
  schedule.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  2 traces: 2 agree, 0 do not
  $ racewalk replay out.itf
  out.itf[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  out.itf[1]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  2 traces: 2 agree, 0 do not
  $ cat shortest.json | gzip | racewalk replay --verbose -
  racewalk replay: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
      1 planner_generate
      2 planner_generate
      3 planner_generate
      4 planner_generate
      5 deployer_apply(deployer-a)
      6 deployer_apply(deployer-a)
      7 deployer_apply(deployer-a)
      8 deployer_apply(deployer-a)
      9 deployer_query(deployer-b)
     10 deployer_apply(deployer-b)
     11 deployer_gc(deployer-a)
  standard input[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  $ racewalk replay schedule.json --out-schedule - 2>/dev/null > again.schedule; echo >> schedule.json
  $ cmp schedule.json again.schedule

A walk by its trace seed, and the same from its file:

  $ racewalk replay --trace-seed 12 --max-steps 6 --verbose --out-itf seed.itf
  racewalk replay: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
      1 planner_generate
      2 deployer_apply(deployer-c)
      3 deployer_query(deployer-a)
      4 deployer_query(deployer-a)
      5 deployer_backoff(deployer-b)
      6 planner_generate
  trace seed 12: 6 transitions, no violation: every state agrees
  a trace seed is that of a walk with one instance, --max-steps and --property: those of the run that found it
  $ racewalk replay --verbose seed.itf
  racewalk replay: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
      1 planner_generate
      2 deployer_apply(deployer-c)
      3 deployer_query(deployer-a)
      4 deployer_query(deployer-a)
      5 deployer_backoff(deployer-b)
      6 planner_generate
  seed.itf[0]: 6 transitions, no violation: every state agrees

A trace that is no run of the model, one that is none with that guard, and one of another instance:

  $ sed 's/"deployer-b",{"#bigint":"1"}/"deployer-b",{"#bigint":"2"}/' out.itf | racewalk replay -
  standard input[0]: state 10: deployer_next_plan["deployer-b"]: 1 expected, found 2
  standard input[1]: state 10: deployer_next_plan["deployer-b"]: 1 expected, found 2
  2 traces: 0 agree, 2 do not
  [1]
  $ racewalk replay --guard reject-stale shortest.json | cut -d';' -f1
  shortest.json[0]: state 10: deployer_view["deployer-b"].lock.value[0]: "deployer-a" expected, found "deployer-b"
  $ racewalk replay --plans 7 shortest.json
  racewalk: error: shortest.json[0]: the options say --plans 7, the trace has 5
  [64]

What cannot be read, among what can:

  $ printf '{"states":[{]}' > bad.json
  $ racewalk replay bad.json missing.json shortest.json /dev/null
  racewalk: error: bad.json:1:13: a key in quotes expected, found ']'
  racewalk: error: missing.json: No such file or directory
  shortest.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  racewalk: error: /dev/null: holds no trace
  [66]
  $ racewalk replay --quiet bad.json shortest.json
  racewalk: error: bad.json:1:13: a key in quotes expected, found ']'
  shortest.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  [65]

A report for scripts:

  $ racewalk replay --json report.json shortest.json > /dev/null
  $ grep -v '"command"' report.json
  {
  \t"tool":\t"racewalk", (esc)
  \t"version":\t"0.2.0", (esc)
  \t"mode":\t"replay", (esc)
  \t"traces":\t[{ (esc)
  \t\t\t"file":\t"shortest.json", (esc)
  \t\t\t"index":\t0, (esc)
  \t\t\t"instance":\t{ (esc)
  \t\t\t\t"deployers":\t3, (esc)
  \t\t\t\t"plans":\t5, (esc)
  \t\t\t\t"ips":\t3, (esc)
  \t\t\t\t"weights":\t[100, 120], (esc)
  \t\t\t\t"max_plan_age":\t3, (esc)
  \t\t\t\t"guards":\t[] (esc)
  \t\t\t}, (esc)
  \t\t\t"states":\t12, (esc)
  \t\t\t"property":\t"no_inconsistent_root", (esc)
  \t\t\t"outcome":\t"agrees", (esc)
  \t\t\t"agreed":\t12, (esc)
  \t\t\t"hits":\t{ (esc)
  \t\t\t\t"no_inconsistent_root":\t11, (esc)
  \t\t\t\t"epoch5":\t10, (esc)
  \t\t\t\t"plans3":\t3 (esc)
  \t\t\t}, (esc)
  \t\t\t"message":\tnull (esc)
  \t\t}], (esc)
  \t"total":\t1, (esc)
  \t"as_expected":\t1 (esc)
  }

Nothing is left of a result that cannot be written, and what was there stays:

  $ echo old > kept; mkdir folder
  $ racewalk replay bad.json --out-itf kept
  racewalk: error: bad.json:1:13: a key in quotes expected, found ']'
  [65]
  $ cat kept
  old
  $ racewalk replay shortest.json --out-itf folder/no/such
  shortest.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  racewalk: error: folder/no/such: cannot be written: No such file or directory
  [74]
  $ racewalk replay shortest.json --out-itf - --json -
  racewalk: error: only one result can go to standard output ('-')
  [64]
  $ racewalk replay
  racewalk: error: nothing to replay: name files, - for standard input, or --trace-seed T
  [64]

One trace a line, indented, or an array; each is read again:

  $ cp $KNOWN/itf/root_n3_5_3_multi_s7.itf.ndjson.gz many.gz
  $ for form in line pretty array; do racewalk replay many.gz --quiet --out-itf $form.json --itf-form $form; racewalk replay $form.json | tail -n 1; done
  many.gz[0]: 15 transitions, violates no_inconsistent_root at state 15: every state agrees
  many.gz[1]: 21 transitions, violates no_inconsistent_root at state 21: every state agrees
  many.gz[2]: 24 transitions, violates no_inconsistent_root at state 24: every state agrees
  many.gz[3]: 23 transitions, violates no_inconsistent_root at state 23: every state agrees
  4 traces: 4 agree, 0 do not
  many.gz[0]: 15 transitions, violates no_inconsistent_root at state 15: every state agrees
  many.gz[1]: 21 transitions, violates no_inconsistent_root at state 21: every state agrees
  many.gz[2]: 24 transitions, violates no_inconsistent_root at state 24: every state agrees
  many.gz[3]: 23 transitions, violates no_inconsistent_root at state 23: every state agrees
  4 traces: 4 agree, 0 do not
  many.gz[0]: 15 transitions, violates no_inconsistent_root at state 15: every state agrees
  many.gz[1]: 21 transitions, violates no_inconsistent_root at state 21: every state agrees
  many.gz[2]: 24 transitions, violates no_inconsistent_root at state 24: every state agrees
  many.gz[3]: 23 transitions, violates no_inconsistent_root at state 23: every state agrees
  4 traces: 4 agree, 0 do not
  $ jq -c 'length' array.json; jq -c '.["#meta"].violation_step' line.json; wc -l < line.json; head -n 1 array.json
  4
  15
  21
  24
  23
  4
  [
  $ racewalk replay many.gz --itf-form tree
  racewalk: error: --itf-form 'tree': line, pretty or array was expected
  racewalk help replay tells what it takes.
  [64]

Whatever is found comes back by the command that is told with it, with all that this takes:

  $ again() { sed -n 's/^  Replay with: //p' > commands; sh commands 2> /dev/null | grep -v '^racewalk.* replay: '; tail -n 1 commands; }
  $ racewalk run --seed 1 --instance n3_20_3 --plans 22 --ips 2 --weights 7:9 --guard reject-stale --property epoch5 --max-steps 60 | again
  trace seed 6238072747940578789: 30 transitions, witnesses epoch5 at state 30: every state agrees
  racewalk replay --trace-seed 6238072747940578789 --max-steps 60 --plans 22 --ips 2 --weights 7:9 --guard reject-stale --property epoch5
  $ racewalk run --seed 1 --instance n3_30_20 --max-steps 200 | again
  trace seed 284095884450966151: 180 transitions, violates no_inconsistent_rollback at state 180: every state agrees
  racewalk replay --trace-seed 284095884450966151 --max-steps 200 --instance n3_30_20
  $ racewalk run --seed 3 --shortest --max-samples 3000 | again | tail -n 2
  trace seed 4923872304739747796: 13 transitions, violates no_inconsistent_root at state 13: every state agrees
  racewalk replay --trace-seed 4923872304739747796 --max-steps 20
  $ racewalk run --scheduler iw2 --seed 9 --instance n3_30_20 --property no_inconsistent_root | again
  standard input[0]: 45 transitions, violates no_inconsistent_root at state 45: every state agrees
  racewalk run --scheduler iw2 --seed 9 --instance n3_30_20 --property no_inconsistent_root --quiet --out-itf - | racewalk replay -
  $ racewalk check --no-symmetry --max-steps 15 --deployers 2 --property no_inconsistent_root --quiet | again
  standard input[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  racewalk check --no-symmetry --max-steps 15 --deployers 2 --property no_inconsistent_root --quiet --out-itf - | racewalk replay -
  $ racewalk check --max-findings 2 --quiet | again
  standard input[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  standard input[1]: 12 transitions, violates no_inconsistent_rollback at state 12: every state agrees
  2 traces: 2 agree, 0 do not
  standard input[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  standard input[1]: 12 transitions, violates no_inconsistent_rollback at state 12: every state agrees
  2 traces: 2 agree, 0 do not
  racewalk check --max-findings 2 --quiet --out-itf - | racewalk replay -
  $ racewalk check --property no_inconsistent_root --quiet --out-itf "it's here.ndjson" | again
  it's here.ndjson[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  racewalk replay 'it'\''s here.ndjson'
  $ racewalk check --property no_inconsistent_root --quiet --out-dir 'a folder' | again
  a folder/no_inconsistent_root_11_s73186272.itf.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  racewalk replay 'a folder/no_inconsistent_root_11_s73186272.itf.json'
  $ racewalk-lease run --seed 1 --instance l3_4_4 --guard fencing --property handover | again
  trace seed 6238072747940578789: 3 transitions, witnesses handover at state 3: every state agrees
  racewalk-lease replay --trace-seed 6238072747940578789 --max-steps 20 --instance l3_4_4 --guard fencing --property handover
