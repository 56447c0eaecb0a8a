#!/usr/bin/env bash
# Prints the Go modules that Earshot is built from and their licences, as the
# table in THIRD_PARTY.md. Reads the licence files in the module cache; a file
# it does not know is an error, so that a new dependency is looked at.
#
#   deploy/licenses.sh          print the table
#   deploy/licenses.sh --write  put it into THIRD_PARTY.md
#   deploy/licenses.sh --check  fail if THIRD_PARTY.md has another one
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

modules() { go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' "$@" | sort -u; }

# licence prints the SPDX name for the licence files of a module's folder.
licence() {
  local text
  text=$(find "$1" -maxdepth 1 -type f -iregex '.*/\(licen[sc]e\|copying\|unlicense\)[^/]*' -exec cat {} + | tr -s ' \t\n' ' ')
  local apache='Apache License' bsd='Redistribution and use in source and binary forms'
  case $text in
  *"$bsd"*"$apache"*) echo 'BSD-3-Clause AND Apache-2.0 AND MIT' ;; # parts under each
  *"$apache"*) echo Apache-2.0 ;;
  *'Mozilla Public License'*) echo MPL-2.0 ;;
  *'MIT No Attribution'*) echo MIT-0 ;;
  *'Permission is hereby granted, free of charge'*) echo MIT ;;
  *"$bsd"*'endorse or promote'*) echo BSD-3-Clause ;;
  *"$bsd"*) echo BSD-2-Clause ;;
  *'released into the public domain'*) echo Unlicense ;;
  *) return 1 ;;
  esac
}

table() {
  local linked all
  linked=$(modules ./cmd/earshot) all=$(modules -test ./...)
  echo '| module | licence | used in |'
  echo '| --- | --- | --- |'
  while read -r path dir; do
    local name use='tests'
    name=$(licence "$dir") || { echo "licenses: $path: no licence known in $dir" >&2; return 1; }
    if grep -q "^$path " <<<"$linked"; then use='the program'; fi
    echo "| $path | $name | $use |"
  done <<<"$all"
}

# around prints THIRD_PARTY.md with the table between its marks replaced.
around() {
  awk -v table="$1" '/^<!-- end of modules -->/ { skip = 0 } !skip { print } /^<!-- modules:/ { print table; skip = 1 }' THIRD_PARTY.md
}

made=$(table)
case ${1:-} in
'') echo "$made" ;;
--write) around "$made" >THIRD_PARTY.md.tmp && mv THIRD_PARTY.md.tmp THIRD_PARTY.md ;;
--check) diff -u THIRD_PARTY.md <(around "$made") || { echo 'licenses: THIRD_PARTY.md is out of date: deploy/licenses.sh --write' >&2; exit 1; } ;;
*) echo "usage: $0 [--write|--check]" >&2; exit 2 ;;
esac
