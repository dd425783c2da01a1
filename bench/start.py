"""Starting and installing: ``holdord --version`` as a process, size and time of a fresh base install.

    ./run bench start

The version is asked for fifteen times and the median counts, beside the same interpreter doing nothing. The install
goes into a new environment, offline caches left out, from the locked requirements of the base package alone (what the
extras bring is left out); without an index within reach it is skipped, with a note. ``--scale`` changes nothing.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import requires
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TIMES = 15
_LONGEST = 300  # seconds that an install may take before it counts as out of reach


def run() -> list[dict[str, Any]]:
    """Measure; that the version is printed and the package imports is asserted, times never."""
    return [_version(), *_install()]


def _version() -> dict[str, Any]:
    command = shutil.which("holdord", path=str(Path(sys.executable).parent))
    assert command is not None
    ours, bare = [], []
    for _ in range(TIMES):
        start = time.perf_counter()
        said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
        ours.append(time.perf_counter() - start)
        assert re.fullmatch(r"holdord [0-9][^\s]*\n", said), said
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", ""], check=True)
        bare.append(time.perf_counter() - start)
    return {
        "name": "start-version",
        "times": TIMES,
        "seconds": round(statistics.median(ours), 4),
        "python_seconds": round(statistics.median(bare), 4),
    }


def _install() -> list[dict[str, Any]]:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        return [{"name": "start-install", "note": "skipped: uv is not in the environment"}]
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "env"
        python = environment / "bin" / "python"
        locked = Path(folder) / "base.txt"
        locked.write_text(_base(), "utf-8")
        quiet = {**os.environ, "UV_CACHE_DIR": str(Path(folder) / "cache"), "UV_LINK_MODE": "copy"}
        steps = [
            [uv, "venv", "--quiet", "--python", sys.executable, str(environment)],
            [uv, "pip", "sync", "--quiet", "--python", str(python), "--require-hashes", str(locked)],
        ]
        start = time.perf_counter()
        for step in steps:
            try:
                done = subprocess.run(step, env=quiet, capture_output=True, text=True, timeout=_LONGEST)
            except subprocess.TimeoutExpired:
                return [{"name": "start-install", "note": "skipped: the package index did not answer in time"}]
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["no reason given"])[0][:100]
                return [{"name": "start-install", "note": f"skipped: {reason}"}]
        package = next((environment / "lib").glob("python*")) / "site-packages"
        shutil.copytree(ROOT / "src" / "holdord", package / "holdord", ignore=shutil.ignore_patterns("__pycache__"))
        spent = time.perf_counter() - start
        size = sum(file.stat().st_size for file in package.rglob("*") if file.is_file())
        check = "import holdord.cli.app, holdord.run.sweep, holdord.stores.register.migrate"
        subprocess.run([str(python), "-c", check], check=True)
        names = len(list(package.glob("*.dist-info")))
    return [{"name": "start-install", "packages": names, "seconds": round(spent, 2), "mb": round(size / 1e6, 1)}]


def _base() -> str:
    """Return the locked requirements without those that only extras need."""
    blocks: dict[str, str] = {}
    needed_by: dict[str, set[str]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements" / "run.txt").read_text("utf-8")):
        if match := re.match(r"([a-z0-9][a-z0-9._-]*)(\[[^]]*\])?==", block):
            blocks[match[1]] = block
            via = re.findall(r"#\s+(?:via\s+)?([a-z0-9][a-z0-9._-]*)(?:\s|$)", block.replace("# via\n", ""))
            needed_by[match[1]] = set(via)
    base = {_plain(name) for name in requires("holdord") or () if "extra ==" not in name}
    while more := {name for name in blocks if name not in base and needed_by[name] & base}:
        base |= more
    return "\n".join(block for name, block in blocks.items() if name in base) + "\n"


def _plain(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return found[0].lower().replace("_", "-").replace(".", "-")


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.parse_args()
    for figure in run():
        sys.stdout.write(json.dumps(figure) + "\n")


if __name__ == "__main__":
    _main()
