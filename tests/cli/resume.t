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

More walks, more findings: the same search, further. It ends as one that was asked for all at once

  $ racewalk run --seed 4 --max-findings 0 --max-samples 100000 --quiet --checkpoint more --json few.json >words
  [1]
  $ racewalk run --resume more --max-samples 5000000 --quiet --threads 1 --timeout 0.01 >words
  [75]
  $ racewalk run --resume more --max-samples 20000000 --quiet --threads 3 --json parts.json >words
  [1]
  $ report_of parts.json | diff whole - && echo the same
  the same
  $ find() { racewalk run --seed 1 --property no_inconsistent_rollback --quiet "$@" >words; }
  $ find --max-findings 5 --out-itf whole.nd --out-dir whole.dir --json whole.json
  [1]
  $ find --max-findings 2 --out-itf parts.nd --out-dir parts.dir --checkpoint found
  [1]
  $ racewalk run --resume found --max-findings 5 --out-itf parts.nd --out-dir parts.dir --quiet --json parts.json >words
  [1]
  $ cmp whole.nd parts.nd && diff -r whole.dir parts.dir && echo the same
  the same
  $ for f in whole parts; do report_of $f.json | jq 'del(.findings[].file)' >$f.report; done; cmp whole.report parts.report
  $ find --max-findings 90 --max-samples 3000 --checkpoint both
  [1]
  $ racewalk run --resume both --max-findings 5 --max-samples 10000000 --out-itf both.nd --quiet >words
  [1]
  $ cmp whole.nd both.nd
  $ racewalk run --seed 1 --shortest --max-samples 200000 --quiet --json whole.json >words
  [1]
  $ racewalk run --seed 1 --shortest --max-samples 90 --quiet --checkpoint short >words
  [1]
  $ racewalk run --resume short --max-samples 200000 --quiet --json parts.json >words
  [1]
  $ report_of whole.json >whole; report_of parts.json | diff whole - && echo the same
  the same

As long as nothing was found, it may be looked for in another way

  $ racewalk run --seed 1 --max-findings 0 --max-samples 50 --quiet --checkpoint none >words
  $ racewalk run --resume none --max-findings 1 --max-samples 1000 --quiet --json parts.json >words
  [1]
  $ jq -c '[.findings[].sample, .samples]' parts.json
  [87,88]

What cannot be found with so many walks cannot be with more

  $ racewalk run --seed 1 --max-steps 5 --max-samples 50 --checkpoint vain | tail -1
  nothing can be found: no walk of up to 5 transitions hits no_inconsistent_root, no_inconsistent_rollback (the shortest takes 11); give more --max-steps, or auto
  $ racewalk run --resume vain --max-samples 5000000000000 | tail -1
  nothing can be found: no walk of up to 5 transitions hits no_inconsistent_root, no_inconsistent_rollback (the shortest takes 11); give more --max-steps, or auto

What would not be the same search is refused

  $ racewalk run --resume more --max-samples 19999999
  racewalk: error: the run in more has done 20000000 walks: --max-samples 19999999 is fewer; give at least as many
  [64]
  $ racewalk run --resume more --max-findings 1
  racewalk: error: the run in more was begun with --max-findings 0, and with --max-findings of 1 or more it would have treated its hits in another way; leave that out to go on with that run, or begin a new one
  [64]
  $ racewalk run --resume found --max-findings 4
  racewalk: error: the run in found has 5 findings after 14647 walks: with --max-findings 4 it would have stopped before; give more
  [64]
  $ racewalk run --resume found --shortest
  racewalk: error: the run in found was begun with --max-findings of 1 or more, and with --shortest it would have treated its hits in another way; leave that out to go on with that run, or begin a new one
  [64]
  $ racewalk run --resume found --max-findings 5 --max-samples 14647 --quiet >words
  [1]
