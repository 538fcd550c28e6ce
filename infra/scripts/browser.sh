#!/bin/sh
# Puts in place what the browser tests need, where it is not there already: Debian's Chromium without a window and its driver,
# by apt, and axe-core, which looks for faults of accessibility, by npm into .cache/.
set -eu
cd "$(dirname "$0")/../.."

axe_version=4.14.1
axe_sha256=e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
axe=.cache/axe-core-$axe_version

fail() {
    echo "$1" >&2
    exit 1
}

# install <command> <package>...: the packages, where the command is missing.
install() {
    command=$1
    shift
    if command -v "$command" >/dev/null; then
        return
    fi
    if [ "$(id -u)" = 0 ]; then
        root=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        root="sudo -n"
    else
        fail "The browser tests need $command: as root, run: apt-get install $*"
    fi
    command -v apt-get >/dev/null || fail "The browser tests need $command: install it, here there is no apt-get."
    echo "Installing $* ..." >&2
    $root apt-get update -qq
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

install chromium-headless-shell chromium-headless-shell
install chromedriver chromium-driver

if [ ! -f $axe/axe.min.js ]; then
    install npm npm
    echo "Fetching axe-core $axe_version into .cache ..." >&2
    rm -rf $axe $axe.part
    mkdir -p $axe.part
    npm pack --silent --cache .cache/npm --pack-destination $axe.part axe-core@$axe_version >/dev/null
    echo "$axe_sha256  $axe.part/axe-core-$axe_version.tgz" | sha256sum --quiet --check - ||
        fail "axe-core $axe_version is not what it was: not used."
    tar -xzf $axe.part/axe-core-$axe_version.tgz -C $axe.part --strip-components 1 package/axe.min.js package/LICENSE
    rm $axe.part/axe-core-$axe_version.tgz
    mv $axe.part $axe
fi
ln -sfn axe-core-$axe_version .cache/axe-core
