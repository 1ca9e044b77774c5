# make env | demo | test | check | docs | bench | bench-agreements | bench-space | bench-arrivals | bench-seismic | bench-reports | bench-weighing | bench-ledger | bench-liars
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: env demo test check docs bench bench-agreements bench-space bench-arrivals bench-seismic bench-reports bench-weighing bench-ledger bench-kills bench-liars lock clean

env: $(VENV)/.ready $(VENV)/.warm

# uv, itself pinned by hash, installs the rest in seconds; plain pip does the same where uv cannot run.
$(VENV)/.ready: requirements.lock requirements-uv.lock pyproject.toml
	@rm -f $@
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q src
	@touch $@

# Kernels become machine code once, in about a minute, so that nobody waits for it before the first events or incidents.
$(VENV)/.warm: $(VENV)/.ready $(wildcard src/truceline/fusion/*.py src/truceline/fusion/*/*.py src/truceline/fusion/*/*/*.py)
	@$(BIN)/python -m truceline.fusion.arrivals.warming
	@$(BIN)/python -m truceline.fusion.reports.warming
	@touch $@

demo: env
	$(BIN)/truceline demo

test: env
	$(BIN)/python -m pytest -n auto

check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir build/site

docs: env
	$(BIN)/mkdocs serve --dev-addr 127.0.0.1:8000

bench: env
	$(BIN)/python benchmarks/spine.py

bench-agreements: env
	$(BIN)/python benchmarks/agreements.py --largest 4000000

bench-space: env
	$(BIN)/python benchmarks/space.py --largest 4000000

bench-arrivals: env
	$(BIN)/python benchmarks/arrivals.py

bench-seismic: env
	$(BIN)/python benchmarks/seismic.py

bench-reports: env
	$(BIN)/python benchmarks/reports.py

bench-weighing: env
	$(BIN)/python benchmarks/weighing_mixed.py --largest 1000000

bench-ledger: env
	$(BIN)/python benchmarks/ledger.py

bench-kills: env
	$(BIN)/python benchmarks/kills.py 10000

bench-liars: env
	$(BIN)/python benchmarks/liars.py

# Pins the newest versions the ranges of pyproject.toml allow. The lock names no download host.
lock: env
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade --group dev pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) build truceline-demo
