# Earshot. Two commands set everything up:
#   make run    the whole service on this machine, with the demo conversations
#   make test   all tests
# Downloads and C++ builds are kept in .cache, which may be deleted at any time.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export EARSHOT_CACHE ?= $(CURDIR)/.cache
WHISPER := $(EARSHOT_CACHE)/whisper.cpp-1.9.1
E5 := $(EARSHOT_CACHE)/e5
export C_INCLUDE_PATH := $(WHISPER)/include:$(WHISPER)/ggml/include:$(E5)$(if $(C_INCLUDE_PATH),:$(C_INCLUDE_PATH))
export LIBRARY_PATH := $(WHISPER)/build/src:$(WHISPER)/build/ggml/src:$(E5)$(if $(LIBRARY_PATH),:$(LIBRARY_PATH))
# The longest first; one at once more than there are cores, since tests wait for the disk.
PACKAGES := -p $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) ./warehouse ./cmd/earshot ./...
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## set everything up, start the service, send the demo conversations through it
	@$(MAKE) -j4 setup voices
	@exec bin/earshot serve --demo --stop-with-parent

.PHONY: test
test: ## set everything up, run all tests
	@$(MAKE) -j4 setup
	@bin/earshot models pull --quiet e5-small
	EARSHOT_REQUIRE_SERVICES=1 EARSHOT_KAFKA=none go test -timeout 15m $(PACKAGES)

# Set-up. The parts that do not need each other run side by side.
.PHONY: setup tools whisper e5 engine voices compile build weights
setup: build engine weights

tools:
	@deploy/setup/tools.sh

whisper: tools
	@deploy/setup/whisper.sh

e5: tools
	@deploy/setup/e5.sh

engine: tools
	@deploy/setup/engine.sh

voices: tools
	@deploy/setup/voices.sh

# Compiles what does not need whisper.cpp while that is being built.
compile: tools e5
	@go build ./bus/... ./ingest/... ./nlp/... ./pipeline/... ./rules/... ./warehouse/...

build: whisper compile ## build bin/earshot
	@[[ bin/earshot -nt $(WHISPER)/build/earshot.key && bin/earshot -nt $(E5)/earshot.key ]] || rm -f bin/earshot # Go does not see that a library is another one
	@go build -ldflags "-X earshot/cmd/earshot/app.Version=$(VERSION)" -o bin/earshot ./cmd/earshot
	@echo "build: bin/earshot"

weights: build
	@bin/earshot models pull --quiet
	@bin/earshot models fit --quiet base

.PHONY: llm
llm: ## build and start a language model server; EARSHOT_LLM_MODEL=FILE.gguf for a model of yours
	@deploy/setup/llm.sh

.PHONY: generate
generate: ## write the generated reference pages again
	go generate ./...

.PHONY: lint
lint: ## vet, format and lint checks, and whether the list of licences is whole
	@deploy/licenses.sh --check
	@go build -C deploy/lint -o $(EARSHOT_CACHE)/bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	$(EARSHOT_CACHE)/bin/golangci-lint run ./...

.PHONY: race
race: ## all tests again under the race detector, without what one goroutine computes for long
	go test -race -short -vet=off -timeout 15m $(PACKAGES)

.PHONY: kafka-test
kafka-test: ## the delivery tests against a real Apache Kafka broker
	@deploy/kafka/test.sh

.PHONY: bench-asr
bench-asr: build ## speech beside whisper-cli and faster-whisper (REFS=FILE.tsv ROOT=DIR: on these recordings)
	@deploy/bench/asr.sh

.PHONY: bench-redact
bench-redact: ## masking beside the pattern recognisers of Presidio; DATA=FILE.jsonl
	@deploy/bench/redact.sh $(DATA)

.PHONY: bench-nlp bench-words bench-sentiment
bench-nlp: bench-words ## words, and with SENTIMENT=FILE.jsonl and PRIVATE=FILE.jsonl feelings and masking, beside other libraries
	@if [ -n "$(SENTIMENT)" ]; then $(MAKE) bench-sentiment DATA="$(SENTIMENT)"; fi
	@if [ -n "$(PRIVATE)" ]; then $(MAKE) bench-redact DATA="$(PRIVATE)"; fi

bench-words: ## the search for 60,000 words beside Go's Aho-Corasick libraries; TEXT=FILE for a text of yours
	@deploy/bench/words.sh $(TEXT)

bench-sentiment: ## feelings beside VADER and SnowNLP; DATA=FILE.jsonl
	@deploy/bench/sentiment.sh $(DATA)

.PHONY: bench-rules
bench-rules: ## rules beside expr-lang/expr and cel-go: same scores, processor time, allocations
	cd deploy/bench/rules && go test -run Equal -bench Card -benchtime 2s .
	go test ./rules -run XXX -bench Shipped -benchtime 2s

.PHONY: bench-store
bench-store: ## inserts into the store beside clickhouse-go's own way
	go test ./warehouse -run XXX -bench Insert -benchtime 40x

.PHONY: bench
bench: bench-asr bench-nlp bench-rules bench-store ## everything that is measured beside others
