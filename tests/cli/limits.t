A model that is beyond a limit is refused with words, whatever is done with it. This one has one move too many, from the second state on:

  $ racewalk-wide run --seed 1 --quiet
  racewalk-wide: error: 257 moves are enabled in a state of the model wide_lease; at most 256 are possible (MOVES_MAX)
  [70]
  $ racewalk-wide run --seed 1 --max-findings 0 --quiet
  racewalk-wide: error: 257 moves are enabled in a state of the model wide_lease; at most 256 are possible (MOVES_MAX)
  [70]
  $ racewalk-wide run --seed 1 --max-steps auto --property handover --quiet
  racewalk-wide: error: --max-steps auto: 257 moves are enabled in a state of the model wide_lease; at most 256 are possible (MOVES_MAX)
  [70]
  $ racewalk-wide run --seed 1 --scheduler iw2 --quiet
  racewalk-wide: error: 257 moves are enabled in a state of the model wide_lease; at most 256 are possible (MOVES_MAX)
  [70]
  $ racewalk-wide check --quiet
  racewalk-wide: error: 257 moves are enabled in a state of the model wide_lease; at most 256 are possible (MOVES_MAX)
  [70]
  $ racewalk-wide odds --quiet
  racewalk-wide: error: 257 moves are enabled in a state of the model wide_lease; at most 256 are possible (MOVES_MAX)
  [70]
  $ racewalk-wide replay --trace-seed 5
  racewalk-wide: error: 257 moves are enabled in a state of the model wide_lease; at most 256 are possible (MOVES_MAX)
  [70]

Traces are steps of the literal model, which has no such limit; to shrink them is a search again:

  $ racewalk-lease run --seed 1 --property handover --out-itf two.ndjson --quiet > /dev/null
  [2]
  $ sed -i 's/"model":"lease",//' two.ndjson
  $ racewalk-wide replay two.ndjson
  two.ndjson[0]: 4 transitions, witnesses handover at state 4: every state agrees
  $ racewalk-wide shrink two.ndjson
  racewalk-wide: error: two.ndjson: trace 0: 257 moves are enabled in a state of the model wide_lease; at most 256 are possible (MOVES_MAX)
  [70]
  $ racewalk-wide shrink --any two.ndjson
  racewalk-wide: error: two.ndjson: trace 0: 257 moves are enabled in a state of the model wide_lease; at most 256 are possible (MOVES_MAX)
  [70]
