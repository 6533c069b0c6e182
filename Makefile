# The commands of this project. Needs python3 (3.11 or newer) and make; everything else comes here.
SHELL := /bin/bash
# Modules compiled once are kept: tests start the product many times, and each would compile them all.
unexport PYTHONDONTWRITEBYTECODE
PY := .venv/bin/python
UV := .venv/bin/uv
BIN := .venv/bin
FRONT := $(PY) builder/build_hook.py
APPS := $(wildcard apps/*.yaml)
COMPILE := $(UV) pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --quiet

.PHONY: setup assets run test check fmt cover bench soak lock docs chromium clean

setup: .setup/installed  ## make .venv with exactly what the lock says, and build the front end

.setup/installed: requirements-dev.lock pyproject.toml builder/build_hook.py
	@mkdir -p .setup
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Dougong needs Python 3.11 or newer; python3 here is $$(python3 -V)."; exit 1; }
	@test -x $(PY) || python3 -m venv .venv
	@test -x $(UV) || $(PY) -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip sync --quiet --python $(PY) --require-hashes requirements-dev.lock
	$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@

assets: setup  ## build scripts and styles when their sources changed
	@$(FRONT)

run: assets  ## open the service desk with sample people and records
	$(BIN)/dougong serve --demo --open

test: assets chromium  ## every test: TypeScript, Python, PostgreSQL, browser
	$(FRONT) run vitest run
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

check: assets  ## everything a machine can judge without running the program
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/dougong docs --check
	$(BIN)/dougong lint $(APPS)
	$(FRONT) run tsc --noEmit
	$(FRONT) run vitest run

fmt: setup  ## put code and definitions into their canonical form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	for app in $(APPS); do $(BIN)/dougong fmt $$app || exit 1; done

cover: assets chromium  ## tests with coverage: 80 % of everything, 95 % of the engines
	$(PY) -m pytest -n 2 --dist loadfile --cov --cov-report=
	$(BIN)/coverage report
	$(BIN)/coverage report --include='engines/*' --fail-under=95

docs: setup  ## write docs/reference and the schema from the catalogues
	$(BIN)/dougong docs

bench: assets .setup/bench  ## ratios against the references of the decision notes
	$(PY) -m bench

soak: assets  ## kill -9 with twenty seeds a database; 10,000 timers at once; a log; new examples
	$(PY) -m pytest tests -q -m hypothesis --hypothesis-profile drawn
	DOUGONG_CRASH_SEEDS=20 DOUGONG_CRASH_SECONDS=60 $(PY) -m pytest tests/crash -q
	DOUGONG_BURST=10000 $(PY) -m pytest tests/runtime/jobs/test_jobs.py -q -k due_in_one_second
	DOUGONG_SOAK=1 $(PY) -m pytest tests/apps/test_desk_replay.py -q
	DOUGONG_CALENDAR_CASES=10000 $(PY) -m pytest tests/engines/calendar/test_reckoning.py -q -k count_of_minutes_finds

.setup/bench: .setup/installed requirements-bench.lock
	$(UV) pip install --quiet --python $(PY) --require-hashes --no-deps -r requirements-bench.lock
	@touch $@

lock: setup  ## take newer versions: writes the locks, never an address
	$(COMPILE) --upgrade -o requirements.lock
	$(COMPILE) -c requirements.lock --group dev -o requirements-dev.lock
	$(COMPILE) -c requirements-dev.lock --group dev --group bench -o requirements-bench.lock
	$(FRONT) npm update --package-lock-only --ignore-scripts

chromium:
	@if ! command -v chromium >/dev/null && [ -z "$$CHROMIUM" ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
				chromium fonts-noto-core fonts-noto-cjk >/dev/null || \
			echo "Browser tests will be skipped: apt could not install chromium."; \
		else \
			echo "Browser tests will be skipped: install chromium, or name one in CHROMIUM."; \
		fi; \
	fi

clean:  ## take away what was built; .venv and node_modules stay
	rm -rf runtime/web/static/build dist .setup .mypy_cache .ruff_cache .pytest_cache
