"""One person's complete answer (GDPR art. 15), as JSON, against hand-written selects of the same rows, as JSON.

    ./run bench access --scale 0.1

At scale 1 there are a million customers, three million orders and a million loyalty cards. By hand that is three
selects along indexes and ``json.dumps`` of what they find; ours says of each value which purposes hold it and until
when as well. Both sides take turns, each time for somebody else; the same values must be in both. ``growth`` is the
exponent from a tenth of the rows to all of them: an answer must not cost more where there are more customers.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import asking
from sqlalchemy import Connection, text

from holdord.run.company import Company
from holdord.run.requests.access import access
from holdord.run.requests.answer import document

SCALE = 0.1
WARM, ROUNDS = 20, 200
_BY_HAND = {
    "customer": text("SELECT * FROM customer WHERE id = :id"),
    "purchase": text("SELECT * FROM purchase WHERE customer_id = :id"),
    "card": text("SELECT * FROM card WHERE customer_id = :id"),
}


def run(scale: float) -> list[dict[str, Any]]:
    """Measure at a tenth of a share of a million people and at that share; times are never asserted, values are."""
    figures: list[dict[str, Any]] = []
    seconds: dict[str, dict[int, float]] = {}
    for people in (max(200, round(asking.PEOPLE * scale / 10)), max(2_000, round(asking.PEOPLE * scale))):
        with tempfile.TemporaryDirectory() as folder, asking.companies(people, Path(folder)) as companies:
            for name, company in companies:
                figure = _measured(company, people)
                rows = sum(asking.SHARES.values()) * people
                seconds.setdefault(name, {})[rows] = figure["seconds"]
                figures.append({"name": f"access-{name}", "rows": rows, **figure})
    newest = {figure["name"]: figure for figure in figures}
    growths = [asking.growth(f"access-{name}", found) for name, found in seconds.items()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [{**figure, "peak_mb": peak} for figure in (*newest.values(), *growths)]


def _measured(company: Company, people: int) -> dict[str, Any]:
    spans: dict[str, list[float]] = {"ours": [], "theirs": []}
    for turn, number in enumerate(asking.asking(people, WARM + ROUNDS)):
        for side in ("ours", "theirs") if turn % 2 else ("theirs", "ours"):
            start = time.perf_counter()
            said = _ours(company, number) if side == "ours" else _theirs(company, number)
            if turn >= WARM:
                spans[side].append(time.perf_counter() - start)
            if side == "ours":
                mine = said
            else:
                by_hand = said
        assert _values(json.loads(mine)) == _selected(json.loads(by_hand)), "Both sides must tell the same."
    return {**asking.compared(spans["ours"], spans["theirs"]), "per_second": round(ROUNDS / sum(spans["ours"]), 1)}


def _ours(company: Company, number: int) -> str:
    return json.dumps(document(access(company, asking.person(number), asking.NOW.date())))


def _theirs(company: Company, number: int) -> str:
    with company.store.snapshot() as connection:
        return json.dumps(_rows(connection, number), default=str)


def _rows(connection: Connection, number: int) -> dict[str, list[dict[str, Any]]]:
    return {
        table: [dict(row) for row in connection.execute(query, {"id": number}).mappings()]
        for table, query in _BY_HAND.items()
    }


def _values(said: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return (table, column, value) of an answer."""
    return sorted((item["table"], one["name"], str(one["value"])) for item in said["items"] for one in item["data"])


def _selected(said: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, str]]:
    """Return (table, column, value) of rows, but for NULL and for what only ties rows together."""
    return sorted(
        (table, name, str(value))
        for table, rows in said.items()
        for row in rows
        for name, value in row.items()
        if value is not None and name not in ("id", "customer_id")
    )


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=SCALE)
    for figure in run(parser.parse_args().scale):
        sys.stdout.write(json.dumps(figure) + "\n")


if __name__ == "__main__":
    _main()
