# The only list of commands. Everything is installed under this folder: .tools, .venv, .comity, build.
.DEFAULT_GOAL := help
.PHONY: help up install test check bench docs lock clean
SHELL := /bin/bash
PORT ?= 8000
PY := .venv/bin/python
UV := .tools/bin/uv
# What was compiled once is kept, whatever the machine is told: each process of the house starts in half the time.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

up: .venv/installed ## run Comity on this machine: database, web, jobs, demonstration
	@PORT=$(PORT) exec .venv/bin/comity up

install: .venv/installed ## install what running needs

test: .venv/developed build/browser build/libical ## install what tests need and run them all
	$(PY) -m pytest -n 2

check: .venv/developed build/browser build/libical ## what a change must pass: format, lint, types, floors, migrations, tests
	.venv/bin/ruff format --check src tests tools bench
	.venv/bin/ruff check src tests tools bench
	.venv/bin/lint-imports
	.venv/bin/mypy
	$(PY) -m tools.migrations
	$(PY) -m tools.reference --check
	$(MAKE) test

bench: .venv/developed ## measure, print a table of ratios, write bench/results/latest.json
	$(PY) -m bench

docs: .venv/developed ## write docs/reference anew and extract the words to translate
	$(PY) -m tools.reference
	$(PY) -m tools.words

lock: $(UV) ## pin every dependency with its hashes
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what was installed and built, but no data
	rm -rf .tools .venv build

# uv from the package index: it needs only pip, and keeps out of the system's way.
$(UV):
	@python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-warn-script-location --target .tools uv==0.13.9

.venv/installed: requirements.lock pyproject.toml | $(UV)
	@test -x $(PY) || $(UV) venv --quiet --python "$$(command -v python3.11 || command -v python3)" .venv
	@test -e .venv/developed || $(UV) pip sync --quiet --python $(PY) --require-hashes requirements.lock
	@test ! -e .venv/developed || $(UV) pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@$(PY) -m tools.warm
	@touch $@

.venv/developed: requirements-dev.lock .venv/installed
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements-dev.lock
	@touch $@

# The browser of the journeys: the system's own, installed where it is missing.
build/browser:
	@mkdir -p build
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| { SUDO=$$(command -v sudo || true); $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends chromium >/dev/null; }
	@touch $@

# What Evolution and other calendars read feeds with: the system's own, installed where it is missing.
build/libical:
	@mkdir -p build
	@python3 -c "import ctypes; ctypes.CDLL('libical.so.3')" 2>/dev/null \
		|| { SUDO=$$(command -v sudo || true); $$SUDO apt-get update -qq; INSTALL="$$SUDO apt-get install -y -qq --no-install-recommends"; \
			$$INSTALL libical3 >/dev/null 2>&1 || $$INSTALL libical3t64 >/dev/null; }
	@touch $@
