.DEFAULT_GOAL := help
.PHONY: help run test lint build deploy bootstrap bench openapi requirements screenshots

help: ## Says what there is to make
	@awk -F ': ## ' '/^[a-z]+:.*## / {sub(/:.*/, "", $$1); printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Runs Latchkey on this machine: http://127.0.0.1:8080
	@cargo run --package local --bin latchkey

test: ## Installs what the tests need, and runs them all
	@infra/scripts/test.sh

lint: ## Checks format, lints, licences and the template
	@infra/scripts/check.sh

build: ## Builds the functions for AWS, into target/lambda
	@infra/scripts/package.sh

deploy: ## Deploys them; asks what it needs to know the first time
	@infra/scripts/deploy.sh

bootstrap: ## Sets up a deployed stack: its settings and its first administrator
	@infra/scripts/bootstrap.sh

bench: ## Measures speed, size and cost
	@infra/scripts/bench.sh

openapi: ## Writes docs/openapi.json anew
	@LATCHKEY_UPDATE=1 cargo test --quiet --package tests --test rules openapi::

requirements: ## Writes docs/requirements.md anew: which test shows which requirement
	@LATCHKEY_UPDATE=1 cargo test --quiet --package tests --test rules requirements::

screenshots: ## Writes every page in every state into target/screenshots
	@infra/scripts/browser.sh && LATCHKEY_SCREENSHOTS=1 cargo test --quiet --package tests --test rules -- pages:: console script:: logos:: documents_in_pages
