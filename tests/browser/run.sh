#!/bin/sh
# The page in a browser: run.sh RACEWALK MAKE_TRACES KNOWN. Status 77 and a word about it when it cannot be run here.
for node in node nodejs; do
    command -v "$node" >/dev/null 2>&1 && exec "$node" "$(dirname "$0")/test_view.mjs" "$@"
done
echo "SKIPPED: the page was not tested, since there is no node (Debian: nodejs chromium chromium-driver)"
exit 77
