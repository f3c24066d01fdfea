# Every command we use. `make` alone prints this list.
#
#   LFPSE_HOME=./var LFPSE_HTTP_PORT=8080           where a system is; two run side by side when both differ
#   LFPSE_DATABASE_URL=… LFPSE_AMQP_URL=…           existing servers instead of private ones
#   LFPSE_TRACE_SAMPLE=1                            share of traces kept

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install browser run start stop status dead rotate trace code token audit-verify demo conformance test lint fix protos protos-current migration import bench faults

PYTHON := .venv/bin/python
LOCAL := $(PYTHON) -m deploy.local
PROTOC := -m grpc_tools.protoc --python_out=. --pyi_out=. --grpc_python_out=.

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## everything a bare machine lacks: packages, RabbitMQ, page assets
	@python3 -m deploy.local.install

run: install ## the whole system in the foreground; Ctrl-C stops all of it
	@exec $(LOCAL) run

start: install ## the same in the background; returns once everything is ready
	@exec $(LOCAL) start

stop: ## stop all of it
	@exec $(LOCAL) stop

status: ## processes, backlogs, queues
	@exec $(LOCAL) status

dead: ## dead letters; `make dead replay=recording` handles those of one service again
	@exec $(LOCAL) dead $(replay)

rotate: ## new keys while everything runs: `make rotate what=certificates|authority|actors|sealing|records|accounts|forms|all`
	@exec $(LOCAL) rotate $(what)

trace: ## one request through every process: `make trace id=<trace, request or record id>`
	@exec $(LOCAL) trace $(id)

code: ## what a sample account's authenticator app shows now: `make code who=safety`
	@exec $(LOCAL) code $(who)

token: ## a bearer token for a sample account: `make -s token who=safety`
	@exec $(LOCAL) token $(who)

audit-verify: install ## every chain of the audit is walked; what was rewritten is told with its place
	@exec $(PYTHON) -m deploy.local.auditing

demo: install ## a report of severe harm, followed through the running system
	@exec $(PYTHON) -m deploy.local.demo

conformance: install ## a model product passes every step: `make conformance key=<sandbox key> url=<base URL>`
	@$(if $(key),LFPSE_SANDBOX_KEY='$(key)') exec $(PYTHON) -m deploy.local.conformance $(if $(url),--url=$(url))

bench: install ## figures of a system of its own, as tables and in $LFPSE_HOME/bench
	@exec $(PYTHON) -m tests.load.bench

faults: install ## parts killed on purpose, and what became of the reports
	@exec $(PYTHON) -m pytest tests/faults -s

test: install browser lint ## lint, then every test up to the browser journeys
	@$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

browser:
	@python3 -m deploy.local.install browser

lint: install ## ruff, mypy, import-linter, and whether generated code is current
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports
	@$(MAKE) --no-print-directory protos-current

fix: install ## format, and repair what ruff can
	@$(PYTHON) -m ruff check --fix
	@$(PYTHON) -m ruff format

protos: install ## generate code from every .proto
	@$(PYTHON) $(PROTOC) -I. $$(find protos -name '*.proto')

protos-current: # generated elsewhere and compared, so that nothing here changes
	@there=$$(mktemp -d) && trap 'rm -rf "$$there"' EXIT && cp -r protos "$$there" \
	&& (cd "$$there" && $(CURDIR)/$(PYTHON) $(PROTOC) -I. $$(find protos -name '*.proto')) \
	&& diff -rq --exclude=__pycache__ protos "$$there/protos" || { echo "Generated code is not current: make protos"; exit 1; }

import: ## take over a file of a former system: `make import kind=nrls file=old.csv dry=1 more="--ages years"`
	@test -n "$(kind)" -a -n "$(file)" || { echo 'make import kind=nrls file=old.csv dry=1'; exit 2; }
	@exec $(PYTHON) -m deploy.local.importing "$(kind)" "$(file)" $(if $(dry),--dry-run) $(more)

migration: install ## a new, empty migration: `make migration service=recording m="add harm grading"`
	@test -n "$(service)" -a -n "$(m)" || { echo 'make migration service=recording m="add harm grading"'; exit 2; }
	@exec $(PYTHON) -m deploy.local.migration "$(service)" "$(m)"
