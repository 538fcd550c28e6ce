#!/bin/sh
# Builds the functions as they are deployed, for this machine, and measures them.
set -eu
cd "$(dirname "$0")/../.."
bins=$(printf -- '--bin %s ' $(ls functions))
# shellcheck disable=SC2086
cargo build --quiet --release $bins --bin empty --bin bench
exec target/release/bench target/release
