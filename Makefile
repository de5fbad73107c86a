# `make run`   executes the demo on a local stack and leaves it up until Ctrl-C
# `make test`  runs every test against a stack of its own
# `make test-pooler`  the same tests with every function behind pgbouncer in transaction mode
# `make test-console`  the console in a real browser: every page and act, both themes, a phone; needs Chromium
# `make test-python`   the Python client of clients/python against a stack of its own
# `make test-sdk`      Rhesis's own SDK, as its registry has it, against a stack of its own
# `make test-openapi`  the API's document, and a stack of its own against it: schemathesis, 2,000 requests made up; CASES=200: a short run
# `make test-cli`      the command line of clients/cli against a stack of its own, piped and in a terminal
# `make test-author`   the commands of docs/first-task.md, in a copy of this checkout; WHOLE=1: with all tests of the new kind's system
# `make test-containers`  every function in a container of `sam local`, where there is a Docker engine; PROFILE=release: what deploys
# `make dashboard`     what an account makes of the templates: the console's dashboard drawn from a local run, alarms, saved queries, what roles may
# `make guard RULES=…`  what cfn-guard says of the templates by folders of AWS's rules, see docs/deploying.md; needs cfn-guard
# `make pictures`      the tests of the console, which take the pictures that the README shows
# `make bench` measures the engine beside its peers, see docs/performance.md; QUICK=1 in minutes, JSON=1 as JSON lines
#              FUNCTIONS=1: instead, what each function weighs and what a request costs, see docs/operating.md
#              GROWTH=1: instead, the engine on empty tables beside tables with a million rows
#              LISTS=1: instead, what a page of each list costs with few rows and with a million tasks
#              PAGES=1: instead, every page of the console beside a million tasks and runs of 20,000 tests
#              STACK=1: instead, tasks through the whole local stack: emulator, functions and Postgres on this machine
# `make openapi` writes docs/openapi.json and docs/reference.md, which a test holds to the code
# `make template` writes what every kind of task has in template.yaml anew, from its contract
# `make import` sends a file of tests to a running API, where it becomes a test set
# `make check` formats, lints, holds templates, documents and code together; changes nothing, needs no database
# `make stop`  ends stacks of this checkout, also what a killed one left behind
#
# make import TESTS=my.csv NAME=…        into the stack of `make run`; elsewhere with API_URL=https://… TOKEN=rh-…
# make run ONCE=1                       stops after the result; exit status 0 if every test is accounted for
# make run TESTS=my.jsonl URL=http://…  your tests, one {"prompt": …, "expected": …} a line or a CSV, on your endpoint,
#                                       which takes {"input": …} and answers {"output": …}
# make run … METRIC=contains            judges with this metric instead of exact
# make run … ALLOW=127.0.0.1:9123,…     lets endpoints name these too: of this machine host:port, else also host or cidr

PYTHON ?= python3
LOCAL := $(PYTHON) infra/local/start.py
export PROFILE TESTS URL METRIC ALLOW ONCE ARGS NAME API_URL TOKEN CHROMIUM CASES RULES

.PHONY: help run test test-author test-console test-openapi test-python test-pooler openapi pictures bench import check stop test-cli test-sdk test-containers template dashboard guard

help:
	@sed -n 's/^# \{0,1\}//p' Makefile

run test test-cli test-containers test-console test-openapi test-python test-sdk dashboard guard import stop:
	@$(LOCAL) $@

test-author:
	@WHOLE=$(WHOLE) $(PYTHON) tests/author/walk.py

pictures:
	@mkdir -p docs/pictures
	@PICTURES=docs/pictures $(LOCAL) test-console

openapi:
	@cargo run --quiet --package api --example openapi

test-pooler:
	@POOLER=1 $(LOCAL) test

bench:
	@QUICK=$(QUICK) JSON=$(JSON) FUNCTIONS=$(FUNCTIONS) GROWTH=$(GROWTH) LISTS=$(LISTS) PAGES=$(PAGES) STACK=$(STACK) $(PYTHON) bench/start.py

template:
	@cargo run --quiet --package template

check:
	cargo fmt --all --check
	cargo test --quiet --package wiring
	@$(LOCAL) validate
	cargo clippy --workspace --all-targets -- -D warnings
