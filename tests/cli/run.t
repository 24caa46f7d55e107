A violation, with its shape, and exit status 1:

  $ racewalk run --seed 1 --threads 2
  racewalk run: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
    no_inconsistent_root, no_inconsistent_rollback; walks of up to 20 transitions, seed 1, 2 threads
  violation of no_inconsistent_root after 20 transitions (walk 87, trace seed 1976082048743059720)
    s73186272: a slow deployer installs an old plan, then a quick one deletes it
      here: deployer_apply(deployer-a) at state 19, deployer_gc(deployer-c) at state 20
    Replay with: racewalk replay --trace-seed 1976082048743059720 --max-steps 20
  88 walks, 1 760 steps in * (stopped by: finding) (glob)
  [1]

The same with any number of threads:

  $ for t in 1 2 3 7; do racewalk run --seed 5 --threads $t --max-findings 3 --quiet --out-itf f$t.ndjson > words$t; echo "exit $?"; done
  exit 1
  exit 1
  exit 1
  exit 1
  $ cmp words1 words2 && cmp words1 words3 && cmp words1 words7 && cmp f1.ndjson f3.ndjson && cmp f1.ndjson f7.ndjson
  $ cat words1
  violation of no_inconsistent_root after 19 transitions (walk 101, trace seed 2495670861216758309)
    s73186272: a slow deployer installs an old plan, then a quick one deletes it
      here: deployer_apply(deployer-c) at state 18, deployer_gc(deployer-b) at state 19
    Replay with: racewalk replay --trace-seed 2495670861216758309 --max-steps 20
  violation of no_inconsistent_rollback after 20 transitions (walk 1000, trace seed 4571960487116273636)
    s3f87767f: a deployer installs a plan and leaves the one before as the rollback, then deletes that itself
      here: deployer_apply(deployer-c) at state 17, deployer_gc(deployer-c) at state 20
    Replay with: racewalk replay --trace-seed 4571960487116273636 --max-steps 20
  violation of no_inconsistent_rollback after 20 transitions (walk 1282, trace seed 616698673941489414)
    s4c18974c: a slow deployer installs a plan and leaves the one before as the rollback, then a quick one deletes that
      here: deployer_apply(deployer-c) at state 19, deployer_gc(deployer-b) at state 20
    Replay with: racewalk replay --trace-seed 616698673941489414 --max-steps 20

The report, but for its times:

  $ racewalk run --seed 7 --threads 2 --quiet --json report.json
  violation of no_inconsistent_rollback after 18 transitions (walk 83, trace seed 6821448512215849443)
    s4c18974c: a slow deployer installs a plan and leaves the one before as the rollback, then a quick one deletes that
      here: deployer_apply(deployer-b) at state 17, deployer_gc(deployer-a) at state 18
    Replay with: racewalk replay --trace-seed 6821448512215849443 --max-steps 20
  [1]
  $ jq -S 'del(.elapsed_s, .steps_per_s, .command)' report.json
  {
    "actions": {
      "deployer_apply": 0.19129916567342073,
      "deployer_backoff": 0.16209773539928488,
      "deployer_gc": 0.003575685339690107,
      "deployer_query": 0.4410011918951132,
      "planner_generate": 0.20202622169249107
    },
    "findings": [
      {
        "file": null,
        "hits": 1,
        "kind": "invariant",
        "length": 18,
        "property": "no_inconsistent_rollback",
        "replay": "racewalk replay --trace-seed 6821448512215849443 --max-steps 20",
        "sample": 83,
        "shape": "s4c18974c",
        "shape_here": "deployer_apply(deployer-b) at state 17, deployer_gc(deployer-a) at state 18",
        "shape_text": "a slow deployer installs a plan and leaves the one before as the rollback, then a quick one deletes that",
        "trace_seed": "6821448512215849443",
        "violated_before": []
      }
    ],
    "hit_lengths": {
      "class_width": 1,
      "hits": [
        [
          18,
          1
        ]
      ]
    },
    "hit_rate": {
      "no_inconsistent_rollback": {
        "estimate": 0.011904761904761904,
        "high95": 0.06439543817499638,
        "low95": 0.0021045830642890187
      },
      "no_inconsistent_root": {
        "estimate": 0,
        "high95": 0.043731729074389936,
        "low95": 0
      }
    },
    "hits": {
      "no_inconsistent_rollback": 1,
      "no_inconsistent_root": 0
    },
    "instance": {
      "deployers": 3,
      "guards": [],
      "ips": 3,
      "max_plan_age": 3,
      "plans": 5,
      "weights": [
        100,
        120
      ]
    },
    "max_steps": 20,
    "mode": "run",
    "properties": [
      "no_inconsistent_root",
      "no_inconsistent_rollback"
    ],
    "ranks": 1,
    "samples": 84,
    "seed": "7",
    "steps": 1678,
    "stop": "finding",
    "threads": 2,
    "tool": "racewalk",
    "version": "0.2.0"
  }

With --max-findings 0 it counts only:

  $ racewalk run --seed 2 --max-findings 0 --max-samples 100000 --json - --quiet | jq -c '[.samples, .steps, .hits, .stop]'
    no_inconsistent_root ended 400 of 100 000 walks: 0.004, 95% within 0.00362739 and 0.00441072
    no_inconsistent_rollback ended 158 of 100 000 walks: 0.00158, 95% within 0.00135224 and 0.00184605
  [100000,1999299,{"no_inconsistent_root":400,"no_inconsistent_rollback":158},"samples"]

Its counts are its result, also for the quiet:

  $ racewalk run --seed 2 --max-findings 0 --max-samples 100000 --quiet
    no_inconsistent_root ended 400 of 100 000 walks: 0.004, 95% within 0.00362739 and 0.00441072
    no_inconsistent_rollback ended 158 of 100 000 walks: 0.00158, 95% within 0.00135224 and 0.00184605
  [1]
  $ racewalk run --seed 2 --max-findings 0 --max-samples 20 --quiet
  nothing found: no_inconsistent_root, no_inconsistent_rollback in 20 walks of up to 20 transitions
    this is no proof: with 95% confidence the chance per walk is below 0.15 (3/W), and longer walks
    may find what these could not

Nothing is found on a guarded model, which is no proof:

  $ racewalk run --seed 1 --instance n3_20_3 --guard reject-stale,protect-live --max-steps 60 --max-samples 50000 --threads 2
  racewalk run: n3_20_3: deployers 3, plans 20, ips 3, weights 100:120, max-plan-age 3, guard reject-stale, guard protect-live
    no_inconsistent_root, no_inconsistent_rollback; walks of up to 60 transitions, seed 1, 2 threads
  nothing found: no_inconsistent_root, no_inconsistent_rollback in 50 000 walks of up to 60 transitions
    this is no proof: with 95% confidence the chance per walk is below 6e-05 (3/W), and longer walks
    may find what these could not
  50 000 walks, 3 000 000 steps in * (stopped by: samples) (glob)

A run that violated another invariant before says so, whether that was asked for or not:

  $ racewalk run --seed 2 --property no_inconsistent_rollback --quiet --threads 2 --json before.json
  violation of no_inconsistent_rollback after 19 transitions (walk 84, trace seed 5045766014979787630)
    s473e643b: a slow deployer installs a plan, so that one that is deleted already becomes the rollback
      here: deployer_apply(deployer-b) at state 19
    no_inconsistent_root was violated before, at state 17
    Replay with: racewalk replay --trace-seed 5045766014979787630 --max-steps 20 --property no_inconsistent_rollback
  [1]
  $ jq -c '.findings[].violated_before' before.json
  [{"property":"no_inconsistent_root","state":17}]

An example is found, or not:

  $ racewalk run --seed 1 --property plans3 --max-samples 100 --quiet
  witness of plans3 after 13 transitions (walk 0, trace seed 6238072747940578789)
    s8ad7e736: the third plan is published
      here: planner_generate at state 13
    Replay with: racewalk replay --trace-seed 6238072747940578789 --max-steps 20 --property plans3
  [2]
  $ racewalk run --seed 1 --property epoch5 --max-steps 5 --max-samples 100 --quiet --threads 1
  nothing can be found: no walk of up to 5 transitions hits epoch5 (the shortest takes 9); give more --max-steps, or auto
  [3]

An example that is not found counts for more than an invariant that was not violated:

  $ racewalk run --seed 1 --property epoch5,no_inconsistent_root --max-steps 11 --max-samples 100 --quiet
  nothing found: no_inconsistent_root, epoch5 in 100 walks of up to 11 transitions
    this is no proof: with 95% confidence the chance per walk is below 0.03 (3/W), and longer walks
    may find what these could not
  [3]

What no walk can find is not searched for, and that is said to the quiet too:

  $ racewalk run --seed 1 --max-steps 10 --quiet
  nothing can be found: no walk of up to 10 transitions hits no_inconsistent_root, no_inconsistent_rollback (the shortest takes 11); give more --max-steps, or auto
  $ racewalk run --seed 1 --max-steps 2 --property plans3,no_inconsistent_root --quiet
  nothing can be found: no walk of up to 2 transitions hits no_inconsistent_root, plans3 (the shortest takes 3); give more --max-steps, or auto
  [3]
  $ racewalk run --seed 1 --guard protect-live --quiet
  nothing can be found: no reachable state hits no_inconsistent_root, no_inconsistent_rollback
  $ racewalk run --seed 1 --guard protect-live --max-steps auto --quiet
  nothing can be found: no reachable state hits no_inconsistent_root, no_inconsistent_rollback
  $ racewalk run --seed 1 --instance n3_30_20 --quiet
  nothing can be found: no walk of up to 20 transitions hits no_inconsistent_root, no_inconsistent_rollback*; give more --max-steps* (glob)
  $ racewalk run --max-samples 9223372036854775808
  racewalk: error: --max-samples 9223372036854775808: must be between 1 and 4611686018427387903
  racewalk help run tells what it takes.
  [64]

  $ racewalk run --seed 1 --max-steps 10 --threads 2
  racewalk run: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
    no_inconsistent_root, no_inconsistent_rollback; walks of up to 10 transitions, seed 1, 2 threads
  nothing can be found: no walk of up to 10 transitions hits no_inconsistent_root, no_inconsistent_rollback (the shortest takes 11); give more --max-steps, or auto

The best length, a guided search, a kernel of one's choice:

  $ racewalk run --seed 1 --max-steps auto --quiet
  violation of no_inconsistent_root after 39 transitions (walk 0, trace seed 6238072747940578789)
    s73186272: a slow deployer installs an old plan, then a quick one deletes it
      here: deployer_apply(deployer-c) at state 37, deployer_gc(deployer-b) at state 39
    Replay with: racewalk replay --trace-seed 6238072747940578789 --max-steps 70
  [1]
  $ racewalk run --scheduler iw2 --instance n3_30_20 --seed 1 --out-itf guided.ndjson
  racewalk run: n3_30_20: deployers 3, plans 30, ips 3, weights 100:120, max-plan-age 20
    no_inconsistent_root, no_inconsistent_rollback; guided search by novelty, IW(2)
  violation of no_inconsistent_root after 45 transitions
    sdf55e122: a slow deployer installs an old plan, then a quick one deletes it
      here: deployer_apply(deployer-b) at state 44, deployer_gc(deployer-a) at state 45
    Replay with: racewalk replay guided.ndjson
  IW(2) kept 1 296 states and took 4 796 transitions in * (stopped by: finding) (glob)
    a guided search is no proof: what it does not find may be there all the same
  [1]
  $ racewalk replay guided.ndjson
  guided.ndjson[0]: 45 transitions, violates no_inconsistent_root at state 45: every state agrees
  $ racewalk run --seed 1 --quiet --kernel scalar
  violation of no_inconsistent_root after 20 transitions (walk 87, trace seed 1976082048743059720)
    s73186272: a slow deployer installs an old plan, then a quick one deletes it
      here: deployer_apply(deployer-a) at state 19, deployer_gc(deployer-c) at state 20
    Replay with: racewalk replay --trace-seed 1976082048743059720 --max-steps 20
  [1]
  $ racewalk run --kernel 8086
  racewalk: error: no kernel is called 8086: auto, scalar, avx2 or avx512
  [64]
  $ racewalk run --scheduler fair
  racewalk: error: --scheduler 'fair': uniform or iw2 was expected
  racewalk help run tells what it takes.
  [64]

What is not found is a result too, whatever searches:

  $ racewalk run --scheduler iw2 --guard protect-live --seed 1 --quiet | sed 's/ in [0-9.]* s / /'
  nothing found: IW(2) kept 141 states and took 491 transitions (stopped by: exhausted)
    a guided search is no proof: what it does not find may be there all the same
  $ racewalk run --property no_inconsistent_rollback --max-samples 3 --seed 1 --quiet
  nothing found: no_inconsistent_rollback in 3 walks of up to 20 transitions
    this is no proof: with 95% confidence the chance per walk is below 1 (3/W), and longer walks
    may find what these could not

Shorter and shorter:

  $ racewalk run --seed 1 --shortest --max-samples 30000 --max-steps 30 --property no_inconsistent_root --quiet | grep violation
  violation of no_inconsistent_root after 24 transitions (walk 8, trace seed 5210070933978408589)
  violation of no_inconsistent_root after 21 transitions (walk 83, trace seed 2490082955724144820)
  violation of no_inconsistent_root after 20 transitions (walk 87, trace seed 1976082048743059720)
  violation of no_inconsistent_root after 18 transitions (walk 377, trace seed 6216190458460881106)
  violation of no_inconsistent_root after 15 transitions (walk 4302, trace seed 2220733482642714315)
  violation of no_inconsistent_root after 14 transitions (walk 7163, trace seed 5822309247826322812)

A time-out without a finding is exit status 75:

  $ racewalk run --seed 1 --instance n3_20_3 --guard protect-live --max-steps 60 --timeout 0.05 --max-samples 1000000000000 --quiet > /dev/null
  [75]

A findings folder:

  $ racewalk run --seed 3 --max-findings 2 --out-dir out --quiet > /dev/null
  [1]
  $ ls out
  index.json
  no_inconsistent_rollback_19_s3f87767f.itf.json
  no_inconsistent_root_20_s73186272.itf.json
  $ jq -c '.findings[] | [.property, .length, .shape, .hits, .file]' out/index.json
  ["no_inconsistent_root",20,"s73186272",2,"no_inconsistent_root_20_s73186272.itf.json"]
  ["no_inconsistent_rollback",19,"s3f87767f",1,"no_inconsistent_rollback_19_s3f87767f.itf.json"]
  $ racewalk replay out/*.itf.json
  out/no_inconsistent_rollback_19_s3f87767f.itf.json[0]: 19 transitions, violates no_inconsistent_rollback at state 19: every state agrees
  out/no_inconsistent_root_20_s73186272.itf.json[0]: 20 transitions, violates no_inconsistent_root at state 20: every state agrees
  2 traces: 2 agree, 0 do not

One file a finding, and schedules:

  $ racewalk run --seed 3 --max-findings 2 --out-itf 'f-{seq}.json' --out-schedule 's-{seq}.json' --quiet > /dev/null
  [1]
  $ ls f-*.json s-*.json
  f-1.json
  f-2.json
  s-1.json
  s-2.json
  $ racewalk replay s-1.json
  racewalk replay: n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3
  s-1.json[0]: 20 transitions, violates no_inconsistent_root at state 20: every state agrees

What cannot be written is an I/O error, and nothing is searched:

  $ racewalk run --seed 3 --out-itf /nowhere/f.json
  racewalk: error: /nowhere/f.json: cannot be written: No such file or directory
  [74]
  $ racewalk run --seed 3 --out-dir /nowhere/out
  racewalk: error: /nowhere/out: cannot be made a folder: No such file or directory
  [74]
  $ racewalk run --seed 3 --out-itf - --quiet > /dev/full
  racewalk: error: -: cannot be written: No space left on device
  racewalk: error: standard output could not be written
  [74]

A page with plots, whose data are there for scripts too; it goes where the findings go, and names them from there:

  $ racewalk run --seed 7 --threads 2 --quiet --out-dir pages --report pages/page.html > /dev/null
  [1]
  $ data() { sed -n 's,.*<script type="application/json" id="data">\(.*\)</script>.*,\1,p' "$1"; }
  $ data pages/page.html | jq -c '[.report.seed, .instance, .ended, .low95, .rate.unit, .links]'
  ["7","n3_5_3: deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3",1,0.0021045830642890187,"steps",["./no_inconsistent_rollback_18_s4c18974c.itf.json"]]
  $ data pages/page.html | jq -c '[.odds.shortest, .odds.by_class[10], (.odds.by_class[11] * 1e9 | floor), (.odds.by_class | length)], (.odds.by_class | add) - .odds.chance < 1e-15'
  [11,0,487,21]
  true
  $ racewalk run --seed 7 --max-findings 0 --max-samples 5000 --quiet --report - | grep -c '<!DOCTYPE html>'
    no_inconsistent_root ended 17 of 5 000 walks: 0.0034, 95% within 0.00212394 and 0.00543854
    no_inconsistent_rollback ended 8 of 5 000 walks: 0.0016, 95% within 0.000810975 and 0.00315427
  1
  $ racewalk run --seed 7 --report /nowhere/page.html
  racewalk: error: /nowhere/page.html: cannot be written: No such file or directory
  [74]
  $ racewalk run --seed 7 --report pages
  racewalk: error: pages: cannot be written: Is a directory
  [74]
  $ racewalk run --seed 7 --report - --json -
  racewalk: error: only one result can go to standard output ('-')
  [64]
  $ ls pages
  index.json
  no_inconsistent_rollback_18_s4c18974c.itf.json
  page.html

The second model runs with the same program, but for its table:

  $ racewalk-lease run --seed 1 --threads 2
  racewalk-lease run: l2_3_3: clients 2, leases 3, writes 3
    no_stale_write, mutual_exclusion; walks of up to 20 transitions, seed 1, 2 threads
  violation of mutual_exclusion after 5 transitions (walk 1, trace seed 8415415530409001466)
    s3280e479: a client acquires the free lease
      here: acquire(client-b) at state 5
    Replay with: racewalk-lease replay --trace-seed 8415415530409001466 --max-steps 20
  2 walks, 14 steps in * (stopped by: finding) (glob)
  [1]

Five shapes, each with the number of walks that hit it up to then

  $ racewalk run --seed 1 --property no_inconsistent_rollback --max-findings 5 --no-progress | sed -n '/walks, /,$p'
  14 647 walks, 292 900 steps in * (stopped by: finding) (glob)
    shape s4c18974c: 9 walks
    shape s3f87767f: 13 walks
    shape s473e643b: 12 walks
    shape sb97b630f: 2 walks
    shape s62e131b4: 1 walk
