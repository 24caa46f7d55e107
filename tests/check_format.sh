#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every C file stands as clang-format would put it.
cd "$(dirname "$0")/.." || exit 1
command -v clang-format >/dev/null 2>&1 || { echo "SKIPPED: clang-format is not installed"; exit 77; }
find base model search cluster mbt lab cli manual tests bench include examples -name '*.[ch]' -print0 2>/dev/null |
    xargs -0 clang-format --dry-run -Werror
