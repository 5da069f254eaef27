#!/usr/bin/env bash
# usage: check.sh BUILD_FOLDER CXX
# Installs a build into a temporary prefix, then builds and runs a program that finds it with find_package(warptune).
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
cmake -S "$work" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_FLAGS="$(sed -n 's/^CMAKE_CXX_FLAGS:STRING=//p' "$build/CMakeCache.txt")" >"$work/configure.log" \
  || { cat "$work/configure.log"; exit 1; }
cmake --build "$work/build"
output="$("$work/build/consumer")"
[[ "$output" == "20 of 20 trials, best 1.00, resumed: the same" ]] || { echo "unexpected output: $output"; exit 1; }
