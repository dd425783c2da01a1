"""Starting and installing: ``holdord --version``, ``holdord serve``, size and time of fresh installs.

    ./run bench start

The version is asked for fifteen times and the median counts, beside the same interpreter doing nothing. The pages are
started five times, until the first one is answered whole; their memory is what the process has a few seconds later.
Installs go into new environments, offline caches left out, from the locked requirements: of the base package alone, and
of all extras but the encoder; without an index within reach they are skipped, with a note. ``--scale`` changes nothing.
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
from http.client import HTTPConnection
from importlib.metadata import requires
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TIMES = 15
STARTS = 5
PORT = 8127
_REST = 3  # seconds after which memory is looked at
_LONGEST = 300  # seconds that an install may take before it counts as out of reach


def run() -> list[dict[str, Any]]:
    """Measure; that the version is printed and the package imports is asserted, times never."""
    everything = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    return [_version(), _serve(), *_install("base", _base()), *_install("all", everything)]


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


def _serve() -> dict[str, Any]:
    """Start the pages of an example, and ask for the first one until it is there."""
    spans, memory = [], []
    with tempfile.TemporaryDirectory() as within:
        folder = Path(within) / "company"
        shutil.copytree(ROOT / "examples" / "clemco-norge", folder)
        for _ in range(STARTS + 1):  # the first makes the databases, and does not count
            start = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "holdord", "serve", str(folder), "--port", str(PORT)], stdout=subprocess.DEVNULL
            )
            try:
                while not _answers():
                    assert process.poll() is None, "The server has ended."
                    time.sleep(0.01)
                spans.append(time.perf_counter() - start)
                time.sleep(_REST)
                memory.append(_resident(process.pid))
            finally:
                process.terminate()
                process.wait()
    return {
        "name": "start-serve",
        "times": STARTS,
        "seconds": round(statistics.median(spans[1:]), 2),
        "first_seconds": round(spans[0], 2),
        "mb": round(max(memory)),
    }


def _answers() -> bool:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=10)
    try:
        connection.request("GET", "/en/", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _resident(process: int) -> float:
    """Return how much memory a process has, with its children, in MB."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    status = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1e3 + sum(_resident(int(child)) for child in children)


def _install(name: str, requirements: str) -> list[dict[str, Any]]:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        return [{"name": f"start-install-{name}", "note": "skipped: uv is not in the environment"}]
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "env"
        python = environment / "bin" / "python"
        locked = Path(folder) / "locked.txt"
        locked.write_text(requirements, "utf-8")
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
                return [{"name": f"start-install-{name}", "note": "skipped: the package index did not answer in time"}]
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["no reason given"])[0][:100]
                return [{"name": f"start-install-{name}", "note": f"skipped: {reason}"}]
        package = next((environment / "lib").glob("python*")) / "site-packages"
        shutil.copytree(ROOT / "src" / "holdord", package / "holdord", ignore=shutil.ignore_patterns("__pycache__"))
        spent = time.perf_counter() - start
        size = sum(file.stat().st_size for file in package.rglob("*") if file.is_file())
        check = "import holdord.cli.app, holdord.run.sweep, holdord.stores.register.migrate"
        subprocess.run([str(python), "-c", check], check=True)
        packages = len(list(package.glob("*.dist-info")))
    return [
        {"name": f"start-install-{name}", "packages": packages, "seconds": round(spent, 2), "mb": round(size / 1e6, 1)}
    ]


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
