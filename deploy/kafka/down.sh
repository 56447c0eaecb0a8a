#!/usr/bin/env bash
# Stops the broker that up.sh started.
#
# usage: down.sh [-d DATA] [-9] [-x]
#   DATA  the broker's folder; default $EARSHOT_CACHE/kafka/data
#   -9    kill it, as a crash would
#   -x    remove the folder, too
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${EARSHOT_CACHE:-$(cd "$here/../.." && pwd)/.cache}
data=$cache/kafka/data
signal=TERM
remove=
while getopts d:9x option; do
  case $option in
    d) data=$OPTARG ;;
    9) signal=KILL ;;
    x) remove=1 ;;
    *) exit 2 ;;
  esac
done
[ -d "$data" ] || exit 0
data=$(cd "$data" && pwd)
exec 9>"$data/.lock"
flock 9 # never beside an up.sh on the same folder

if [ -s "$data/broker.pid" ]; then
  pid=$(cat "$data/broker.pid")
  if [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "kafka.Kafka $data/server.properties"; then
    kill "-$signal" "$pid"
    for _ in $(seq 600); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.05
    done
    if kill -0 "$pid" 2>/dev/null; then
      echo "kafka: process $pid did not stop in 30 s, killed" >&2
      kill -KILL "$pid" 2>/dev/null || true
    fi
  fi
  rm -f "$data/broker.pid"
fi
[ -z "$remove" ] || rm -rf "$data"
