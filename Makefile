# Short names for what people do here; `make` alone lists them. Each target says in one sentence what it is for.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

# A Python named by hand, and words passed on to the tool of the target: make test ARGS="tests/kit -x"
PYTHON ?=
ARGS ?=
# Tests run side by side, one process per core; WORKERS=0 keeps them in one.
WORKERS ?= auto

BIN := .venv/bin

.PHONY: help
help: ## List what can be done
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: ## All that a developer needs: what running needs, and the tools of tests and checks; quick when nothing changed
	@GUICHET_PYTHON="$(PYTHON)" scripts/setup dev

.PHONY: ready
ready: ## Only what running needs: environment, packages, page libraries, trained model, database
	@GUICHET_PYTHON="$(PYTHON)" scripts/setup

.PHONY: run
run: ready ## Serve the demo city on http://127.0.0.1:8000 (GUICHET_PORT=8300 for another port)
	@exec $(BIN)/guichet run $(ARGS)

.PHONY: test
test: setup ## Run the tests; ARGS="tests/kit -x" narrows them
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

.PHONY: check
check: ## Format, lint, types, imports, migrations, words, scores of the understanding
	@env -u GUICHET_CITY_DIR GUICHET_PYTHON="$(PYTHON)" scripts/setup dev  # a town is checked before it is learned from
	@$(BIN)/python scripts/check.py $(ARGS)

.PHONY: format
format: ## Lay the code out and mend what the linter can mend
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

.PHONY: chat
chat: ready ## Be a resident in the terminal; ARGS="--channel sms --from +33639980001"
	@exec $(BIN)/guichet chat $(or $(ARGS),--channel webchat --from visitor-1)

.PHONY: screenshots
screenshots: setup ## Take pictures of every screen into docs/screenshots (needs Chromium)
	@$(BIN)/python -m scripts.screenshots $(ARGS)

.PHONY: bench
bench: setup ## Measure the product (benchmarks/README.md says what and how)
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: wheel
wheel: ready ## Build what a town installs into dist/: the wheel, and the lock of the packages it needs
	@rm -rf build dist && $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir dist .
	@cp requirements.lock dist/requirements.txt

.PHONY: lock
lock: setup ## Pin the packages of pyproject.toml anew; ARGS=--upgrade takes the newest of everything (needs uv)
	@$(BIN)/python -m scripts.lock $(ARGS) && npm install --package-lock-only --ignore-scripts --loglevel=error

.PHONY: rasa
rasa: ready ## Serve Rasa beside the product on 127.0.0.1:5005 (needs Python 3.10 and 3 GB; docs/rasa.md)
	@exec $(BIN)/python -m scripts.rasa $(ARGS)

.PHONY: clean
clean: ## Remove what setup made, except the data in var/
	@rm -rf .venv .rasa node_modules build dist ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
