#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each folder includes only those below it: base <- model <- search <- cluster; model <- mbt <- mbt/lab; base <- lab; cli sees all
# that serves any model, and subject/ what a program is made for.
cd "$(dirname "$0")/.." || exit 1
git rev-parse --is-inside-work-tree > /dev/null 2>&1 || exit 77
wrong=0
allow() {
    folder=$1
    shift
    for file in "$folder"/*.c "$folder"/*.h; do
        [ -e "$file" ] || continue
        # shellcheck disable=SC2013 # the names have no blanks
        for used in $(sed -n 's|^#include "\([a-z/]*\)/[a-z0-9_.]*".*|\1|p' "$file" | sort -u); do
            case " $* " in *" $used "*) ;; *) echo "$file includes $used/, which $folder/ must not know"; wrong=1 ;; esac
        done
    done
}
allow base base
allow model base model
allow model/dns base model model/dns
allow model/own base model model/own
allow include/racewalk
allow examples
allow search base model search
allow mbt base model mbt
allow mbt/driver base model mbt mbt/driver
allow mbt/lab base model model/dns mbt mbt/lab
allow mbt/own base model model/own mbt mbt/own
allow mbt/dns base model mbt mbt/dns
allow lab base lab
allow cli base model model/own search mbt mbt/driver mbt/own cluster cli subject
allow cluster base model search cluster
allow subject base cli lab mbt/dns mbt/lab model/dns subject
allow examples/systems none
allow manual base cli manual subject
allow bench base model model/dns search mbt mbt/lab bench
# Only a main names the program's subject.
for file in cli/*.c cluster/*.c; do
    case $file in */main.c | */main_mpi.c) ;; *) if grep -Hn '#include "subject/' "$file"; then wrong=1; fi ;; esac
done
# No folder is forgotten.
for folder in $(git ls-files -- '*.c' '*.h' | sed -n 's|/[^/]*$||p' | sort -u); do
    case $folder in tests/*) ;; *) grep -q "^allow $folder\( \|\$\)" tests/check_layers.sh || { echo "$folder/ has no rule in tests/check_layers.sh"; wrong=1; } ;; esac
done
exit $wrong
