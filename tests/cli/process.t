Descriptors 0 to 2 that are closed at the start: files hold what belongs into them, and nothing else

  $ racewalk run --seed 1 --out-itf whole.nd --out-schedule whole.schedule --quiet >whole.words
  [1]
  $ racewalk run --seed 1 --quiet --out-itf z.nd >&-
  [1]
  $ cmp z.nd whole.nd
  $ racewalk run --seed 1 --quiet --out-schedule z.schedule >&-
  [1]
  $ cmp z.schedule whole.schedule
  $ racewalk run --seed 1 --quiet --out-itf - 0<&- >z.nd 2>&-
  [1]
  $ cmp z.nd whole.nd
  $ racewalk run --seed 1 --out-itf y.nd --out-schedule y.schedule 0<&- >&- 2>&-
  [1]
  $ cmp y.nd whole.nd && cmp y.schedule whole.schedule
  $ racewalk run --seed 1 --stats-ndjson stats.nd >&-
  [1]
  $ jq -c .last stats.nd
  true
  $ racewalk run --seed 1 --json - >report.json 2>&-
  [1]
  $ jq -c '.findings[0].sample' report.json
  87
  $ racewalk run --seed 1 --checkpoint saved >&- 2>&-
  [1]
  $ ls saved
  run.checkpoint
  $ racewalk check --out-itf check.nd --quiet >words
  [1]
  $ racewalk check --out-itf closed.nd >&-
  [1]
  $ cmp check.nd closed.nd
  $ racewalk check --json - >report.json 0<&- 2>&-
  [1]
  $ jq .states report.json
  2726
  $ racewalk replay z.nd --json replay.json >&-
  $ jq .as_expected replay.json
  1
  $ racewalk replay - --json - <z.nd 2>&- | jq .as_expected
  1
  $ racewalk shrink z.nd --out-itf s.nd >&- && racewalk replay --quiet s.nd
  s.nd[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  $ racewalk view z.nd --out page.html >&- && tail -1 page.html
  </html>
  $ racewalk confirm z.nd --json confirm.json 0<&- >&- 2>&-
  [1]
  $ jq -r '.traces[].verdict' confirm.json
  confirmed

The CPU time of ulimit -t is used up: the run, or the check, is saved, and goes on

  $ (ulimit -S -t 1; exec racewalk run --seed 4 --max-findings 0 --max-samples 900000000000 --quiet --checkpoint cpu --threads 2 >words)
  [75]
  $ racewalk run --resume cpu --timeout 0.01 --quiet >words
  [75]
  $ (ulimit -S -t 1; exec racewalk check --deployers 4 --plans 24 --quiet --checkpoint cpu.check --threads 2 --max-memory 400M >words)
  [75]
  $ ls cpu.check
  check.checkpoint

A file that would become larger than ulimit -f allows (in units of 512 bytes): an error with its name

  $ small() { (ulimit -f 2; exec racewalk "$@" 2>&1 >/dev/null); }
  $ small run --seed 1 --quiet --out-itf small.nd
  racewalk: error: small.nd: cannot be written: File too large
  [74]
  $ small run --seed 1 --quiet --out-schedule small.schedule
  racewalk: error: small.schedule: cannot be written: File too large
  [74]
  $ small run --seed 1 --quiet --out-dir small
  racewalk: error: small/no_inconsistent_root_20_s73186272.itf.json: cannot be written: File too large
  [74]
  $ small run --seed 1 --quiet --json small.json
  racewalk: error: small.json: cannot be written: File too large
  [74]
  $ small run --seed 1 --quiet --report small.html
  racewalk: error: small.html: cannot be written: File too large
  [74]
  $ small run --seed 1 --quiet --max-findings 0 --max-samples 3000000 --stats-ndjson small.stats --stats-every 0
  racewalk: error: small.stats: cannot be written* (glob)
  [74]
  $ small shrink whole.nd --out-itf small.nd
  racewalk: error: small.nd: cannot be written: File too large
  [74]
  $ small replay whole.nd --out-itf small.nd
  racewalk: error: small.nd: cannot be written: File too large
  [74]
  $ small view whole.nd --out small.html
  racewalk: error: small.html: cannot be written: File too large
  [74]
  $ (ulimit -f 1; racewalk run --help >small.help)
  racewalk: error: standard output could not be written
  [74]

The checkpoint before the one that is too large stands, and the run goes on from it

  $ racewalk run --seed 4 --max-findings 9 --max-samples 3000000 --quiet --checkpoint large --timeout 0.000001 >words
  [75]
  $ cp large/run.checkpoint before
  $ small run --resume large --quiet
  racewalk: error: the checkpoint large/run.checkpoint could not be written: File too large
  [74]
  $ cmp large/run.checkpoint before
  $ racewalk run --resume large --quiet >words
  [1]
  $ racewalk check --deployers 4 --plans 24 --quiet --checkpoint large --timeout 0.3 --threads 2 --max-memory 400M >words
  [75]
  $ cp large/check.checkpoint before
  $ small check --resume large --quiet --timeout 0.1 --max-memory 400M
  racewalk: error: the checkpoint large/check.checkpoint could not be written: File too large
  [74]
  $ cmp large/check.checkpoint before

Threads that OpenMP does not give are not promised, and asking for them is refused

  $ OMP_THREAD_LIMIT=1 racewalk run --seed 1 --json report.json | sed -n 's/.*seed 1, //p'
  1 thread
  $ jq .threads report.json
  1
  $ OMP_THREAD_LIMIT=1 racewalk check | sed -n '2s/.*symmetry, //p'
  1 thread
  $ OMP_THREAD_LIMIT=1 racewalk odds --json - 2>words | jq .threads
  1
  $ for c in run check odds; do OMP_THREAD_LIMIT=2 racewalk $c --threads 3; done
  racewalk: error: --threads 3: OMP_THREAD_LIMIT allows 2
  racewalk: error: --threads 3: OMP_THREAD_LIMIT allows 2
  racewalk: error: --threads 3: OMP_THREAD_LIMIT allows 2
  [64]
  $ OMP_NUM_THREADS=3 racewalk run --seed 1 | sed -n 's/.*seed 1, //p'
  3 threads

A stack that is too small for a search's threads is refused before the search

  $ for c in run check odds "shrink whole.nd --any"; do OMP_STACKSIZE=16k OMP_NUM_THREADS=2 racewalk $c; done
  racewalk: error: a thread's stack has 16 KB (OMP_STACKSIZE, or ulimit -s), and a search needs 64 KB: OMP_STACKSIZE=64k
  racewalk: error: a thread's stack has 16 KB (OMP_STACKSIZE, or ulimit -s), and a search needs 64 KB: OMP_STACKSIZE=64k
  racewalk: error: a thread's stack has 16 KB (OMP_STACKSIZE, or ulimit -s), and a search needs 64 KB: OMP_STACKSIZE=64k
  racewalk: error: whole.nd: trace 0: a thread's stack has 16 KB (OMP_STACKSIZE, or ulimit -s), and a search needs 64 KB: OMP_STACKSIZE=64k
  [64]
  $ for k in scalar auto; do OMP_STACKSIZE=64k racewalk run --kernel $k --seed 1 --deployers 8 --plans 20 --max-steps 60 --max-findings 9 --max-samples 3000 --threads 3 --quiet >words; echo $?; done
  1
  1
  $ for e in cells layers by-length; do OMP_STACKSIZE=64k racewalk check --engine $e --plans 9 --max-findings 50 --threads 3 --quiet >words; echo $?; done
  1
  1
  1
  $ OMP_STACKSIZE=64k racewalk odds --threads 3 --quiet >words
  $ OMP_STACKSIZE=16k racewalk run --seed 1 --threads 1 --quiet >words
  [1]
