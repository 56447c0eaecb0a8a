#!/usr/bin/env bash
# Checks the tools that building needs. What is missing is installed through
# apt where that is possible; what cannot be is named exactly.
set -euo pipefail

missing=()  # Debian package names
optional=() # those without which all but a part works
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need cmake cmake
need make make
need g++ g++
need npm npm
need unzip unzip
need patch patch
command -v pip3 >/dev/null 2>&1 || command -v pip >/dev/null 2>&1 || missing+=(python3-pip)

find /usr/share/fonts /usr/local/share/fonts \( -name 'NotoSansCJK-Regular.ttc' -o -name 'wqy-*.ttc' \) -print -quit 2>/dev/null | grep -q . ||
  optional+=(fonts-noto-cjk) # Chinese in PDF reports

install() {
  local sudo=
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  command -v apt-get >/dev/null 2>&1 && { [ -z "$sudo" ] || $sudo true 2>/dev/null; } || return 1
  echo "tools: installing $*"
  $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if [ ${#missing[@]} -gt 0 ] && ! install "${missing[@]}"; then
  echo "tools: these are missing and cannot be installed from here; type: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
if [ ${#optional[@]} -gt 0 ] && ! install "${optional[@]}"; then
  echo "tools: PDF reports in Chinese need a font that cannot be installed from here; type: sudo apt-get install ${optional[*]}"
fi

want=$(awk '$1 == "go" { print $2; exit }' go.mod)
if ! command -v go >/dev/null 2>&1; then
  echo "tools: Go $want or newer is missing: https://go.dev/doc/install tells how to install it" >&2
  exit 1
fi
have=$(go env GOVERSION | sed 's/^go//; s/[^0-9.].*//')
if [ "$(printf '%s\n%s\n' "$want" "$have" | sort -V | head -n 1)" != "$want" ] && [ "$(go env GOTOOLCHAIN)" = local ]; then
  echo "tools: Go $want or newer is needed, this is $have: https://go.dev/doc/install tells how to install it" >&2
  exit 1
fi
