"""Figures that were taken: their groups in a table beside the evidence, and one entry of the log for what came at once.

The table has what anybody may see; the log has how much it was and a digest of it, so that a figure that was changed
afterwards is found. Groups, the mark of each period and the entry are one transaction: after a kill all are there or
none. A period that has its mark is never taken again, whatever became of the data or of the figure's definition.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, text

from holdord.errors import VerificationError
from holdord.ledger import log
from holdord.ledger.entry import canonical
from holdord.plan.figures import BoundFigure, Cell
from holdord.policy.figure import Period
from holdord.run.company import Company
from holdord.run.evidence import last_sweep


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What is to be taken of one figure.

    Attributes:
        cells: The groups of these periods that have enough people.
        missed: Rows that go in a period that is not over, or lose a column that the figure reads: it never has them.
    """

    bound: BoundFigure
    at: date
    periods: tuple[Period, ...]
    cells: tuple[Cell, ...]
    missed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A period of a figure that was taken.

    Attributes:
        by, sums: What its groups are told by and what is summed, as the policy named it then.
        entry: The number of the log's entry.
        pruned: Whether that entry was pruned, so that nothing can be held against it any more.
        at: The controller's date of the sweep.
        cells: As ``Cell.document`` says them.
    """

    figure: str
    period: str
    by: tuple[str, ...]
    sums: tuple[str, ...]
    entry: int
    pruned: bool
    at: date
    cells: tuple[dict[str, Any], ...]


def marks(state: Connection, figure: str) -> dict[str, int]:
    """Return the periods of a figure that were taken, by label, with the entries that say so."""
    query = text("SELECT period, entry FROM holdord_figure_taken WHERE figure = :figure")
    return {row.period: int(row.entry) for row in state.execute(query, {"figure": figure})}


def write(state: Connection, company: Company, found: Found, now: datetime) -> tuple[str, ...]:
    """Write what was found, in the caller's transaction; return the periods that are new.

    What another sweep took meanwhile is left as it is. Where nothing is new, nothing is written.
    """
    log.lock(state)
    figure = found.bound.figure
    known = marks(state, figure.id)
    periods = [period.label for period in found.periods if period.label not in known]
    cells = [cell for cell in found.cells if cell.period in periods]
    missed = 0 if found.missed and _noted(state, found) else found.missed
    if not periods and not missed:
        return ()
    entry: dict[str, Any] = {
        "kind": "figures",
        "at": found.at.isoformat(),
        "policy": company.policy.digest,
        "store": company.store.name,
        "figure": figure.id,
        "definition": found.bound.digest,
        "periods": {
            "first": periods[0] if periods else None,
            "last": periods[-1] if periods else None,
            "count": len(periods),
        },
        "cells": len(cells),
        "digest": _digest(cell.document() for cell in cells),
        "missed": missed,
    }
    (index,) = log.append(state, [entry], now=now)
    names = json.dumps({"by": figure.by, "sums": figure.sums})
    said = {"figure": figure.id, "definition": found.bound.digest, "names": names}
    mark = text(
        "INSERT INTO holdord_figure_taken (figure, period, definition, names, entry, at) "
        "VALUES (:figure, :period, :definition, :names, :entry, :at)"
    )
    if periods:
        stamped = said | {"entry": index, "at": found.at.isoformat()}
        state.execute(mark, [stamped | {"period": period} for period in periods])
    put = text(
        "INSERT INTO holdord_figure (figure, period, number, cell, rows_counted, sums) "
        "VALUES (:figure, :period, :number, :cell, :rows, :sums)"
    )
    if cells:
        state.execute(put, [_row(figure.id, number, cell.document()) for number, cell in enumerate(cells)])
    return tuple(periods)


def _row(figure: str, number: int, cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "figure": figure,
        "period": cell["period"],
        "number": number,
        "cell": canonical(cell["group"]).decode(),
        "rows": cell["rows"],
        "sums": canonical(cell["sums"]).decode(),
    }


def _noted(state: Connection, found: Found) -> bool:
    """Tell whether a sweep of the same day that was killed has said already what is missed."""
    swept = last_sweep(state)
    return any(
        entry.value["kind"] == "figures"
        and (entry.value["figure"], entry.value["at"]) == (found.bound.figure.id, found.at.isoformat())
        and entry.value["missed"]
        for entry in log.read(state, swept.index + 1 if swept else None)
    )


def _digest(cells: Iterable[Mapping[str, Any]]) -> str:
    """Return SHA-256 over the canonical JSON of groups, whatever their order."""
    return sha256(b"[" + b",".join(sorted(map(canonical, cells))) + b"]").hexdigest()


def taken(state: Connection) -> tuple[Taken, ...]:
    """Return all that was taken, by figure and period, held against the log.

    Raises:
        VerificationError: What stands in the table is not what was taken.
    """
    cells: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in state.execute(text("SELECT * FROM holdord_figure ORDER BY figure, period, number")):
        cell = {
            "period": row.period,
            "group": json.loads(row.cell),
            "rows": int(row.rows_counted),
            "sums": json.loads(row.sums),
        }
        cells.setdefault((row.figure, row.period), []).append(cell)
    first, found = log.first(state), []
    for row in state.execute(text("SELECT * FROM holdord_figure_taken ORDER BY figure, period")):
        names = json.loads(row.names)
        one = Taken(
            figure=row.figure,
            period=row.period,
            by=tuple(names["by"]),
            sums=tuple(names["sums"]),
            entry=int(row.entry),
            pruned=int(row.entry) < first,
            at=date.fromisoformat(row.at),
            cells=tuple(cells.pop((row.figure, row.period), ())),
        )
        found.append(one)
    if cells:
        figure, period = next(iter(cells))
        raise VerificationError(f"The figure {figure} has groups of {period}, which was never taken.")
    _check(state, found)
    return tuple(found)


def _check(state: Connection, found: Sequence[Taken]) -> None:
    """Hold what was taken at once against the entry that says so.

    Raises:
        VerificationError: The two differ.
    """
    together: dict[int, list[Taken]] = {}
    for one in found:
        if not one.pruned:
            together.setdefault(one.entry, []).append(one)
    size = log.size(state)
    for index, parts in together.items():
        said = next(iter(log.read(state, index, index + 1))).value if index < size else {}
        cells = [cell for part in parts for cell in part.cells]
        is_it = said.get("kind") == "figures" and {part.figure for part in parts} == {said["figure"]}
        if not is_it or said["periods"]["count"] != len(parts) or said["digest"] != _digest(cells):
            names = ", ".join(sorted({part.figure for part in parts}))
            raise VerificationError(f"The figures {names} are not those that entry {index} of the ledger says.")
