model --test finds the mistakes that authors make, and names them. The examples have none:

  $ for model in lease peterson watch_cache election; do
  >     racewalk model --test "$EXAMPLES/$model.c" || echo "$model: $?"
  > done
  lease, l2_3_3: clients 2, leases 3, writes 3
  No complaint.
  peterson, peterson3: processes 3, error 0
  No complaint.
  watch_cache, w2_2_2: apiservers 2, kubelets 2, binds 2
  No complaint.
  election, e3_2_1: nodes 3, terms 2, restarts 1
  No complaint.

  $ cp "$EXAMPLES/../tests/models/mistakes.c" .
  $ mistake() { racewalk model --cflags "-O0 -DMISTAKE=$1" --test mistakes.c > out 2>&1; echo "exit $?"; grep -v '^tickets, ' out; }
  $ mistake 0
  exit 0
  No complaint.
  $ mistake 1
  exit 1
    1. finish(w1): served is 9, but its range is 0 to 6
       after take(w1), take(w2), take(w3), finish(w1), take(w1), finish(w1), take(w1)
  1 complaint.
  $ mistake 2
  exit 1
    1. an index is outside of its array (mistakes.c, line 47)
  1 complaint.
  $ mistake 3
  exit 1
    1. a shift by too much, or of a number that it overflows (mistakes.c, line 67)
       after take(w1), take(w2), take(w3), finish(w1), take(w1), finish(w1), take(w1)
  1 complaint.
  $ mistake 4
  exit 1
    1. a sum overflows (mistakes.c, line 69)
       after take(w1), take(w2), take(w3)
  1 complaint.
  $ mistake 5
  exit 1
    1. a division by zero, or one that overflows (mistakes.c, line 73)
       after take(w1), take(w2), take(w3), finish(w1), take(w1)
  1 complaint.
  $ mistake 6
  exit 1
    1. held[w8] was changed, but the kind worker has 2 things only in this instance
       after take(w1), take(w2), finish(w1), take(w1)
  1 complaint.
  $ mistake 7
  exit 1
    1. the action take changes bytes of struct tickets that no field names, and the model looks at them
       after take(w1), take(w2)
    2. the kind worker is not SYMMETRIC: with w1 and w2 exchanged, other moves are enabled, or have other weights: finish(w1)
       after take(w1), take(w2)
  2 complaints.
  $ mistake 8
  exit 1
    1. the kind worker is not SYMMETRIC: with w1 and w2 exchanged, other moves are enabled, or have other weights: take(w2)
       after take(w1), take(w2), take(w3), finish(w1)
  1 complaint.
  $ mistake 9
  exit 1
    1. the kind worker is not SYMMETRIC: with w1 and w2 exchanged, the property first_is_idle is another
       after take(w1), take(w2), take(w3), finish(w1)
  1 complaint.
  $ mistake 10
  exit 1
    1. the progress falls: it is 1 before the action finish and 0 after it
       after take(w1), finish(w1)
  1 complaint.
  $ mistake 11
  exit 1
    1. the action close_shop is never enabled in any of the 400 states
  1 complaint.
  $ mistake 12
  exit 1
    1. the example all_served is never seen in any of the 400 states
  1 complaint.
  $ mistake 13
  exit 1
    1. the invariant starts_well fails in the initial state
  1 complaint.
  $ mistake 14
  exit 1
    1. the actions finish and finish_too always lead to the same states, in any of the 400 states
  1 complaint.
  $ mistake 15
  exit 1
    1. the kind worker is not SYMMETRIC: with w1 and w2 exchanged, an action leads elsewhere: take(w3)
       after take(w1), take(w2)
    2. the action take leads from one state to different ones: it must look at p, s and its arguments alone
       after take(w1), take(w3), take(w2)
    3. the action is enabled in the checked build only
       after take(w3), take(w1), take(w2)
  3 complaints.
  $ mistake 16
  exit 1
    1. the guard strict changes nothing in any of the 400 states
  1 complaint.
  $ mistake 17
  exit 1
    1. the weights of the moves that are enabled in a state of the model tickets add up to 0; 1 to 4294967295 are possible
  1 complaint.
  $ mistake 18
  exit 1
    1. the field idle never changes in any of the 400 states
  1 complaint.
  $ mistake 19
  exit 1
    1. 520 moves are enabled in a state of the model tickets; at most 256 are possible (MOVES_MAX)
       after take(w1), take(w2), take(w3), take(w4)
  1 complaint.
  $ mistake 20
  exit 1
    1. the progress is 80000 after the action finish; it must be below 65536
       after take(w1), take(w2), take(w3), finish(w1), take(w1), finish(w1), finish(w2), finish(w3)
    2. the progress is 80000 after the action take; it must be below 65536
       after take(w1), take(w2), take(w3), finish(w1), take(w1), finish(w1), finish(w2), finish(w3), take(w1)
    3. the progress is 120000 after the action close_shop; it must be below 65536
       after take(w1), take(w2), take(w3), finish(w1), take(w1), finish(w1), take(w1), finish(w1), take(w1), finish(w1), finish(w2), finish(w3), close_shop
  3 complaints.
  $ mistake 21
  exit 65
  racewalk: error: in the initial state: next is 7, but its range is 0 to 6

A value that has no room in a packed state ends a search, instead of changing its neighbours:

  $ racewalk check --model mistakes.c --cflags "-O0 -DMISTAKE=1" --quiet
  racewalk: error: finish(w1): served is 9, but its range is 0 to 6
  [70]

  $ racewalk model --test
  racewalk: error: --test needs a value: --test FILE.c
  [64]
  $ racewalk model --test mistakes.c --model other.c
  racewalk: error: two models were named: mistakes.c and other.c
  [64]
  $ racewalk model --test mistakes.so
  racewalk: error: mistakes.so cannot be read: No such file or directory
  [66]
