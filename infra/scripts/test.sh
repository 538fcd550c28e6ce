#!/bin/sh
# Installs what the tests need and runs them all: the lints, the rules, the flows, the pages, the deployed bundle.
set -eu
cd "$(dirname "$0")/../.."
# A clone that is thrown away is built once: what would make the next build faster only fills its disk.
if [ -n "${CI:-}" ]; then
    export CARGO_INCREMENTAL=0
fi
infra/scripts/venv.sh
infra/scripts/browser.sh
infra/scripts/check.sh
infra/scripts/package.sh here
# One more at once than there are processors: a browser, and what is answered on the beat, wait a good deal.
RUST_TEST_THREADS=$(($(nproc) + 1))
export RUST_TEST_THREADS
cargo test --quiet --tests
for auth in "" --auth; do
    # shellcheck disable=SC2086
    .venv/bin/python infra/scripts/stage.py --functions target/stage-lambda $auth -- \
        cargo test --quiet --test deployed
done
