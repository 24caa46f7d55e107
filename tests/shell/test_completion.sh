#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Completions in the shell that they are for: test_completion.sh SHELL SHARE-FOLDER BIN-FOLDER. SHARE-FOLDER has bash/, zsh/ and
# fish/; each line below is completed by the real shell, and what it offers is compared. Words are compared without what the
# user has typed before them ("--guard=", "a,", "folder/"), which shells handle in their own ways.
set -u
shell=$1 share=$2 bin=$3
here=$(cd "$(dirname "$0")" && pwd)
command -v "$shell" >/dev/null 2>&1 || { echo "SKIPPED: $shell is not installed"; exit 77; }
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir -p sub/e.d
touch sub/a.itf.json sub/b.ndjson sub/c.txt sub/d.json.gz
failures=0

# offers LINE: the words that the shell offers, sorted, on one line.
offers() {
    case $shell in
        bash) bash --norc "$here/complete.bash" "$share/bash/${1%% *}" "$1" ;;
        zsh) zsh -f "$here/complete.zsh" "$share/zsh" "$1" ;;
        fish) fish --no-config "$here/complete.fish" "$share/fish/${1%% *}.fish" "$1" ;;
    esac | sed 's/^\(--[a-z-]*\)=$/\1/; s/^--[a-z-]*=//; s/.*,//; s|/$||; s|.*/||' | LC_ALL=C sort -u | tr '\n' ' ' |
        sed 's/ $//'
}

expect() {
    found=$(offers "$1")
    if [ "$found" != "$2" ]; then
        printf '%s: "%s"\n  expected: %s\n  found:    %s\n' "$shell" "$1" "$2" "$found"
        failures=$((failures + 1))
    fi
}

# What the program's own help lists is what is offered, for every command.
commands=$("$bin/racewalk" help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
for command in $commands; do
    [ "$command" != help ] || continue
    options=$({ "$bin/racewalk" "$command" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p'; echo --help; } |
        LC_ALL=C sort -u | tr '\n' ' ' | sed 's/ $//')
    expect "racewalk $command --" "$options"
done
expect "racewalk help " "$(echo "$commands" | grep -v '^help$' | LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//')"

expect "racewalk confi" "confirm"
expect "racewalk run --sch" "--scheduler"
expect "racewalk run --scheduler " "iw2 uniform"
expect "racewalk run --max-steps " "auto"
expect "racewalk run --quiet --instance n3_3" "n3_30_20"
expect "racewalk run --instance=n3_2" "n3_20_3"
expect "racewalk run --property no_inconsistent_ro" "no_inconsistent_rollback no_inconsistent_root"
expect "racewalk check --guard reject-stale,p" "protect-live"
expect "racewalk confirm --expect " "healthy outage same"
expect "racewalk confirm --watch=ro" "rollback root"
expect "racewalk lab --guard " "protect-live reject-stale"
expect "racewalk run --weights " ""
expect "racewalk run --out-dir sub/" "e.d"
expect "racewalk run --json sub/c" "c.txt"
expect "racewalk view --confirm sub/" "a.itf.json e.d"
expect "racewalk confirm sub/" "a.itf.json b.ndjson d.json.gz e.d"
expect "racewalk confirm --quiet sub/a.itf.json sub/b" "b.ndjson"
expect "racewalk help rep" "replay"
# A model of one's own, before the command and behind it.
expect "racewalk --mod" "--model"
expect "racewalk --model sub/c" "c.txt"
expect "racewalk --model=sub/c" "c.txt"
expect "racewalk --model sub/c.txt che" "check"
expect "racewalk --model=sub/c.txt check --eng" "--engine"
expect "racewalk --cflags -O2 --model sub/c.txt help rep" "replay"
expect "racewalk check --model sub/c" "c.txt"
if [ -e "$share/fish/racewalk-mpi.fish" ]; then
    expect "racewalk-mpi " "$(if [ "$shell" = bash ]; then echo '--cflags --help --model --version check help run'; else echo 'check help run'; fi)"
    expect "racewalk-mpi check --eng" "--engine"
    expect "racewalk-mpi run --resu" "--resume"
fi
[ "$failures" = 0 ] && echo "all as expected in $shell"
exit "$((failures > 0))"
