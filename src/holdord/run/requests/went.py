"""What went because somebody asked, kept with the request until it is forgotten.

An erasure may take several tries: something stops it, somebody decides, and the second try does the rest; or the
program is killed after the data went and before the request was closed. The answer says what went in all of them. No
value is kept, only tables, columns and numbers.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, text

from holdord.ledger import log
from holdord.plan.bind import Bound
from holdord.plan.excerpt import Excerpt, Row, excerpt
from holdord.plan.predicate import Key
from holdord.plan.statements import Plan, Statement
from holdord.plan.whose import Asked, Whose
from holdord.stores.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """Rows of one table to which one thing was done.

    Attributes:
        action: ``erase``, ``strip`` or ``generalise``.
        columns: Those stripped or made coarser; none where whole rows went.
        categories: Theirs.
    """

    table: str
    record_class: str
    action: str
    columns: tuple[str, ...]
    categories: tuple[str, ...]
    rows: int

    @property
    def what(self) -> tuple[str, str, tuple[str, ...]]:
        """What was done, whatever the number of rows."""
        return self.table, self.action, self.columns

    def document(self) -> dict[str, Any]:
        """Return the stable JSON form."""
        return {
            "table": self.table,
            "class": self.record_class,
            "action": self.action,
            "columns": list(self.columns),
            "categories": list(self.categories),
            "rows": self.rows,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Went:
    """What went.

    Attributes:
        purposes: The purposes that it was kept for.
    """

    gone: tuple[Gone, ...] = ()
    purposes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows were touched."""
        return sum(one.rows for one in self.gone)


def of(bound: Bound, plan: Plan, rows: Mapping[int, int] | None = None) -> Went:
    """Return what a plan lets go.

    Args:
        bound: Policy and data map.
        plan: Which.
        rows: Number of the statement → rows that it did; as planned where nothing is said.
    """
    counts = {one.number: one.rows for one in plan.statements} if rows is None else rows
    return _went(bound, plan.statements, counts)


def _went(bound: Bound, statements: Iterable[Statement], counts: Mapping[int, int]) -> Went:
    done = [one for one in statements if counts.get(one.number)]
    gone = [
        Gone(
            table=one.table,
            record_class=bound.datamap.tables[one.table].record_class,
            action=one.action,
            columns=tuple(column.name for column in one.columns),
            categories=tuple(dict.fromkeys(column.category for column in one.columns)),
            rows=counts[one.number],
        )
        for one in done
    ]
    purposes = dict.fromkeys(ground.purpose for one in done for ground in one.grounds if ground.rows)
    return Went(gone=tuple(gone), purposes=tuple(purposes))


def shares(bound: Bound, snapshot: Snapshot, plan: Plan, record_class: str, keys: Sequence[Key]) -> dict[Key, Went]:
    """Return what goes of each of several people who are answered at once.

    What is about several of them is each one's, and so is what is nobody's and their rows lead to, such as an address.

    Args:
        bound: Policy and data map.
        snapshot: The one that the plan was made in.
        plan: About all of them.
        record_class: Their class.
        keys: Theirs.
    """
    rows = excerpt(bound, snapshot, record_class, keys)
    whose = Whose(bound, Asked(record_class=record_class, keys=tuple(keys)))
    known = {table: {rows.key(table, row): row for row in found} for table, found in rows.rows.items()}
    counts: dict[Key, dict[int, int]] = {key: {} for key in keys}
    for one in plan.statements:
        for key in one.keys or snapshot.keys(one.table, one.where):
            row = known[one.table].get(key)
            for person in _people(rows, whose, record_class, one.table, row) if row is not None else ():
                if person in counts:
                    counts[person][one.number] = counts[person].get(one.number, 0) + 1
    return {key: _went(bound, plan.statements, found) for key, found in counts.items()}


def _people(rows: Excerpt, whose: Whose, record_class: str, table: str, row: Row) -> set[Key]:
    """Return whom a row is about, or who leads to one that is nobody's."""
    if whose.has_people(table):
        return rows.people(record_class, table, row)
    below = ((one.child, child) for one in whose.referring(table) for child in rows.down((one,), row))
    return {key for child, found in below for key in _people(rows, whose, record_class, child, found)}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """What one try did.

    Attributes:
        plan: The plan's digest.
        begun: The log's entry with which it began, as long as nobody has said that it is done; else None.
    """

    went: Went
    plan: str
    begun: int | None = None


def note(connection: Connection, request: int, went: Went, plan: str, *, begun: int | None = None) -> None:
    """Write down what went, or what is about to.

    Args:
        connection: The transaction of the entry that says so.
        request: The request's number.
        went: What.
        plan: The plan's digest.
        begun: The entry of the log with which it begins; None once it is done.
    """
    parts = _parts(connection, request)
    if parts and parts[-1].begun is not None:
        last = parts.pop()
        parts += [] if last.plan == plan else [_settled(connection, last)]
    _write(connection, request, [*parts, _Part(went=went, plan=plan, begun=begun)])


def read(connection: Connection, request: int) -> Went:
    """Return all that went because of a request."""
    found: dict[tuple[str, str, tuple[str, ...]], Gone] = {}
    purposes: dict[str, None] = {}
    for part in _parts(connection, request):
        went = part.went if part.begun is None else _settled(connection, part).went
        purposes |= dict.fromkeys(went.purposes)
        for one in went.gone:
            before = found.get(one.what)
            found[one.what] = one if before is None else replace(one, rows=before.rows + one.rows)
    return Went(gone=tuple(found.values()), purposes=tuple(purposes))


def _settled(connection: Connection, part: _Part) -> _Part:
    """Return what a try did that was killed amid, as the entries of its batches say."""
    done: dict[tuple[str, str, tuple[str, ...]], int] = {}
    for entry in log.read(connection, part.begun or 0, log.size(connection)):
        said = entry.value
        if said["kind"] == "batch" and said["plan"] == part.plan:
            what = said["table"], said["action"], tuple(said["columns"])
            done[what] = done.get(what, 0) + said["rows"]
    gone = [replace(one, rows=min(one.rows, done[one.what])) for one in part.went.gone if one.what in done]
    return _Part(went=Went(gone=tuple(gone), purposes=part.went.purposes if gone else ()), plan=part.plan)


def _parts(connection: Connection, request: int) -> list[_Part]:
    query = text("SELECT went FROM holdord_request WHERE number = :number")
    said = connection.execute(query, {"number": request}).scalar()
    return [
        _Part(
            went=Went(gone=tuple(map(_read, one["gone"])), purposes=tuple(one["purposes"])),
            plan=one["plan"],
            begun=one["begun"],
        )
        for one in json.loads(said or "[]")
    ]


def _write(connection: Connection, request: int, parts: Sequence[_Part]) -> None:
    said = [{"plan": one.plan, "begun": one.begun, **asdict(one.went)} for one in parts]
    query = text("UPDATE holdord_request SET went = :went WHERE number = :number")
    connection.execute(query, {"number": request, "went": json.dumps(said)})


def _read(said: Mapping[str, Any]) -> Gone:
    return Gone(**{**said, "columns": tuple(said["columns"]), "categories": tuple(said["categories"])})
