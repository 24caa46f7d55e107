Another model than the DNS balancer. What a step changed is no error, and a violation is no outage:

  $ racewalk-lease run --seed 1 --quiet --out-itf found.json > /dev/null
  [1]
  $ racewalk-lease explain found.json
  found.json
    mutual_exclusion is violated at step 4
    l2_3_3: clients 2, leases 3, writes 3, values 1:9; trace seed 1369386276022648335
  
       0  the initial state
       1  acquire(client-b)
            ~ ghost_action.tag: "Init" \xe2\x86\x92 "Acquire"; ghost_action.value: null \xe2\x86\x92 {client: (esc)
                                "client-b"}; lease.holder: null \xe2\x86\x92 "client-b"; lease.term: 0 \xe2\x86\x92 1; (esc)
                                views["client-b"]: 0 \xe2\x86\x92 1 (esc)
       2  renew(client-b)
            ~ ghost_action.tag: "Acquire" \xe2\x86\x92 "Renew" (esc)
       3  expire
            ~ ghost_action.tag: "Renew" \xe2\x86\x92 "Expire"; ghost_action.value: removed field "client"; (esc)
                                lease.holder: "client-b" \xe2\x86\x92 null (esc)
  \xe2\x9c\x97    4  acquire(client-a) (esc)
            ~ ghost_action.tag: "Expire" \xe2\x86\x92 "Acquire"; ghost_action.value: added field "client"; (esc)
                                lease.holder: null \xe2\x86\x92 "client-a"; lease.term: 1 \xe2\x86\x92 2; (esc)
                                views["client-a"]: 0 \xe2\x86\x92 2 (esc)
            mutual_exclusion is violated.
  $ racewalk-lease explain --markdown found.json | sed -n '/^```/,$p'
  ```diff
  @@ 0: the initial state @@
  @@ 1: acquire(client-b) @@
  ! ghost_action.tag: "Init" \xe2\x86\x92 "Acquire"; ghost_action.value: null \xe2\x86\x92 {client: "client-b"}; (esc)
  !                   lease.holder: null \xe2\x86\x92 "client-b"; lease.term: 0 \xe2\x86\x92 1; views["client-b"]: 0 \xe2\x86\x92 1 (esc)
  @@ 2: renew(client-b) @@
  ! ghost_action.tag: "Acquire" \xe2\x86\x92 "Renew" (esc)
  @@ 3: expire @@
  ! ghost_action.tag: "Renew" \xe2\x86\x92 "Expire"; ghost_action.value: removed field "client"; (esc)
  !                   lease.holder: "client-b" \xe2\x86\x92 null (esc)
  @@ 4: acquire(client-a) @@
  ! ghost_action.tag: "Expire" \xe2\x86\x92 "Acquire"; ghost_action.value: added field "client"; (esc)
  !                   lease.holder: null \xe2\x86\x92 "client-a"; lease.term: 1 \xe2\x86\x92 2; views["client-a"]: 0 \xe2\x86\x92 2 (esc)
  ```
  
  </details>
  $ racewalk-lease view --quiet --out page.html found.json; grep -o '"t":"Renew".*' page.html; grep -c 'the outage' page.html
  "t":"Renew","w":"renew(client-b)","x":"ghost_action.tag: \\"Acquire\\" \xe2\x86\x92 \\"Renew\\""}, (esc)
  0
  [1]
  $ for command in run check explain view replay; do racewalk-lease help $command; done | grep -i 'outage'
  [1]

The lab is a DNS control plane, and no judge of its traces:

  $ racewalk-lease confirm found.json
  racewalk: error: the lab is one of dns_balancer; it cannot carry out traces of lease_lock
  [64]
  $ racewalk-lease shrink --on-lab found.json
  racewalk: error: the lab is one of dns_balancer; it cannot carry out traces of lease_lock
  [64]
  $ racewalk-lease shrink found.json 2> /dev/null | racewalk-lease replay -
  standard input[0]: 3 transitions, violates mutual_exclusion at state 3: every state agrees
