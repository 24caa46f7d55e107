#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over the sources of the program: check_tidy.sh BUILD-FOLDER.
cd "$(dirname "$0")/.." || exit 1
command -v clang-tidy >/dev/null 2>&1 || { echo "SKIPPED: clang-tidy is not installed"; exit 77; }
find base model search cluster mbt lab cli manual bench -name '*.c' -print0 2>/dev/null |
    xargs -0 -n 4 -P 2 clang-tidy --quiet -p "$1" --extra-arg=-Wno-unknown-warning-option 2>/dev/null
