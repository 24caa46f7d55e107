#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Debian packages and `cmake --install`: test_package.sh CMAKE BUILD-FOLDER. The packages are unpacked into a folder, and what is
# in them is used from there.
set -eu
cmake=$1 build=$2
for program in dpkg-deb dpkg-shlibdeps man; do
    command -v "$program" >/dev/null 2>&1 || { echo "SKIPPED: $program is not installed"; exit 77; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
    printf '%s\n' "$*"
    exit 1
}

# Each file is where programs look for it.
look_at() {
    root=$1 program=$2 compressed=$3
    for file in "bin/$program" "share/man/man1/$program.1$compressed" "share/bash-completion/completions/$program" \
        "share/zsh/vendor-completions/_$program" "share/fish/vendor_completions.d/$program.fish" "share/doc/$program"; do
        [ -e "$root/$file" ] || fail "$root has no $file"
    done
    "$root/bin/$program" --version | grep -q '^racewalk [0-9]' || fail "$root/bin/$program does not run"
}

"$cmake" --install "$build" --prefix "$folder/prefix" >/dev/null
look_at "$folder/prefix" racewalk ""
"$folder/prefix/bin/racewalk" run --quiet --seed 1 --out-itf "$folder/found.ndjson" >/dev/null && fail "nothing was found"
[ -s "$folder/found.ndjson" ] || fail "no trace was written"

"${cmake%cmake}cpack" -G DEB --config "$build/CPackConfig.cmake" -B "$folder/packages" >"$folder/log" 2>&1 || {
    cat "$folder/log"
    fail "cpack failed"
}
programs=racewalk
[ ! -e "$folder/prefix/bin/racewalk-mpi" ] || programs="racewalk racewalk-mpi"
for program in $programs; do
    package=$(echo "$folder/packages/${program}_"*.deb)
    [ "$(dpkg-deb -f "$package" Package)" = "$program" ] || fail "$package: another name"
    for field in Version Architecture Maintainer Section Description; do
        [ -n "$(dpkg-deb -f "$package" "$field")" ] || fail "$package has no $field"
    done
    dpkg-deb -f "$package" Depends | grep -q 'libc6 (>= .*libmicrohttpd' || fail "$package: its libraries are missing in Depends"
    dpkg-deb -c "$package" | awk '$2 != "root/root" || $1 ~ /^.....w/ || $1 ~ /^........w/' | grep . && fail "$package: modes"
    dpkg -x "$package" "$folder/root"
    look_at "$folder/root/usr" "$program" .gz
    LC_ALL=C.UTF-8 man -l "$folder/root/usr/share/man/man1/$program.1.gz" | grep -q SYNOPSIS || fail "$program(1) cannot be read"
    for file in copyright changelog.Debian.gz; do
        [ -s "$folder/root/usr/share/doc/$program/$file" ] || fail "$package has no $file"
    done
    if command -v lintian >/dev/null 2>&1; then
        lintian --fail-on error --allow-root --suppress-tags bad-distribution-in-changes-file "$package" >"$folder/log" 2>&1 || {
            cat "$folder/log"
            fail "lintian finds errors"
        }
    fi
done
package=$(echo "$folder/packages/racewalk-dev_"*.deb)
dpkg -x "$package" "$folder/root"
[ "$(dpkg-deb -f "$package" Architecture)" = all ] || fail "$package: not for all machines"
for file in include/racewalk/model.h share/pkgconfig/racewalk.pc share/cmake/racewalk/racewalkConfig.cmake \
    share/doc/racewalk/examples/lease.c share/doc/racewalk-dev/copyright; do
    [ -s "$folder/root/usr/$file" ] || fail "$package has no $file"
done
XDG_CACHE_HOME=$folder/cache "$folder/root/usr/bin/racewalk" model --model "$folder/root/usr/share/doc/racewalk/examples/lease.c" \
    >/dev/null || fail "the model of the packages does not run"
case $programs in
    *mpi*) dpkg-deb -f "$folder/packages/racewalk-mpi_"*.deb Depends | grep -q 'racewalk (= ' || fail "racewalk-mpi without racewalk" ;;
esac
echo "installed and packed: $programs racewalk-dev"
