#!/bin/sh
# Builds the functions as they are deployed, for this machine, and measures them.
set -eu
cd "$(dirname "$0")/../.."
infra/scripts/browser.sh
# The functions by themselves, as they are deployed: what the others ask of a dependency is not theirs.
# shellcheck disable=SC2046
cargo build --quiet --release --bins $(printf -- '--package %s ' $(ls functions) empty)
cargo build --quiet --release --bins --package local --package benches
target/release/bench target/release
# What each flow consumes of the table, and how often a sweep of what is due calls, at a thousand records and at a million, loaded
# in bulk: equal, or it fails.
LATCHKEY_RECORDS=1000000 cargo test --quiet --package tests --test rules -- capacity:: sweep:: --nocapture
