#!/bin/bash
# Masking beside the pattern recognisers of Presidio, on the same file in one
# run: found and right, and documents a second of processor time. Ours is
# measured with every other text step, and masking by its share of that; each of
# three rounds takes turns.
#   deploy/bench/redact.sh FILE.jsonl      {"text", "language", "spans": […]} a line
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${1:?give a file of JSON Lines with a text and spans}
cache=${EARSHOT_CACHE:-$PWD/.cache}
venv=$cache/bench/presidio-2.2.366
if ! [ -e "$venv/ready" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'presidio-analyzer==2.2.366'
  touch "$venv/ready"
fi
[ -x bin/earshot ] || go build -o bin/earshot ./cmd/earshot
echo "earshot, accuracy:"
bin/earshot eval redact --data "$data" | tail -n 8
for round in 1 2 3; do
  echo "round $round"
  echo "  presidio  $("$venv/bin/python" deploy/bench/redact.py "$data" 4)"
  echo "  earshot   $(bin/earshot eval speed --data "$data" --seconds 4 --json | tr -d '\n' | tr -s ' ')"
done
