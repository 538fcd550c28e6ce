#!/bin/sh
# Checks licences, bans and sources of every dependency; advisories too, where their database can be reached.
set -eu
cd "$(dirname "$0")/../.."
version=0.20.2
deny=.cache/cargo-deny-$version/bin/cargo-deny
if [ ! -x "$deny" ]; then
    echo "Installing cargo-deny $version into .cache ..." >&2
    cargo install --quiet --locked --root ".cache/cargo-deny-$version" "cargo-deny@$version"
fi
"$deny" --log-level error check bans licenses sources
if "$deny" --log-level off fetch db >/dev/null 2>&1; then
    "$deny" --log-level error check advisories
else
    echo "The advisory database can't be reached: advisories were not checked." >&2
fi
