Another model than the DNS balancer. The program speaks of itself by its own name, and has no system that traces could
be confirmed on:

  $ racewalk-lease --help
  racewalk-lease 0.2.0 finds the interleaving that takes a service down, by searching an executable model.
  
  Usage: racewalk-lease COMMAND [OPTION\xe2\x80\xa6] (esc)
  
  Commands:
    run       random walks until a finding, a budget or a signal
    check     exhaustive search: a verdict for the whole instance, shortest counterexamples
    replay    a trace again on the model: does each state agree?
    confirm   traces against a system of your own, with verdicts
    conform   search for where a system of your own and the model part
    shrink    the shortest trace of the same kind that a given one can be reduced to
    explain   a trace in words, one line a step, with what changed
    view      a page that plays traces, in one HTML file
    odds      exact chances of walks of each length, and the best --max-steps
    model     what can be searched: instances, actions, properties, guards, limits
    help      what a command does and takes: racewalk-lease help COMMAND, or COMMAND --help
  
  racewalk-lease --version names version and build. Start with: racewalk-lease run
  A model of your own is searched with --model FILE.c; racewalk-lease model --new NAME writes one to begin with.
  $ racewalk-lease confirm found.json
  racewalk-lease: error: confirm on which system? --driver starts a driver of yours, --driver-url names one that runs
  [64]
  $ racewalk-lease lab
  racewalk-lease: error: no command 'lab'; racewalk-lease help lists them
  [64]
  $ racewalk-lease shrink --on-lab found.json
  racewalk-lease: error: unknown option --on-lab; --help lists them all
  racewalk-lease help shrink tells what it takes.
  [64]
  $ racewalk-lease help shrink
  Usage: racewalk-lease shrink [OPTION\xe2\x80\xa6] FILE\xe2\x80\xa6 (esc)
  
  Reduces each trace to the steps that matter: without any one of them the property would not be shown. The
  shape of the events stays, and so do the names and choices of the steps that are left. With --any the
  shape may change. With --driver or --driver-url your own system decides:
  a trace on which it departs from the model is reduced to the fewest steps with which it still does.
  
  Exit status: 0 all were shrunk, 65 a file is no trace or shows nothing to keep, 66 no such file, 74 no driver
  answers, 75 stopped early.
  
  Shrink:
    --any                   the shortest trace of the instance that shows the same property, whatever
                            its shape
    --out-itf PATH          the shrunk traces, one a line, written at the end: it may be the file they
                            came from; '-' is standard output (default: -)
  
  Driver:
    --driver 'CMD ARG\xe2\x80\xa6'   a driver of your own system, started with sh -c: it reads questions, one (esc)
                            JSON object a line, on standard input and answers on standard output
                            (docs/systems.md)
    --driver-url URL        a driver that runs already: the same objects are posted to this URL
    --settle SECONDS        how long what a driver calls pending, or what the system does by itself,
                            is waited for (default: 5). An answer has --request-timeout, and the first
                            one 30 seconds at least
  
  Connection:
    --unix-socket PATH      connect to this socket, whatever host the URL names (none: localhost)
    --request-timeout SECONDS
                            for a request with its answer (default: 10, of which 2 to connect)
    --location              follow redirects to other servers, too, without credentials and headers
    --cacert FILE           certificates of the authorities to trust, in PEM format, in place of the
                            system's
    --user NAME:PASSWORD    credentials for basic authentication
    --header 'NAME: VALUE'|@FILE
                            send this header with every request, or those in a file, one a line; may
                            be repeated
  
  Output:
    --quiet                 print results only
    --no-progress           no progress line
    --no-color              no colours; so does NO_COLOR in the environment
  
  Model:
    --model FILE            a model of your own: FILE.c (or .cc, .cpp, .cxx), which is compiled, or
                            FILE.so, which was built before. Its code is run. racewalk-lease model
                            --new writes one to begin with [RACEWALK_MODEL]
    --cflags FLAGS          more flags for the model's compiler, with blanks between: '-march=native
                            -DNODES=5' [RACEWALK_CFLAGS]

What a step changed is no error, and a violation is no outage:

  $ racewalk-lease run --seed 1 --quiet --out-itf found.json > /dev/null
  [1]
  $ racewalk-lease explain found.json
  found.json
    mutual_exclusion is violated at step 5
    l2_3_3: clients 2, leases 3, writes 3; trace seed 8415415530409001466
  
       0  the initial state
       1  acquire(client-a)
            ~ client["client-a"].view: 0 \xe2\x86\x92 1; held: false \xe2\x86\x92 true; mbt::actionTaken: "init" \xe2\x86\x92 (esc)
                                       "acquire"; mbt::nondetPicks.client.tag: "None" \xe2\x86\x92 "Some"; (esc)
                                       mbt::nondetPicks.client.value: {} \xe2\x86\x92 "client-a"; term: 0 \xe2\x86\x92 1 (esc)
       2  write(client-a)
            ~ highest: 0 \xe2\x86\x92 1; mbt::actionTaken: "acquire" \xe2\x86\x92 "write"; mbt::nondetPicks.value.tag: (esc)
                       "None" \xe2\x86\x92 "Some"; mbt::nondetPicks.value.value: {} \xe2\x86\x92 5; writes: 0 \xe2\x86\x92 1 (esc)
       3  write(client-a)
            ~ mbt::nondetPicks.value.value: 5 \xe2\x86\x92 6; writes: 1 \xe2\x86\x92 2 (esc)
       4  expire
            ~ held: true \xe2\x86\x92 false; mbt::actionTaken: "write" \xe2\x86\x92 "expire"; (esc)
                    mbt::nondetPicks.client.tag: "Some" \xe2\x86\x92 "None"; mbt::nondetPicks.client.value: (esc)
                    "client-a" \xe2\x86\x92 {}; mbt::nondetPicks.value.tag: "Some" \xe2\x86\x92 "None"; (esc)
                    mbt::nondetPicks.value.value: 6 \xe2\x86\x92 {} (esc)
  \xe2\x9c\x97    5  acquire(client-b) (esc)
            ~ client["client-b"].view: 0 \xe2\x86\x92 2; held: false \xe2\x86\x92 true; mbt::actionTaken: "expire" \xe2\x86\x92 (esc)
                                       "acquire"; mbt::nondetPicks.client.tag: "None" \xe2\x86\x92 "Some"; (esc)
                                       mbt::nondetPicks.client.value: {} \xe2\x86\x92 "client-b"; term: 1 \xe2\x86\x92 2 (esc)
            mutual_exclusion is violated.
  $ racewalk-lease explain --markdown found.json | sed -n '/^```/,$p'
  ```diff
  @@ 0: the initial state @@
  @@ 1: acquire(client-a) @@
  ! client["client-a"].view: 0 \xe2\x86\x92 1; held: false \xe2\x86\x92 true; mbt::actionTaken: "init" \xe2\x86\x92 "acquire"; (esc)
  !                          mbt::nondetPicks.client.tag: "None" \xe2\x86\x92 "Some"; (esc)
  !                          mbt::nondetPicks.client.value: {} \xe2\x86\x92 "client-a"; term: 0 \xe2\x86\x92 1 (esc)
  @@ 2: write(client-a) @@
  ! highest: 0 \xe2\x86\x92 1; mbt::actionTaken: "acquire" \xe2\x86\x92 "write"; mbt::nondetPicks.value.tag: "None" \xe2\x86\x92 (esc)
  !          "Some"; mbt::nondetPicks.value.value: {} \xe2\x86\x92 5; writes: 0 \xe2\x86\x92 1 (esc)
  @@ 3: write(client-a) @@
  ! mbt::nondetPicks.value.value: 5 \xe2\x86\x92 6; writes: 1 \xe2\x86\x92 2 (esc)
  @@ 4: expire @@
  ! held: true \xe2\x86\x92 false; mbt::actionTaken: "write" \xe2\x86\x92 "expire"; mbt::nondetPicks.client.tag: "Some" (esc)
  !       \xe2\x86\x92 "None"; mbt::nondetPicks.client.value: "client-a" \xe2\x86\x92 {}; mbt::nondetPicks.value.tag: (esc)
  !       "Some" \xe2\x86\x92 "None"; mbt::nondetPicks.value.value: 6 \xe2\x86\x92 {} (esc)
  @@ 5: acquire(client-b) @@
  ! client["client-b"].view: 0 \xe2\x86\x92 2; held: false \xe2\x86\x92 true; mbt::actionTaken: "expire" \xe2\x86\x92 "acquire"; (esc)
  !                          mbt::nondetPicks.client.tag: "None" \xe2\x86\x92 "Some"; (esc)
  !                          mbt::nondetPicks.client.value: {} \xe2\x86\x92 "client-b"; term: 1 \xe2\x86\x92 2 (esc)
  ```
  
  </details>
  $ racewalk-lease view --quiet found.json; grep -o '"t":"expire","w":"expire","x":"held: true' racewalk-lease.html
  "t":"expire","w":"expire","x":"held: true

All that it writes speaks of itself and of its model only:

  $ racewalk-lease run --seed 1 --report run.html --json run.json 2> /dev/null | head -n 1
  racewalk-lease run: l2_3_3: clients 2, leases 3, writes 3
  $ racewalk-lease check --report check.html | head -n 1
  racewalk-lease check: l2_3_3: clients 2, leases 3, writes 3
  $ grep -ciE '<title>.*racewalk-lease' racewalk-lease.html run.html check.html
  racewalk-lease.html:1
  run.html:1
  check.html:1
  $ grep -iE 'racewalk([^-]|-[^lt])|outage|zone|deployer|balancer|dns|\bplans?\b|\blab\b' *.html run.json found.json
  [1]
  $ for command in run check explain view replay; do racewalk-lease help $command; done | grep -i 'outage'
  [1]

  $ racewalk-lease shrink found.json 2> /dev/null | racewalk-lease replay -
  standard input[0]: 3 transitions, violates mutual_exclusion at state 3: every state agrees

A model that was made when the program started has an identity, and a checkpoint goes on with no other:

  $ racewalk-lease check --quiet --no-progress --guard fencing --leases 8 --clients 4 --writes 16 --property no_stale_write --timeout 0.01 --checkpoint check > /dev/null 2>&1
  [75]
  $ RACEWALK_LEASE_IDENTITY=c0ffee racewalk-lease check --resume check
  racewalk-lease: error: the checkpoint is of another version of the model lease: go on with the model as it was, or begin anew
  [64]
  $ RACEWALK_LEASE_IDENTITY=c0ffee racewalk-lease run --quiet --no-progress --seed 1 --max-findings 0 --max-samples 1000 --checkpoint run > /dev/null
  [1]
  $ racewalk-lease run --resume run
  racewalk-lease: error: the checkpoint is of another version of the model lease: go on with the model as it was, or begin anew
  [64]
  $ RACEWALK_LEASE_IDENTITY=c0ffef racewalk-lease run --checkpoint run
  racewalk-lease: error: run holds the checkpoint of a run of another model, or of another version of it; remove run.checkpoint there to begin anew
  [64]
  $ RACEWALK_LEASE_IDENTITY=c0ffee racewalk-lease run --quiet --no-progress --resume run --max-samples 2000 > /dev/null
  [1]
