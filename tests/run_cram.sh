#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a file of commands with their expected output: run_cram.sh FILE.t BIN-FOLDER. The commands find the program as racewalk
# the known data in $KNOWN, helpers in $SUPPORT and models in $EXAMPLES, and run in a folder of their own. Models that were
# compiled are kept beside the programs, and not in the user's cache.
command -v cram3 >/dev/null 2>&1 && cram=cram3 || cram=cram
command -v "$cram" >/dev/null 2>&1 || { echo "SKIPPED: cram is not installed (Debian: python3-cram)"; exit 77; }
PATH=$2:$PATH
KNOWN=$(cd "$(dirname "$0")/known" && pwd)
SUPPORT=$(cd "$(dirname "$0")/support" && pwd)
EXAMPLES=$(cd "$(dirname "$0")/../examples" && pwd)
XDG_CACHE_HOME=$(cd "$2/.." && pwd)/cache
unset CC CXX CPATH RACEWALK_MODEL RACEWALK_CFLAGS
export PATH KNOWN SUPPORT EXAMPLES XDG_CACHE_HOME
exec "$cram" --shell=/bin/sh "$1"
