#!/bin/sh
# Installs the pinned tools into .venv, where they are not there already.
#
#   venv.sh          what checks, deploys and tries out the template
#   venv.sh build    and what builds the functions for AWS's processors
set -eu
cd "$(dirname "$0")/../.."

python=${PYTHON:-python3}

# install <name> <file>: once for each state of the file.
install() {
    mark=.venv/installed-$1
    if cmp -s "$2" "$mark" && .venv/bin/python -c "" 2>/dev/null; then
        return
    fi
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "Python 3.10 or newer is needed."
        "$python" -m venv --clear .venv || fail "Python needs its venv module (Debian: apt install python3-venv)."
    fi
    echo "Installing $2 into .venv ..." >&2
    pip="env PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet"
    grep -v '^ministack==' "$2" >.venv/requirements.txt
    $pip -r .venv/requirements.txt
    if grep '^ministack==' "$2" >.venv/requirements.txt; then
        $pip --no-deps -r .venv/requirements.txt
    fi
    cp "$2" "$mark"
}

fail() {
    echo "$1" >&2
    exit 1
}

install tools infra/requirements.txt
if [ "${1:-}" = build ]; then
    install build infra/requirements-build.txt
fi
