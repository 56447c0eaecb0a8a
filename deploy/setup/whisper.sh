#!/usr/bin/env bash
# Fetches the whisper.cpp sources, applies the changes in whisper.cpp/*.patch, adds
# the kernels in whisper.cpp/*.h and builds static libraries for this machine's CPU. Writes
# $EARSHOT_CACHE/cgo.env, the environment the Go compiler needs to link them and
# the library of e5.sh.
# Run it again at any time: what is there is kept, and a changed CPU, compiler,
# flag or patch builds anew.
set -euo pipefail

ours=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/whisper.cpp
patches=("$ours"/*.patch)
kernels=("$ours"/*.h)
cache=${EARSHOT_CACHE:-.cache}
mkdir -p "$cache/downloads"
cache=$(cd "$cache" && pwd)

version=1.9.1
package=nodejs-whisper@0.3.1 # carries the unchanged whisper.cpp tree
archive=$cache/downloads/nodejs-whisper-0.3.1.tgz
sha256=92041caf2b26c74b7f489fedf37bd093f216eebd61df512045ec2d19d0531d37
tree=$cache/whisper.cpp-$version
build=$tree/build

# LLAMAFILE: its matrix kernels save a quarter of the CPU time, same words.
# OPENMP off: every worker computes on one thread, and OpenMP's barriers spin.
flags=(
  -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF
  -DGGML_NATIVE=ON -DGGML_LLAMAFILE=ON -DGGML_OPENMP=OFF
  -DWHISPER_BUILD_TESTS=OFF -DWHISPER_BUILD_EXAMPLES=OFF -DWHISPER_BUILD_SERVER=OFF
)

say() { printf 'whisper.cpp: %s\n' "$*"; }

need() {
  command -v "$1" >/dev/null && return
  say "$1 is missing; on Debian or Ubuntu: apt-get install $2" >&2
  exit 1
}

fetch() {
  if [[ -f $archive ]] && sha256sum --status -c <<<"$sha256  $archive"; then
    return
  fi
  need npm npm
  say "downloading version $version (5.7 MB)"
  rm -f "$archive"
  npm pack --silent --pack-destination "$cache/downloads" "$package" >/dev/null
  sha256sum --status -c <<<"$sha256  $archive" || {
    say "$archive is not the pinned file; delete it and run again" >&2
    exit 1
  }
}

changes() { cat "${patches[@]}" "${kernels[@]}" | sha256sum | cut -d' ' -f1; }

# The tree notes which changes it has; with others it is unpacked anew.
unpack() {
  local want fresh patch
  want=$(changes)
  [[ -f $tree/earshot.patches && $(<"$tree/earshot.patches") == "$want" ]] && return
  fetch
  need patch patch
  say "unpacking"
  fresh=$(mktemp -d "$cache/whisper.XXXXXX")
  tar -xzf "$archive" -C "$fresh" --strip-components=3 package/cpp/whisper.cpp
  for patch in "${patches[@]}"; do
    patch --quiet --strip 1 --directory "$fresh" <"$patch" || {
      say "$patch does not fit version $version" >&2
      exit 1
    }
  done
  cp "${kernels[@]}" "$fresh/ggml/src/ggml-cpu/"
  printf '%s\n' "$want" >"$fresh/earshot.patches"
  rm -rf "$tree"
  mv "$fresh" "$tree"
}

# What the libraries depend on besides the sources.
key() {
  {
    printf '%s\n' "$version" "$tree" "${flags[@]}" "$(changes)"
    sha256sum <"$ours/check.cpp"
    c++ --version | head -n 1
    grep -m 1 -E '^(flags|Features)' /proc/cpuinfo || uname -m
  } | sha256sum | cut -d' ' -f1
}

libraries=("$build/src/libwhisper.a" "$build/ggml/src/libggml.a" "$build/ggml/src/libggml-cpu.a" "$build/ggml/src/libggml-base.a")

is_built() {
  local lib
  for lib in "${libraries[@]}"; do [[ -f $lib ]] || return 1; done
  [[ -f $build/earshot.key && $(<"$build/earshot.key") == "$1" ]]
}

need c++ g++
need cmake cmake
unpack
want=$(key)
if is_built "$want"; then
  say "version $version is built"
else
  [[ -f $build/earshot.want && $(<"$build/earshot.want") == "$want" ]] || rm -rf "$build"
  mkdir -p "$build"
  printf '%s\n' "$want" >"$build/earshot.want"
  say "building version $version for this CPU (about a minute on two cores)"
  cmake -S "$tree" -B "$build" "${flags[@]}" >"$build/configure.log" 2>&1 || {
    tail -n 20 "$build/configure.log" >&2
    say "configuring failed; the whole log is $build/configure.log" >&2
    exit 1
  }
  cmake --build "$build" --target whisper -j "$(nproc)" 2>"$build/build.log" | sed -un 's|^\(\[ *[0-9]*%\]\) Building.* [^ ]*/\([^/]*\)\.o$|  \1 \2|p' || {
    tail -n 20 "$build/build.log" >&2
    say "building failed; the whole log is $build/build.log" >&2
    exit 1
  }
  c++ -std=c++17 -O2 "-I$tree/ggml/include" -o "$build/check" "$ours/check.cpp" "$build"/ggml/src/libggml{,-cpu,-base}.a -lpthread -ldl &&
    "$build/check" || {
    say "the kernels in deploy/setup/whisper.cpp count wrong on this processor, which they should not; without the patch kernels.patch there the library is slower and right" >&2
    exit 1
  }
  printf '%s\n' "$want" >"$build/earshot.key"
  say "built"
fi

printf '%s\n' \
  "C_INCLUDE_PATH=$tree/include:$tree/ggml/include:$cache/e5" \
  "LIBRARY_PATH=$build/src:$build/ggml/src:$cache/e5" >"$cache/cgo.env.new"
mv "$cache/cgo.env.new" "$cache/cgo.env"
