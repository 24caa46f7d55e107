#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# quick.sh RACEWALK-BENCH PAGES.PY SCALING.MD: that every row of the benchmark can be measured and is in the report, and that the plots
# and tables of the scaling page are made. Sizes are cut and no figure is judged.
set -u
bench=$1
pages=$2
page=$3
for program in jq python3 gnuplot; do
    command -v $program >/dev/null 2>&1 || { echo "SKIPPED: $program is not installed"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}

"$bench" --quick --json "$work/rows.json" >"$work/rows.txt" || fail "--quick ends with status $?"
"$bench" --list >"$work/list.txt"
jq -r '.rows[].name' "$work/rows.json" | cmp -s - "$work/list.txt" || fail "the report has other rows than --list"
jq -e '.tool == "racewalk-bench" and .quick and .repeat == 1 and .threads >= 1 and (.processor | type == "string")' \
    "$work/rows.json" >/dev/null || fail "the head of the report"
# Only what this machine lacks may be missing: a kernel, or SPIN.
jq -r '.rows[] | select((.median > 0 and .min <= .median and .median <= .max and (.values | length) == 1 or .not_here) | not)
    | "a row without figures: " + .name' "$work/rows.json" >"$work/wrong"
jq -r '.rows[] | select(.not_here and (.name | test("avx|^peer/.*(/spin|ranks$)") | not)) | "not measured: \(.name): \(.not_here)"' \
    "$work/rows.json" >>"$work/wrong"
if command -v spin >/dev/null 2>&1; then
    jq -r '.rows[] | select(.not_here and (.name | test("^peer/.*(?<!ranks)$"))) | "not measured: \(.name): \(.not_here)"' \
        "$work/rows.json" >>"$work/wrong"
else
    echo "spin is not installed: its rows are not tested"
fi
[ -s "$work/wrong" ] && fail "$(cat "$work/wrong")"
# The reports say the same.
while read -r row; do
    grep -qF "$row" "$work/rows.txt" || fail "the table lacks $row"
done <"$work/list.txt"

cp "$page" "$work/page.md"
"$bench" --quick --scaling "$work/scaling" || fail "--scaling ends with status $?"
"$pages" "$work/scaling/scaling.json" --plots "$work/scaling" --update "$work/page.md" || fail "pages.py of the plots"
for name in $(jq -r '.plots[].name' "$work/scaling/scaling.json"); do
    grep -q '</svg>' "$work/scaling/$name.svg" || fail "$name.svg is not whole"
    grep -q "^<!-- begin $name:" "$work/page.md" || fail "the page has no block for $name"
    grep -q "(scaling/$name.svg)" "$work/page.md" || fail "the page does not show $name.svg"
done
for name in walk-deployers walk-plans walk-steps threads check-time check-memory; do
    jq -e --arg name "$name" '[.plots[] | select(.name == $name) | .curves[] | select(.limit | not) | .points[]] | length > 0' \
        "$work/scaling/scaling.json" >/dev/null || fail "there is no plot $name"
done
cmp -s "$page" "$work/page.md" && fail "the page was not brought up to date"

"$bench" --only no-such-row >/dev/null 2>"$work/err"
[ $? -eq 64 ] || fail "--only with an unknown row"
printf 'before\n<!-- begin rows: by this test -->\nold\n<!-- end rows -->\nafter\n' >"$work/rows.md"
"$pages" "$work/rows.json" --update "$work/rows.md" || fail "pages.py of the rows"
grep -q '^| start/true | [0-9.]* | [0-9.]* … [0-9.]* | ms |  |$' "$work/rows.md" || fail "the page lacks a row"
[ "$(sed -n '1p;2p;$p' "$work/rows.md" | tr '\n' ';')" = 'before;<!-- begin rows: by this test -->;after;' ] ||
    fail "what stands around the block was changed"
grep -q '^old$' "$work/rows.md" && fail "the old block is still there"
if "$pages" "$work/rows.json" --update "$work/list.txt" 2>"$work/err"; then fail "--update of a file without blocks"; fi
"$bench" --list | cmp -s - "$work/list.txt" || fail "a file without blocks was changed"
[ $failed -eq 0 ] && echo "all passed"
exit $failed
