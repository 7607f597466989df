#!/bin/sh
# Prepares .venv from the lock files; does nothing when it is already as they say.
# Usage: requirements/setup.sh service|development   (PYTHON=… names an interpreter of your choice)
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
stop() {
    printf '\n' >&2
    printf '%s\n' "$@" >&2
    exit 1
}

is_recent_python() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_recent_python "$PYTHON" || stop \
            "PYTHON names $PYTHON, which is no Python 3.11 or later. Name another, or leave PYTHON out."
        say "$PYTHON"
        return
    fi
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if is_recent_python "$candidate"; then
            say "$candidate"
            return
        fi
    done
    stop "Python 3.11 or later was not found." \
        "Install it (Debian, Ubuntu: apt install python3 python3-venv), or name it: make setup PYTHON=/path/to/python3"
}

make_environment() {
    say "Making the virtual environment .venv with $("$python" --version)…"
    rm -rf .venv
    if messages=$("$python" -m venv .venv 2>&1); then
        return
    fi
    rm -rf .venv
    if "$python" -c 'import ensurepip' >/dev/null 2>&1; then
        stop "The virtual environment .venv could not be made: $messages"
    fi
    stop "This Python comes without its venv module." \
        "Install it (Debian, Ubuntu: apt install python3-venv) and run the command again."
}

install_packages() {
    say "Installing the packages of requirements/$wanted.txt; the first time takes a minute or two…"
    if ! .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes \
        --requirement "requirements/$wanted.txt"; then
        stop "The packages could not be installed; the lines above say why." \
            "The first installation needs the package index. Check that this machine can reach it" \
            "(a proxy goes into HTTPS_PROXY, an index of your own into PIP_INDEX_URL)" \
            "and run the command again. After that nothing needs the network."
    fi
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-index \
        --no-build-isolation --no-deps --editable . ||
        stop "trainingbot itself could not be installed; the lines above say why."
}

wanted=${1:?say which: service or development}
stamp=.venv/installed-$wanted
state=$(cat "requirements/$wanted.txt" pyproject.toml | cksum)

if ! is_recent_python .venv/bin/python; then
    python=$(find_python)
    make_environment
elif [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state" ]; then
    exit 0
elif [ "$wanted" = service ] && [ -f .venv/installed-development ]; then
    # The development packages contain those of the service, so the fuller set is kept whole.
    exec requirements/setup.sh development
fi
install_packages
rm -f .venv/installed-*
say "$state" >"$stamp"
say "Ready: .venv/bin/trainingbot"
