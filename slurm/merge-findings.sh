#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# merge-findings.sh TARGET FOLDER…: merges findings folders (--out-dir of racewalk run). Of each property and shape the shortest
# trace is kept (of equals the one of the first folder), its hits are summed up. A TARGET that is there is replaced if it
# holds an index and traces only, as of an earlier merge. Needs jq.
set -eu
target=$1
shift
[ $# -gt 0 ] || { echo "usage: merge-findings.sh TARGET FOLDER…" >&2; exit 64; }
if [ -e "$target" ] && { [ ! -e "$target/index.json" ] || [ -n "$(ls -A "$target" | grep -vx -e index.json -e '.*\.itf\.json')" ]; }; then
    echo "$target is there already, and is no folder of merged findings: give another one" >&2
    exit 64
fi
temporary=$target.tmp.$$
mkdir "$temporary"
trap 'rm -rf "$temporary"' EXIT

rows=$temporary/rows
for folder in "$@"; do
    [ -e "$folder/index.json" ] || { echo "$folder: no findings folder, left out" >&2; continue; }
    jq -c --arg folder "$folder" '.findings[] | . + {folder: $folder}' "$folder/index.json"
done >"$rows"
# The same shape is the same bug only within one property.
jq -s '{findings: (group_by([.property, .shape])
        | map((min_by(.length)) + {hits: (map(.hits // 0) | add), found_by: length})
        | sort_by([.property, .length, .shape]))}' "$rows" >"$temporary/index.full"
jq -r '.findings[] | .folder + "\t" + .file' "$temporary/index.full" | while IFS=$'\t' read -r folder file; do
    cp "$folder/$file" "$temporary/$file"
done
jq '.findings |= map(del(.folder))' "$temporary/index.full" >"$temporary/index.json"
rm "$rows" "$temporary/index.full"
if [ -e "$target" ]; then # out of the way first: a folder cannot take another one's place
    mv "$target" "$temporary.old"
fi
mv "$temporary" "$target"
rm -rf "$temporary.old"
trap - EXIT
jq -r '.findings[] | "\(.property) after \(.length): \(.shape) \(.shape_text) (\(.hits) walks, found by \(.found_by))"' "$target/index.json"
