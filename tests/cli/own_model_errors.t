What cannot be compiled shows the compiler's words, then one line:

  $ printf 'int x = y;\n' > wrong.c
  $ racewalk check --model wrong.c 2> said.txt
  [65]
  $ grep -c "^wrong.c:1:9: error: " said.txt
  1
  $ tail -n 1 said.txt
  racewalk: error: wrong.c does not compile

Warnings are shown, too, and the search goes on; a second time nothing is compiled:

  $ sed 's/^#define ACTIONS/static int forgotten(void) { return 1; }\n&/' $EXAMPLES/lease.c > warned.c
  $ racewalk model --model warned.c 2>&1 > listed.txt | grep -c 'forgotten.*-Wunused-function'
  1
  $ racewalk model --model warned.c > listed.txt

  $ printf 'int nothing;\n' > none.c
  $ racewalk check --model none.c
  racewalk: error: none.c has no model: it must include <racewalk/model.h> at its end, with RACEWALK_MODEL defined
  [65]

  $ racewalk check --model missing.c
  racewalk: error: missing.c cannot be read: No such file or directory
  [66]
  $ racewalk check --model .
  racewalk: error: . is no model: a source (.c, .cc, .cpp, .cxx) or a library (.so) was expected
  [64]
  $ racewalk check --model
  racewalk: error: --model needs a value: --model FILE.c
  [64]
  $ racewalk --model
  racewalk: error: --model needs a value: --model FILE.c
  [64]
  $ racewalk --model none.c check --model wrong.c
  racewalk: error: two models were named: none.c and wrong.c
  [64]

No compiler:

  $ CC=no-such-cc racewalk check --model $EXAMPLES/lease.c
  racewalk: error: there is no compiler no-such-cc: install one (Debian: apt install gcc g++), or name one by CC, or name a library that was built before: --model FILE.so
  [74]

A library that was built before needs none. It has no checked build. What was cut short, or is for another version of
the interface, is refused:

  $ cc -O2 -shared -fPIC -I $EXAMPLES/../include $EXAMPLES/lease.c -o lease.so
  $ CC=no-such-cc racewalk check --model lease.so --quiet | tail -n 2
  no_stale_write: VIOLATED, at the shortest after 5 transitions
  mutual_exclusion: VIOLATED, at the shortest after 3 transitions
  $ head -c 5000 lease.so > cut.so
  $ racewalk check --model cut.so
  racewalk: error: cut.so is no shared library for this machine, or not whole
  [65]
  $ printf 'const struct { unsigned interface, size; } racewalk_model = {7, 100};\n' > old.c
  $ cc -shared -fPIC old.c -o old.so
  $ racewalk check --model old.so
  racewalk: error: old.so was built for version 7 of the interface of models (100 bytes), and this program has version 1 (* bytes): build it again with this program's racewalk/model.h (glob)
  [65]

Where the cache cannot be written, the model is compiled each time, and nothing is left behind:

  $ touch occupied && mkdir empty
  $ XDG_CACHE_HOME=$PWD/occupied TMPDIR=$PWD/empty racewalk check --model $EXAMPLES/lease.c --guard fencing --property no_stale_write --quiet
  no_stale_write: holds in every reachable state
  $ ls empty

Who ends it while a model is compiled leaves nothing behind:

  $ printf '#!/bin/sh\ncase "$*" in *-shared*) touch started; sleep 30 ;; esac\nexec cc "$@"\n' > slow-cc && chmod +x slow-cc
  $ { CC=./slow-cc TMPDIR=$PWD/empty timeout -s INT 3 racewalk check --model $EXAMPLES/lease.c --quiet; } 2> /dev/null
  [124]
  $ test -e started && ls empty
