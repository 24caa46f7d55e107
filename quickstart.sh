#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a fresh machine to a result.
#
#   sh quickstart.sh          install what is missing, build, search, confirm what was found on the lab, draw it
#   sh quickstart.sh build    install and build only: the programs are in build/release/bin/
#   sh quickstart.sh test     install, build and pass all the tests
#
# On Debian and its kin it installs packages, as root or with sudo. Elsewhere it names them and goes on with what is there.
set -eu
cd "$(dirname "$0")"
if command -v ninja >/dev/null 2>&1 || command -v apt-get >/dev/null 2>&1; then
    export CMAKE_GENERATOR="${CMAKE_GENERATOR-Ninja}"
fi

BUILD_PACKAGES="build-essential cmake ninja-build pkg-config libcjson-dev libmsgpack-dev libmicrohttpd-dev
libcurl4-openssl-dev zlib1g-dev libopenmpi-dev openmpi-bin"
TEST_PACKAGES="libcmocka-dev python3-cram python3 jq clang libomp-dev libclang-rt-14-dev clang-format clang-tidy shellcheck
gzip procps iproute2 slurm-wlm munge mpich libmpich-dev chromium chromium-driver nodejs openssl zsh fish mandoc groff-base
man-db dpkg-dev lintian curl python3-yaml gnuplot-nox"

say() {
    printf '== %s\n' "$*"
}

missing_packages() {
    for package in "$@"; do
        # A program that is there from elsewhere is as good as its package.
        case $package in
            nodejs) command -v node >/dev/null 2>&1 && continue ;;
        esac
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        return 1
    fi
}

# Installs what is missing of the packages given; goes on without those that cannot be had.
install_packages() {
    if ! command -v apt-get >/dev/null 2>&1; then
        say "this system has no apt-get; what Debian calls these packages must be there: $*"
        return 0
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    say "installing: $missing"
    # shellcheck disable=SC2086 # a list of words
    if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update >/dev/null &&
           as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing >/dev/null; }
    then
        say "could not install all of: $missing; going on with what is there"
    fi
}

build() {
    preset=$1
    log=build/$preset.log
    mkdir -p build
    if ! { cmake --preset "$preset" && cmake --build --preset "$preset"; } >"$log" 2>&1; then
        tail -n 40 "$log"
        say "the build failed; all of it is in $log"
        exit 1
    fi
}

main_job() {
    racewalk=build/release/bin/racewalk
    out='racewalk-out'
    say "searching n3_5_3 for a violation of each invariant, on all cores"
    rm -rf "$out"
    mkdir "$out"
    for property in no_inconsistent_root no_inconsistent_rollback; do
        # Exit status 1 says that a violation was found, which is what we are after.
        "$racewalk" run --quiet --property "$property" --seed 1 --out-dir "$out/$property" && exit 1
        [ $? = 1 ] || exit 1
    done
    say "how often, and how fast: 100 million more walks"
    "$racewalk" run --max-findings 0 --max-samples 100000000 --seed 2 --no-progress | tail -n 3 || true
    say "confirming the traces on a running lab, over HTTP"
    "$racewalk" confirm --quiet --expect outage --json "$out/confirm.json" "$out"/*/*.itf.json
    "$racewalk" view --out "$out/racewalk.html" --confirm "$out/confirm.json" "$out"/*/*.itf.json >/dev/null
    say "done. The traces are in $out/*/*.itf.json"
    say "look at the picture: $out/racewalk.html    read it: $racewalk explain $out/*/*.itf.json"
}

case ${1-} in
    '')
        # shellcheck disable=SC2086
        install_packages $BUILD_PACKAGES
        build release
        main_job
        ;;
    build)
        # shellcheck disable=SC2086
        install_packages $BUILD_PACKAGES
        build release
        say "the programs are in build/release/bin/"
        ;;
    test)
        # shellcheck disable=SC2086
        install_packages $BUILD_PACKAGES $TEST_PACKAGES
        exec sh tests/all.sh
        ;;
    *)
        echo "usage: sh quickstart.sh [build|test]" >&2
        exit 64
        ;;
esac
