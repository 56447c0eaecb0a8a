#!/bin/bash
# Feelings beside VADER and SnowNLP, on the same lines in one run.
#   deploy/bench/sentiment.sh FILE.jsonl      {"text", "language", "label"} a line
# The lines must not be those that nlp/train learned from; for such,
# `go run ./nlp/train --check` tells each by a classifier that has not seen it.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${1:?give a file of JSON Lines with a text, its language and a label}
cache=${EARSHOT_CACHE:-$PWD/.cache}
venv=$cache/bench/sentiment-1
if ! [ -e "$venv/ready" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'vaderSentiment==3.3.2' 'snownlp==0.12.3'
  touch "$venv/ready"
fi
go build -o "$cache/bench/earshot" ./cmd/earshot
"$cache/bench/earshot" eval emotion --data "$data" --json | "$venv/bin/python" deploy/bench/sentiment.py "$data"
