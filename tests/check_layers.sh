#!/bin/sh
# Each folder includes only those below it: base <- model <- search <- cluster; model <- mbt; base <- lab; cli sees all.
cd "$(dirname "$0")/.." || exit 1
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
allow search base model search
allow mbt base model model/dns mbt
allow lab base lab
allow cluster base model search mbt cli cluster model/dns
allow manual base model model/dns cli manual
exit $wrong
