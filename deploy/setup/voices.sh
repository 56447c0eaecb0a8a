#!/usr/bin/env bash
# Installs the speech synthesisers that speak the demo's calls: flite for
# English, espeak-ng for Chinese. Ends well either way: what could not be
# installed is named, and the demo does without the calls that need it.
set -euo pipefail

say() { echo "voices: $*"; }

missing=() # programs, which Debian's packages are named after
for program in flite espeak-ng; do
  command -v "$program" >/dev/null 2>&1 || missing+=("$program")
done
if [ ${#missing[@]} -eq 0 ]; then
  say "flite and espeak-ng are there"
  exit 0
fi

lacking() {
  say "${missing[*]} could not be installed: $1"
  say "the demo leaves out the calls that need it; to have them, type: sudo apt-get install ${missing[*]}"
  exit 0
}

command -v apt-get >/dev/null 2>&1 || lacking "there is no apt-get here"
sudo=()
if [ "$(id -u)" != 0 ]; then
  sudo -n true 2>/dev/null || lacking "that needs root, and sudo asks for a password or is not there"
  sudo=(sudo -n)
fi

say "installing ${missing[*]}"
# Another set-up may hold apt's lock; a slow mirror must not hold up the rest.
install() {
  timeout 120 "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=60 "${missing[@]}" >/dev/null 2>&1
}
if ! install; then
  timeout 120 "${sudo[@]}" apt-get update -qq >/dev/null 2>&1 || true
  install || true
fi

failed=()
for program in "${missing[@]}"; do
  command -v "$program" >/dev/null 2>&1 || failed+=("$program")
done
if [ ${#failed[@]} -gt 0 ]; then
  missing=("${failed[@]}")
  lacking "apt-get found no package, or no network"
fi
say "${missing[*]} ready"
