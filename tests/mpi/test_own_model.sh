#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A model of one's own on ranks: rank 0 compiles, all have the same code, with the same results as one process; or all refuse together,
# and one of them says why.
. "$(dirname "$0")/lib.sh"

unset CC CXX CPATH RACEWALK_MODEL RACEWALK_CFLAGS
export XDG_CACHE_HOME="$work/cache"
# A compiler that says each time that it was called.
mkdir "$work/tools"
printf '#!/bin/sh\necho called >>"%s/calls"\nexec /usr/bin/cc "$@"\n' "$work" >"$work/tools/cc"
chmod +x "$work/tools/cc"
PATH=$work/tools:$PATH
examples=$(cd "$(dirname "$0")/../../examples" && pwd)
cp "$examples/lease.c" "$work/lease.c"
cd "$work" || exit 1

# compare NAME: the results of a.json and b.json.
compare() {
    local what='[.mode, .model, .properties, .complete, .holds, .shortest, .states, .transitions, .diameter, .samples, .steps, .hits, .actions]'
    cmp <(jq "$what" a.json) <(jq "$what" b.json) || fail "$1: another report"
    rm -f a.json b.json
}

ranks 3 check --model lease.c --quiet --json b.json >out 2>err
[ $? = 1 ] || fail "check: status $?, not 1: $(cat err)"
calls=$(wc -l <calls)
"$bin/racewalk" --model lease.c check --quiet --json a.json >out
compare check
[ "$(wc -l <calls)" = "$calls" ] || fail "check: one process compiled what the ranks had compiled"
ranks 2 --model lease.c run --seed 4 --max-findings 0 --max-samples 20000 --quiet --json b.json >out 2>err
"$bin/racewalk" run --model lease.c --seed 4 --max-findings 0 --max-samples 20000 --quiet --json a.json >out
compare run
[ "$(wc -l <calls)" = "$calls" ] || fail "run: compiled again"
[ "$(ls cache/racewalk | wc -l)" = 3 ] || fail "the cache holds $(ls cache/racewalk)"

# A variable of the environment that only rank 0 has.
RACEWALK_MODEL=lease.c launched timeout 60 "${launch[@]}" -n 1 "$bin/racewalk-mpi" check --quiet --json b.json : \
    -n 1 env -u RACEWALK_MODEL "$bin/racewalk-mpi" check --quiet --json b.json >out 2>err
"$bin/racewalk" check --model lease.c --quiet --json a.json >out
compare environment

# Ranks without the file, the compiler, or a cache get the code from rank 0.
launched timeout 60 "${launch[@]}" -n 1 "$bin/racewalk-mpi" check --model lease.c --quiet --json b.json : \
    -n 2 env -C / CC=none HOME=/nowhere XDG_CACHE_HOME=/nowhere "$bin/racewalk-mpi" check --model lease.c --quiet >out 2>err
[ $? = 1 ] || fail "without a compiler: $(cat err)"
"$bin/racewalk" check --model lease.c --quiet --json a.json >out
compare "without a compiler"

# A checkpoint of one number of ranks goes on with another one, and not with another text.
ranks 2 run --model lease.c --seed 4 --max-findings 0 --max-samples 10000 --quiet --checkpoint saved >out 2>err
sed 's/UP_TO(WRITES)/UP_TO(WRITES + 1)/' lease.c >changed.c
ranks 2 run --model changed.c --resume saved --max-samples 20000 --quiet >out 2>err
[ $? = 64 ] && grep -q 'another version of the model lease' err || fail "another text: $(cat err)"
ranks 3 run --model lease.c --resume saved --max-samples 20000 --quiet --json b.json >out 2>err
[ "$(jq .samples b.json)" = 20000 ] || fail "resume: $(cat err)"

# refused STATUS WORDS ARG…: by all, with one line of that.
refused() {
    local status=$1 words=$2
    shift 2
    LIMIT=30 ranks 3 "$@" >out 2>err
    local ended=$?
    [ $ended = "$status" ] || fail "$*: status $ended, not $status: $(cat err)"
    [ "$(grep -c "$words" err)" = 1 ] || fail "$*: $(cat err)"
}
printf 'int x = y;\n' >wrong.c
refused 65 'wrong.c does not compile' check --model wrong.c
[ "$(grep -c 'wrong.c:1:9: error' err)" = 1 ] || fail "the compiler's words: $(cat err)"
refused 66 'missing.c cannot be read' run --model missing.c
refused 64 'needs a value' check --model
printf 'int nothing;\n' >none.c
refused 65 'none.c has no model' check --model none.c
refused 64 "no instance 'l9'" check --model lease.c --instance l9

# Ranks that were given other models; a rank that cannot load what it gets, for want of room in a file.
launched timeout 30 "${launch[@]}" -n 1 "$bin/racewalk-mpi" check --model lease.c : -n 1 "$bin/racewalk-mpi" check --model changed.c >out 2>err
[ $? = 64 ] && [ "$(grep -c 'rank 1 was given changed.c' err)" = 1 ] || fail "other models: $(cat err)"
launched timeout 30 "${launch[@]}" -n 1 "$bin/racewalk-mpi" check : -n 1 "$bin/racewalk-mpi" check --model lease.c >out 2>err
[ $? = 64 ] && [ "$(grep -c 'rank 1 was given lease.c' err)" = 1 ] || fail "a model with one rank only: $(cat err)"
launched timeout 30 "${launch[@]}" --mca btl tcp,self -n 1 "$bin/racewalk-mpi" check --model lease.c : \
    -n 1 bash -c "ulimit -f 8; exec $bin/racewalk-mpi check --model lease.c" >out 2>err
[ $? = 74 ] && [ "$(grep -c 'rank 1 .*lease.c cannot be kept in memory: File too large' err)" = 1 ] || fail "a rank without room: $(cat err)"
finish
