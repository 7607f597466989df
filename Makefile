# The commands of this project. Each does all its own set-up; only the first run needs a network.
# make PYTHON=/path/to/python3.12 setup   names an interpreter of your choice.

SHELL := /bin/sh
.DEFAULT_GOAL := help
export PYTHON

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
PORT ?= 3978
ROUNDS ?= 2000
ARGS ?=

.PHONY: help
help: ## show this list
	@printf 'make demo and make test are all you need on a fresh machine.\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: service ## try the bot: a real programme in a Teams-like page on this machine (PORT=3978)
	@$(BIN)/trainingbot demo --port $(PORT)

.PHONY: test
test: setup browser ## run the tests, with Chromium where it can be had (ARGS="-k booking")
	@$(PYTEST) --numprocesses auto --dist worksteal $(ARGS)

.PHONY: check
check: format-check lint types imports dependencies test ## everything that must hold before a change lands

.PHONY: setup
setup: ## prepare .venv with trainingbot and all tools; does nothing when it is up to date
	@requirements/setup.sh development

.PHONY: service
service:
	@requirements/setup.sh service

.PHONY: browser
browser: setup
	@$(BIN)/python -m tests.browser.prepare

.PHONY: format
format: setup ## put the code into its standard form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only --quiet .

.PHONY: format-check
format-check: setup
	@$(BIN)/ruff format --check .

.PHONY: lint
lint: setup ## look for faults and bad habits (ruff, every rule)
	@$(BIN)/ruff check .

.PHONY: types
types: setup ## check the types (mypy, strict)
	@$(BIN)/mypy

.PHONY: imports
imports: setup ## check who imports whom (import-linter)
	@$(BIN)/lint-imports

.PHONY: dependencies
dependencies: setup ## check that every import is declared and every declaration used (deptry)
	@$(BIN)/deptry bot src

.PHONY: races
races: setup ## the long form of the races: hundreds of people, many processes, both databases
	@$(PYTEST) -m long -k race

.PHONY: chaos
chaos: setup ## kill -9, a database that goes away, Teams that misbehaves: 10,000 messages, an hour
	@$(BIN)/python -m tests.chaos $(ARGS)

.PHONY: model
model: setup ## 2,000 rounds of 50 random steps beside the model of places, on both databases (ROUNDS=2000)
	@STATEFUL_EXAMPLES=$(ROUNDS) STATEFUL_EXAMPLES_POSTGRESQL=$(ROUNDS) \
		$(PYTEST) --numprocesses 2 tests/trainingbot/scheduling/test_model.py

.PHONY: fuzz
fuzz: setup ## the long form of fuzzing: 10,000 bodies and tokens against /api/messages
	@$(PYTEST) -m long -k fuzz

.PHONY: bench
bench: setup ## measure this bot beside the stock adapter, in one run
	@$(BIN)/python -m tests.benchmarks

.PHONY: sentiment
sentiment: setup ## measure how well comments are read, and write the figures to docs/sentiment.md
	@$(BIN)/python -m tests.benchmarks.comments

.PHONY: screenshots
screenshots: setup browser ## take a picture of every card into .cache/screenshots
	@$(PYTEST) -m browser tests/browser
	@printf 'The pictures are in .cache/screenshots\n'

.PHONY: package
package: service ## write the Teams app package from the settings to dist/trainingbot.zip
	@mkdir -p dist
	@$(BIN)/trainingbot manifest --out dist/trainingbot.zip

.PHONY: lock
lock: setup ## write requirements/ anew from pyproject.toml (UPGRADE=1 takes the newest versions)
	@requirements/lock.sh $(if $(UPGRADE),--upgrade)

.PHONY: audit
audit: setup ## look for known faults in the locked packages (needs a network)
	@$(BIN)/pip-audit --disable-pip --require-hashes --requirement requirements/service.txt

.PHONY: clean
clean: ## delete .venv, .cache and everything else that was made here
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
