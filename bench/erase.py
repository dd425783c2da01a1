"""Erasing what people may have erased (GDPR art. 17), evidence included, against the statements written by hand.

    ./run bench erase-one erase-many --scale 0.1

The company is that of ``access``. Both sides leave the same rows of the people who ask; both commit durably, overwrite
what they free and leave nothing in SQLite's log. Each side takes people of its own, in turn, and no two ask twice. By
hand it is one transaction, for one person by their number, for many by all their numbers at once. Ours plans,
carries out, looks again, writes down what was done, and signs.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import asking
from sqlalchemy import bindparam, text

from holdord.run.company import Company
from holdord.run.requests.erasure import ends, erase
from holdord.run.requests.together import erase_all

SCALE = 0.1
ROUNDS = {1: 30, 1_000: 4}
_NONE_LEFT = "NOT EXISTS (SELECT 1 FROM purchase AS p WHERE p.customer_id = customer.id)"
_BY_HAND = [
    text(statement).bindparams(bindparam("ids", expanding=True))
    for statement in (
        "DELETE FROM card WHERE customer_id IN :ids",
        "DELETE FROM purchase WHERE customer_id IN :ids AND ordered <= '2020-12-31'",
        "UPDATE purchase SET remark = NULL WHERE customer_id IN :ids AND remark IS NOT NULL",
        f"DELETE FROM customer WHERE id IN :ids AND {_NONE_LEFT}",
        "UPDATE customer SET email = NULL, phone = NULL, address = NULL WHERE id IN :ids",
    )
]
_LEFT = (
    "SELECT count(*), count(email), count(phone), count(address), count(name) FROM customer WHERE id IN :ids",
    "SELECT count(*), count(remark), count(article), 0, 0 FROM purchase WHERE customer_id IN :ids",
    "SELECT count(*), 0, 0, 0, 0 FROM card WHERE customer_id IN :ids",
)


def run(scale: float, many: int) -> list[dict[str, Any]]:
    """Measure at a share of a million customers; what is left of who asked is asserted, times never."""
    people = max(20 * many, round(asking.PEOPLE * scale))
    rows = sum(asking.SHARES.values()) * people
    figures = []
    with tempfile.TemporaryDirectory() as folder, asking.companies(people, Path(folder)) as companies:
        for kind, company in companies:
            name = f"erase-{'one' if many == 1 else 'many'}-{kind}"
            figures.append({"name": name, "rows": rows, "people": many, **_measured(company, people, many)})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [{**figure, "peak_mb": peak} for figure in figures]


def _measured(company: Company, people: int, many: int) -> dict[str, Any]:
    spans: dict[str, list[float]] = {"ours": [], "theirs": []}
    rounds = ROUNDS[many]
    who = asking.asking(people, 2 * many * rounds + 1)
    first = time.perf_counter()
    erase(company, lambda: asking.NOW, asking.person(who.pop()), confirmed=True)
    first = time.perf_counter() - first
    for turn in range(rounds):
        for side in ("ours", "theirs") if turn % 2 else ("theirs", "ours"):
            asked = [who.pop() for _ in range(many)]
            before = _left(company, asked)
            start = time.perf_counter()
            if side == "ours":
                _erased(company, asked)
            else:
                _written(company, asked)
            spans[side].append(time.perf_counter() - start)
            _check(before, _left(company, asked))
    return {**asking.compared(spans["ours"], spans["theirs"]), "first_seconds": round(first, 3)}


def _erased(company: Company, asked: Sequence[int]) -> None:
    people = [asking.person(number) for number in asked]
    if len(people) == 1:
        assert erase(company, lambda: asking.NOW, people[0], confirmed=True).is_done
    else:
        askers = [(person, None) for person in people]
        assert erase_all(company, lambda: asking.NOW, askers, ends(company.policy), confirmed=True).is_done


def _written(company: Company, asked: Sequence[int]) -> None:
    with company.store.writing() as connection:
        for statement in _BY_HAND:
            connection.execute(statement, {"ids": asked})
    company.store.empty_log()


def _left(company: Company, asked: Sequence[int]) -> list[tuple[int, ...]]:
    """Return of each table how many rows of some people are there, and how many values in them."""
    with company.store.snapshot() as connection:
        said = [text(query).bindparams(bindparam("ids", expanding=True)) for query in _LEFT]
        return [tuple(connection.execute(one, {"ids": asked}).one()) for one in said]


def _check(before: list[tuple[int, ...]], after: list[tuple[int, ...]]) -> None:
    (people, *values), bought, cards = after
    assert not any(values[:3]), "Nothing holds e-mail, phone and address any more."
    assert values[3] == people, "The books hold the names of who bought something."
    assert people <= before[0][0]
    assert bought == (before[1][0], 0, before[1][2], 0, 0), "The books hold what was bought."
    assert not cards[0], "The club is over."


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument("--many", type=int, default=1, choices=sorted(ROUNDS))
    said = parser.parse_args()
    for figure in run(said.scale, said.many):
        sys.stdout.write(json.dumps(figure) + "\n")


if __name__ == "__main__":
    _main()
