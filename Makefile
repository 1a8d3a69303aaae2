# GNU make and a POSIX shell. Everything lands in .venv; nothing outside the checkout is touched
# (but for a Chromium that `make test` installs where none is found).

PYTHON ?= python3
# Another index to look for torch in, say PyTorch's own with builds for CPUs only (on Linux the usual build carries CUDA).
TORCH_INDEX ?=
PYTEST_ARGS ?=
ARGS ?=

venv := .venv
py := $(venv)/bin/python
# -qq: errors only; the echoed lines say what is going on.
pip := $(py) -m pip install -qq --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL: # two pips must not work on one environment
.PHONY: help install app test check coverage bench clean

help:
	@echo "make install    everything Posterhall needs, in .venv"
	@echo "make app        install, then open the app (a first run builds the starter library)"
	@echo "make test       run the tests (PYTEST_ARGS='-k topic' picks some)"
	@echo "make check      ruff, mypy and the walls between the rooms"
	@echo "make coverage   the tests, with branch coverage"
	@echo "make bench      run the benchmarks in bench/ (ARGS=… goes to them)"
	@echo "make clean      remove .venv and the caches; your library in data/ stays"
	@echo
	@echo "PYTHON=python3.12 picks the interpreter; TORCH_INDEX=URL adds an index to take torch from."

# A stamp is newer than the files that decide what gets installed, or the step runs again.

$(venv)/.made:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
		echo "no $(PYTHON) here: install Python 3.11 or newer, or name one: make install PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Posterhall needs Python 3.11 or newer and $(PYTHON) is $$("$(PYTHON)" -V 2>&1):" \
			"name a newer one: make install PYTHON=python3.12" >&2; exit 1; }
	@echo "making $(venv) with $$("$(PYTHON)" -V 2>&1) …"
	@"$(PYTHON)" -m venv --clear $(venv) || { rm -rf $(venv); \
		echo "$(PYTHON) cannot make a virtual environment: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	@touch $@

# First and alone: the largest download by far, and what follows must not pick another build of it.
$(venv)/.torch: constraints.txt | $(venv)/.made
	@echo "installing torch, the largest part … a minute or more"
	@$(pip) $(if $(TORCH_INDEX),--extra-index-url "$(TORCH_INDEX)") torch
	@touch $@

$(venv)/.run: pyproject.toml constraints.txt $(venv)/.torch
	@echo "installing Posterhall and its libraries … a minute or more"
	@$(pip) hatchling
	@$(pip) --no-build-isolation -e .
	@touch $@

$(venv)/.test $(venv)/.dev $(venv)/.bench: $(venv)/.%: $(venv)/.run
	@echo "installing what '$*' needs …"
	@$(pip) --no-build-isolation -e '.[$*]'
	@touch $@

install: $(venv)/.run

app: install
	@$(venv)/bin/posterhall app $(ARGS)

# The browser the tests drive: one that is there, else Debian's (as root), else Playwright's own.
$(venv)/.chromium: $(venv)/.test
	@for name in "$$POSTERHALL_CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do \
		command -v "$$name" >/dev/null 2>&1 && { touch $@; exit 0; }; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "installing chromium …"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null && touch $@ \
			|| echo "no Chromium could be installed: the browser tests will be skipped (in CI: fail)" >&2; \
	else \
		echo "installing Playwright's Chromium …"; \
		$(venv)/bin/playwright install chromium >/dev/null 2>&1 && touch $@ \
			|| echo "no Chromium here and none could be fetched: the browser tests will be skipped (in CI: fail)" >&2; \
	fi

# Two workers: each holds an encoder. loadfile: what a file's tests share is built once.
test: $(venv)/.test $(venv)/.chromium
	@$(py) -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

coverage: $(venv)/.test $(venv)/.chromium
	@$(py) -m pytest -n 2 --dist loadfile --cov --cov-report=term $(PYTEST_ARGS)

check: $(venv)/.dev $(venv)/.test
	@$(venv)/bin/ruff check .
	@$(venv)/bin/ruff format --check .
	@$(venv)/bin/mypy
	@$(venv)/bin/lint-imports

bench: $(venv)/.bench
	@$(py) -m bench $(ARGS)

clean:
	rm -rf $(venv) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
