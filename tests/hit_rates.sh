#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds the hit rates of long runs, 10^8 walks a row, against the exact chances: hit_rates.sh [RACEWALK [WALKS]]. Seconds with
# vector kernels, minutes without.
racewalk=${1-build/release/bin/racewalk}
walks=${2-100000000}
failed=0
command -v jq >/dev/null 2>&1 || { echo "SKIPPED: jq is not installed"; exit 77; }
row() { # INSTANCE MAX-STEPS EXACT-CHANCE
    "$racewalk" run --instance "$1" --max-steps "$2" --property no_inconsistent_root --max-findings 0 \
        --max-samples "$walks" --seed 20260101 --quiet --json - |
        jq -r --arg name "$1" --arg steps "$2" --argjson p "$3" '
            .hits.no_inconsistent_root as $h | .samples as $w | ($w * $p * (1 - $p) | sqrt) as $sigma
            | (($h - $w * $p) / $sigma) as $z
            | "\($name) \($steps) steps: \($h) of \($w) walks, \($h / $w), exact \($p), \($z * 100 | round / 100) sigma",
              (if ($z | fabs) > 4.5 then "WRONG" else "ok" end)' |
        { read -r line; read -r verdict; echo "$verdict: $line"; [ "$verdict" = ok ]; } || failed=1
}
row n3_5_3 19 0.002567
row n3_5_3 20 0.0040726
row n3_5_3 29 0.047843
row n3_20_3 19 0.001619
row n3_20_3 20 0.00255701
row n3_30_20 100 1.35486e-5
row n3_30_20 200 0.018369
exit $failed
