# Each target first installs what it needs in .venv, if that is missing or has changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REPO ?=
PAGE ?=
# A release has the bytecode of each Python that annotate supports.
PYTHONS ?= $(BIN)/python
TOOLS := tests/e2e/tools
PYTEST := pytest -q --numprocesses 4 --dist worksteal --ignore tests/e2e
LOCK := --upgrade --exclude-newer P7D --universal --python-version 3.11 --generate-hashes --no-emit-index-url
# --no-deps: a lock contains all dependencies, and resolving them again could give other versions
# than those in the lock.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps

.DELETE_ON_ERROR:
.PHONY: demo test test-all check e2e bench docs pictures golden format bundle package lock clean

demo: $(VENV)/runtime.stamp ## run the main job with the sandbox, on a small repository or on REPO=path; PAGE=1 shows its page
	@$(BIN)/python -m demo "$(REPO)" "$(PAGE)"

test: $(VENV)/dev.stamp ## run the tests but the slow ones
	@$(BIN)/python -m $(PYTEST) -m "not slow" $(PYTEST_ARGS)

test-all: $(VENV)/dev.stamp ## run all tests, with many examples and as processes; branch coverage below 95 % fails
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m $(PYTEST) -m "not slow" --hypothesis-profile full $(PYTEST_ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report
	@$(BIN)/python -m $(PYTEST) -m slow $(PYTEST_ARGS)

check: $(VENV)/dev.stamp $(VENV)/e2e.stamp package ## lint, format, types, imports, workflows, Dockerfiles, scripts, distributions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile tests/e2e/runner/Dockerfile tests/e2e/waiter/Dockerfile
	$(BIN)/shellcheck .ci/run without-docker/annotate.sh
	$(BIN)/actionlint -shellcheck $(BIN)/shellcheck
	$(BIN)/zizmor --offline --persona auditor --strict-collection --quiet .

e2e: $(VENV)/dev.stamp $(VENV)/e2e.stamp ## test the image in Docker, act and gitlab-ci-local
	@$(BIN)/python -m pytest -q tests/e2e $(PYTEST_ARGS)

bench: $(VENV)/runtime.stamp ## measure what a run costs, on made repositories and on REPOS="path path"
	@$(BIN)/python -m bench.runs $(BENCH_ARGS) $(REPOS)

docs: $(VENV)/runtime.stamp ## generate documents from the tables of inputs, outputs, outcomes and options of the sandbox
	$(BIN)/python -m tools.documents

pictures: $(VENV)/runtime.stamp $(VENV)/e2e.stamp ## take the pictures of the sandbox's page and of a step summary for the README
	PYTHON="$(CURDIR)/$(BIN)/python" $(BIN)/node $(TOOLS)/pictures.mjs docs

golden: $(VENV)/dev.stamp ## write what messages say into the files that the tests compare
	@ANNOTATE_UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q tests/messages

format: $(VENV)/dev.stamp ## put the code into its form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bundle: $(BIN)/python ## put annotate and its libraries into one file, with bytecode for PYTHONS="python3.11 …"
	$(BIN)/python -m tools.bundle without-docker/annotate.pyz $(PYTHONS)

package: $(VENV)/dev.stamp $(VENV)/e2e.stamp ## make the wheel and the source distribution, and check both
	rm -rf dist *.egg-info
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/uv build --quiet --no-build-isolation \
		--python $(BIN)/python --out-dir dist
	$(BIN)/twine --no-color check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl

lock: $(VENV)/dev.stamp ## pin the newest versions that are a week old, with their hashes
	$(BIN)/uv pip compile $(LOCK) requirements.in --output-file requirements.txt
	$(BIN)/uv pip compile $(LOCK) requirements-dev.in --output-file requirements-dev.txt
	$(BIN)/uv pip compile $(LOCK) requirements-e2e.in --output-file requirements-e2e.txt
	$(BIN)/uv pip compile $(LOCK) requirements-publish.in --output-file requirements-publish.txt

clean: ## remove everything that was installed or cached
	rm -rf $(VENV) $(TOOLS)/node_modules .coverage* .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "annotate needs Python 3.11 or newer, for example: make PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: requirements.txt | $(BIN)/python
	$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	$(PIP) --requirement requirements-dev.txt
	@touch $@

$(VENV)/e2e.stamp: requirements-e2e.txt $(TOOLS)/package-lock.json | $(BIN)/python
	$(PIP) --requirement requirements-e2e.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --prefix $(TOOLS) --silent --no-audit --no-fund
	@touch $@
