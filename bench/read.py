"""Reading notices: five in a fresh process, then a thousand in one.

    ./run bench read --scale 0.1

The notices are made up: those of ``training/corpus``, a language after the other, put together to a hundred sentences
each, which is what notices of small companies have. ``--notices`` names others. At scale 1 a thousand are read warm.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from holdord.notice.read import read
from holdord.notice.text import plain_of

ROOT = Path(__file__).resolve().parent.parent
TIMES = 7
SENTENCES = 100
_MARKS = {":": "", "*": "- ", "|": "- ", "-": ""}


def run(scale: float, notices: list[Path]) -> Iterator[dict[str, Any]]:
    """Measure; that every notice has sentences is asserted, times never."""
    command = [sys.executable, "-m", "holdord", "read", *map(str, notices), "--json"]
    spans = []
    for _ in range(TIMES):
        start = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        spans.append(time.perf_counter() - start)
        said = json.loads(done.stdout)
        assert all(found["sentences"] for found in said.get("notices", [said]))
    yield {"name": "read-cold", "notices": len(notices), "times": TIMES, "seconds": round(statistics.median(spans), 3)}
    texts = [plain_of(notice.read_bytes(), notice.name) for notice in notices]
    sentences = sum(len(read(text).segments) for text in texts)
    count = max(len(texts), round(1_000 * scale))
    start, used = time.perf_counter(), time.process_time()
    for number in range(count):
        read(texts[number % len(texts)])
    spent, used = time.perf_counter() - start, time.process_time() - used
    yield {
        "name": "read-warm",
        "notices": count,
        "sentences_each": round(sentences / len(texts)),
        "characters_each": round(sum(map(len, texts)) / len(texts)),
        "seconds": round(spent, 3),
        "cpu_seconds": round(used, 3),
        "per_second": round(count / spent, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def made_up(folder: Path) -> list[Path]:
    """Write five notices of a hundred sentences into ``folder``, one in each language."""
    made: list[Path] = []
    for language in ("nb", "nn", "da", "sv", "en"):
        lines: list[str] = []
        for part in sorted((ROOT / "training" / "corpus").glob(f"{language}*.txt")):
            for line in part.read_text("utf-8").splitlines():
                mark, _, rest = line.partition(" ")
                if mark in ("#", "##"):
                    lines.append(f"{mark} {rest}")
                elif mark in _MARKS:
                    lines.append(_MARKS[mark] + rest.partition(" ")[2])
        made.append(folder / f"notice.{language}.md")
        made[-1].write_text("\n\n".join(lines[:SENTENCES]) + "\n", "utf-8")
    return made


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--notices", type=Path, nargs="+")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for figure in run(said.scale, said.notices or made_up(Path(folder))):
            sys.stdout.write(json.dumps(figure) + "\n")


if __name__ == "__main__":
    _main()
