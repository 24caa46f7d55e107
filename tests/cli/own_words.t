A trace of a model of one's own is told in its author's words: each step by its action's sentence, with who did it and the data
that it carried, and what it changed:

  $ cp $EXAMPLES/lease.c .
  $ racewalk check --model lease.c --property no_stale_write --quiet --out-itf stale.itf.json > /dev/null
  [1]
  $ racewalk explain --model lease.c stale.itf.json
  stale.itf.json
    no_stale_write is violated at step 5
    l2_3_3: clients 2, leases 3, writes 3
    the model lease: clients that write under a lock held by lease
  
       0  the initial state
       1  client-a acquires the free lease
            ~ term: 0 → 1
            ~ held: false → true
            ~ client-a.view: 0 → 1
       2  the lease runs out
            ~ held: true → false
       3  client-b acquires the free lease
            ~ term: 1 → 2
            ~ held: false → true
            ~ client-b.view: 0 → 2
       4  client-b writes 3
            ~ writes: 0 → 1
            ~ highest: 0 → 2
  ✗    5  client-a writes 7
            ~ writes: 1 → 2
            ~ stale: false → true
            no_stale_write is violated: it is not true any more that no write of an older lease
            comes after one of a newer.
  $ racewalk explain --model lease.c --markdown --brief stale.itf.json
  ## `stale.itf.json`
  
  **no_stale_write is violated at step 5.** After step 5, it is not true any more that no write of an older lease comes after one of a newer.
  
  l2_3_3: clients 2, leases 3, writes 3; the model lease: clients that write under a lock held by lease.
  
  | step | what happens | highest | stale | client-a.view |
  | ---: | --- | --- | --- | --- |
  | 0 | the initial state | 0 | false | 0 |
  | 1 | client-a acquires the free lease | 0 | false | 1 |
  | 2 | the lease runs out | 0 | false | 1 |
  | 3 | client-b acquires the free lease | 0 | false | 1 |
  | 4 | client-b writes 3 | **2** | false | **1** |
  | 5 | **client-a writes 7** — the violation | 2 | **true** | 1 |

Sets are told by what comes and goes:

  $ racewalk check --model $EXAMPLES/election.c --quiet --out-itf election.itf.json > /dev/null
  [1]
  $ racewalk explain --model $EXAMPLES/election.c election.itf.json | grep -m 1 '+'
            + n1.votes: n1

An example that is seen is told by its sentence, too; and what is no violation has no reasons:

  $ racewalk run --model lease.c --property handover --seed 1 --quiet --out-itf handover.itf.json > /dev/null
  [2]
  $ racewalk explain --model lease.c --brief handover.itf.json | tail -n 2
  ✓    4  client-a acquires the free lease
            handover is witnessed: a second lease was granted.

The page is one file, with nothing of the program's own model in it:

  $ racewalk view --model lease.c stale.itf.json --out page.html
  page.html: 1 trace. Open it in a browser.
  $ grep -ciE 'mbt::|ghost|outage|deployer|rollback|zone' page.html
  0
  [1]
  $ racewalk explain --help --model lease.c | grep -ciE 'outage|balancer|no return'
  0
  [1]
  $ racewalk view --help --model lease.c | sed -n 3,6p
  Writes one HTML file, with all that it needs in it, for the traces of ITF files (plain or gzip; - is
  standard input) and findings folders (of racewalk run --out-dir): what each step did and changed, and
  for a folder a table of the findings. The page shows each state as
  tables of things and their fields, and what changed when.
