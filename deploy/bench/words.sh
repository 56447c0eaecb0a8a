#!/bin/bash
# The search for 60,000 words beside Go's Aho-Corasick libraries: what each
# finds against a naive oracle, then megabytes a second on one core.
#   deploy/bench/words.sh [TEXT]     a text file to search besides the made ones
set -euo pipefail
text=$(realpath -m "${1:-/dev/null}")
cd "$(dirname "$0")/words"
[ "$text" = /dev/null ] || export EARSHOT_BENCH_TEXT=$text
go test -run Equal -v . | grep words_test
go test -run XXX -bench Find -benchtime 1s -cpu 1 .
