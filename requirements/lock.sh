#!/bin/sh
# Writes the lock files of this folder from the dependencies in pyproject.toml: exact versions with
# hashes, for every Python from 3.11 on and every platform. What is locked already stays as it is
# unless pyproject.toml no longer allows it; `requirements/lock.sh --upgrade` takes the newest.
set -eu
cd "$(dirname "$0")/.."

write_lock() {
    target=$1
    shift
    .venv/bin/uv pip compile "$@" --output-file "requirements/$target" \
        --universal --python-version 3.11 --generate-hashes --annotation-style line \
        --no-emit-index-url --no-header --quiet >/dev/null
    echo "requirements/$target: $(grep -c '==' "requirements/$target") packages"
}

write_lock service.txt pyproject.toml --group build "$@"
write_lock development.txt pyproject.toml --group dev --constraints requirements/service.txt "$@"
write_lock node.txt --group node "$@"
