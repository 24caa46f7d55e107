Servers as they are outside: each stands in front of a lab, and does what that does not. The traces' verdicts are the lab's.

  $ . "$SUPPORT/front.sh"
  $ mkdir temporary && export TMPDIR=$PWD/temporary
  $ cp $KNOWN/itf/root_n3_5_3_shortest.itf.json shortest.json
  $ gunzip -c $KNOWN/itf/root_n3_5_3_multi_s7.itf.ndjson.gz > four.ndjson
  $ lab_start
  $ confirm() { racewalk confirm --quiet --expect outage "$@"; }

It begins a GET before the POST before it is done, if it gets the chance; or answers in any order:

  $ front early && confirm --lab-url $url shortest.json four.ndjson | tail -n 1
  5 traces: 5 confirmed; 5 as expected, 0 not
  $ front racing && confirm --lab-url $url shortest.json four.ndjson | tail -n 1
  5 traces: 5 confirmed; 5 as expected, 0 not

HTTP/1.0, interim answers, statuses of success other than 200, IPv6, a Unix socket:

  $ front old && confirm --lab-url $url shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ front interim && confirm --lab-url $url shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ front created && confirm --lab-url $url shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ racewalk confirm --verbose --lab-url $url shortest.json | sed -n '2,5p;9,10p'
           POST /mbt/reset
             204 
           POST /mbt/seed-init
             204 
           POST /mbt/planner/generate [{"id": 1, "weight": 100}]
             201 {"version": 1, "root": "clouddb.us-east-1.api.acme", "plan_name": "plan-001.cdb.acme", "records": [{"name": "plan-001.cdb.acme", "type": "ALIAS", "value": [{"name": "lb-001-1.cdb.acme", "weight": 100}]}, {"name": "lb-001-1.cdb.acme", "type": "A", "value": "192.0.1.1"}]}
  $ front ipv6 && confirm --lab-url $url shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ export SOCKET=$PWD/socket
  $ front unix && confirm --unix-socket $SOCKET shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ confirm --unix-socket $SOCKET --lab-url http://system.example/ shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ confirm --unix-socket nowhere shortest.json
  racewalk: error: shortest.json[0]: not judged: state 0 (Init): http://localhost: nothing answers at nowhere (No such file or directory)
  0 traces; 0 as expected, 0 not; 1 not judged
  [74]

TLS, with HTTP/2 alone, and with both:

  $ openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=test -addext 'subjectAltName=IP:127.0.0.1,DNS:system.example' -keyout key.pem -out cert.pem 2> /dev/null
  $ cat key.pem cert.pem > both.pem && export CERT=$PWD/both.pem
  $ front h2 && confirm --lab-url $url --cacert cert.pem shortest.json four.ndjson | tail -n 1
  5 traces: 5 confirmed; 5 as expected, 0 not
  $ front https && confirm --lab-url $url --cacert cert.pem shortest.json four.ndjson | tail -n 1
  5 traces: 5 confirmed; 5 as expected, 0 not
  $ here() { sed "s|$url|URL|g; s|$lab|LAB/|g; s|127.0.0.1:[0-9]*|HERE|g"; }
  $ confirm --lab-url $url shortest.json 2>&1 | here
  racewalk: error: shortest.json[0]: not judged: state 0 (Init): URL: the server's certificate is not trusted (SSL certificate problem: self-signed certificate); --cacert FILE names the authority that signed it
  0 traces; 0 as expected, 0 not; 1 not judged
  $ confirm --lab-url $(echo $url | sed 's/127.0.0.1/localhost/') --cacert cert.pem shortest.json 2>&1 | grep -o 'not trusted (.*);'
  not trusted (SSL: no alternative certificate subject name matches target host name 'localhost');
  $ confirm --lab-url $(echo $url | sed 's/https/http/') shortest.json 2>&1 | grep -c 'not judged: state 0 (Init): http://127.0.0.1:'
  1
  $ confirm --lab-url $url --cacert key.pem shortest.json 2>&1 | here | head -n 1
  racewalk: error: shortest.json[0]: not judged: state 0 (Init): URL: the file of authorities, key.pem, has no certificates in PEM format
  $ confirm --lab-url $url --cacert nowhere.pem shortest.json
  racewalk: error: nowhere.pem: No such file or directory
  [66]
  $ front && confirm --lab-url $(echo $url | sed 's/http/https/') shortest.json 2>&1 | grep -o 'no TLS connection (.*) *; does'
  no TLS connection (*); does (glob)

Credentials and headers. No message and no report has them:

  $ front guarded && confirm --lab-url $url --user ann:s3cret --header 'X-Key: k3y' shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ printf 'X-Other: 1\n\nX-Key: k3y\r\n' > headers
  $ confirm --lab-url $url --user ann:s3cret --header @headers --header 'X-More: 2' shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ racewalk confirm --verbose --lab-url $url --user ann:wr0ng --header 'X-Key: k3y' --json report.json --junit report.xml shortest.json > words 2>&1
  [74]
  $ here < words
  shortest.json[0]: 12 states, no_inconsistent_root
           POST /mbt/reset
             401 {"detail": "who are you?"}
  racewalk: error: shortest.json[0]: not judged: state 0 (Init): URL: POST /mbt/reset answered 401 {"detail": "who are you?"}, and not {"ok": true}; is that a lab?
  0 traces; 0 as expected, 0 not; 1 not judged
  $ racewalk confirm --verbose --lab-url $url --user ann:s3cret --header 'X-Key: k3y' --json report2.json --junit report2.xml --sarif report2.sarif shortest.json > words2 2>&1
  [1]
  $ grep -e s3cret -e wr0ng -e k3y words* report*
  [1]
  $ confirm --lab-url http://ann:s3cret@127.0.0.1:1 shortest.json
  racewalk: error: the URL has a name or password in it; give them with --user NAME:PASSWORD
  [64]
  $ confirm --lab-url $url --user s3cret shortest.json
  racewalk: error: credentials have the form NAME:PASSWORD
  [64]
  $ for header in s3cret ': s3cret' 'X Y: s3cret' 'X:' "$(printf 'X: s3cret\nY: s3cret')"; do confirm --lab-url $url --header "$header" shortest.json; done
  racewalk: error: header 1 is not of the form 'NAME: VALUE', on one line
  racewalk: error: header 1 is not of the form 'NAME: VALUE', on one line
  racewalk: error: header 1 is not of the form 'NAME: VALUE', on one line
  racewalk: error: header 1 is not of the form 'NAME: VALUE', on one line
  racewalk: error: header 1 is not of the form 'NAME: VALUE', on one line
  [64]
  $ confirm --lab-url $url --header @nowhere shortest.json
  racewalk: error: nowhere: No such file or directory
  [66]

Redirects: within the server they are followed, elsewhere only when asked, and never with secrets:

  $ front moved && confirm --lab-url $url shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ ELSEWHERE=${lab%/} && export ELSEWHERE
  $ front away && confirm --lab-url $url shortest.json 2>&1 | here
  racewalk: error: shortest.json[0]: not judged: state 0 (Init): URL: POST /mbt/reset: answered 301, a redirect to another server: LAB/mbt/reset; --location follows it; is that a lab?
  0 traces; 0 as expected, 0 not; 1 not judged
  $ confirm --lab-url $url --location shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not

A proxy, for what is not on this machine; plain and through a tunnel:

  $ front proxy && http_proxy=$url confirm --lab-url http://system.example shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ head -n 1 front.err
  POST http://system.example/mbt/reset
  $ http_proxy=$url confirm --lab-url $lab shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ http_proxy=$url no_proxy=example confirm --lab-url http://system.example shortest.json 2>&1 | head -n 1
  racewalk: error: shortest.json[0]: not judged: state 0 (Init): http://system.example: no such host
  $ http_proxy=http://ann:s3cret@nowhere.invalid confirm --lab-url http://system.example shortest.json 2>&1 | head -n 1
  racewalk: error: shortest.json[0]: not judged: state 0 (Init): http://system.example: the environment names a proxy (http_proxy, all_proxy) that is not there
  $ grep -c CONNECT front.err
  0
  [1]
  $ front https && TUNNEL=${url##*:} && export TUNNEL && front_keep
  $ front proxy && https_proxy=$url confirm --lab-url https://system.example --cacert cert.pem shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ head -n 1 front.err
  CONNECT system.example:443
  $ front_drop

A lost connection is not the end of the run; what was not judged is told, everywhere:

  $ NTH=13 && export NTH
  $ front lossy && confirm --lab-url $url --json lost.json --junit lost.xml shortest.json four.ndjson shortest.json 2>&1 | here
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  four.ndjson[0]: confirmed at state 15 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  racewalk: error: four.ndjson[1]: not judged: state 9 (Deploy): URL: POST /mbt/deployers/deployer-a/deploy: the connection was closed without an answer
  four.ndjson[2]: confirmed at state 24 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  racewalk: error: four.ndjson[3]: not judged: state 17 (Deploy): URL: POST /mbt/deployers/deployer-b/deploy: the connection was closed without an answer
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  4 traces: 4 confirmed; 4 as expected, 0 not; 2 not judged
  $ confirm --lab-url $url --json lost.json --junit lost.xml shortest.json four.ndjson > words 2>&1
  [74]
  $ jq -c '.total, (.not_judged[] | [.file, .line, .message[:44]])' lost.json
  3
  ["four.ndjson",1,"four.ndjson[0]: not judged: state 6 (Backoff"]
  ["four.ndjson",3,"four.ndjson[2]: not judged: state 16 (Deploy"]
  $ grep -c not-judged lost.xml
  2

A server that ends in the middle of a trace, and begins again a second later; and one that does not:

  $ export NTH=8 DOWN=1000
  $ front dying && confirm --lab-url $url shortest.json four.ndjson 2>&1 | here
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  racewalk: error: four.ndjson[0]: not judged: state 6 (Backoff): URL: POST /mbt/deployers/deployer-a/deploy: the connection was closed without an answer
  four.ndjson[1]: confirmed at state 21 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  four.ndjson[2]: confirmed at state 24 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  four.ndjson[3]: confirmed at state 23 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  4 traces: 4 confirmed; 4 as expected, 0 not; 1 not judged
  $ DOWN=100000
  $ front dying && confirm --lab-url $url shortest.json four.ndjson shortest.json 2>&1 | here
  shortest.json[0]: confirmed at state 11 (Cleanup): clouddb.us-east-1.api.acme resolved to zero IPs
  racewalk: error: four.ndjson[0]: not judged: state 6 (Backoff): URL: POST /mbt/deployers/deployer-a/deploy: the connection was closed without an answer
  racewalk: error: four.ndjson[1]: not judged: state 0 (Init): URL: nothing answers there (connection refused); is the server running, and is that its port?
  racewalk: error: four.ndjson[2]: not judged: state 0 (Init): URL: nothing answers there (connection refused); is the server running, and is that its port?
  racewalk: error: four.ndjson[3]: not judged: state 0 (Init): URL: nothing answers there (connection refused); is the server running, and is that its port?
  racewalk: error: no server for 3 traces in a row: what follows four.ndjson[3] is not judged
  1 trace: 1 confirmed; 1 as expected, 0 not; 4 not judged

A slow answer, with as much time as it takes or too little:

  $ SLOW=3000 && export SLOW
  $ front slow && confirm --lab-url $url --request-timeout 1.5 shortest.json 2>&1 | here
  racewalk: error: shortest.json[0]: not judged: state 5 (Deploy): URL: POST /mbt/deployers/deployer-a/deploy: no answer within 1500 ms
  0 traces; 0 as expected, 0 not; 1 not judged
  $ SLOW=200
  $ front slow && confirm --lab-url $url --request-timeout 30 shortest.json | tail -n 1
  1 trace: 1 confirmed; 1 as expected, 0 not
  $ confirm --lab-url $url --request-timeout 0 shortest.json
  racewalk: error: --request-timeout must be between 0.001 and 86400 seconds
  [64]
Several traces at a time, each on a lab of its own; words and reports are in the order of the traces:

  $ files="four.ndjson nowhere.json shortest.json four.ndjson shortest.json"
  $ racewalk confirm --json one.json --junit one.xml $files > one.words 2> one.errors
  [66]
  $ racewalk confirm --jobs 3 --json three.json --junit three.xml $files > three.words 2> three.errors
  [66]
  $ cmp one.words three.words && cmp one.errors three.errors && cmp one.json three.json
  $ for report in one three; do sed 's/time="[^"]*"/time=""/' $report.xml > $report.plain; done; cmp one.plain three.plain
  $ tail -n 1 three.words
  10 traces: 10 confirmed; 0 as expected, 10 not; 1 not judged
  $ racewalk confirm --jobs 2 --lab-url $lab shortest.json
  racewalk: error: --jobs is for the labs that are started here: the server at --lab-url has one state, and takes one trace at a time
  [64]
  $ racewalk confirm --cacert cert.pem shortest.json
  racewalk: error: --cacert does nothing without --lab-url or --unix-socket or --driver-url
  racewalk help confirm tells what it takes.
  [64]
  $ (exec timeout --foreground --preserve-status --signal TERM 1 racewalk confirm --jobs 2 --quiet $(yes four.ndjson | head -n 20000) > words 2> errors)
  [75]
  $ ls temporary

And shrink asks in the same way:

  $ racewalk shrink --on-lab --unix-socket nowhere shortest.json 2>&1 | sed 's/^.*http/http/'
  http://localhost: nothing answers at nowhere (No such file or directory)
  $ front guarded && racewalk shrink --on-lab --lab-url $url --user ann:s3cret --header 'X-Key: k3y' shortest.json --quiet | jq '.states | length'
  12

  $ lab_end
