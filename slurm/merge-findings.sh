#!/bin/bash
# merge-findings.sh TARGET FOLDER…: merges findings folders (--out-dir of racewalk run). Of each property and shape the shortest
# trace is kept (of equals the one of the first folder), its hits are summed up. TARGET must not exist. Needs jq.
set -eu
target=$1
shift
[ $# -gt 0 ] || { echo "usage: merge-findings.sh TARGET FOLDER…" >&2; exit 64; }
[ ! -e "$target" ] || { echo "$target is there already" >&2; exit 64; }
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
mv "$temporary" "$target"
trap - EXIT
jq -r '.findings[] | "\(.property) after \(.length): \(.shape) \(.shape_text) (\(.hits) walks, found by \(.found_by))"' "$target/index.json"
