#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The models of examples/ compile as C and as C++, without a warning, with each compiler that is here; and what authors get wrong in
# a table is told in words.
cd "$(dirname "$0")/../.." || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0
strict="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -O2 -c -Iinclude"

fail() {
    echo "$1"
    failed=1
}

# mistake COMPILER SED-SCRIPT WORDS: the lease lock, edited so, does not compile, and the first error says WORDS.
mistake() {
    sed "$2" examples/lease.c >"$folder/lease.c"
    if cmp -s examples/lease.c "$folder/lease.c"; then
        fail "sed '$2' changes nothing"
    elif "$1" -Wall -Iinclude -c "$folder/lease.c" -o "$folder/lease.o" 2>"$folder/errors"; then
        fail "$1 takes '$2'"
    elif ! grep -m 1 'error:' "$folder/errors" | grep -qF "$3"; then
        fail "$1 says of '$2': $(grep -m 1 'error:' "$folder/errors")"
    fi
}

for compiler in gcc clang; do
    command -v $compiler >/dev/null 2>&1 || continue
    for model in examples/*.c tests/models/*.c; do
        $compiler -std=c17 $strict "$model" -o "$folder/model.o" || fail "$compiler, C: $model"
        $compiler -x c++ -std=c++17 $strict -Wno-missing-field-initializers "$model" -o "$folder/model.o" || fail "$compiler, C++: $model"
    done
    mistake $compiler 's/RACEWALK_MODEL   lease/RACEWALK_MODEL leas/' 'struct leas'
    mistake $compiler '/RACEWALK_MODEL  /d' 'define RACEWALK_MODEL, the name of the struct that is the state'
    mistake $compiler 's/define ACTIONS/define ACTION/' 'the model has no ACTIONS(A)'
    mistake $compiler 's/F(held, BOOL)/F(held, BOOLEAN)/' 'the field held has a type that is none of UP_TO, RANGE, BOOL'
    mistake $compiler 's/F(held, BOOL)/F(held)/' 'the field held has a type that is none of'
    mistake $compiler 's/F(held, BOOL)/F(helt, BOOL)/' 'helt'
    mistake $compiler 's/PER(client)/EACH(client)/' 'the field view has a dimension that is neither PER(kind) nor PER2(kind, kind)'
    mistake $compiler 's/PER(client)/PER(clients)/' 'RW_most_clients'
    mistake $compiler 's/view\[CLIENTS\];/view[CLIENTS + 1];/' 'the field view has another number of elements than its kinds'
    mistake $compiler 's/UP_TO(WRITES)/UP_TO(300)/' 'the field writes has no room for all its values'
    mistake $compiler 's/F(held, BOOL)/F(held, REF_OR_NONE(client))/' 'the field held has no room for all its values (one of REF_OR_NONE must be signed)'
    mistake $compiler 's/A(expire, "[^"]*")/A(expire)/' 'the action expire has no sentence'
    mistake $compiler 's/lease back", client)/lease back", client, client, client, client)/' 'the action release has more than 3 arguments'
    mistake $compiler 's/lease back", client)/lease back")/' 'too few arguments to function'
    mistake $compiler 's/lease back", client)/lease back", clint)/' 'RW_kind_clint'
    mistake $compiler 's/I(l2_3_3, 2, 3, 3)/I(l2_3_3, 2, 3)/' 'the instance l2_3_3 has not one value for each row of PARAMS'
    mistake $compiler 's/I(l2_3_3, 2, 3, 3)/I(l2_3_3)/' 'the instance l2_3_3 has no values for the rows of PARAMS'
    mistake $compiler 's/W(expire,/W(expires,/' 'RW_action_expires'
    mistake $compiler 's/SYMMETRIC/SYMETRIC/' 'RW_SYMMETRY_SYMETRIC'
done
exit $failed
