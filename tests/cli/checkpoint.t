A folder that is gone on from must be there: a typo makes none

  $ racewalk check --resume tpyo --quiet
  racewalk: error: there is no checkpoint to resume: tpyo/check.checkpoint: No such file or directory
  [66]
  $ racewalk run --resume tpyo --quiet
  racewalk: error: there is no checkpoint to resume: tpyo/run.checkpoint: No such file or directory
  [66]
  $ racewalk check --resume tpyo --checkpoint new --quiet
  racewalk: error: there is no checkpoint to resume: tpyo/check.checkpoint: No such file or directory
  [66]
  $ racewalk run --resume tpyo --checkpoint new --quiet
  racewalk: error: there is no checkpoint to resume: tpyo/run.checkpoint: No such file or directory
  [66]
  $ ls

The folder of a check that runs is taken, for checks and for runs, and it is said by whom

  $ racewalk check --plans 40 --guard protect-live --engine by-length --quiet --checkpoint taken --checkpoint-every 0.1 >first.out & first=$!
  $ until [ -e taken/check.checkpoint.previous ]; do sleep 0.05; done
  $ kill -STOP $first
  $ racewalk run --quiet --checkpoint taken 2>run.err & second=$!
  $ racewalk check --resume taken --quiet
  racewalk: error: taken is in use by a check, process * on * since *; wait for its end, or use another folder (glob)
  [64]
  $ wait $second; cat run.err
  racewalk: error: taken is in use by a check, process * on * since *; wait for its end, or use another folder (glob)

A process that is killed leaves its files; whoever comes next goes on, and what was half written is gone

  $ kill -9 $first; wait $first 2>/dev/null
  [137]
  $ echo half > taken/check.checkpoint.1234567.tmp; echo half > taken/check.checkpoint.new
  $ racewalk check --resume taken --timeout 0.2 >/dev/null
  [75]
  $ ls taken
  check.checkpoint
  check.checkpoint.previous

A checkpoint that is cut off or empty is not the end: the one before it is taken, with a warning

  $ racewalk check --plans 14 --guard protect-live --engine layers --threads 1 --timeout 0.1 --checkpoint saved >/dev/null
  [75]
  $ racewalk check --resume saved --timeout 0.1 >/dev/null
  [75]
  $ ls saved
  check.checkpoint
  check.checkpoint.previous
  $ truncate -s 1000 saved/check.checkpoint
  $ racewalk check --resume saved --no-progress --json check.json | tail -1
  racewalk: warning: saved/check.checkpoint is damaged: its checksum is wrong, as of a file that is cut off or changed; the one before it is taken, saved/check.checkpoint.previous
  * states up to symmetry, * (glob)
  $ racewalk check --plans 14 --guard protect-live --json whole.json >/dev/null
  $ for file in check whole; do jq -c '[.complete, .holds, .states, .transitions, .diameter]' $file.json; done | uniq | wc -l
  1
  $ ls saved

  $ racewalk run --seed 4 --max-findings 0 --max-samples 20000000 --quiet --json whole.json > /dev/null
  [1]
  $ racewalk run --seed 4 --max-findings 0 --max-samples 20000000 --quiet --timeout 0.02 --threads 1 --checkpoint walks > /dev/null
  [75]
  $ : > walks/run.checkpoint
  $ racewalk run --resume walks --quiet --json parts.json > /dev/null
  racewalk: warning: walks/run.checkpoint is damaged: it is empty; the one before it is taken, walks/run.checkpoint.previous
  [1]
  $ report_of() { jq 'del(.command, .elapsed_s, .steps_per_s, .threads)' "$1"; }
  $ report_of whole.json >whole; report_of parts.json | diff whole - && echo the same
  the same
  $ ls walks
  run.checkpoint

When there is none before it, it is said what is wrong; a file of an older version is no damage

  $ truncate -s 100 walks/run.checkpoint
  $ racewalk run --resume walks
  racewalk: error: walks/run.checkpoint is damaged: it is cut off
  [65]
  $ mkdir old; echo RWCHECK1 > old/check.checkpoint
  $ racewalk check --resume old
  racewalk: error: old/check.checkpoint is of an older version of this program: go on with that version, or remove the file and begin anew
  [65]
