#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A page in a browser: run.sh TEST ARGUMENT…, for test_TEST.mjs. Status 77 and a word about it when it cannot be run here.
test=$1
shift
for node in node nodejs; do
    command -v "$node" >/dev/null 2>&1 && exec "$node" "$(dirname "$0")/test_$test.mjs" "$@"
done
echo "SKIPPED: the page was not tested, since there is no node (Debian: nodejs chromium chromium-driver)"
exit 77
