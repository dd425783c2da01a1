"""Reliability, counted: `./run torment [NAME…] [--count N] [--seed S] [--json]`.

    kill      kill -9 amid sweeps: nothing early, nothing lost from the ledger, nothing entered twice
    kill-requests  kill -9 amid answers to people: an erasure is done whole or not begun, others' rows are as they were
    full      disks full, connections lost, locks held, stores slow, at each seam: nothing reported done that is not
    clock     time zones, summer time, leap days, year ends, sentinels, wrong types, a machine's clock set wrong
    race      writers write while sweeps run: nothing held is lost, nothing stripped that a new row holds
    strangers people who share addresses, households and parcels: one is due, and nobody else is touched
    opinions  random worlds: the interpreter of the rule against the databases

Every count is printed. The exit status is 1 when something happened that may not.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.opinions import count as opinions
from tests.torment import clock, full, kill, kill_requests, race, strangers
from tests.torment.servers import postgres

Outcome = tuple[dict[str, int], list[str]]
"""Counts, and what happened that may not."""


def _kill(count: int, seed: int) -> Outcome:
    report = kill.run(count, seed)
    return dict(report.counts), report.wrong


def _kill_requests(count: int, seed: int) -> Outcome:
    report = kill_requests.run(count, seed)
    return dict(report.counts), report.wrong


def _full(count: int, seed: int) -> Outcome:
    report = full.run(count, seed)
    return dict(report.counts), report.wrong


def _clock(count: int, seed: int) -> Outcome:
    report = clock.run(count, seed)
    return dict(report.counts), report.wrong


def _race(count: int, seed: int) -> Outcome:
    report = race.run(count, seed)
    return dict(report.counts), report.wrong


def _strangers(count: int, seed: int) -> Outcome:
    report = strangers.run(count, seed)
    return dict(report.counts), report.wrong


def _opinions(count: int, seed: int) -> Outcome:
    with postgres() as server:
        report = opinions.run(count, seed, ["sqlite", server.make("opinions")], out=sys.stderr)
    counts = {"rows": report["rows"], "worlds": report["worlds"], **report["branches"]}
    unhit = [f"the branch {name!r} was never hit" for name in report["unhit"]]
    return counts, [*report["differences"], *unhit]


NAMES: dict[str, tuple[Callable[[int, int], Outcome], int]] = {
    "kill": (_kill, 100),
    "kill-requests": (_kill_requests, 200),
    "full": (_full, 600),
    "clock": (_clock, 4_000),
    "race": (_race, 60),
    "strangers": (_strangers, 200),
    "opinions": (_opinions, 100_000),
}
"""Name → what runs it, and how many rounds, cases, worlds or rows there are by default."""


def main() -> int:
    """Run what was asked for and print every count."""
    parser = argparse.ArgumentParser(
        prog="./run torment", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(NAMES)} (default: all)")
    parser.add_argument(
        "--count", type=int, metavar="N", help="rounds, cases, worlds or rows, in place of each one's own"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of all chance (default: 1)")
    parser.add_argument("--json", action="store_true", help="print a document for programs")
    said = parser.parse_args()
    if unknown := [name for name in said.names if name not in NAMES]:
        parser.error(f"there is no torment {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if said.count is not None and said.count < 1:
        parser.error("--count takes a number of 1 or more")
    document: dict[str, Any] = {"seed": said.seed}
    for name in said.names or NAMES:
        call, usual = NAMES[name]
        begun = time.monotonic()
        counts, wrong = call(said.count or usual, said.seed)
        seconds = round(time.monotonic() - begun, 1)
        document[name] = {"seconds": seconds, "counts": counts, "wrong": wrong}
        if not said.json:
            print(f"{name}: {seconds} s, {len(wrong)} times what may not happen")
            for what, number in sorted(counts.items()):
                print(f"{number:>10,}  {what}")
            for one in wrong:
                print(f"  ✗ {one}")
    if said.json:
        print(json.dumps(document, ensure_ascii=False, indent=2))
    return 1 if any(document[name]["wrong"] for name in said.names or NAMES) else 0


if __name__ == "__main__":
    sys.exit(main())
