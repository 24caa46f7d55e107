#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a file of commands with their expected output: run_cram.sh FILE.t BIN-FOLDER. The commands find the program as racewalk
# the known data in $KNOWN and helpers in $SUPPORT, and run in a folder of their own.
command -v cram3 >/dev/null 2>&1 && cram=cram3 || cram=cram
command -v "$cram" >/dev/null 2>&1 || { echo "SKIPPED: cram is not installed (Debian: python3-cram)"; exit 77; }
PATH=$2:$PATH
KNOWN=$(cd "$(dirname "$0")/known" && pwd)
SUPPORT=$(cd "$(dirname "$0")/support" && pwd)
export PATH KNOWN SUPPORT
exec "$cram" --shell=/bin/sh "$1"
