#!/bin/sh
# Checks what can be checked without running it: format, lints, dependencies, the template.
set -eu
cd "$(dirname "$0")/../.."
cargo fmt --all --check
cargo clippy --quiet --workspace --all-targets -- -D warnings
infra/scripts/deny.sh
infra/scripts/lint.sh
