# Two commands do all the set-up: `make demo` and `make test`. Everything they make stands in
# .venv, .cache and *.egg-info of this folder, but for the weights of `make demo`, which are the user's to keep.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CACHE := .cache
WHEELHOUSE := $(CACHE)/wheelhouse
TEST_MODELS := $(CACHE)/models
NODE := $(CACHE)/node
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.PHONY: demo setup test test-all lint format docs site screenshots wheelhouse clean

demo: $(VENV)/.demo
	$(BIN)/reviewbot models pull qwen2.5-coder-1.5b
	$(BIN)/python demo/run.py

# The environment for `make demo` is the one that a user has; `setup` adds the tools of the trade.
$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "reviewbot needs Python 3.11 or newer; name one: make demo PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml
	$(PIP) install --quiet --editable '.[embedded,context]'
	touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml
	$(PIP) install --quiet --editable '.[embedded,dev]'
	touch $@ $(VENV)/.demo

setup: $(VENV)/.dev

# What `pre-commit` needs to install the hook without any network: this project's dependencies and
# its build backend, as wheels.
$(WHEELHOUSE)/.made: $(VENV)/.dev pyproject.toml
	$(PIP) wheel --quiet --wheel-dir $(WHEELHOUSE) '.[embedded]' 'setuptools>=77' wheel
	rm -f $(WHEELHOUSE)/reviewbot-*.whl
	touch $@

wheelhouse: $(WHEELHOUSE)/.made

$(TEST_MODELS)/.made: $(VENV)/.dev reviewbot/models/catalog.toml
	REVIEWBOT_MODELS_DIR=$(TEST_MODELS) $(BIN)/reviewbot models pull smollm2-135m
	touch $@

# What runs the GitLab component as a pipeline does, whose Node is newer than most systems', and a
# hook manager.
$(NODE)/.made: Makefile
	npm install --prefix $(NODE) --no-audit --no-fund --no-save gitlab-ci-local@4.75.1 husky@9.1.7 node@22
	touch $@

# A router, Ray, and the schemas of what deploys a fleet; wheels of theirs are for Linux on x86-64 alone.
$(VENV)/.fleet: $(VENV)/.dev pyproject.toml
	$(PIP) install --quiet --editable '.[embedded,dev,fleet-tests]'
	touch $@

test: $(VENV)/.dev $(WHEELHOUSE)/.made $(TEST_MODELS)/.made
	$(BIN)/python -m pytest -m 'not slow' $(ARGS)

test-all: $(VENV)/.dev $(WHEELHOUSE)/.made $(TEST_MODELS)/.made $(NODE)/.made $(VENV)/.fleet
	$(BIN)/reviewbot models pull qwen2.5-coder-1.5b
	REVIEWBOT_REQUIRE=browser,engine,hooks,demo,compose_pydantic.models,fish,gitlab-ci-local,kubernetes_validate,man,mandoc,mkdocs,namespaces,nginx,ray,ray.serve.schema,redis,strace,systemd-analyze,vllm-router,zsh \
	  $(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Files in docs/ that are made from the code; a test fails when they are stale.
docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

# The site of docs/, in build/site: files that a browser opens without a server, but for the search.
site: $(VENV)/.dev docs
	$(BIN)/python -m mkdocs build --quiet --strict

# Pictures of the terminal, the real model's review among them: a minute or more.
screenshots: $(VENV)/.dev
	$(BIN)/reviewbot models pull qwen2.5-coder-1.5b
	$(BIN)/python docs/screenshots.py --model

clean:
	rm -rf $(VENV) $(CACHE) build dist *.egg-info
