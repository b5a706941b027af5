# `make help` lists what there is. Everything lives in .venv and var/, both of which may be deleted.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PIP_LOCKED := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --require-hashes -r

.DEFAULT_GOAL := help
.PHONY: help run setup test test-long stories check bench leak-report promises

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

run: .venv/runtime ## migrate, load the Six-Party Talks if the database is empty, serve on HOST:PORT (127.0.0.1:8000)
	@$(BIN)/dipoli serve --demo

setup: .venv/development ## the environment with the development tools, from hash-locked requirements

test: .venv/development ## the whole test suite, on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n 2 --dist worksteal

test-long: .venv/development ## the suite with its long runs
	@DIPOLI_TEST_LONG=1 DIPOLI_TEST_TOLD=$(CURDIR)/var/told $(BIN)/python -m pytest -n 2 --dist worksteal

stories: .venv/development ## stories told twice, SEEDS=0-4999, politely; goes on where it was broken off
	@DIPOLI_TEST_LONG=1 DIPOLI_TEST_TOLD=$(CURDIR)/var/told DIPOLI_TEST_SEEDS=$(or $(SEEDS),0-4999) nice -n 19 \
		$(BIN)/python -m pytest -n 2 --dist worksteal tests/two_worlds/test_author_swap.py -k "test_author_swap and not everybody"

check: .venv/development ## linters, types, architecture contracts, lock files
	@$(BIN)/ruff check app tests bench migrations
	@$(BIN)/ruff format --check app tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --verbose | tail -n 14
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/codespell app docs templates tests README.md
	@! grep -nE 'https?://|file://|index-url|find-links' requirements*.lock

bench: .venv/development ## speed, each figure as a ratio to a floor in the same run
	@for script in bench/bench_*.py; do PYTHONPATH=. $(BIN)/python $$script; done

leak-report: .venv/development ## recall and false blocks of the identity check, with Wilson intervals
	@PYTHONPATH=. $(BIN)/python -m tests.leaks.report

promises: .venv/development ## run the tests that prove the promises, and write their figures for the page
	@rm -rf var/figures && mkdir -p var/figures
	@DIPOLI_FIGURES=var/figures $(BIN)/python -m pytest -n 2 --dist worksteal $$($(BIN)/python -m app.promises.register)
	@$(BIN)/python -m tests.figures var/figures

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found."; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock $(wildcard app/translations/*/LC_MESSAGES/*.po) | .venv/bin/python
	@echo "Setting up the environment (once) …"
	@$(PIP_LOCKED) requirements.lock
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s" -m app.cli "$$@"\n' "$(CURDIR)" "$(CURDIR)/$(BIN)/python" > $(BIN)/dipoli
	@chmod +x $(BIN)/dipoli
	@$(BIN)/python -m app.core.catalogues compile
	@touch $@

.venv/development: .venv/runtime requirements-dev.lock
	@$(PIP_LOCKED) requirements-dev.lock
	@touch $@
