#!/usr/bin/env bash
# usage: check.sh BUILD_FOLDER CXX
# Installs a build into a temporary prefix, then builds and runs a program that finds it with find_package(warptune), and
# the same program with add_subdirectory() of the sources.
set -euo pipefail
build="$1"
compiler="$2"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
for file in bin/warptune share/bash-completion/completions/warptune share/zsh/site-functions/_warptune; do
  [[ -s "$work/prefix/$file" ]] || { echo "not installed, or empty: $file"; exit 1; }
done
"$work/prefix/bin/warptune" --version

# The compiler must not see the checkout, so the consumer is built from a copy.
cp "$here/CMakeLists.txt" "$here/main.cpp" "$work/"

cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }

# check NAME CMAKE_ARGUMENT...: builds the consumer and runs it.
check() {
  local name="$1" output
  shift
  # As the build was compiled: sanitizers, compiler cache, a folder's files as one unit.
  cmake -S "$work" -B "$work/$name" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS="$(cached CMAKE_CXX_FLAGS)" -DCMAKE_UNITY_BUILD="$(cached CMAKE_UNITY_BUILD)" \
    -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" "$@" >"$work/$name.log" \
    || { cat "$work/$name.log"; exit 1; }
  cmake --build "$work/$name" >"$work/$name.log" || { cat "$work/$name.log"; exit 1; }
  output="$("$work/$name/consumer")"
  [[ "$output" == "20 of 20 trials, best 1.00, resumed: the same; workers: 4 of 4" ]] \
    || { echo "$name: unexpected output: $output"; exit 1; }
  if nm -DC --defined-only "$work/$name/consumer" | grep ' T warptune::'; then
    echo "$name: exports the library's functions"
    exit 1
  fi
  echo "$name: $output"
}
export WARPTUNE_KEEPER="$work/prefix/bin/warptune"
check installed -DCMAKE_PREFIX_PATH="$work/prefix"
# Not optimised: that it compiles, hides its names and computes is what is asked.
check embedded -DWARPTUNE_SOURCE="$here/../.." -DCMAKE_CXX_FLAGS_RELEASE=-O0
