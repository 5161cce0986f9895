# The few words one types; each only hands over to meson or to a script in tools/.
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
MAJORS ?=
BENCH ?=

.DEFAULT_GOAL := build

.PHONY: build
build: ## build/migrate-safe, and what it needs where that is missing
	@tools/build build

.PHONY: test
test: ## every test; the last line counts them
	@tools/test

.PHONY: demo
demo: build ## the whole story on a throwaway server
	@build/migrate-safe demo

.PHONY: lint
lint: ## what can be judged without running: format, layers, lengths, second readers
	@tools/setup lint
	@tools/lint

.PHONY: format
format: ## let clang-format write
	@tools/setup lint
	@tools/lint --fix

.PHONY: fuzz
fuzz: ## libFuzzer on every reader of outside text; FUZZ_SECONDS=60 each
	@tools/fuzz $(FUZZ_SECONDS)

.PHONY: matrix
matrix: ## the end-to-end core on PostgreSQL 13 to 18; MAJORS="13 18"
	@tools/matrix $(MAJORS)

.PHONY: faults
faults: ## kill points: die there, run again, compare
	@tools/faults

.PHONY: bench
bench: ## speed and memory beside other runners; BENCH="--rounds 3 --only small"
	@bench/run.py $(BENCH)

.PHONY: cover
cover: ## line coverage by folder; pages in build-cover/html
	@tools/cover

.PHONY: install
install: build ## PREFIX=/usr/local DESTDIR=
	@meson configure build -Dprefix=$(PREFIX)
	@DESTDIR=$(DESTDIR) meson install -C build

.PHONY: clean
clean: ## removes what was built; .cache/ stays
	@rm -rf build build-asan build-cover build-fuzz

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' Makefile
