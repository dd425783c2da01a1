"""Figures of rows in memory: the groups of ``holdord.plan.figures``, and the check of their size, in plain Python."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from holdord.datamap.model import Route
from holdord.plan.figures import Cell, Counted, Dimension
from holdord.testing.answers import Answers
from holdord.testing.state import Row, values

_Group = tuple[str | None, ...]
_Person = tuple[Any, ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Member:
    """A row of a group: the person at the end of each route, or None; and its numbers."""

    people: tuple[_Person, ...]
    numbers: tuple[Decimal, ...]


def figures(answers: Answers, asked: Counted) -> tuple[Cell, ...]:
    """Return the groups and rests that have enough people, by period, then by what tells them apart, rests last."""
    found: dict[str, dict[_Group, list[_Member]]] = {period.label: {} for period in asked.periods}
    for period, group, member in _members(answers, asked):
        found[period].setdefault(group, []).append(member)
    cells = []
    for period, groups in found.items():
        for group in sorted(groups, key=lambda said: tuple((one is not None, one or "") for one in said)):
            if _passes(groups[group], asked):
                cells.append(_cell(period, group, groups[group], asked))
        rest = [member for members in groups.values() if not _passes(members, asked) for member in members]
        if _passes(rest, asked):
            cells.append(_cell(period, None, rest, asked))
    return tuple(cells)


def _members(answers: Answers, asked: Counted) -> Iterator[tuple[str, _Group, _Member]]:
    read = answers.moments(asked.clock)
    for row in answers.state.rows(asked.table):
        value = row[asked.clock.column]
        on = read.on(value) if read.started(value) else None
        period = next((one for one in asked.periods if on is not None and one.first <= on <= one.last), None)
        if period is not None:
            member = _Member(
                people=tuple(_person(answers, asked.table, row, route) for route in asked.routes),
                numbers=tuple(Decimal(str(row[name] or 0)) for name in asked.sums),
            )
            yield period.label, tuple(_text(row[one.column], one) for one in asked.dimensions), member


def _person(answers: Answers, table: str, row: Row, route: Route) -> _Person:
    """Return what names the person at the end of a route, or None where it ends before."""
    for reference in route[:-1]:
        above = answers.state.having(reference.parent, answers.target(reference), values(row, reference.columns))
        found = next(iter(above), None)
        if found is None:
            return None
        row = found
    return values(row, route[-1].columns) if route else answers.state.key(table, row)


def _passes(members: list[_Member], asked: Counted) -> bool:
    """Tell whether there are enough people by each route."""
    return all(
        len({member.people[route] for member in members} - {None}) >= asked.at_least
        for route in range(len(asked.routes))
    )


def _cell(period: str, group: _Group | None, members: list[_Member], asked: Counted) -> Cell:
    sums = tuple(
        None
        if any(_leads(members, route, number) for route in range(len(asked.routes)))
        else sum((member.numbers[number] for member in members), Decimal(0))
        for number in range(len(asked.sums))
    )
    return Cell(period=period, group=group, rows=len(members), sums=sums)


def _leads(members: Iterable[_Member], route: int, number: int) -> bool:
    """Tell whether one person makes up more than half of a sum."""
    shares: dict[_Person, Decimal] = {}
    for member in members:
        if (person := member.people[route]) is not None:
            shares[person] = shares.get(person, Decimal(0)) + member.numbers[number]
    sizes = [abs(share) for share in shares.values()]
    return max(sizes, default=Decimal(0)) * 2 > sum(sizes)


def _text(value: Any, dimension: Dimension) -> str | None:
    how, _, length = dimension.generalise.partition(":")
    if value is None:
        return None
    if how == "prefix":
        return str(value)[: int(length)]
    if how == "year":
        return f"{value.year:04}" if isinstance(value, date) else str(value)[:4]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(" ", "seconds") if isinstance(value, datetime) else str(value)
