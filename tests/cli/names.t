File names can be of any bytes. What is written is UTF-8, whatever the name is:

  $ utf8() { iconv -f UTF-8 -t UTF-8 < "$1" > /dev/null && echo "$1 is UTF-8"; }
  $ odd=$(printf 'caf\351')
  $ cp $KNOWN/itf/root_n3_5_3_shortest.itf.json $odd.json; mkdir $odd
  $ racewalk replay --json replay.json $odd.json; utf8 replay.json
  caf\xe9.json[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  replay.json is UTF-8
  $ racewalk run --seed 1 --quiet --json run.json --out-itf $odd/found-{seq}.json --report run.html > /dev/null
  [1]
  $ utf8 run.json; utf8 run.html; jq -r '.findings[0] | .file, .file_uri' run.json
  run.json is UTF-8
  run.html is UTF-8
  caf\xef\xbf\xbd/found-1.json (esc)
  caf%E9/found-1.json
  $ grep -o '"links":[^]]*]' run.html
  "links":["./caf%E9/found-1.json"]
  $ racewalk run --seed 1 --quiet --json dir.json --out-dir $odd/found > /dev/null
  [1]
  $ utf8 dir.json; utf8 $odd/found/index.json | cut -d/ -f 2,3; jq -c '.findings[0] | has("file_uri")' dir.json $odd/found/index.json
  dir.json is UTF-8
  found/index.json is UTF-8
  true
  false
  $ racewalk check --plans 3 --max-plan-age 1 --quiet --json check.json --report check.html --out-itf $odd/check-{seq}.json > /dev/null
  [1]
  $ utf8 check.json; utf8 check.html
  check.json is UTF-8
  check.html is UTF-8
  $ racewalk view --quiet $odd.json $odd/found --out view.html; utf8 view.html
  view.html is UTF-8
  $ racewalk confirm --quiet --json confirm.json --junit junit.xml --sarif log.sarif --code-quality quality.json $odd.json > /dev/null
  [1]
  $ for file in confirm.json junit.xml log.sarif quality.json; do utf8 $file; done
  confirm.json is UTF-8
  junit.xml is UTF-8
  log.sarif is UTF-8
  quality.json is UTF-8
  $ jq -r '.traces[0] | .file, .file_uri' confirm.json
  caf\xef\xbf\xbd.json (esc)
  caf%E9.json

Its own report is a baseline, in which the name is found again, and is not taken for one that looks the same:

  $ cp $odd.json $(printf 'caf\350').json
  $ racewalk confirm --quiet --baseline confirm.json --json again.json $odd.json $(printf 'caf\350').json | grep -o '^against.*'
  against confirm.json: 1 new-failure, 1 still-failing
  $ jq -c '.traces[] | [.file_uri, .change]' again.json
  ["caf%E9.json","still-failing"]
  ["caf%E8.json","new-failure"]
  $ racewalk confirm --quiet --baseline again.json $odd.json | tail -n 1
    not looked at, but in the baseline: caf\xe8.json[0]
  $ racewalk view --quiet --confirm confirm.json --out page.html $odd.json && grep -c '"verdict":"confirmed"' page.html
  1
  $ racewalk view --quiet --confirm confirm.json --out page.html $(printf 'caf\350').json && grep -c '"verdict":"confirmed"' page.html
  0
  [1]

What is printed cannot act: not on a terminal, nor as a command in the log of a CI job.

  $ forged=$(printf 'x\n::error::forged\033[31m')
  $ cp $odd.json "$forged"; cp $odd.json ::error::forged
  $ racewalk replay "$forged" ::error::forged 'x##[error]none'
  x\x0a::error::forged\x1b[31m[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  \x3a:error::forged[0]: 11 transitions, violates no_inconsistent_root at state 11: every state agrees
  racewalk: error: x\x23#[error]none: No such file or directory
  2 traces: 2 agree, 0 do not
  [66]
  $ racewalk explain --brief "$forged" | head -n 1
  x\x0a::error::forged\x1b[31m
  $ racewalk shrink "$forged" --out-itf shrunk.json | cut -c1-60
  x\x0a::error::forged\x1b[31m[0]: 11 transitions, shrunk to 1
  $ racewalk confirm --annotations github "$forged" ::error::forged > words
  [1]
  $ grep -c '^::error file=x%0A%3A%3Aerror%3A%3Aforged\\x1b\[31m,' words; grep -c '^::' words; grep forged words | grep -v ^:: | cut -c1-60
  1
  2
  x\x0a::error::forged\x1b[31m[0]: 12 states, no_inconsistent_
  \x3a:error::forged[0]: 12 states, no_inconsistent_root
  $ racewalk confirm --quiet --baseline "$forged" ::error::forged
  racewalk: error: x\x0a::error::forged\x1b[31m: an object with an array "traces" was expected
  [65]
  $ racewalk confirm --quiet ::error::forged | cut -c1-40
  \x3a:error::forged[0]: confirmed at stat
  1 trace: 1 confirmed; 0 as expected, 1 n
  $ racewalk view "$forged" --out "$forged.html"
  x\x0a::error::forged\x1b[31m.html: 1 trace. Open it in a browser.
  $ racewalk run --seed 1 --quiet --out-itf "$forged.{seq}" | grep written
    written to x\x0a::error::forged\x1b[31m.1
  $ racewalk "$forged"
  racewalk: error: no command 'x\x0a::error::forged\x1b[31m'; racewalk help lists them
  [64]
  $ racewalk run "--$forged"
  racewalk: error: unknown option --x\x0a::error::forged\x1b[31m; --help lists them all
  racewalk help run tells what it takes.
  [64]

A file below the working directory is named relative to it, however it was named, so that GitHub and GitLab place
what is said about it, and know it again on another runner:

  $ mkdir traces; cp $odd.json traces/a.json; ln -s "$PWD" "$PWD/../link-$$"
  $ racewalk confirm --quiet traces/a.json --annotations github --sarif relative.sarif --code-quality relative.json > relative.words
  [1]
  $ racewalk confirm --quiet "$PWD/traces/a.json" --annotations github --sarif absolute.sarif --code-quality absolute.json > absolute.words
  [1]
  $ racewalk confirm --quiet "$PWD/../link-$$/traces/a.json" --annotations github --sarif link.sarif --code-quality link.json > link.words
  [1]
  $ rm "$PWD/../link-$$"
  $ cmp relative.sarif absolute.sarif; cmp relative.json absolute.json; cmp relative.sarif link.sarif; cmp relative.json link.json
  $ for words in relative absolute link; do grep ^:: $words.words | cut -c1-40; done
  ::error file=traces/a.json,line=1,title=
  ::error file=traces/a.json,line=1,title=
  ::error file=traces/a.json,line=1,title=
  $ jq -c '.runs[0].results[0] | .locations[0].physicalLocation.artifactLocation, .partialFingerprints' absolute.sarif
  {"uri":"traces/a.json","uriBaseId":"%SRCROOT%"}
  {"racewalkTrace/v1":"traces/a.json[0]"}
  $ jq -c '.[0] | .location.path, .fingerprint' absolute.json
  "traces/a.json"
  "no_inconsistent_root traces/a.json[0]"
  $ racewalk confirm --quiet "$PWD/traces/none.json" --sarif none.sarif > words 2>&1
  [66]
  $ jq -c '.runs[0].invocations[0].toolExecutionNotifications[0].locations[0].physicalLocation.artifactLocation' none.sarif
  {"uri":"traces/none.json","uriBaseId":"%SRCROOT%"}
