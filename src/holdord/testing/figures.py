"""Figures of rows in memory: the groups of ``holdord.plan.figures``, and the check of their size, in plain Python."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from holdord.datamap.model import Route
from holdord.plan.figures import ONE, TWO, Cell, Counted, Dimension
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
    """Return what names the person at the end of a route, or None where it ends before, or nobody is there."""
    names: tuple[str, ...] = answers.state.schema[table].key
    for reference in route:
        names = answers.target(reference)
        above = answers.state.having(reference.parent, names, values(row, reference.columns))
        found = next(iter(above), None)
        if found is None:
            return None
        row = found
    return values(row, names)


def _passes(members: list[_Member], asked: Counted) -> bool:
    """Tell whether there are enough people by each route, none of whom has too many of the rows."""
    routes = range(len(asked.routes))
    if any(len({member.people[route] for member in members} - {None}) < asked.at_least for route in routes):
        return False
    ones = [Decimal(1)] * len(members)
    return not any(_exceeds(_shares(members, ones, route), 1, ONE) for route in routes)


def _cell(period: str, group: _Group | None, members: list[_Member], asked: Counted) -> Cell:
    sums: list[Decimal | None] = []
    for number in range(len(asked.sums)):
        numbers = [member.numbers[number] for member in members]
        shares = [_shares(members, numbers, route) for route in range(len(asked.routes))]
        of_few = any(_exceeds(each, 1, ONE) or _exceeds(each, 2, TWO) for each in shares)
        sums.append(None if of_few else sum(numbers, Decimal(0)))
    return Cell(period=period, group=group, rows=len(members), sums=tuple(sums))


def _shares(members: list[_Member], numbers: Sequence[Decimal], route: int) -> list[Fraction]:
    """Return what each person at the end of a route has of these numbers, one for each member; the largest first."""
    shares: dict[_Person, Decimal] = {}
    for member, number in zip(members, numbers, strict=True):
        if (person := member.people[route]) is not None:
            shares[person] = shares.get(person, Decimal(0)) + number
    return sorted((Fraction(abs(share)) for share in shares.values()), reverse=True)


def _exceeds(shares: list[Fraction], people: int, most: Fraction) -> bool:
    return sum(shares[:people]) > most * sum(shares)


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
