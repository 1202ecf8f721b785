# The whole life of the project in a few words. Nothing here asks a question; everything lands in .venv.
PYTHON ?= python3
BIN    := .venv/bin
JOBS   ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
ARGS   ?=
RUN    := PYTHONPATH=src PYTHONDONTWRITEBYTECODE=1 $(BIN)/python

.PHONY: help demo test test-long test-spark lint docs law-score lock bench bench-names law-mutants hostile clean

help:
	@echo "make demo [ARGS=--check]  play the whole job with invented people"
	@echo "make test                 the suite (about half an hour on two cores); make test-long: the nightly one"
	@echo "make test-spark           linkage on Spark too: fetches some 450 MB and Java, then runs with make test as well"
	@echo "make lint                 style, types, floors"
	@echo "make docs                 write the reference pages that are made from the code"
	@echo "make law-mutants          which changes of a rule no story made from its text would notice"
	@echo "make hostile              what becomes of twelve thousand hostile files"
	@echo "make law-score            published decisions and controls against the rulebook, case by case"
	@echo "make lock                 resolve the dependencies again, with hashes"
	@echo "make bench                what it costs, into docs/explanation/performance.md; SCALE=50000 make bench: a quick look"
	@echo "make bench-names          names beside six other tools in one run; fetches them (1.2 GB, wants a C++ compiler and libicu-dev)"

# A stamp tells which lock the environment was made from: a changed lock makes it anew. The lock names everything, so nothing is resolved:
# a package asked for with an extra (coverage[toml]) would be looked for anew, and a release of the day would be taken and refused.
.venv/.runtime: requirements.lock
	@.ci/needs venv >/dev/null
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "letapis needs Python 3.11 or newer")'
	[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip check --quiet
	@touch $@

demo: .venv/.runtime
	$(RUN) -m letapis demo $(ARGS)

# Files go to the workers in their order and not by their number of tests: those of few and long ones (the pages that are followed, scenes in
# the browser) would come last, and one worker would wait for the other.
SHARED = -n $(JOBS) --dist loadfile --no-loadscope-reorder

test: .venv/.dev
	markers="$$(.ci/needs tests)" && $(RUN) -m pytest $(SHARED) -m "$$markers" $(ARGS)

test-long: .venv/.dev
	.ci/needs tests >/dev/null && $(RUN) -m pytest $(SHARED) -m "" $(ARGS)

# Not in the lock: Spark is ten times as large as everything else together, and few need it. Where it is installed, make test runs it too.
test-spark: .venv/.dev
	.ci/needs spark >/dev/null
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pyspark>=4.3,<5'
	$(RUN) -m pytest tests/engines/test_linkage.py -k spark $(ARGS)

lint: .venv/.dev
	$(BIN)/ruff check src tests tools
	PYTHONPATH=src $(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports

docs: .venv/.dev
	$(RUN) tools/reference.py
	$(RUN) tools/picture.py

law-score: .venv/.runtime
	$(RUN) tools/law_score.py

bench: .venv/.dev
	$(RUN) -m pytest -o python_files='bench_*.py' -m "" -p no:cacheprovider -s tests/bench $(ARGS)

# The tools that ours is measured beside want other versions than our tests do, and ICU built here: they have a lock and an environment of their own.
.venv-rivals/.made: requirements-rivals.lock
	@.ci/needs venv >/dev/null
	$(PYTHON) -m venv --clear .venv-rivals
	.venv-rivals/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-rivals.lock
	.venv-rivals/bin/python -m pip check --quiet
	@touch $@

bench-names: .venv-rivals/.made
	PYTHONPATH=src PYTHONDONTWRITEBYTECODE=1 .venv-rivals/bin/python -m pytest -o python_files='bench_*.py' -m "" -p no:cacheprovider -s tests/bench/bench_names.py $(ARGS)

# Twelve thousand mutations of the samples, each read by the sandbox; ARGS="500 40000": five hundred from number 40000 on.
hostile: .venv/.dev
	PYTHONPATH=src:. PYTHONDONTWRITEBYTECODE=1 $(BIN)/python -m tests.security.hostile $(ARGS)

# One word of a rule is changed at a time; ARGS=ICCPR-9-3 looks at one norm.
law-mutants: .venv/.dev
	PYTHONPATH=src:. PYTHONDONTWRITEBYTECODE=1 $(BIN)/python -m tests.core.law.mutants $(ARGS)

# No address of an index may stand in a lock: a lock is about bytes, not about where they were found.
lock: .venv/.dev
	set -e; options="--quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate"; \
	options="$$options --no-emit-index-url --no-emit-find-links --no-emit-options"; \
	$(BIN)/pip-compile $$options --upgrade -o requirements.lock pyproject.toml; \
	cp requirements.lock requirements-dev.lock; \
	$(BIN)/pip-compile $$options --extra dev -o requirements-dev.lock pyproject.toml; \
	cp requirements.lock requirements-rivals.lock; \
	$(BIN)/pip-compile $$options --extra compare -o requirements-rivals.lock pyproject.toml

clean:
	rm -rf .venv .venv-rivals .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
