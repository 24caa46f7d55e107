#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Models of one's own against what `cmake --install` installs, outside of the tree, as C and as C++: by the program itself, by
# pkg-config, by CMake. test_installed_models.sh CMAKE BUILD-FOLDER.
set -eu
cmake=$1 build=$2
examples=$(cd "$(dirname "$0")/../../examples" && pwd)
for program in pkg-config c++; do
    command -v "$program" >/dev/null 2>&1 || { echo "SKIPPED: $program is not installed"; exit 77; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset CC CXX CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH RACEWALK_MODEL RACEWALK_CFLAGS
export XDG_CACHE_HOME="$folder/cache" PKG_CONFIG_PATH="$folder/moved/share/pkgconfig"

fail() {
    printf '%s\n' "$*"
    exit 1
}

"$cmake" --install "$build" --prefix "$folder/prefix" >/dev/null
mv "$folder/prefix" "$folder/moved" # all of it finds the rest from where it is
racewalk=$folder/moved/bin/racewalk
cp "$folder/moved/share/doc/racewalk/examples/lease.c" "$folder/lease.c"
cmp "$examples/lease.c" "$folder/lease.c"
cd "$folder"

# search FILE: the counts of the model, from whichever build.
search() {
    "$racewalk" check --model "$1" --json report.json --quiet >said 2>&1 && fail "$1: nothing was found"
    counts=$(sed -n 's/.*"states":[^0-9]*\([0-9]*\).*/\1/p; s/.*"transitions":[^0-9]*\([0-9]*\).*/\1/p' report.json | tr '\n' ' ')
    [ "$counts" = "193 509 " ] || { cat said; fail "$1: counts of $counts"; }
}
search lease.c
cp lease.c lease.cpp
search lease.cpp

# Without the header there is a word about it.
mv moved/include hidden
rm -rf cache
"$racewalk" check --model lease.c >said 2>&1 && fail "compiled without its header"
grep -q 'racewalk/model.h' said && grep -q 'racewalk-dev' said || { cat said; fail "no word of what is missing"; }
mv hidden moved/include

[ "$(pkg-config --modversion racewalk)" = "$("$racewalk" --version | sed 's/racewalk \([0-9.]*\) .*/\1/')" ] || fail "pkg-config: another version"
# shellcheck disable=SC2046
cc -O2 -shared -fPIC $(pkg-config --cflags racewalk) lease.c -o by-c.so
search by-c.so
# shellcheck disable=SC2046
c++ -O2 -shared -fPIC $(pkg-config --cflags racewalk) lease.cpp -o by-cxx.so
search by-cxx.so

mkdir project
cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(models C CXX)
find_package(racewalk REQUIRED)
add_library(lease MODULE ../lease.c)
add_library(lease_cxx MODULE ../lease.cpp)
foreach(name lease lease_cxx)
    target_link_libraries(${name} PRIVATE racewalk::model)
endforeach()
END
{ "$cmake" -S project -B project/build "-DCMAKE_PREFIX_PATH=$folder/moved" && "$cmake" --build project/build; } >said 2>&1 || {
    cat said
    fail "the CMake package does not serve"
}
search project/build/liblease.so
search project/build/liblease_cxx.so
echo "searched: by the program, by pkg-config, by CMake; as C and as C++"
