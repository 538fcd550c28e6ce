#!/bin/sh
# Builds the functions into packages, each a folder with its bootstrap.
#
#   package.sh [arm64|x86_64]    for AWS, into target/lambda (arm64 if nothing is said)
#   package.sh here              for the emulator on this machine, quickly, into target/stage-lambda
set -eu
cd "$(dirname "$0")/../.."

functions=$(ls functions)

case ${1:-arm64} in
arm64) target=aarch64-unknown-linux-gnu flag=--arm64 ;;
x86_64) target=x86_64-unknown-linux-gnu flag=--x86-64 ;;
here)
    cargo build --quiet --bins
    for name in $functions; do
        mkdir -p "target/stage-lambda/$name"
        strip -o "target/stage-lambda/$name/bootstrap" "target/debug/$name"
    done
    exit
    ;;
*)
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

infra/scripts/venv.sh build
PATH="$PWD/.venv/bin:$PATH"
if command -v rustup >/dev/null; then
    rustup --quiet target add "$target"
fi
# The release profile as Cargo.toml has it: left to itself, cargo-lambda would have panics abort.
# By themselves: what the local run and the tests ask of a dependency is not theirs.
# shellcheck disable=SC2046
cargo lambda build --release "$flag" --disable-optimizations $(printf -- '--package %s ' $functions)
