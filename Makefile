# Charthouse: `make demo` shows it, `make test` checks it. Each makes its own virtual environment, with pinned versions.
VENV    := .venv
BIN     := $(VENV)/bin
PYTHON  ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
             command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check bench fuzz train clean help

help:
	@echo "make demo    set up, then code the twelve sample charts (about two minutes the first time)"
	@echo "make test    set up, then check style, types, walls and run all tests"
	@echo "make check   style (ruff), types (mypy), who may import whom (import-linter)"
	@echo "make bench   speed of coding, grouping and searching on this machine; power cuts on the store"
	@echo "make fuzz    a million mutated files over the readers (hours)"
	@echo "make train   train the confidence model anew from the gold notes"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Charthouse needs Python 3.11 or later; none was found. Install it (Debian: apt install python3 python3-venv)."; exit 1; }
	@echo "Making a virtual environment in $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/ready: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Charthouse and its parts (half a minute) ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/ready-test: pyproject.toml constraints.txt | $(VENV)/ready
	@echo "Installing the tools for tests ..."
	@$(INSTALL) --editable '.[test,train,llm,batch,linkage,ocr,export,sftp]'
	@touch $@

demo: $(VENV)/ready
	@echo "Reading and coding the twelve sample charts ..."
	@$(BIN)/charthouse run samples --out out/demo
	@echo
	@echo "Next:  open out/demo/index.html in a browser"
	@echo "       $(BIN)/charthouse serve --demo       the workbench over the same charts, one user a role: http://127.0.0.1:8300/"
	@echo "       $(BIN)/charthouse code samples/04-ladder-fall-emergency/01-emergency-note.txt --date 2026-05-02"
	@echo "       $(BIN)/charthouse books show E11.22        $(BIN)/charthouse books find heart attack"
	@echo "       $(BIN)/charthouse run YOUR_FOLDER --out out"

check: $(VENV)/ready-test
	@$(BIN)/ruff check src tests training benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: check
	@$(BIN)/python -m pytest

bench: $(VENV)/ready-test
	@for b in benchmarks/*.py; do $(BIN)/python $$b || exit 1; done

fuzz: $(VENV)/ready-test
	@CHARTHOUSE_FUZZ=1000000 $(BIN)/python -m pytest tests/contracts/test_readers.py

train: $(VENV)/ready-test
	@$(BIN)/python training/train.py claims

clean:
	rm -rf $(VENV) out build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
