"""What is held about one person, why, from whom, for whom and until when (GDPR art. 15)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from holdord.datamap.model import ClockColumn
from holdord.plan.bind import Bound
from holdord.plan.ended import Ended
from holdord.plan.excerpt import Excerpt, Row, excerpt
from holdord.plan.grounds import Grounds
from holdord.plan.made import made
from holdord.plan.moments import Moments
from holdord.plan.predicate import DataColumn
from holdord.plan.remembered import remembered
from holdord.plan.until import Lasting, Until
from holdord.plan.whose import Asked, Whose
from holdord.policy.model import Record
from holdord.policy.purpose import Purpose
from holdord.run.company import Company
from holdord.run.requests.answer import Answer, Item, Value
from holdord.stores.snapshot import Snapshot


def access(company: Company, person: Record, at: date, ended: frozenset[str] = frozenset()) -> Answer:
    """Return what is held about a person. Changes nothing.

    Args:
        company: The folder.
        person: Who asks.
        at: The controller's date.
        ended: Purposes that their request ends: what holds the data without them.

    Returns:
        An answer without items where nothing is held: that, too, is an answer (art. 15(1)).
    """
    with company.store.reading() as snapshot:
        items = held(company, snapshot, person, at, ended)
    answer = Answer(policy=company.policy, person=person, at=at, items=items)
    of = _missing_of(answer)
    return replace(answer, missing=_missing(answer, of), missing_of=of)


def held(
    company: Company, snapshot: Snapshot, person: Record, at: date, ended: frozenset[str] = frozenset()
) -> tuple[Item, ...]:
    """Return what is held about a person as a snapshot shows it; the other arguments are those of ``access``."""
    rows = excerpt(company.bound, snapshot, person.record_class, [person.key])
    whose = Whose(company.bound, Asked(record_class=person.record_class, keys=(person.key,), ended=ended))
    ended_for = Ended(company.bound, whose).near(rows)
    until = Until(Grounds(company.bound, at, whose=whose, ended=ended_for), rows)
    return tuple(_items(snapshot, until, whose, person))


def _items(snapshot: Snapshot, until: Until, whose: Whose, person: Record) -> Iterator[Item]:
    """Yield what is held, the person's own record first."""
    for table, row, shared, also_others in theirs(snapshot, until.rows, whose, person):
        yield from _of_row(until, table, row, shared=shared, also_others=also_others)


def theirs(snapshot: Snapshot, rows: Excerpt, whose: Whose, person: Record) -> Iterator[tuple[str, Row, bool, bool]]:
    """Yield the rows that are about a person: table, row, whether it is shared, whether it is also others'."""
    for table in reversed(whose.bound.order):
        has_people = whose.has_people(table)
        alone = set() if has_people else set(snapshot.keys(table, whose.left_to_them(table)))
        for row in sorted(rows.rows[table], key=lambda row: rows.key(table, row)):
            if has_people:
                about = rows.people(person.record_class, table, row)
                if person.key in about:
                    yield table, row, len(about) > 1, False
            elif _leads_to(rows, whose, person, table, row):
                yield table, row, False, rows.key(table, row) not in alone


def _leads_to(rows: Excerpt, whose: Whose, person: Record, table: str, row: Row) -> bool:
    """Tell whether a row of the person's own refers to one that is nobody's, or another one does that is told."""
    for one in whose.referring(table):
        for below in rows.down((one,), row):
            if whose.has_people(one.child):
                if rows.people(person.record_class, one.child, below) == {person.key}:
                    return True
            elif _leads_to(rows, whose, person, one.child, below):
                return True
    return False


def _of_row(until: Until, table: str, row: Row, *, shared: bool = False, also_others: bool = False) -> Iterator[Item]:
    bound, at = until.bound, until.grounds.at
    held = bool(until.holds(table, row))
    groups = list(_groups(until, table, row))
    dates = _dates(until, table, row)
    if dates or not groups:
        groups.append((dates, _of_record(until, table, row)))
    for values, found in groups:
        lasting = tuple(one for one in found if one.last is None or one.last >= at)
        yield Item(
            table=table,
            record_class=bound.datamap.tables[table].record_class,
            key=until.rows.key(table, row),
            values=values,
            lasting=lasting,
            held=held,
            shared=shared,
            also_others=also_others,
            bare=values is dates and len(groups) == 1 and bool(bound.columns[table]) and not lasting,
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """What is the same for every row of a table.

    Attributes:
        columns: Those with a category, and the purposes that need them: one and the same tuple for the same ones.
        dates: What is held while the row is: clocks, and what conditions read; with the clock, and what reads it.
        coarser: Columns that are made coarser.
        purposes: Those that hold the row itself, with its dates: all that need something in it or work on it.
    """

    columns: tuple[tuple[DataColumn, tuple[Purpose, ...]], ...]
    dates: tuple[tuple[str, ClockColumn | None, Moments | None], ...]
    coarser: tuple[DataColumn, ...]
    purposes: tuple[Purpose, ...]


@remembered
def _place(bound: Bound, table: str) -> _Place:
    place, shape, columns = bound.datamap.tables[table], bound.shape(table), bound.columns[table]
    references = {name for one in place.references for name in one.columns}
    bare = {*shape.key, *references, *(name for key in shape.foreign_keys for name in key.columns)}
    bare |= {column.column for column in columns}
    clocks = {clock.column: clock for clock in reversed(place.clocks.values())}
    needing = {one.id: one for column in columns for one in bound.needing(table, column.category)}
    working = {work.purpose.id: work.purpose for work in bound.works_on(table)}
    alike: dict[tuple[str, ...], tuple[Purpose, ...]] = {}
    for column in columns:
        purposes = bound.needing(table, column.category)
        alike.setdefault(tuple(one.id for one in purposes), purposes)
    return _Place(
        columns=tuple(
            (column, alike[tuple(one.id for one in bound.needing(table, column.category))]) for column in columns
        ),
        dates=tuple(
            (name, clock, bound.moments(bound.clock(clock)) if clock else None)
            for name in shape.columns
            if name not in bare
            for clock in (clocks.get(name),)
        ),
        coarser=tuple(column for column in columns if _may_be_coarse(column)),
        purposes=tuple((needing | working).values()),
    )


def _groups(until: Until, table: str, row: Row) -> list[tuple[tuple[Value, ...], list[Lasting]]]:
    """Return what a row holds, values that the same purposes hold as long together."""
    together: dict[tuple[object, ...], tuple[list[Value], list[Lasting]]] = {}
    known: dict[int, tuple[list[Value], list[Lasting]]] = {}
    for column, purposes in _place(until.bound, table).columns:
        value = _value(until, table, column, row)
        if value is not None and not _is_coarse(until, table, column, row):
            group = known.get(id(purposes))
            if group is None:
                lasting = until.longest(purposes, table, row)
                alike = tuple([(one.purpose.id, one.last) for one in lasting])
                known[id(purposes)] = group = together.setdefault(alike, ([], lasting))
            group[0].append(Value(name=column.name, category=column.category, value=value, afterwards=column.action))
    return [(tuple(values), lasting) for values, lasting in together.values()]


def _dates(until: Until, table: str, row: Row) -> tuple[Value, ...]:
    """Return what is held while the row is: its clocks, what conditions read, and what was made coarser."""
    category, place = until.bound.datamap.tables[table].default, _place(until.bound, table)
    found = [
        _date(row[name], name, category, clock, read) for name, clock, read in place.dates if row[name] is not None
    ]
    found += [
        Value(name=column.name, category=column.category, value=row[column.column], afterwards="generalise")
        for column in place.coarser
        if _is_coarse(until, table, column, row)
    ]
    return tuple(found)


def _date(value: Any, name: str, category: str, clock: ClockColumn | None, read: Moments | None) -> Value:
    """Return what is held with the row, a clock with the day that it stands for."""
    if clock is None or read is None:
        return Value(name=name, category=category, value=value)
    day = read.on(value) if read.started(value) else None
    return Value(name=name, category=category, value=value, clock=clock.name, day=day)


def _of_record(until: Until, table: str, row: Row) -> list[Lasting]:
    """Return how long purposes hold the row itself, with its dates."""
    return until.longest(_place(until.bound, table).purposes, table, row)


def _value(until: Until, table: str, column: DataColumn, row: Row) -> Any:
    """Return the value that a column has in a row; None where it is stripped, or nothing was ever there."""
    value = row[column.column]
    if value is None:
        return None
    for key in column.path:
        value = value.get(key) if isinstance(value, dict) else None
    if column.inside and isinstance(value, dict):
        value = _rest(value, column.inside) or None
    if value is None or column.action == "generalise" or column.in_json:
        return value
    return None if value == made(column, value, until.rows.key(table, row)) else value


def _is_coarse(until: Until, table: str, column: DataColumn, row: Row) -> bool:
    """Tell whether a value was made coarser already, or would not change."""
    if not _may_be_coarse(column):
        return False
    value = row[column.column]
    return value is not None and bool(value == made(column, value, until.rows.key(table, row)))


def _may_be_coarse(column: DataColumn) -> bool:
    return column.action == "generalise" and bool(column.generalise) and not column.in_json


def _rest(value: Mapping[str, Any], paths: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """Return an object without what lies at some paths."""
    kept = {}
    for key, inner in value.items():
        below = [path[1:] for path in paths if path[0] == key]
        if () in below:
            continue
        kept[key] = _rest(inner, below) if below and isinstance(inner, dict) else inner
    return kept


def _missing_of(answer: Answer) -> dict[str, tuple[str, ...]]:
    """Return article → of which purposes or recipients the policy does not say what art. 15(1) asks for."""
    policy = answer.policy
    nowhere = [purpose.id for purpose in answer.purposes if not purpose.sources]
    names = {name for purpose in answer.purposes for name in purpose.recipients}
    roles = sorted(name for name in names if policy.recipients[name].role is None)
    return {article: tuple(of) for article, of in (("15(1)(g)", nowhere), ("15(1)(c)", roles)) if of}


def _missing(answer: Answer, of: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return what art. 15(1) asks for and the policy does not say, in words."""
    found = {}
    if nowhere := of.get("15(1)(g)"):
        found["15(1)(g)"] = f"Where the data come from is not said of {', '.join(nowhere)} (sources)."
    if roles := of.get("15(1)(c)"):
        found["15(1)(c)"] = f"What {', '.join(roles)} is, a processor or a controller, is not said (role)."
    if "decisions" in answer.policy.told.unsaid:
        found["15(1)(h)"] = "Whether there are automated decisions is not said (decisions)."
    return found
