"""Measurements beside their goals: one script for each row, each run as a process of its own.

    ./run bench [NAME…] [--json] [--scale X]

Every script prints a line of JSON for each figure. A time is never asserted, a correctness always is: a script that
fails makes this one fail. Scale 1 is the size that a goal speaks of; without ``--scale`` each script takes a smaller
size of its own that ends within minutes.
"""

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import server
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent


class Goal(NamedTuple):
    """What a member of a figure should be: at most, or at least, so much."""

    member: str
    most: bool
    value: float

    def __str__(self) -> str:
        return f"{self.member} {'≤' if self.most else '≥'} {self.value:g}"

    def is_met(self, figure: dict[str, Any]) -> bool:
        """Tell whether a figure reaches the goal."""
        return bool(figure[self.member] <= self.value if self.most else figure[self.member] >= self.value)


SCRIPTS = {
    "sweep-sqlite": ("sweep_sqlite",),
    "sweep-pg": ("sweep_pg",),
    "anonymise-sqlite": ("sweep_sqlite", "--task", "anonymise"),
    "anonymise-pg": ("sweep_pg", "--task", "anonymise"),
    "multi-purpose": ("multi_purpose",),
    "access": ("access",),
    "erase-one": ("erase",),
    "erase-many": ("erase", "--many", "1000"),
    "ledger": ("ledger",),
    "read": ("read",),
    "start": ("start",),
}
"""Name → script and its arguments."""
SCALES = {"ledger": 0.1}
GOALS: dict[str, tuple[Goal, ...]] = {
    "sweep-sqlite": (Goal("ratio", True, 0.55),),
    "sweep-sqlite-wal": (Goal("ratio", True, 1 / 50),),
    "sweep-sqlite-scattered": (Goal("ratio", True, 0.55),),
    "sweep-sqlite-wal-scattered": (Goal("ratio", True, 1 / 50),),
    "sweep-sqlite-growth-carried": (Goal("exponent", True, 1.1),),
    "sweep-pg": (Goal("ratio", True, 1.25),),
    "sweep-pg-cpu": (Goal("ratio", True, 1.3),),
    "sweep-pg-wal": (Goal("ratio", True, 1.02),),
    "sweep-pg-stall": (Goal("ratio", True, 1 / 100),),
    "sweep-pg-growth-carried": (Goal("exponent", True, 1.1),),
    "anonymise-sqlite": (Goal("ratio", True, 0.5),),
    "anonymise-sqlite-scattered": (Goal("ratio", True, 0.5),),
    "anonymise-pg-cpu": (Goal("ratio", True, 1.15),),
    "multi-purpose-sqlite": (Goal("ratio", True, 1.5),),
    "multi-purpose-pg": (Goal("ratio", True, 1.5),),
    "access-sqlite": (Goal("ratio", True, 2),),
    "access-pg": (Goal("ratio", True, 2),),
    "access-sqlite-growth": (Goal("exponent", True, 0.1),),
    "access-pg-growth": (Goal("exponent", True, 0.1),),
    "erase-one-sqlite": (Goal("ratio", True, 2),),
    "erase-one-pg": (Goal("ratio", True, 2),),
    "erase-many-sqlite": (Goal("ratio", True, 2),),
    "erase-many-pg": (Goal("ratio", True, 2),),
    "append-sqlite": (Goal("ratio", False, 0.7),),
    "append-pg": (Goal("ratio", False, 0.7),),
    "proof": (Goal("seconds", True, 0.001),),
    "verify": (Goal("per_second", False, 500_000),),
    "read-cold": (Goal("seconds", True, 1.5),),
    "read-warm": (Goal("per_second", False, 50),),
    "start-version": (Goal("seconds", True, 0.15),),
    "start-serve": (Goal("seconds", True, 2), Goal("mb", True, 150)),
    "start-install-base": (Goal("mb", True, 80), Goal("seconds", True, 15)),
    "start-install-all": (Goal("mb", True, 320), Goal("seconds", True, 60)),
}


def measure(name: str, scale: float | None) -> list[dict[str, Any]]:
    """Run one script and return its figures.

    Raises:
        SystemExit: When it fails, with what it said.
    """
    scale = SCALES.get(name) if scale is None else scale
    script, *more = SCRIPTS[name]
    command = [sys.executable, str(HERE / f"{script}.py"), *more, *(["--scale", str(scale)] if scale else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{name} failed; its figures count for nothing.")
    return [{**json.loads(line), "script": name} for line in done.stdout.splitlines()]


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    said: dict[str, Any] = {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": None,
    }
    with server.server() as url:
        if url is not None:
            databases = server.Databases(url, "holdord_bench")
            with databases.admin.connect() as connection:
                said["postgresql"] = connection.exec_driver_sql("SHOW server_version").scalar_one()
            databases.close()
    return said


def show(figures: list[dict[str, Any]], on: dict[str, Any]) -> None:
    """Print the figures as a table beside the goals."""
    table = Table(box=None, pad_edge=False)
    table.add_column("figure", no_wrap=True)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("measured", ratio=1)
    table.add_column("goal", no_wrap=True)
    table.add_column("")
    for figure in figures:
        goals = GOALS.get(figure["name"], ()) if "note" not in figure else ()
        hidden = ("name", "rows", "goal", "goals", "script", "peak_mb")
        words = ", ".join(f"{key} {_number(value)}" for key, value in figure.items() if key not in hidden)
        met = "" if not goals else "[green]✓[/green]" if all(goal.is_met(figure) for goal in goals) else "[red]✗[/red]"
        table.add_row(
            figure["name"], f"{figure.get('rows', ''):,}" if figure.get("rows") else "", words, _words(goals), met
        )
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=160)).print(table)
    memory = {
        script: max((f.get("peak_mb", 0) for f in figures if f["script"] == script), default=0) for script in SCRIPTS
    }
    peaks = [f"{script} {peak} MB" for script, peak in memory.items() if peak]
    if peaks:
        print(f"Peak memory: {', '.join(peaks)}.")
    print("Goals speak of scale 1; a table that fits into the cache tells little about one that does not.")
    print(", ".join(f"{key} {value}" for key, value in on.items()))


def _words(goals: tuple[Goal, ...]) -> str:
    return ", ".join(map(str, goals))


def _number(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}: {_number(one)}" for key, one in value.items())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}" if value < 1000 else f"{value:,.0f}"


def main() -> int:
    """Run what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(SCRIPTS)} (default: all)")
    parser.add_argument("--json", action="store_true", help="print a document for programs")
    parser.add_argument("--scale", type=float, metavar="X", help="share of the size that the goals speak of")
    said = parser.parse_args()
    if unknown := [name for name in said.names if name not in SCRIPTS]:
        parser.error(f"there is no bench {', '.join(unknown)}; there are {', '.join(SCRIPTS)}")
    if said.scale is not None and not 0 < said.scale <= 10:
        parser.error("--scale takes a number above 0")
    on = machine()
    figures = [figure for name in said.names or SCRIPTS for figure in measure(name, said.scale)]
    for figure in figures:
        figure["goals"] = [str(goal) for goal in GOALS.get(figure["name"], ())]
    if said.json:
        print(json.dumps({"machine": on, "figures": figures}, ensure_ascii=False, indent=2))
    else:
        show(figures, on)
    return 0


if __name__ == "__main__":
    sys.exit(main())
