# Two commands do all: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: help run test check e2e bench mutants screenshots requirements tools clean

help: ## Say what there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 22

run: $(VENV)/.ready ## Set up what is missing and serve the app on http://127.0.0.1:8501
	@$(BIN)/python -m rori migrate
	@echo "Open http://127.0.0.1:$(PORT) (stop with Ctrl+C)"
	@exec $(BIN)/streamlit run app.py --server.port $(PORT)

test: check e2e ## Run everything: lint, types, contracts, unit, page, office and browser tests

check: $(VENV)/.ready-dev tools ## Run all but the browser tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest --ignore tests/e2e

e2e: $(VENV)/.ready-dev tools ## Run the browser tests
	$(BIN)/python -m pytest tests/e2e

bench: $(VENV)/.ready-dev benchmarks/.venv/.ready ## Measure speed: ratios in one run, written to docs/benchmarks.md
	$(BIN)/python -m benchmarks.engine
	@printf '\n## Compliance and audit log\n\n' >> docs/benchmarks.md
	$(BIN)/python -W ignore -m benchmarks.compliance 2>/dev/null >> docs/benchmarks.md
	@printf '\n```\n' >> docs/benchmarks.md
	$(BIN)/python -m benchmarks.audit >> docs/benchmarks.md
	@printf '```\n\n## What to buy\n\n' >> docs/benchmarks.md
	$(BIN)/python -m benchmarks.selection >> docs/benchmarks.md

# Other tools get an environment of their own; where they cannot be installed the comparison leaves them out and says so.
benchmarks/.venv/.ready: benchmarks/requirements.txt
	@$(PYTHON) -m venv benchmarks/.venv && benchmarks/.venv/bin/python -m pip install -q --disable-pip-version-check -r $< \
	|| rm -rf benchmarks/.venv
	@mkdir -p $(@D) && touch $@

mutants: $(VENV)/.ready-dev ## Break risk, loss and investment code on purpose and count what the tests notice (7 minutes)
	$(BIN)/uv pip install -q --python $(BIN)/python mutmut==3.8.1
	rm -rf mutants
	$(BIN)/python -m mutmut run --max-children 2
	$(BIN)/python -m mutmut results

screenshots: $(VENV)/.ready-dev tools ## Take the README's picture, or with OUT=folder one of every page
	$(BIN)/python -m tests.e2e.screenshots $(OUT)

requirements: $(VENV)/.ready-dev ## Pin requirements again from pyproject.toml
	$(BIN)/uv pip compile -q --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

tools: ## Make sure that a browser and LibreOffice are there for the tests
	@bash tests/install_tools.sh

clean: ## Remove the environment and caches; the database stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

# uv where it can be had (a quarter of the time), pip otherwise.
define install
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make run PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check uv || true
	@if test -x $(BIN)/uv; then $(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode -r $(1); \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -r $(1); fi
endef

$(VENV)/.ready: requirements.txt
	@echo "Setting up the environment (once; about half a minute) ..."
	$(call install,requirements.txt)
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	@echo "Adding what the tests need ..."
	$(call install,requirements-dev.txt)
	@touch $@
