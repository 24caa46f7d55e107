A run that was stopped goes on, and ends with the report of one that was not

  $ report_of() { jq 'del(.command, .elapsed_s, .steps_per_s, .threads)' "$1"; }
  $ racewalk run --seed 4 --max-findings 0 --max-samples 20000000 --quiet --json whole.json > /dev/null
  [1]
  $ racewalk run --seed 4 --max-findings 0 --max-samples 20000000 --quiet --checkpoint saved --timeout 0.02 --threads 1 > /dev/null
  [75]
  $ racewalk run --resume saved --threads 1 --quiet --json parts.json > /dev/null
  [1]
  $ report_of whole.json >whole; report_of parts.json | diff whole - && echo the same
  the same

What says what to search may be left out; what is given must be the same

  $ racewalk run --seed 4 --max-findings 0 --max-samples 20000000 --quiet --checkpoint again --timeout 0.02 --threads 1 > /dev/null
  [75]
  $ racewalk run --resume again --seed 5 --quiet
  racewalk: error: the run in again was begun with --seed 4, and now --seed 5 is asked for; leave it out to go on with that run, or begin a new one
  [64]
  $ racewalk run --resume again --max-steps 30 --quiet
  racewalk: error: the run in again was begun with --max-steps 20, and now --max-steps 30 is asked for; leave it out to go on with that run, or begin a new one
  [64]

The best length was worked out when the run began

  $ racewalk run --max-steps auto --seed 4 --max-findings 0 --max-samples 900000000 --quiet --checkpoint auto --timeout 1 --threads 1 > /dev/null
  [75]
  $ racewalk run --resume auto --max-steps auto --quiet --json auto.json --timeout 0.02 > /dev/null
  [75]
  $ jq .max_steps auto.json
  70
