#!/usr/bin/env bash
# Fetches the ClickHouse engine that `earshot store` runs: libchdb.so, from the
# npm package below. Downloads 178 MB, keeps 566 MB. A second run only checks.
#
#   EARSHOT_CACHE   where to put it (default: .cache of this repository)
set -euo pipefail

package='@chdb/lib-linux-x64-gnu'
version='26.7.3-stable.1' # name it in full: npm's tag "latest" is an older engine
tgz_sha256='c0d32b129e988f2b9a9a31c9141aecf5e1e2453f9a079efc4d36ab8e3f92b2ad'
lib_sha256='36ad4e999882821ef13cf2d0f52c93f48e6ee1b4498b35a201c23ce4b8d15bf5'

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${EARSHOT_CACHE:-$root/.cache}
mkdir -p "$cache/lib" "$cache/downloads"
cache=$(cd "$cache" && pwd)
lib=$cache/lib/libchdb.so
tgz=$cache/downloads/chdb-lib-linux-x64-gnu-$version.tgz

say() { echo "engine: $*"; }
die() { echo "engine: $*" >&2; exit 1; }
is() { [ -f "$1" ] && echo "$2  $1" | sha256sum --check --status; }

# Two set-ups at once would write the same files.
exec 9>"$cache/downloads/engine.lock"
flock 9

# Hashing the library takes seconds; once done it is noted with size and time.
state() { stat -c "$lib_sha256 %s %Y" "$lib" 2>/dev/null || true; }
if [ -f "$lib" ] && [ "$(cat "$lib.checked" 2>/dev/null)" = "$(state)" ] || is "$lib" "$lib_sha256"; then
  state >"$lib.checked"
  say "libchdb.so $version is there"
  rm -f "$tgz"
  exit 0
fi

case "$(uname -s)-$(uname -m)" in
Linux-x86_64) ;;
*) die "no ClickHouse library for $(uname -s) $(uname -m): set warehouse.addr to a ClickHouse server instead" ;;
esac
if [[ $(ldd --version 2>&1 || true) == *musl* ]]; then
  die "the ClickHouse library needs glibc: on musl set warehouse.addr to a ClickHouse server instead"
fi

if ! is "$tgz" "$tgz_sha256"; then
  command -v npm >/dev/null || die "npm is missing: install Node.js (Debian: apt-get install npm), then run this again"
  say "downloading $package@$version (178 MB)"
  fetch=$cache/downloads/engine.tmp
  rm -rf "$fetch" "$tgz"
  mkdir -p "$fetch"
  npm pack --silent --pack-destination "$fetch" "$package@$version" >/dev/null ||
    die "npm could not fetch $package@$version: is the npm registry reachable? (npm ping)"
  mv "$fetch"/*.tgz "$tgz"
  rm -rf "$fetch"
  is "$tgz" "$tgz_sha256" || {
    rm -f "$tgz"
    die "$package@$version is not the file that was pinned (SHA-256 differs): not used"
  }
fi

say "unpacking libchdb.so (566 MB)"
rm -f "$lib.tmp"
tar -xzOf "$tgz" package/libchdb.so >"$lib.tmp" || die "could not unpack $tgz: is the disk full?"
is "$lib.tmp" "$lib_sha256" || {
  rm -f "$lib.tmp"
  die "libchdb.so is not the file that was pinned (SHA-256 differs): not used"
}
chmod 0644 "$lib.tmp"
mv "$lib.tmp" "$lib"
state >"$lib.checked"
rm -f "$tgz"
say "libchdb.so $version is ready"
