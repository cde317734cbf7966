# Taxiway. `make` alone lists the targets.
#
# Caches live outside the checkout, so that a second run, and a second clone, is quick.
TAXIWAY_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/taxiway
export TAXIWAY_CACHE
export CARGO_TARGET_DIR ?= $(TAXIWAY_CACHE)/target
# The one cargo profile: DataFusion is compiled once for the demo, the tests and the benches.
PROFILE := fast
BINARY := $(CARGO_TARGET_DIR)/$(PROFILE)/taxiway
CARGO_BUILD := cargo build --locked --profile $(PROFILE) --workspace
PYTHON ?= python3
VENV := $(TAXIWAY_CACHE)/test-env
ARGS ?=
# empty where there is no Node.js that is new enough
NPM := $(shell node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' 2>/dev/null && command -v npm)
# the console's packages, by their lock: a second clone, and a second branch, finds them there
CONSOLE_PACKAGES := $(TAXIWAY_CACHE)/console/$(shell cksum < console/package-lock.json | tr ' ' '-')
CONSOLE_SOURCES := $(shell find console -type f -not -path 'console/dist/*' -not -path 'console/node_modules/*' -not -path 'console/e2e/*' -not -name '*.test.ts*')

FUZZ := cargo run --quiet --locked --release --manifest-path fuzz/Cargo.toml --bin taxiway-fuzz --

.PHONY: help build console demo run test test-rust test-fuzz test-e2e test-console console-packages crash fuzz model simulate bench lint deny fmt docs binary-path clean-cache

help: ## lists the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

build: $(if $(NPM),console) ## builds the binary, with the console in it where npm is there
	@command -v cargo >/dev/null || { echo "Rust is missing: see https://rustup.rs"; exit 1; }
	$(CARGO_BUILD)

console: console/dist/index.html ## builds the web console and holds it against its budgets

console/dist/index.html: $(CONSOLE_PACKAGES)/ready $(CONSOLE_SOURCES)
	@ln -sfn $(CONSOLE_PACKAGES)/node_modules console/node_modules
	cd console && npm run --silent build

$(CONSOLE_PACKAGES)/ready:
	@[ -n "$(NPM)" ] || { echo "Node.js is missing (20.19 or newer, with npm): install it, or build without the console"; exit 1; }
	@echo "installing the console's packages into $(CONSOLE_PACKAGES)"
	rm -rf $(CONSOLE_PACKAGES)
	mkdir -p $(CONSOLE_PACKAGES)
	cp console/package.json console/package-lock.json $(CONSOLE_PACKAGES)
	cd $(CONSOLE_PACKAGES) && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

console-packages: $(CONSOLE_PACKAGES)/ready
	@ln -sfn $(CONSOLE_PACKAGES)/node_modules console/node_modules

demo: build ## builds Taxiway and runs the tutorial end to end (ARGS='--rows 1000000', ARGS='--data DIR')
	$(BINARY) demo $(ARGS)

run: build ## starts the server on 127.0.0.1:4566 with its data in ./.taxiway (ARGS='--listen … --data …')
	$(BINARY) serve $(ARGS)

test: test-rust test-fuzz test-e2e test-console ## installs what the tests need and runs them all

test-rust: $(if $(NPM),console) ## unit and integration tests
	cargo test --locked --profile $(PROFILE) --workspace

test-fuzz: ## two minutes of random definitions and expressions, other ones for every commit
	$(FUZZ) --seconds 120 --seed $$(git rev-list --count HEAD 2>/dev/null || echo 1)

test-e2e: build $(VENV)/ready ## real clients against a real server: aws CLI, boto3, Spark
	TAXIWAY_BIN=$(BINARY) PATH="$(VENV)/bin:$$PATH" $(VENV)/bin/python -m pytest tests/e2e -q $(ARGS)

test-console: build $(if $(NPM),console-packages) ## the console's unit tests, then the console in Chromium ($$CHROMIUM) against a real server
ifeq ($(NPM),)
	@echo "No Node.js of 20.19 or newer here: the console's tests are skipped."
else
	cd console && npm run --silent test
	cd console && TAXIWAY_BIN=$(BINARY) npm run --silent e2e -- $(ARGS)
endif

$(VENV)/ready: tests/requirements.txt
	@echo "making the tests' Python environment in $(VENV)"
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv)"; exit 1; }
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	touch $@

crash: build $(VENV)/ready ## kills a loaded server again and again (ARGS='--kills 1000')
	TAXIWAY_BIN=$(BINARY) PATH="$(VENV)/bin:$$PATH" $(VENV)/bin/python tests/e2e/crash_suite.py $(ARGS)

fuzz: ## random definitions and expressions through the pure crates (ARGS='--cases 10000000 --seed 7')
	$(FUZZ) $(ARGS)

model: ## random state machines and orders of events through the interpreter and its reference (ARGS='--runs 1000000')
	cargo run --quiet --locked --release --manifest-path fuzz/Cargo.toml --bin model -- $(ARGS)

simulate: ## the engine under seeds and faults (ARGS='SEEDS=100000', ARGS='SEED=123')
	env $(ARGS) cargo test --locked --profile $(PROFILE) -p taxiway-workflow --test simulation -- --nocapture

bench: build $(VENV)/ready $(if $(NPM),console-packages) ## the figures, side by side with peers or baselines in the same run
	TAXIWAY_BIN=$(BINARY) PATH="$(VENV)/bin:$$PATH" $(VENV)/bin/python bench/run.py $(ARGS)

lint: ## rustfmt, clippy, licences and sources of the dependencies
	cargo fmt --all --check
	cargo clippy --locked --profile $(PROFILE) --workspace --all-targets -- -D warnings
	$(MAKE) deny

deny: ## licences, bans and sources of the dependencies
	@command -v cargo-deny >/dev/null || cargo install --locked --target-dir $(TAXIWAY_CACHE)/tools cargo-deny
	cargo fetch --locked --quiet # those of other platforms too: cargo deny reads them all
	cargo deny --offline check bans licenses sources

fmt: ## formats the Rust code
	cargo fmt --all

docs: ## the crates' documentation, and docs/coverage.md from the protocol tables
	cargo doc --locked --no-deps --workspace
	$(MAKE) --silent build
	$(BINARY) coverage > docs/coverage.md

binary-path: ## builds if needed and prints the binary's path
	@$(CARGO_BUILD) --quiet 1>&2
	@echo $(BINARY)

clean-cache: ## removes every cache of Taxiway's, the private Spark environment included
	rm -rf $(TAXIWAY_CACHE)
