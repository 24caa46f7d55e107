A model to begin with runs as it stands, finds something, and its guard mends it:

  $ racewalk model --new tickets > tickets.c
  $ racewalk check --model tickets.c --quiet | tail -n 1
  no_oversale: VIOLATED, at the shortest after 6 transitions
  $ racewalk check --model tickets.c --guard compare --instance large --quiet
  no_oversale: holds in every reachable state
  $ racewalk run --model tickets.c --property sold_out --seed 1 --quiet | head -n 1
  witness of sold_out after * (glob)
  $ racewalk run --model tickets.c --seed 1 --quiet --out-itf t.json > /dev/null
  [1]
  $ racewalk replay --model tickets.c t.json
  t.json[0]: * transitions, violates no_oversale at state *: every state agrees (glob)
  $ racewalk check --model tickets.c --sellers 4 --tickets 2
  racewalk: error: * (glob)
  [64]

It has an example of each table, and compiles without a warning as C and as C++:

  $ grep -o '^#define [A-Z]*(' tickets.c | tr -d '\n'; echo
  #define KINDS(#define PARAMS(#define REQUIRES(#define INSTANCES(#define GUARDS(#define FIELDS(#define ACTIONS(#define WEIGHTS(#define DATA(#define INVARIANTS(#define EXAMPLES(
  $ cc -std=gnu17 -Wall -Wextra -Werror -I $EXAMPLES/../include -c tickets.c -o c.o
  $ cp tickets.c tickets.cc
  $ c++ -std=gnu++17 -Wall -Wextra -Werror -I $EXAMPLES/../include -c tickets.cc -o cc.o
  $ racewalk check --model tickets.cc --quiet | tail -n 1
  no_oversale: VIOLATED, at the shortest after 6 transitions

The model that the environment names may not be there yet:

  $ RACEWALK_MODEL=later.c racewalk model --new later > later.c
  $ RACEWALK_MODEL=later.c racewalk model | head -n 1
  later: sellers who sell tickets out of one book

  $ racewalk model --new my-model
  racewalk: error: --new 'my-model': a name for C was expected, of small letters, digits and _, with 40 at most
  [64]
  $ racewalk model --new struct
  racewalk: error: --new 'struct': a name for C was expected, of small letters, digits and _, with 40 at most
  [64]
  $ racewalk model --new Model
  racewalk: error: --new 'Model': a name for C was expected, of small letters, digits and _, with 40 at most
  [64]
  $ for name in step look sell start s p; do racewalk model --new $name > $name.c && racewalk check --model $name.c --quiet | tail -n 1; done
  no_oversale: VIOLATED, at the shortest after 6 transitions
  no_oversale: VIOLATED, at the shortest after 6 transitions
  no_oversale: VIOLATED, at the shortest after 6 transitions
  no_oversale: VIOLATED, at the shortest after 6 transitions
  no_oversale: VIOLATED, at the shortest after 6 transitions
  no_oversale: VIOLATED, at the shortest after 6 transitions
  $ racewalk model --new lease --model lease.c
  racewalk: error: --new writes a model, and looks at none
  racewalk help model tells what it takes.
  [64]
