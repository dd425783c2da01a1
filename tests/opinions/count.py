"""Many worlds in a row: interpreter against databases, with the number of rows and of each branch that was hit."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, TextIO

from tests.opinions.adapter import MEMORY, dialect_of
from tests.opinions.interpreter import BRANCHES
from tests.opinions.properties import Disagreement, check_alone, check_database
from tests.opinions.worlds import POSTGRESQL, SQLITE, make


def run(
    rows: int,
    seed: int,
    urls: Sequence[str],
    *,
    size: int = 700,
    disputed: bool | None = None,
    out: TextIO | None = None,
) -> dict[str, Any]:
    """Judge worlds until ``rows`` rows have been seen, and print how often each branch was hit.

    Args:
        rows: How many rows at least, over all worlds and databases.
        seed: Of the first world; the next ones follow.
        urls: Stores, taken in turn (``sqlite`` is a new file, ``memory`` none); none means the interpreter alone.
        size: About how many rows a world has.
        disputed: See :func:`tests.opinions.worlds.make`; every other world by default.
        out: Where to print; standard output by default.

    Returns:
        ``rows``, ``worlds``, ``seconds``, ``branches`` (name → count), ``unhit`` and ``differences`` (messages).
    """
    out = out or sys.stdout
    begun = time.monotonic()
    seen = worlds = 0
    branches: Counter[str] = Counter()
    differences: list[str] = []
    while seen < rows:
        for url in urls or [""]:
            dialect = dialect_of(url) if url not in ("", MEMORY) else (SQLITE, POSTGRESQL)[worlds % 2]
            odd = bool(seed % 2) if disputed is None else disputed
            inside = seed % 4 == 1 and url != MEMORY
            world = make(seed, dialect, size=size, disputed=odd, looped=seed % 3 == 0, inside=inside)
            try:
                branches += check_alone(world)
                if url:
                    check_database(world, url)
            except Disagreement as found:
                differences.append(str(found))
                print(found, file=out)
            seen += world.size
            worlds += 1
        seed += 1
    report: dict[str, Any] = {
        "rows": seen,
        "worlds": worlds,
        "seconds": round(time.monotonic() - begun, 1),
        "branches": {name: branches[name] for name in (*BRANCHES, *sorted(set(branches) - set(BRANCHES)))},
        "unhit": [name for name in BRANCHES if not branches[name]],
        "differences": differences,
    }
    print(f"{seen} rows in {worlds} worlds, {report['seconds']} s, {len(differences)} differences", file=out)
    for name, count in report["branches"].items():
        print(f"{count:>10}  {name}", file=out)
    return report
