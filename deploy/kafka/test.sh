#!/usr/bin/env bash
# Runs the tests of delivery against a real Apache Kafka broker, started for
# them in a folder of its own and removed afterwards.
#
# usage: test.sh [ARGUMENTS OF go test]
#   default: those tests of ./bus and ./pipeline that ask Kafka; `make test` runs
#   the same on the embedded broker, and the others
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
data=$(mktemp -d)
trap '"$here/down.sh" -d "$data" -x' EXIT
EARSHOT_KAFKA=$("$here/up.sh" -d "$data")
EARSHOT_KAFKA_RESTART="'$here/down.sh' -9 -d '$data' && '$here/up.sh' -d '$data'"
export EARSHOT_KAFKA EARSHOT_KAFKA_RESTART EARSHOT_REQUIRE_SERVICES=1
[ $# -gt 0 ] || set -- -run '/^kafka$' ./bus ./pipeline
# One package at a time: some tests restart the broker.
go test -count=1 -p 1 -timeout 10m "$@"
