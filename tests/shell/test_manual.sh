#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual pages: test_manual.sh MANUAL-PROGRAM SHARE-FOLDER BIN-FOLDER. Well-formed for mandoc and groff, a page for each
# command with all its options, and examples that do what they say.
set -u
manual=$1 share=$2 bin=$3
for program in mandoc groff; do
    command -v "$program" >/dev/null 2>&1 || { echo "SKIPPED: $program is not installed"; exit 77; }
done
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0

fail() {
    printf '%s\n' "$*"
    failures=$((failures + 1))
}

for page in "$share"/man/*.1; do
    mandoc -T lint -W warning "$page" || fail "mandoc finds fault with $page"
    warnings=$(LC_ALL=C.UTF-8 groff -man -ww -z -T utf8 "$page" 2>&1)
    [ -z "$warnings" ] || fail "groff: $warnings"
done

# as_text PAGE: what a reader sees, without overstriking.
as_text() {
    mandoc -T ascii -O width=1000 "$share/man/$1.1" | sed 's/.\x08//g'
}

commands=$("$bin/racewalk" help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | grep -v '^help$')
as_text racewalk >"$folder/overview"
for command in $commands; do
    [ -e "$share/man/racewalk-$command.1" ] || { fail "no page for $command"; continue; }
    grep -q "^ *$command .*racewalk-$command(1)" "$folder/overview" ||
        grep -A 1 "^ *$command\$" "$folder/overview" | grep -q "racewalk-$command(1)" ||
        fail "racewalk(1) does not list $command"
    as_text "racewalk-$command" >"$folder/page"
    for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
        grep -q "^$section\$" "$folder/page" || fail "racewalk-$command(1) has no $section"
    done
    "$bin/racewalk" "$command" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' >"$folder/options"
    while IFS= read -r option; do
        grep -q -e "^ *$option\( \|\$\)" "$folder/page" || fail "racewalk-$command(1) does not tell of $option"
    done <"$folder/options"
done

# Each exit status of the reference's table is in the manual with the same number, and no other.
reference=$(sed -n '/^## Exit status/,/^## /s/^| \([0-9]*\) |.*/\1/p' "$(dirname "$0")/../../docs/reference.md" | tr '\n' ' ')
pages=$(sed -n '/^EXIT STATUS/,/^ENVIRONMENT/s/^ \{1,7\}\([0-9]\{1,2\}\) .*/\1/p' "$folder/overview" | tr '\n' ' ')
[ "$reference" = "$pages" ] || fail "exit statuses: '$reference' in docs/reference.md, '$pages' in racewalk(1)"

# run_examples PROGRAM: as a reader would, one after the other in one folder. A lab would run for ever.
run_examples() {
    "$manual" examples "$1" >"$folder/examples"
    while IFS= read -r line; do
        case $line in
            'racewalk lab '*) line="timeout --preserve-status 2 $line" ;;
        esac
        (cd "$folder/work" && sh -c "$line") >"$folder/output" 2>&1 </dev/null
        status=$?
        if [ "$status" -gt 3 ]; then
            cat "$folder/output"
            fail "exit status $status of the example: $line"
        fi
    done <"$folder/examples"
}

mkdir "$folder/work"
PATH=$bin:$PATH
# Open MPI wants to be told that it may.
export PATH OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMP_NUM_THREADS=1
run_examples racewalk
[ ! -e "$share/man/racewalk-mpi.1" ] || run_examples racewalk-mpi
[ "$failures" = 0 ] && echo "all pages as they should be, all examples run"
exit "$((failures > 0))"
