The chances are those that another program gave; times and speeds are this machine's, and are left out:

  $ racewalk odds --property no_inconsistent_root > words
  $ grep -v -e '--max-steps 69' -e 'states up to' words | cut -c 1-53
  racewalk odds: n3_5_3: deployers 3, plans 5, ips 3, w
    no_inconsistent_root; walks of up to 200 transition
  --max-steps        chance         walks   transitions
           11   4.87096e-07   2.05298e+06   2.25828e+07
           20     0.0040726       245.543        4909.5
           50      0.301468        3.3171       154.015
           69       0.47054       2.12522       123.108
          100      0.503613       1.98565        146.03
          200      0.503717       1.98524       244.525
  no walk of fewer than 11 transitions can find anythin
  $ grep -o 'best: --max-steps 69, a finding every [0-9.]* transitions' words
  best: --max-steps 69, a finding every 123.1 transitions

The report has the chance of every length:

  $ racewalk odds --max-steps 20 --property no_inconsistent_root --json - 2> /dev/null | jq -c '[.mode, .max_steps, (.chance | length), .chance[10], (.chance[20] * 1e7 | round), .shortest, .best_max_steps, .best_is_certain, (.expected_walks | round), (.expected_steps | round), .steps_per_s > 0]'
  ["odds",20,21,0,40726,11,20,false,246,4909,true]

A walk that is too short, and an instance that holds:

  $ racewalk odds --max-steps 10 | sed -n 3p
  no walk of up to 10 transitions can find anything
  $ racewalk odds --guard protect-live --quiet --json - 2> words | jq -c '[.shortest, .best_max_steps, .expected_walks, .complete]'
  [null,null,null,true]
  $ head -n 1 words
  no walk of any length can find anything

What does not fit is not finished:

  $ racewalk odds --instance n3_30_20 --max-memory 1M --quiet
  racewalk: error: --max-memory 1M: the program itself has * MB in use before it begins; give at least * MB (glob)
  [64]
  $ racewalk odds --instance n3_30_20 --max-memory 200M --quiet
  racewalk: error: the odds are not finished: * states so far, and * bytes are needed to go on; the limit is * bytes (glob)
  --max-memory sets the limit, less what the program has in use itself; a smaller --max-steps needs less, run --scheduler iw2 hardly any.
  [75]
  $ racewalk odds --instance n3_20_3 --timeout 0.01 --quiet
  racewalk: error: the odds are not finished: out of time after * states (glob)
  [75]
  $ racewalk odds --max-memory lots
  racewalk: error: --max-memory 'lots' is not a size; give bytes, or a number with K, M, G or T
  [64]
