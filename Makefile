# Each command is one line over a program that has --help. The first one of them sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# A process for each processor, in the order of tests/conftest.py.
SIDE_BY_SIDE := --numprocesses=auto --maxprocesses=4 --dist=loadscope --no-loadscope-reorder

.PHONY: local serve test quick bench check format schema requirements clean help

help: ## what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

local: $(READY) ## deploy dev into an embedded AWS account, send every journey, show what happened
	@$(BIN)/python -m emulator run

serve: $(READY) ## an embedded AWS account as a server, for pulumi and for any client of AWS
	@$(BIN)/python -m emulator serve

test: $(READY) ## run every test; the real Pulumi CLI is the one on PATH, or one that Go builds, once
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

quick: $(READY) ## run every test but those that need the real Pulumi CLI
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) --no-engine

bench: $(READY) ## measure the program against plain pulumi_aws, which takes hours; `python -m bench --help` tells of less
	@$(BIN)/python -m bench --write

check: $(READY) ## format, lint, types, house rules: what CI runs before the tests
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/test_house.py

format: $(READY) ## put every file into the house's format
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

schema: $(READY) ## write the JSON Schemas for editors, and the tables of fields in docs/
	@$(BIN)/python -m components.schema schemas
	@$(BIN)/python -m components.reference docs

requirements: $(READY) ## pin requirements*.in into requirements*.txt, with hashes
	@$(BIN)/python -m pip install --quiet uv
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url $$name.in --output-file $$name.txt; done

clean: ## throw away what was set up
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): requirements-dev.txt
	@echo "setting up .venv from requirements-dev.txt (once, about a minute)" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "eventwire needs Python 3.11 or later, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
