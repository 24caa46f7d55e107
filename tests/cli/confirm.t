The shortest violation, on a lab of its own. A lost name is not what a healthy lab does:

  $ cp $KNOWN/itf/root_n3_5_3_shortest.itf.json shortest.json
  $ mkdir temporary && export TMPDIR=$PWD/temporary
  $ racewalk confirm shortest.json

  $ ls temporary

It is what one with the bug does:

  $ racewalk confirm --expect outage --quiet shortest.json

And not what a guarded one does:

  $ racewalk confirm --guard protect-live --quiet shortest.json
  $ racewalk confirm --guard protect-live --expect outage --quiet shortest.json
  $ racewalk confirm --guard reject-stale --quiet shortest.json

Several files of one or many traces; standard input; the count:

  $ for f in rollback_n3_5_3_s21 root_n3_5_3_multi_s7 epoch5_n3_5_3_s123; do gunzip -c $KNOWN/itf/$f.itf.ndjson.gz > $f.ndjson; done
  $ cat root_n3_5_3_multi_s7.ndjson | racewalk confirm --quiet rollback_n3_5_3_s21.ndjson - epoch5_n3_5_3_s123.ndjson
  $ racewalk confirm --quiet --watch root rollback_n3_5_3_s21.ndjson
  $ racewalk confirm --quiet --keep-last-n 100 shortest.json

Each request with its answer:

  $ racewalk confirm --verbose shortest.json | head -n 12

The report:

  $ racewalk confirm --json report.json --quiet shortest.json epoch5_n3_5_3_s123.ndjson > /dev/null
  $ cat report.json

  $ racewalk confirm --json - --expect outage shortest.json 2> words | jq -c '[.total, .as_expected]'
  $ tail -n 1 words

For CI servers:

  $ racewalk confirm --junit junit.xml --quiet shortest.json missing.json rollback_n3_5_3_s21.ndjson --expect outage > /dev/null
  $ sed 's/time="[0-9.]*"/time="T"/g' junit.xml

What cannot be judged, and the exit status. The others go on:

  $ racewalk confirm --quiet missing.json shortest.json
  $ echo '{' > broken.json
  $ racewalk confirm --quiet broken.json shortest.json --expect outage
  $ jq -c '.states[7] = .states[5]' shortest.json > illegal.json
  $ racewalk confirm --quiet illegal.json
  $ jq -c '.["#meta"].violation_step = 5' shortest.json | racewalk confirm --quiet -
  $ racewalk confirm --quiet $KNOWN/root_n3_5_3_11.schedule.json 2>&1 | sed "s|$KNOWN/||"

No lab there:

  $ racewalk confirm --quiet --lab-url http://127.0.0.1:1 shortest.json

Usage:

  $ racewalk confirm
  $ racewalk confirm --lab-url 127.0.0.1:8000 shortest.json
  $ racewalk confirm --lab-url http://127.0.0.1:8000 --guard protect-live shortest.json
  $ racewalk confirm --watch lock shortest.json
  $ racewalk confirm --expect nothing shortest.json
  $ racewalk confirm --guard none shortest.json
  $ racewalk confirm --json - --junit - shortest.json
  $ racewalk confirm --keep-last-n -1 shortest.json

A report that cannot be written:

  $ racewalk confirm --quiet --json /nowhere/report.json --expect outage shortest.json

A lab that runs already, and a signal: the report tells of what was done, and nothing is left behind:

  $ racewalk lab --port 0 --no-background --base-dir lab > lab.out & lab=$!
  $ while ! grep -q http lab.out; do sleep 0.05; done
  $ url=$(sed 's/^lab: \([^ ]*\) .*/\1/' lab.out)
  $ racewalk confirm --quiet --lab-url $url --expect outage shortest.json
  $ (trap - INT; exec timeout --preserve-status --signal INT 1 racewalk confirm --lab-url $url --quiet --json report.json $(yes root_n3_5_3_multi_s7.ndjson | head -n 20000) > words 2> errors)
  $ sed 's/before state [0-9]*/before state N/; s/\[[0-9]\]/[N]/; s/before root.*/before FILE/' errors
  $ jq '.total > 0 and .total < 80000 and .as_expected == 0' report.json
  $ kill $lab && wait $lab
  $ (exec timeout --preserve-status --signal TERM 1 racewalk confirm --quiet $(yes root_n3_5_3_multi_s7.ndjson | head -n 20000) > words 2> errors)
  $ ls temporary
