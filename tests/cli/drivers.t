Systems of one's own, through drivers. The examples: a lease store in C behind a socket, and a small Kubernetes in Python.

  $ export PYTHONDONTWRITEBYTECODE=1
  $ traces=$KNOWN/systems
  $ systems=$KNOWN/../../examples/systems
  $ lease="python3 $systems/lease_driver.py lease_store"
  $ kubernetes="python3 $systems/watch_cache_driver.py"
  $ cp $traces/*.json .; mkdir quint; cp $KNOWN/quint/*.json quint/

A trace without a violation, and one with: the driver reports it at the very state.

  $ racewalk confirm --driver "$lease" lease_ok.itf.json
  lease_ok.itf.json[0]: 12 states
        0  Init          ok        reset; {client.view: {client-a: 0, client-b: 0}, held: 0, term: 0, writes: 0}
        1  acquire       ok        {client: "client-b"}; {client.view: {client-a: 0, client-b: 1}, held: 1, term: 1, writes: 0}
        2  write         ok        {client: "client-b", value: 1}; {client.view: {client-a: 0, client-b: 1}, held: 1, term: 1, writes: 1}
        3  release       ok        {client: "client-b"}; {client.view: {client-a: 0, client-b: 0}, held: 0, term: 1, writes: 1}
        4  acquire       ok        {client: "client-a"}; {client.view: {client-a: 2, client-b: 0}, held: 1, term: 2, writes: 1}
        5  expire        ok        {client.view: {client-a: 2, client-b: 0}, held: 0, term: 2, writes: 1}
        6  write         ok        {client: "client-a", value: 2}; {client.view: {client-a: 2, client-b: 0}, held: 0, term: 2, writes: 2}
        7  release       ok        {client: "client-a"}; {client.view: {client-a: 0, client-b: 0}, held: 0, term: 2, writes: 2}
        8  acquire       ok        {client: "client-b"}; {client.view: {client-a: 0, client-b: 3}, held: 1, term: 3, writes: 2}
        9  renew         ok        {client: "client-b"}; {client.view: {client-a: 0, client-b: 3}, held: 1, term: 3, writes: 2}
       10  write         ok        {client: "client-b", value: 9}; {client.view: {client-a: 0, client-b: 3}, held: 1, term: 3, writes: 3}
       11  expire        ok        {client.view: {client-a: 0, client-b: 3}, held: 0, term: 3, writes: 3}
    agrees
  1 trace: 1 agrees; 1 as expected, 0 not
  $ racewalk confirm --expect outage --quiet --driver "$lease" lease_stale.itf.json
  lease_stale.itf.json[0]: confirmed at state 6 (write): the system violates no_stale_write, mutual_exclusion
  1 trace: 1 confirmed; 1 as expected, 0 not

A store that was mended does something else: the trace has left the script. Judged by violation alone, it does well.

  $ racewalk confirm --driver "$lease --fencing" lease_stale.itf.json | tail -4
        6  write         diverged  {client: "client-a", value: 7}; {client.view: {client-a: 0, client-b: 2}, held: 1, term: 2, writes: 1}
    diverged at state 6 (write): client.view.client-a: model 1, system 0; writes: model 2, system 1 [not as expected]
    system: {client.view: {client-a: 0, client-b: 2}, held: 1, term: 2, writes: 1}
  1 trace: 1 diverged; 0 as expected, 1 not
  $ racewalk confirm --judge violation --quiet --driver "$lease --fencing" lease_ok.itf.json lease_stale.itf.json
  lease_ok.itf.json[0]: agrees
  lease_stale.itf.json[0]: not-reproduced: the driver reports no violation of no_stale_write; the model violates it at state 6
    note: 1 state differs from the model's, the first at state 6: client.view.client-a: model 1, system 0; writes: model 2, system 1
  2 traces: 1 not-reproduced, 1 agrees; 2 as expected, 0 not

  $ racewalk confirm --expect outage --driver "$kubernetes" watch_cache_two_pods.itf.json | tail -3
       15  sync          outage    {kubelet: "kubelet-1"}; {apiserver-1.cache: 4, apiserver-2.cache: 1, deleting: false, kubelet.running: {kubelet-1: true, kubelet-2: true}, kubelet.server: {kubelet-1: "apiserver-2", ku\xe2\x80\xa6 (esc)
    confirmed at state 15 (sync): the system violates one_pod
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ racewalk confirm --quiet --driver "$kubernetes" watch_cache_ok.itf.json
  watch_cache_ok.itf.json[0]: agrees
  1 trace: 1 agrees; 1 as expected, 0 not
  $ racewalk confirm --quiet --driver "$kubernetes --quorum-reads" watch_cache_ok.itf.json watch_cache_two_pods.itf.json
  watch_cache_ok.itf.json[0]: agrees
  watch_cache_two_pods.itf.json[0]: diverged at state 14 (list): apiserver-2.cache: model 1, system 4 [not as expected]
    system: {apiserver-1.cache: 4, apiserver-2.cache: 4, deleting: false, kubelet.running: {kubelet-1: false, kubelet-2: true}, kubelet.server: {kubelet-1: "apiserver-2", kubelet-2: "apiserver-1"}, node: "kubelet-2", revision: 4}
  2 traces: 1 diverged, 1 agrees; 1 as expected, 1 not
  [1]
  $ racewalk confirm --quiet --judge violation --driver "$kubernetes --quorum-reads" watch_cache_two_pods.itf.json
  watch_cache_two_pods.itf.json[0]: not-reproduced: the driver reports no violation of one_pod; the model violates it at state 15
    note: 1 step was refused, the first at state 15: kubelet-1 is not told to run the pod; 1 state differs from the model's, the first at state 14: apiserver-2.cache: model 1, system 4
  1 trace: 1 not-reproduced; 1 as expected, 0 not

Several at a time, each on a driver of its own; what is printed stays in order:

  $ racewalk confirm --jobs 3 --quiet --driver "$lease" lease_ok.itf.json lease_stale.itf.json lease_ok.itf.json
  lease_ok.itf.json[0]: agrees
  lease_stale.itf.json[0]: confirmed at state 6 (write): the system violates no_stale_write, mutual_exclusion [not as expected]
  lease_ok.itf.json[0]: agrees
  3 traces: 1 confirmed, 2 agrees; 2 as expected, 1 not
  [1]

Quint's traces need no model. Their actions are those of --mbt; variables go by their names without modules:

  $ quint="python3 $systems/lock_driver.py"
  $ racewalk confirm --driver "$quint" quint/lease_stale.itf.json
  quint/lease_stale.itf.json[0]: 7 states
        0  Init          ok        reset; {holder: [], log: [], term: 0, view: {client-a: 0, client-b: 0}}
        1  acquire       ok        {amount: 1, c: "client-a"}; {holder: ["client-a"], log: [], term: 1, view: {client-a: 1, client-b: 0}}
        2  expire        ok        {amount: 5, c: "client-a"}; {holder: [], log: [], term: 1, view: {client-a: 1, client-b: 0}}
        3  acquire       ok        {amount: 3, c: "client-b"}; {holder: ["client-b"], log: [], term: 2, view: {client-a: 1, client-b: 2}}
        4  write         ok        {amount: 5, c: "client-b"}; {holder: ["client-b"], log: [{by: "client-b", term: 2}], term: 2, view: {client-a: 1, client-b: 2}}
        5  release       ok        {amount: 8, c: "client-b"}; {holder: [], log: [{by: "client-b", term: 2}], term: 2, view: {client-a: 1, client-b: 0}}
        6  write         outage    {amount: 6, c: "client-a"}; {holder: [], log: [{by: "client-b", term: 2}, {by: "client-a", term: 1}], term: 2, view: {client-a: 1, client-b: 0}}
    confirmed at state 6 (write): the system violates noStaleWrite [not as expected]
  1 trace: 1 confirmed; 0 as expected, 1 not
  [1]
  $ racewalk confirm --quiet --driver "$quint --fencing" quint/*.json
  quint/lease_fenced_0.itf.json[0]: agrees
  quint/lease_fenced_1.itf.json[0]: agrees
  quint/lease_fenced_2.itf.json[0]: agrees
  quint/lease_stale.itf.json[0]: diverged at state 6 (write): log: model [{by: "client-b", term: 2}, {by: "client-a", term: 1}], system [{by: "client-b", term: 2}]; view.client-a: model 1, system 0 [not as expected]
    system: {holder: [], log: [{by: "client-b", term: 2}], term: 2, view: {client-a: 0, client-b: 0}}
  4 traces: 1 diverged, 3 agrees; 3 as expected, 1 not
  [1]
  $ racewalk confirm --quiet --verbose --driver "$quint" quint/lease_stale.itf.json
           {"do":"hello","protocol":1,"model":"lease.qnt","params":{},"actions":["acquire","expire","write","release"]}
             {"ok": true}
           {"do":"reset","params":{},"state":{"holder":[],"last":{"tag":"Nothing","value":[]},"log":[],"term":0,"view":{"client-a":0,"client-b":0}}}
             {"ok": true, "state": {"term": 0, "holder": [], "view": {"client-a": 0, "client-b": 0}, "log": []}, "violates": []}
           {"do":"step","n":1,"action":"acquire","args":{"amount":1,"c":"client-a"}}
             {"ok": true, "state": {"term": 1, "holder": ["client-a"], "view": {"client-a": 1, "client-b": 0}, "log": []}, "violates": []}
           {"do":"step","n":2,"action":"expire","args":{"amount":5,"c":"client-a"}}
             {"ok": true, "state": {"term": 1, "holder": [], "view": {"client-a": 1, "client-b": 0}, "log": []}, "violates": []}
           {"do":"step","n":3,"action":"acquire","args":{"amount":3,"c":"client-b"}}
             {"ok": true, "state": {"term": 2, "holder": ["client-b"], "view": {"client-a": 1, "client-b": 2}, "log": []}, "violates": []}
           {"do":"step","n":4,"action":"write","args":{"amount":5,"c":"client-b"}}
             {"ok": true, "state": {"term": 2, "holder": ["client-b"], "view": {"client-a": 1, "client-b": 2}, "log": [{"by": "client-b", "term": 2}]}, "violates": []}
           {"do":"step","n":5,"action":"release","args":{"amount":8,"c":"client-b"}}
             {"ok": true, "state": {"term": 2, "holder": [], "view": {"client-a": 1, "client-b": 0}, "log": [{"by": "client-b", "term": 2}]}, "violates": []}
           {"do":"step","n":6,"action":"write","args":{"amount":6,"c":"client-a"}}
             {"ok": true, "state": {"term": 2, "holder": [], "view": {"client-a": 1, "client-b": 0}, "log": [{"by": "client-b", "term": 2}, {"by": "client-a", "term": 1}]}, "violates": ["noStaleWrite"]}
  quint/lease_stale.itf.json[0]: confirmed at state 6 (write): the system violates noStaleWrite [not as expected]
  1 trace: 1 confirmed; 0 as expected, 1 not
  [1]
  $ racewalk confirm --verbose --driver "$quint" quint/lease_stale.itf.json | sed -n '2,6p' | cut -c1-400
           {"do":"hello","protocol":1,"model":"lease.qnt","params":{},"actions":["acquire","expire","write","release"]}
             {"ok": true}
           {"do":"reset","params":{},"state":{"holder":[],"last":{"tag":"Nothing","value":[]},"log":[],"term":0,"view":{"client-a":0,"client-b":0}}}
             {"ok": true, "state": {"term": 0, "holder": [], "view": {"client-a": 0, "client-b": 0}, "log": []}, "violates": []}
        0  Init          ok        reset; {holder: [], log: [], term: 0, view: {client-a: 0, client-b: 0}}

All that CI servers are told:

  $ racewalk confirm --quiet --driver "$quint" --json report.json --junit report.xml --sarif report.sarif --annotations github quint/lease_stale.itf.json quint/lease_fenced_0.itf.json
  quint/lease_stale.itf.json[0]: confirmed at state 6 (write): the system violates noStaleWrite [not as expected]
  ::error file=quint/lease_stale.itf.json,line=1,title=model_conformance::confirmed at state 6 (write): the system violates noStaleWrite
  quint/lease_fenced_0.itf.json[0]: agrees
  2 traces: 1 confirmed, 1 agrees; 1 as expected, 1 not
  [1]
  $ python3 -c "import json; r = json.load(open('report.json')); [print({k: t[k] for k in ('file', 'property', 'verdict', 'fail_state_index', 'fail_action')}) for t in r['traces']]"
  {'file': 'quint/lease_stale.itf.json', 'property': None, 'verdict': 'confirmed', 'fail_state_index': 6, 'fail_action': 'write'}
  {'file': 'quint/lease_fenced_0.itf.json', 'property': None, 'verdict': 'agrees', 'fail_state_index': None, 'fail_action': None}
  $ grep -o '<testcase [^>]* time=\|<failure [^>]*' report.xml
  <testcase classname="quint/lease_stale.itf.json" name="trace 0: no property" time=
  <failure type="confirmed" message="the system violates noStaleWrite"
  <testcase classname="quint/lease_fenced_0.itf.json" name="trace 0: no property" time=
  $ python3 -c "import json; print([(r['ruleId'], r['level'], r['message']['text']) for r in json.load(open('report.sarif'))['runs'][0]['results']])"
  [('model_conformance', 'error', 'confirmed at state 6 (write): the system violates noStaleWrite')]
  $ racewalk confirm --quiet --driver "$quint --fencing" --baseline report.json --fail-on new quint/lease_stale.itf.json quint/lease_fenced_0.itf.json
  quint/lease_stale.itf.json[0]: diverged at state 6 (write): log: model [{by: "client-b", term: 2}, {by: "client-a", term: 1}], system [{by: "client-b", term: 2}]; view.client-a: model 1, system 0 [not as expected; still failing: confirmed in the baseline]
    system: {holder: [], log: [{by: "client-b", term: 2}], term: 2, view: {client-a: 0, client-b: 0}}
  quint/lease_fenced_0.itf.json[0]: agrees
  2 traces: 1 diverged, 1 agrees; 1 as expected, 1 not
  against report.json: 1 still-failing, 1 unchanged

Any tool's traces, where one says where the action stands. What the system does by itself, or takes its time for, is waited for:

  $ slow="python3 $SUPPORT/slow_driver.py"
  $ racewalk confirm --driver "$slow" --action-var did.name --picks-var did.with counter.itf.json
  counter.itf.json[0]: 4 states
        0  Init          ok        reset; {count: 0}
        1  add           ok        {by: 5}; {count: 5}
        2  tick          ok        {count: 6}
        3  add           ok        {by: 2}; {count: 8}
    agrees
  1 trace: 1 agrees; 1 as expected, 0 not
  $ racewalk confirm --driver "$slow --never" --settle 0.2 --action-var did.name --picks-var did.with counter.itf.json
  counter.itf.json[0]: 4 states
        0  Init          ok        reset; {count: 0}
        1  add           diverged  {by: 5}; {count: 0}
    diverged at state 1 (add): count: model 5, system 0 (waited for 0.2 seconds) [not as expected]
    system: {count: 0}
  1 trace: 1 diverged; 0 as expected, 1 not
  [1]
  $ racewalk confirm --quiet --driver "$slow" counter.itf.json
  racewalk: error: counter.itf.json[0]: state 1: no action is named: neither mbt::actionTaken nor ghost_action is there; --action-var says which variable does
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]
  $ racewalk confirm --quiet --driver "$slow" --action-var did counter.itf.json
  racewalk: error: counter.itf.json[0]: state 1: did is no action: a string or {tag, value} was expected
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]

A driver that runs already:

  $ python3 $SUPPORT/driver_server.py url $quint > /dev/null 2>&1 &
  $ while [ ! -s url ]; do sleep 0.05; done
  $ racewalk confirm --quiet --driver-url $(cat url) quint/lease_stale.itf.json
  quint/lease_stale.itf.json[0]: confirmed at state 6 (write): the system violates noStaleWrite [not as expected]
  1 trace: 1 confirmed; 0 as expected, 1 not
  [1]
  $ racewalk confirm --quiet --driver-url $(cat url)/elsewhere quint/lease_stale.itf.json 2>&1 | sed 's/:[0-9][0-9]*:/:PORT:/g'
  racewalk: error: quint/lease_stale.itf.json[0]: not judged: state 0 (Init): hello: http://127.0.0.1:PORT: POST /lock/elsewhere answered 404 {"error": "no such path"}
  0 traces; 0 as expected, 0 not; 1 not judged
  $ racewalk confirm --quiet --jobs 2 --driver-url $(cat url) quint/lease_stale.itf.json
  racewalk: error: --jobs is for drivers that are started here, with --driver: the one at --driver-url has one state, and takes one trace at a time
  [64]
  $ kill $!
  $ racewalk confirm --quiet --driver-url nowhere quint/lease_stale.itf.json
  racewalk: error: 'nowhere' is no URL of a server; one like http://127.0.0.1:8000 was expected
  [64]

Traces of the program's own model are replayed on it first; then the driver gets the model's names. A system that refuses a
step is a judge of shrink like any other:

  $ cp $KNOWN/itf/root_n3_5_3_shortest.itf.json dns.json
  $ refusing="python3 $SUPPORT/refusing_driver.py Cleanup"
  $ racewalk confirm --verbose --driver "$refusing" dns.json | grep '"do"' | sed -n '1p;3,4p' | cut -c1-400
           {"do":"hello","protocol":1,"model":"dns_balancer","params":{"BALANCER_NAMES":{"[\"plan0.db.example.com\",\"192.0.2.1\"]":"lb-1-0.db.example.com","[\"plan0.db.example.com\",\"192.0.2.2\"]":"lb-2-0.db.example.com","[\"plan0.db.example.com\",\"192.0.2.3\"]":"lb-3-0.db.example.com","[\"plan1.db.example.com\",\"192.0.2.1\"]":"lb-1-1.db.example.com","[\"plan1.db.example.com\",\"192.0.2.2\"]":"l
           {"do":"step","n":1,"action":"GeneratePlan","args":{"ips":["192.0.2.1"],"plan_id":"plan0.db.example.com","weights":{"192.0.2.1":100}}}
           {"do":"step","n":2,"action":"GeneratePlan","args":{"ips":["192.0.2.1"],"plan_id":"plan1.db.example.com","weights":{"192.0.2.1":101}}}
  $ racewalk confirm --quiet --driver "$refusing" dns.json
  dns.json[0]: refused at state 11 (Cleanup): the system refuses: not today [not as expected]
    system: the driver shows nothing of it
    note: the driver shows nothing of the system's state: only refusals and violations are judged; the driver never says what is violated: judged by its states
  1 trace: 1 refused; 0 as expected, 1 not
  [1]
  $ racewalk shrink --driver "$refusing" dns.json --out-itf small.json
    the system was asked 21 times; it fails: the system refuses: not today
  dns.json[0]: 11 transitions, shrunk to 9
  $ racewalk confirm --quiet --driver "$refusing" small.json
  small.json[0]: refused at state 9 (Cleanup): the system refuses: not today [not as expected]
    system: the driver shows nothing of it
    note: the driver shows nothing of the system's state: only refusals and violations are judged
  1 trace: 1 refused; 0 as expected, 1 not
  [1]
  $ python3 -c "import json; t = json.load(open('dns.json')); del t['states'][3]; json.dump(t, open('other.json', 'w'))"
  $ racewalk confirm --quiet --driver "$refusing" other.json
  racewalk: error: other.json: trace 0: #meta: violation_step: 11, but the last state is 10
  0 traces; 0 as expected, 0 not; 1 not judged
  [65]

A model of one's own, its system and its driver: what the search finds on the model, the system does; and a mended system does what
the model does with the guard.

  $ export XDG_CACHE_HOME=$PWD/cache
  $ models=$KNOWN/../../examples
  $ racewalk replay --model $models/lease.c lease_ok.itf.json lease_stale.itf.json
  lease_ok.itf.json[0]: 11 transitions, no violation: every state agrees
  lease_stale.itf.json[0]: 6 transitions, violates no_stale_write at state 6 and violates mutual_exclusion at state 4: every state agrees
  2 traces: 2 agree, 0 do not
  $ racewalk replay --model $models/watch_cache.c watch_cache_ok.itf.json watch_cache_two_pods.itf.json
  watch_cache_ok.itf.json[0]: 19 transitions, no violation: every state agrees
  watch_cache_two_pods.itf.json[0]: 15 transitions, violates one_pod at state 15: every state agrees
  2 traces: 2 agree, 0 do not
  $ racewalk check --model $models/lease.c --property no_stale_write --max-findings 1 --quiet --out-itf found.json > /dev/null
  [1]
  $ racewalk confirm --model $models/lease.c --expect outage --driver "$lease" found.json
  found.json[0]: 6 states, no_stale_write
        0  Init          ok        reset; {client.view: {client-a: 0, client-b: 0}, held: 0, term: 0, writes: 0}
        1  acquire       ok        {client: "client-a"}; {client.view: {client-a: 1, client-b: 0}, held: 1, term: 1, writes: 0}
        2  expire        ok        {client.view: {client-a: 1, client-b: 0}, held: 0, term: 1, writes: 0}
        3  acquire       note      {client: "client-b"}; {client.view: {client-a: 1, client-b: 2}, held: 1, term: 2, writes: 0}
        4  write         note      {client: "client-b", value: 3}; {client.view: {client-a: 1, client-b: 2}, held: 1, term: 2, writes: 1}
        5  write         outage    {client: "client-a", value: 7}; {client.view: {client-a: 1, client-b: 2}, held: 1, term: 2, writes: 2}
    confirmed at state 5 (write): the system violates no_stale_write, mutual_exclusion
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ racewalk check --model $models/watch_cache.c --max-findings 1 --quiet --out-itf pods.json > /dev/null
  [1]
  $ racewalk confirm --model $models/watch_cache.c --expect outage --quiet --driver "$kubernetes" pods.json
  pods.json[0]: confirmed at state 13 (sync): the system violates one_pod
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ for seed in 5 10 15 26 32 34; do racewalk replay --model $models/lease.c --instance l3_4_4 --guard fencing --property no_stale_write --trace-seed $seed --max-steps 25 --out-itf - 2> /dev/null; done > walks.ndjson
  $ racewalk confirm --model $models/lease.c --expect same --quiet --driver "$lease --fencing" walks.ndjson | tail -1
  6 traces: 6 agrees; 6 as expected, 0 not
  $ racewalk confirm --model $models/lease.c --expect same --quiet --jobs 2 --driver "$lease" walks.ndjson
  walks.ndjson[0]: agrees
  walks.ndjson[1]: agrees
  walks.ndjson[2]: outage at state 14 (write): the system violates no_stale_write, mutual_exclusion; client.view.client-c: model 0, system 3; writes: model 2, system 3; the model does not violate it [not as expected]
  walks.ndjson[3]: outage at state 9 (write): the system violates no_stale_write, mutual_exclusion; client.view.client-a: model 0, system 1; writes: model 2, system 3; the model does not violate it [not as expected]
  walks.ndjson[4]: outage at state 14 (write): the system violates no_stale_write; client.view.client-c: model 0, system 3; writes: model 1, system 2; the model does not violate it [not as expected]
  walks.ndjson[5]: outage at state 12 (write): the system violates no_stale_write; client.view.client-b: model 0, system 2; writes: model 2, system 3; the model does not violate it [not as expected]
  6 traces: 2 agrees, 4 outage; 2 as expected, 4 not
  [1]
  $ for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do racewalk replay --model $models/watch_cache.c --guard quorum_reads --trace-seed $seed --max-steps 40 --out-itf - 2> /dev/null; done > walks.ndjson
  $ racewalk confirm --model $models/watch_cache.c --expect same --quiet --driver "$kubernetes --quorum-reads" walks.ndjson | tail -1
  12 traces: 12 agrees; 12 as expected, 0 not

The mended system as a judge: the fewest steps with which it leaves the old model's way.

  $ racewalk run --model $models/lease.c --property no_stale_write --seed 1 --max-steps 40 --quiet --out-itf long.json > /dev/null
  [1]
  $ racewalk shrink --model $models/lease.c --driver "$lease --fencing" --out-itf short.json long.json
    the system was asked 16 times; it fails: client.view.client-b: model 1, system 0; writes: model 2, system 1
  long.json[0]: 10 transitions, shrunk to 5, s3a6ec935: a client writes a value
  $ racewalk confirm --model $models/lease.c --quiet --driver "$lease --fencing" short.json
  short.json[0]: diverged at state 5 (write): client.view.client-b: model 1, system 0; writes: model 2, system 1 [not as expected]
    system: {client.view: {client-a: 2, client-b: 0}, held: 1, term: 2, writes: 1}
  1 trace: 1 diverged; 0 as expected, 1 not
  [1]

What does not go together:

  $ racewalk confirm --driver x --driver-url http://localhost dns.json
  racewalk: error: --driver starts a driver, and --driver-url names one that runs: one of them
  racewalk help confirm tells what it takes.
  [64]
  $ racewalk confirm --judge violation dns.json
  racewalk: error: --judge does nothing without --driver or --driver-url
  racewalk help confirm tells what it takes.
  [64]
  $ racewalk confirm --driver x --guard protect-live dns.json
  racewalk: error: --guard does nothing with --driver
  racewalk help confirm tells what it takes.
  [64]
  $ racewalk confirm --driver ' ' dns.json
  racewalk: error: --driver is empty: the command that starts the driver was expected
  [64]
  $ racewalk confirm --driver x
  racewalk: error: nothing to confirm: name files of traces, or - for standard input
  [64]
  $ racewalk-lease confirm dns.json
  racewalk-lease: error: confirm on which system? --driver starts a driver of yours, --driver-url names one that runs
  [64]
