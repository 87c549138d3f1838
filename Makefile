# What CI runs is what people run.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
# One ONNX Runtime only: the GPU build where a driver answers, the CPU build elsewhere.
RUNTIME ?= $(shell nvidia-smi -L >/dev/null 2>&1 && echo gpu || echo cpu)
# Two processes share the tests, file by file, each with servers, ports and folders of its own. The contracts, which
# promise times, are kept apart from what computes; whole services and a GPU are used by one test at a time.
IN_PAIRS := --numprocesses 2 --dist loadfile --no-loadscope-reorder
ALONE := serve faults gpu

.PHONY: serve test test-kernels faults check demo bench bench-gpu golden lock weights clean

serve: $(VENV)/.serve weights ## Install what is missing, fetch the weights, run the whole service
	$(BIN)/python -m serve_app

test: $(VENV)/.dev weights ## Every test, as CI runs it
	$(BIN)/python -m pytest $(IN_PAIRS) tests $(ALONE:%=--ignore=tests/%) --ignore=tests/contract
	$(BIN)/python -m pytest $(IN_PAIRS) tests/contract
	$(BIN)/python -m pytest $(ALONE:%=tests/%)

test-kernels: $(VENV)/.dev ## The Triton kernels, interpreted on the CPU (1 GB: PyTorch's CUDA wheels bring Triton, its CPU wheels do not)
	$(PIP) triton
	$(BIN)/python -m pytest tests/unit/models/test_triton_kernels.py

faults: $(VENV)/.dev weights ## Stop, hang, fill and kill what the service needs, under load; prints what was measured
	FAULTS=full $(BIN)/python -m pytest tests/faults

check: $(VENV)/.dev ## Lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m serve_app.serve_file serve_config.yaml configs/serve/*.yaml

demo: $(VENV)/.serve weights ## Start the service if none answers, ask for a pack, write it to out/
	$(BIN)/python -m examples.demo

bench: $(VENV)/.dev weights ## Measure and rewrite docs/benchmarks.md
	$(BIN)/python -m bench

bench-gpu: $(VENV)/.dev weights ## Measure a CUDA device and rewrite docs/benchmarks-gpu.md
	$(BIN)/python -m bench.gpu

golden: $(VENV)/.dev weights ## Rewrite the golden images after a change that was looked at
	$(BIN)/python -m pytest tests/golden --update-golden

lock: $(VENV)/.dev ## Write the installed versions to constraints.txt
	$(BIN)/python scripts/lock.py

weights: $(VENV)/.serve
	$(BIN)/python -m models.fetch

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.serve: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable ".[$(RUNTIME)]"
	touch $@

$(VENV)/.dev: $(VENV)/.serve
	$(PIP) --editable ".[$(RUNTIME),dev]"
	touch $@

clean: ## Remove what make made; the data folder stays
	rm -rf $(VENV) out
