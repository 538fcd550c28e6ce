#!/bin/sh
# Builds the functions as they are deployed, for this machine, and measures them.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck disable=SC2046
cargo build --quiet --release --bins $(printf -- '--package %s ' $(ls functions)) --package local --package benches
exec target/release/bench target/release
