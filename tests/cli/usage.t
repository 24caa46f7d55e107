Without a command, the overview and exit status 64:

  $ racewalk
  racewalk 0.2.0 finds the interleaving that takes a service down, by searching an executable model.
  
  Usage: racewalk COMMAND [OPTION\xe2\x80\xa6] (esc)
  
  Commands:
    run       random walks until a finding, a budget or a signal
    check     exhaustive search: a verdict for the whole instance, shortest counterexamples
    replay    a trace again on the model: does each state agree?
    confirm   traces against a lab or a system of your own, with verdicts
    conform   search for where a lab, or a system of your own, and the model part
    shrink    the shortest trace of the same kind that a given one can be reduced to
    explain   a trace in words, one line a step, with what changed
    view      a page that plays traces, in one HTML file
    odds      exact chances of walks of each length, and the best --max-steps
    lab       serve the lab: a small DNS control plane that holds the race
    model     what can be searched: instances, actions, properties, guards, limits
    help      what a command does and takes: racewalk help COMMAND, or COMMAND --help
  
  racewalk --version names version and build. Start with: racewalk run
  A model of your own is searched with --model FILE.c; racewalk model --new NAME writes one to begin with.
  [64]

  $ racewalk --version
  racewalk 0.2.0 (*) (glob)

A misspelt command or option gets a suggestion:

  $ racewalk rum
  racewalk: error: no command 'rum'; did you mean 'run'?
  [64]

  $ racewalk frobnicate
  racewalk: error: no command 'frobnicate'; racewalk help lists them
  [64]

  $ racewalk run --max-stepz 3
  racewalk: error: unknown option --max-stepz; did you mean --max-steps?
  racewalk help run tells what it takes.
  [64]

  $ racewalk run extra
  racewalk: error: racewalk run takes no operands, but 'extra' was given
  racewalk help run tells what it takes.
  [64]

  $ racewalk run --max-steps 0
  racewalk: error: --max-steps 0: must be between 1 and 1000000
  racewalk help run tells what it takes.
  [64]

  $ racewalk run --instance n3
  racewalk: error: no instance 'n3'; there are: n3_5_3, n3_20_3, n3_30_20
  [64]

  $ racewalk run --property root
  racewalk: error: no property 'root'; there are: no_inconsistent_root, no_inconsistent_rollback, epoch5, plans3
  [64]

  $ racewalk run --guard none
  racewalk: error: no guard 'none'; there are: reject-stale, protect-live
  [64]

What is more than is supported is refused with the limit:

  $ racewalk run --deployers 9
  racewalk: error: --deployers 9: must be between 1 and 8
  racewalk help run tells what it takes.
  [64]

  $ racewalk run --plans 255
  racewalk: error: --plans 255: must be between 1 and 254
  racewalk help run tells what it takes.
  [64]

  $ racewalk run --weights 0:5000
  racewalk: error: weights 0:5000 is not supported: at most 1024 weights
  [64]

  $ racewalk run --json - --out-itf -
  racewalk: error: only one result can go to standard output ('-')
  [64]

Help is the same both ways:

  $ racewalk help run > a; racewalk run --help > b; cmp a b

  $ racewalk help nothing
  racewalk: error: no command 'nothing'; racewalk help lists them
  [64]

What the model has:

  $ racewalk model
  dns_balancer: a planner, deployers and clean-ups that share one DNS zone
  
  Instances by name (--instance):
    n3_5_3        deployers 3, plans 5, ips 3, weights 100:120, max-plan-age 3 (the default)
    n3_20_3       deployers 3, plans 20, ips 3, weights 100:120, max-plan-age 3
    n3_30_20      deployers 3, plans 30, ips 3, weights 100:120, max-plan-age 20
  
  Parameters, with their limits:
    --deployers D       number of deployers (1 to 8)
    --plans N           plans that the planner may publish (1 to 254)
    --ips I             addresses to choose from (1 to 16)
    --weights LO:HI     range of weights (0 to 1000000)
    --max-plan-age G    how far a plan may be behind before the clean-up deletes it (0 to 1000000)
  
  Actions:
    planner_generate    the planner publishes a plan
    deployer_query      a deployer looks at the zone: lock, root, rollback
    deployer_backoff    a deployer finds that the lock it saw is gone
    deployer_apply      a deployer installs its next plan in one atomic batch
    deployer_gc         a deployer deletes plans that are old by its own counter
  
  Properties (--property):
    no_inconsistent_root      invariant: the root name has one target, and the target's records are in the zone
    no_inconsistent_rollback  invariant: the same for the rollback name
    epoch5                    example: some deployer's view holds a lock whose epoch is 5
    plans3                    example: at least three plans are published
  
  Kernels for walks (--kernel):
    auto scalar avx2 avx512
  
  Guards (--guard):
    reject-stale        applying a plan older than the root's only advances the counter
    protect-live        the clean-up never deletes the plan of root or rollback

A reader that has seen enough, as head has, is no error to speak of; a full disk is:

  $ { sleep 0.2; racewalk model; echo "status $?" >&2; } | true
  status 74
  $ racewalk model > /dev/full
  racewalk: error: standard output could not be written
  [74]

An option that would do nothing is refused, with what makes it so

  $ refused() { racewalk "$@" 2>&1 >/dev/null | sed -n 's/^racewalk: error: //p'; }
  $ for o in "--max-samples 5" "--max-findings 2" --shortest "--max-steps auto" "--kernel scalar" "--threads 2" "--stats-ndjson x" "--checkpoint x" "--resume x"; do
  >   refused run --scheduler iw2 $o; done
  --max-samples does nothing with --scheduler iw2
  --max-findings does nothing with --scheduler iw2
  --shortest does nothing with --scheduler iw2
  --max-steps auto does nothing with --scheduler iw2
  --kernel does nothing with --scheduler iw2
  --threads does nothing with --scheduler iw2
  --stats-ndjson does nothing with --scheduler iw2
  --checkpoint does nothing with --scheduler iw2
  --resume does nothing with --scheduler iw2
  $ ls x
  ls: cannot access 'x': No such file or directory
  [2]
  $ racewalk run --scheduler iw2 --max-steps 30 --timeout 60 --max-hours 1 --seed 1 --quiet --json report.json >words
  [1]
  $ refused run --shortest --max-findings 3
  --max-findings does nothing with --shortest
  $ refused run --checkpoint-every 5
  --checkpoint-every does nothing without --checkpoint or --resume
  $ refused run --stats-every 5
  --stats-every does nothing without --stats-ndjson
  $ refused check --checkpoint-every 5
  --checkpoint-every does nothing without --checkpoint or --resume
  $ refused replay --max-steps 5 trace.json
  --max-steps does nothing without --trace-seed
  $ refused replay --trace-seed 5 --itf-form pretty
  --itf-form does nothing without --out-itf
  $ refused replay --trace-seed 5 --verbose --quiet
  --verbose does nothing with --quiet
  $ for o in "--lab-url http://x" "--keep-last-n 1" "--watch root" "--user a:b" "--header a:b" "--cacert x" --location "--unix-socket x" "--request-timeout 3"; do
  >   refused shrink trace.json $o; done
  --lab-url does nothing without --on-lab
  --keep-last-n does nothing without --on-lab
  --watch does nothing without --on-lab
  --user does nothing without --on-lab or --driver or --driver-url
  --header does nothing without --on-lab or --driver or --driver-url
  --cacert does nothing without --on-lab or --driver or --driver-url
  --location does nothing without --on-lab or --driver or --driver-url
  --unix-socket does nothing without --on-lab or --driver or --driver-url
  --request-timeout does nothing without --on-lab or --driver or --driver-url
  $ for o in planner-interval deployer-interval deployer-jitter; do refused lab --no-background --$o 1; refused lab --workshop --$o 1; done
  --planner-interval does nothing with --no-background
  --planner-interval does nothing with --workshop and without --background
  --deployer-interval does nothing with --no-background
  --deployer-interval does nothing with --workshop and without --background
  --deployer-jitter does nothing with --no-background
  --deployer-jitter does nothing with --workshop and without --background
  $ DNS_LAB_DISABLE_BACKGROUND=1 refused lab --planner-interval 1
  --planner-interval does nothing with --no-background (DNS_LAB_DISABLE_BACKGROUND in the environment)
