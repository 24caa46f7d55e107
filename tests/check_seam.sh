#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The seam is true: code that serves any model has no word of the DNS balancer or of its lab in it, neither in names nor in texts
# nor in comments. The balancer's own: model/dns, mbt/dns, mbt/lab, lab, subject, web/dns_tree.* (which the lab and mbt/dns share), what
# bench/ measures, and the examples of the manual.
cd "$(dirname "$0")/.." || exit 1
words='deployer|balancer|zone|rollback|clean-?up|wormhole|clouddb|dns|\blabs?\b|\blab_|_lab\b|\bplans?\b|_plans?\b|\bplan_'
# Mains name what their program is made for.
files=$(ls base/*.[ch] model/*.[ch] search/*.[ch] cluster/*.[ch] cli/*.[ch] cli/page/* mbt/*.[ch] mbt/view/* mbt/own/*.[ch] mbt/own/picture/* model/own/*.[ch] manual/*.[ch] \
    web/*.js web/*.css bench/bench.h bench/bench_start.c bench/count.[ch] bench/host.c bench/report.[ch] bench/spawn.[ch] |
    grep -vE '^[a-z]+/main(_mpi)?\.c$|^web/dns_tree\.|^manual/texts\.c$')
# shellcheck disable=SC2086 # the names have no blanks
found=$(grep -niE "$words" $files |
    # Plain English: the search plans a layer of cells and a block of walks; libcurl has functions of such names.
    grep -vE '^(model/cells\.h|search/explore_cells\.c):[0-9]+:.*\b([Pp]lans?\b|plan_layer)' |
    grep -vE '^search/walker\.c:[0-9]+:.*\bplan_block\b' |
    grep -vE '^mbt/http_client\.c:[0-9]+:.*\bcurl_[a-z_]*cleanup\b')
[ -z "$found" ] && exit 0
printf 'The balancer is spoken of in code that serves any model:\n%s\n' "$found"
exit 1
