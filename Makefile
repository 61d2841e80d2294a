# Milepost: `make run` shows it, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin

# Tests start hundreds of commands, each of which would be compiled anew without.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-long lint bench messages requirements clean
.DEFAULT_GOAL := run

run: .venv/run-ready
	@$(BIN)/milepost demo --serve

test: .venv/test-ready
	@tests/system.sh
	$(BIN)/python -m pytest -n 2 --dist loadfile -q -m "not long"
	MILEPOST_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 2 --dist loadfile -q -m "not browser and not pure and not long"

# What takes too long for every change: run it before a release.
test-long: .venv/test-ready
	$(BIN)/python -m pytest -q -m long
	MILEPOST_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q -m long

lint: .venv/test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/test-ready
	$(BIN)/python bench/run_all.py

messages: .venv/test-ready
	cd src/milepost/site && ../../../$(BIN)/django-admin compilemessages

.venv/run-ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Milepost needs Python 3.11 or newer; $(PYTHON) is older. Try: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python has no venv module here. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "1 of 3  A virtual environment in .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "2 of 3  The libraries, each checked against its hash (about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar on --require-hashes -r requirements.txt
	@echo "3 of 3  Milepost itself"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/test-ready: .venv/run-ready requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv var .cache

# Pins everything anew; needs uv (pip install uv).
requirements:
	uv pip compile -q pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt
	uv pip compile -q pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.txt
