# `make run` serves the assistant; `make test` passes its tests. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .uv
UV := $(shell command -v uv || echo $(TOOLS)/bin/uv)
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2

export HOST PORT
# set by some machines: each process would compile again what it imports, ten seconds of every start
export PYTHONDONTWRITEBYTECODE :=
export RASA_TELEMETRY_ENABLED := false
export SANIC_IGNORE_PRODUCTION_WARNING := true

say = @printf '\033[1m%s\033[0m\n'

.PHONY: help
help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: $(VENV)/.installed ## install, load the demo data, train when needed, serve (PORT=8000, HOST=127.0.0.1)
	@$(BIN)/python -m assistant.train
	@exec $(BIN)/billing-assistant serve --demo-data

.PHONY: install
install: $(VENV)/.installed ## install what the lock names into .venv

.PHONY: extras
extras: $(VENV)/.installed ## what a channel or its charts need: make extras EXTRAS=slack,charts
	@test -n "$(EXTRAS)" || { echo 'say which: make extras EXTRAS=slack,teams,twilio,charts' >&2; exit 2; }
	@$(UV) pip install $(UV_FLAGS) --python $(BIN)/python --no-build-isolation \
		-c requirements.lock -c requirements-dev.lock --editable '.[$(EXTRAS)]'

.PHONY: train
train: $(VENV)/.installed ## train the model when none fits the present data and config
	@$(BIN)/python -m assistant.train

# what tests write in memory, where there is plenty: a commit waits for no disk, also not one of their PostgreSQL
IN_MEMORY := $(shell [ -w /dev/shm ] && [ "$$(df -Pm /dev/shm | awk 'NR == 2 {print $$4}')" -ge 8000 ] && echo /dev/shm)

.PHONY: test
ifneq ($(or $(TMPDIR),$(IN_MEMORY)),)
test: export TMPDIR := $(or $(TMPDIR),$(IN_MEMORY))
endif
test: $(VENV)/.installed-dev ## all tests
	@$(BIN)/python -m assistant.train
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -q --durations=15 $(TESTS)

.PHONY: fuzz
fuzz: $(VENV)/.installed-dev ## every call, page, webhook and parser, at random and for long (FUZZ_EXAMPLES=200)
	FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),200) $(BIN)/python -m pytest -q -o timeout=0 tests/fuzz

.PHONY: understanding
understanding: $(VENV)/.installed-dev ## hold the model against the held-out sentences and the last recorded result
	@$(BIN)/python -m assistant.train
	$(BIN)/billing-assistant understanding check

.PHONY: payments
payments: $(VENV)/.installed-dev ## 10,000 random payments with faults: the provider's records and the ledger (PAYMENTS=10000)
	PAYMENTS=$(or $(PAYMENTS),10000) $(BIN)/python -m pytest -q -o timeout=0 tests/integration/billing/payments/test_books.py

.PHONY: answers
answers: $(VENV)/.installed-dev ## answers replayed and checked after a month of everything (ANSWERS=1000 CHECKED=10000)
	ANSWERS=$(or $(ANSWERS),1000) CHECKED=$(or $(CHECKED),10000) \
		$(BIN)/python -m pytest -q -o timeout=0 tests/integration/gateway/answers

.PHONY: faults
faults: $(VENV)/.installed-dev ## the simulator, then real servers killed under load (STEPS=20000 SEED=1 WORKERS=2 ROUNDS=5)
	@$(BIN)/python -m assistant.train
	$(BIN)/python -m tests.faults --steps $(or $(STEPS),20000) --seed $(or $(SEED),1) --workers $(WORKERS)
	FAULTS_ROUNDS=$(or $(ROUNDS),5) $(BIN)/python -m pytest -q -o timeout=0 tests/faults/processes

.PHONY: load
load: $(VENV)/.installed-dev ## many chatters on the real server: waits, errors, memory (MINUTES=10 CHATTERS=200 THINK=25)
	$(BIN)/python -m benchmarks load

.PHONY: check
check: $(VENV)/.installed-dev ## format, lint, types, import rules, data validation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/data

.PHONY: format
format: $(VENV)/.installed-dev ## write what check asks for
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: $(VENV)/.installed-dev ## the benchmarks: tables here, JSON under benchmarks/results/
	$(BIN)/python -m benchmarks

.PHONY: browser
browser: ## the browser that the widget's tests need, and PHP for one example of the docs (Debian, as root)
	apt-get update -qq && apt-get install -y --no-install-recommends chromium fonts-noto-cjk php-cli

.PHONY: vectors
vectors: $(VENV)/.installed ## write data/vectors/ anew where training sentences changed
	@$(BIN)/python -m assistant.nlu.ship

.PHONY: lock
lock: $(UV) ## write the locks anew from pyproject.toml
	$(UV) lock --upgrade
	$(UV) export --quiet --no-dev --no-emit-project --no-header --format requirements-txt -o requirements.lock
	$(UV) export --quiet --only-dev --no-emit-project --no-header --format requirements-txt -o requirements-dev.lock

.PHONY: audit
audit: $(VENV)/.installed-dev ## known weaknesses of everything in the locks (docs/supply-chain.md)
	@$(BIN)/python .ci/audit.py

.PHONY: sbom
sbom: $(VENV)/.installed-dev ## what is in it: CycloneDX, under build/
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --of JSON \
		-o build/sbom.cdx.json

.PHONY: clean
clean: ## remove the environment, the model and the databases
	rm -rf $(VENV) $(TOOLS) models var

$(TOOLS)/bin/uv:
	$(say) 'installing uv'
	@test -n "$(PYTHON)" || { echo 'Python 3.11, 3.12 or 3.13 is needed, and none was found' >&2; exit 1; }
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --target $(TOOLS) uv

$(VENV)/bin/python: | $(UV)
	@test -n "$(PYTHON)" || { echo 'Python 3.11, 3.12 or 3.13 is needed, and none was found' >&2; exit 1; }
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)

define installed
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m assistant
	@touch $@
endef

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(say) 'installing what requirements.lock names (about 0.5 GB, once)'
	@$(UV) pip install --no-deps --require-hashes --python $(BIN)/python -r requirements.lock
	$(installed)

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(say) 'installing what the tests need'
	@$(UV) pip sync --require-hashes --python $(BIN)/python requirements.lock requirements-dev.lock
	$(installed)
