#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How good are the tests of the lab? Each patch in this folder is one plausible mistake in lab/. For each, the file that it touches is
# compiled, the program is linked with it, and `racewalk conform` looks for the difference, also with --property-only; `racewalk
# confirm` has the traces that `racewalk run` finds. Prints a table. Needs jq and patch.
#
#   run.sh [-b BUILD] [-t SECONDS] [-j JOBS] [PATCH…]     all patches of this folder, or these; of this folder a name is enough
#   run.sh [-b BUILD] -o PROGRAM PATCH                     only makes the program with the mistake
#
# BUILD is the folder that CMake configured and built the program in (that of the racewalk on the PATH, or build/release). A patch begins with comments: what the mistake
# is; "options:" for conform, where a guard has to be on, say; "not found, since" and the reason, where it cannot be.
# Exit status: 0 all are found that can be, 1 not, 2 a patch does not apply or compile, or the lab is not well to begin with.
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
# Where the program that is found first was built, or where quickstart.sh builds it.
build=$(dirname "$(dirname "$(readlink -f "$(command -v racewalk || echo "$top/build/release/bin/racewalk")")")")
seconds=20 jobs=1 program=
fail() { echo "$*" >&2; exit 2; }
while getopts b:t:j:o: option; do
    case $option in
    b) build=$OPTARG ;;
    t) seconds=$OPTARG ;;
    j) jobs=$OPTARG ;;
    o) program=$OPTARG ;;
    *) sed -n '7,13s/^# \{0,1\}//p' "$0" >&2; exit 64 ;;
    esac
done
shift $((OPTIND - 1))
[ -e "$build/compile_commands.json" ] || build=$top/build/release
[ -e "$build/compile_commands.json" ] || fail "$build is no folder that CMake built in"
build=$(cd "$build" && pwd -P)
for tool in jq patch; do command -v $tool > /dev/null || fail "needs $tool"; done
work=$(mktemp -d) || exit 74
trap 'rm -rf "$work"' EXIT
trap 'exit 75' INT TERM
TMPDIR=$work
export TMPDIR work top build seconds

# How the program is linked, from which folder: what Ninja says, or what Make has in a file.
link_folder=$build
if [ -e "$build/build.ninja" ]; then
    ninja -C "$build" -t commands racewalk | grep -e ' -o bin/racewalk ' > "$work/link"
else
    link_folder=$build/cli
    cp "$link_folder/CMakeFiles/racewalk.dir/link.txt" "$work/link"
fi
[ -s "$work/link" ] || fail "nothing links the program in $build"
export link_folder

# make.sh PATCH PROGRAM: the program with the mistake. Fails with 1 when the patch does not apply, 2 when it does not compile.
cat > "$work/make.sh" << 'MAKE'
file=$(sed -n 's|^--- a/\([^ 	]*\).*|\1|p' "$1")
own=$(mktemp -d) || exit 2
source=$own/$(basename "$file")
cp "$top/$file" "$source" && patch -s "$source" "$1" > /dev/null || exit 1
jq -r --arg file "$top/$file" '[.[] | select(.file == $file)][0] | "cd \(.directory | @sh) && \(.command)"' "$build/compile_commands.json" |
    sed "s| -o [^ ]* -c .*| -o $own/object.o -c $source|; s/ -Werror / /" > "$own/compile"
# The object stands before the library that has the sound one, which is then not taken.
sh "$own/compile" && (cd "$link_folder" && sh -c "$(sed "s| -o [^ ]*bin/racewalk | $own/object.o -o $2 |" "$work/link")") || exit 2
MAKE
path_of() { case $1 in */* | *.patch) echo "$1" ;; *) echo "$here/$1.patch" ;; esac; }
if [ -n "$program" ]; then
    [ $# = 1 ] || fail "-o makes one program of one patch"
    case $program in /*) ;; *) program=$PWD/$program ;; esac
    sh "$work/make.sh" "$(path_of "$1")" "$program" || fail "$1 does not apply, or does not compile"
    exit 0
fi

# Traces that searches of the model find; on the lab as it is all go as the model says.
"$build/bin/racewalk" run --quiet --seed 1 --max-steps 30 --max-findings 10 --max-samples 20000 --out-itf "$work/found.ndjson" > "$work/said" 2>&1
"$build/bin/racewalk" confirm --quiet --expect same "$work/found.ndjson" > "$work/said" 2>&1 || fail "$(cat "$work/said")"

# One mutant: writes its row of the table, behind a digit: 0 found, 1 not, 2 broken, 3 not, as argued.
cat > "$work/one.sh" << 'ONE'
patch=$1 name=$(basename "$1" .patch)
options=$(sed -n 's/^# options: //p' "$patch") argued=$(sed -n 's/^# not found, since //p' "$patch")
what=$(sed -n '1s/^# //p' "$patch") file=$(sed -n 's|^--- a/\([^ 	]*\).*|\1|p' "$patch")
own=$(mktemp -d)
TMPDIR=$own
row() { echo "$1 | \`$name\` | $file | $what | $2 |" > "$work/$name.row"; rm -rf "${own:?}"; exit; }
sh "$work/make.sh" "$patch" "$own/racewalk" > "$own/said" 2>&1
case $? in
0) ;;
1) row 2 "**the patch does not apply** | | | |" ;;
*) cat "$own/said" >&2; row 2 "**it does not compile** | | | |" ;;
esac
guard=$(echo " $options" | sed -n 's/.* \(--guard [^ ]*\).*/\1/p')
# shellcheck disable=SC2086 # the options are words
if [ -n "$guard" ]; then confirmed=–
elif timeout 120 "$own/racewalk" confirm --quiet --expect same "$work/found.ndjson" > "$own/said" 2>&1; then confirmed=no
else confirmed=yes; fi
# shellcheck disable=SC2086
if timeout $((seconds + 100)) "$own/racewalk" conform --quiet --no-progress --property-only --timeout "$seconds" \
    --guard reject-stale,protect-live > "$own/said" 2>&1; then confirmed="$confirmed | no"; else confirmed="$confirmed | yes"; fi
# shellcheck disable=SC2086
timeout $((seconds + 100)) "$own/racewalk" conform --quiet --no-progress --timeout "$seconds" $options --json "$own/report.json" > "$own/said" 2>&1
case $? in
0) [ -n "$argued" ] && row 3 "*not: $argued* | | | $confirmed"; row 1 "**not found** | | | $confirmed" ;;
1) row 0 "$(jq -r '.differences[0] | "\(.action): \(.aspect) | \(.compared_before) | \(.length)"' "$own/report.json") | $confirmed" ;;
*) row 0 "the lab is lost: $(tail -n 1 "$own/said" | cut -c 1-80) | | | $confirmed" ;;
esac
ONE
if [ $# = 0 ]; then set -- "$here"/*.patch; fi
for patch in "$@"; do path_of "$patch"; done > "$work/patches"
xargs -P "$jobs" -n 1 sh "$work/one.sh" < "$work/patches"
echo "| mutant | file | mistake | found by conform | after steps | events left | by confirm | by properties |"
echo "| --- | --- | --- | --- | ---: | ---: | --- | --- |"
while read -r patch; do
    row=$work/$(basename "$patch" .patch).row
    [ -e "$row" ] || echo "2 | \`$(basename "$patch" .patch)\` | | | **was not run** | | | | |" > "$row"
    sed 's/^[0-9] //' "$row"
done < "$work/patches"
of() { cat "$work"/*.row | grep -c "^$1 "; }
printf '\n%s mutants: conform found %s, missed %s, and %s that cannot be found; %s are broken. confirm found %s, properties %s.\n' \
    "$(grep -c . "$work/patches")" "$(of 0)" "$(of 1)" "$(of 3)" "$(of 2)" "$(cat "$work"/*.row | grep -c '| yes | [a-z]* |$')" "$(cat "$work"/*.row | grep -c '| yes |$')"
[ "$(of 2)" = 0 ] || exit 2
[ "$(of 1)" = 0 ]
