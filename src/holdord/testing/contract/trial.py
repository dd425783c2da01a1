"""A store on trial: what the contract needs beside the store itself, and the small company that it is tried with.

The company keeps persons by tenant and number, their parcels, and the items in these. Photos are mapped nowhere and
refer to persons all the same. ``evidence`` stands for the log: a batch writes into it in its own transaction.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import count
from typing import Any, Protocol

import pytest

from holdord.datamap.load import load as load_map
from holdord.datamap.model import DataMap
from holdord.errors import Collided
from holdord.plan.bind import Bound
from holdord.plan.plan import make as make_plan
from holdord.plan.predicate import DataColumn
from holdord.plan.statements import Plan
from holdord.policy.load import load as load_policy
from holdord.policy.model import Controller
from holdord.run import execute
from holdord.run.execute import Batch, carry_out
from holdord.schema import Schema
from holdord.stores.base import Store, T
from holdord.testing.tables import declared

AT = date(2026, 6, 1)
OLD, OLDER, NEW = date(2025, 1, 1), date(2020, 1, 1), date(2026, 5, 1)
EVIDENCE = "evidence"

Row = dict[str, Any]


class OnTrial(Protocol[T]):
    """A store, and somebody else who reads and writes the same data past it, each time in a transaction of its own."""

    @property
    def store(self) -> Store[T]:
        """The store."""

    def rows(self, table: str) -> list[Row]:
        """Return all rows as they are now, in the order of their keys."""

    def put(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Add rows; columns that are not said are NULL."""

    def change(self, table: str, key: tuple[Any, ...], **columns: Any) -> None:
        """Change columns of one row."""

    def note(self, transaction: T, row: Mapping[str, Any]) -> None:
        """Add a row to ``evidence`` in a transaction of the store that is at work, and leave it open."""


Make = Callable[[Schema, DataMap, Controller], OnTrial[Any]]
"""Makes an empty store of these tables; they may refer to each other in circles."""

POST = declared(
    {
        "person": {
            "tenant": "number key",
            "id": "number key",
            "name": "text",
            "code": "number unique",
            "email": "text required unique",
            "phone": "text",
            "born": "date",
            "city": "text",
            "joined": "date required",
        },
        "parcel": {
            "id": "number key",
            "tenant": "number",
            "sender": "number",
            "label": "text",
            "state": "text",
            "weight": "number",
            "express": "truth",
            "sent": "date",
            "agent": "number",
            ("tenant", "sender"): "person",
            ("agent",): "person(code)",
        },
        "item": {
            "code": "text key",
            "parcel_id": "number required",
            "what": "text",
            "packed": "text",
            ("parcel_id",): "parcel",
        },
        "photo": {"id": "number key", "tenant": "number", "person": "number", ("tenant", "person"): "person"},
        EVIDENCE: {"id": "number key", "words": "text"},
    }
)
POST_MAP = """\
holdord_datamap: 1
store: post
tables:
  person:
    class: person
    default: record.remark
    columns:
      name: contact.name
      email: {category: contact.email, erased_as: "gone-{key}"}
      phone: {category: contact.phone, erased_as: none}
      born: {category: demographic.birth_date, generalise: year}
      city: {category: contact.address, generalise: "prefix:2"}
    clocks: {joined: joined}
    conditions: {code: code}
  parcel:
    class: parcel
    default: commercial.order
    columns: {label: record.remark}
    clocks: {sent: sent}
    conditions: {state: state}
    refers_to: [{columns: [tenant, sender], table: person}, {columns: [agent], table: person}]
  item:
    default: commercial.order
    columns: {what: commercial.order}
    part_of: {parcel_id: parcel}
    clocks: {packed: {column: packed, encoding: iso_date}}
"""
POST_POLICY = """\
holdord: 1
controller: {name: Post AS, country: "NO"}
notices: {nb: n.md}
categories: {demographic.birth_date: {after: generalise}, contact.address: {after: generalise}}
purposes:
  club: {for: x, basis: contract, works_on: person, needs: [person.*], keep: {from: joined, at_most: 12 months}}
  post:
    for: x
    basis: contract
    works_on: parcel
    needs: [parcel.*, person.contact.name]
    keep: {from: sent, at_most: 12 months, open_ended: until it is sent}
  tax:
    for: x
    basis: legal_obligation
    law: the Act
    works_on: {parcel: {state: paid}}
    needs: [parcel.commercial.order, person.contact.name]
    keep: {from: sent, at_least: 24 months, open_ended: until it is sent}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
"""


class Case:
    """A store on trial that keeps the promises of a policy."""

    def __init__(self, make: Make, schema: Schema = POST, datamap: str = POST_MAP, policy: str = POST_POLICY) -> None:
        self.policy = load_policy(policy)
        self.trial = make(schema, load_map(datamap), self.policy.controller)
        self.store = self.trial.store
        self.bound = Bound(self.policy, self.store.datamap, self.store.schema)
        self.put, self.change, self.rows = self.trial.put, self.trial.change, self.trial.rows

    def plan(self, at: date = AT) -> Plan:
        with self.store.reading() as snapshot:
            return make_plan(self.bound, snapshot, at)

    def sweep(self, at: date = AT) -> dict[tuple[str, str], int]:
        """Carry out what is due; return what was done to how many rows, and see that nothing is left."""
        plan = self.plan(at)
        done = carry_out(self.store, plan)
        assert [one.document() for one in self.plan(at).statements] == []
        rows: Counter[tuple[str, str]] = Counter()
        for one in plan.statements:
            rows[one.table, one.action] += done[one.number]
        return dict(rows)

    def all(self, tables: Iterable[str] = ("person", "parcel", "item", "photo")) -> dict[str, list[Row]]:
        return {table: self.rows(table) for table in tables}

    def person(self, tenant: int, number: int, joined: date = OLDER, **more: Any) -> None:
        said = {"name": f"Name {tenant}-{number}", "email": f"{tenant}-{number}@firm.example"} | more
        self.put("person", {"tenant": tenant, "id": number, "joined": joined} | said)

    def parcel(self, number: int, sender: tuple[int | None, int | None] = (None, None), **more: Any) -> None:
        said = {"label": f"Label {number}", "sent": OLDER} | more
        self.put("parcel", {"id": number, "tenant": sender[0], "sender": sender[1]} | said)

    def parcels(self, numbers: Iterable[int], **more: Any) -> None:
        self.put("parcel", *({"id": number, "label": f"Label {number}", "sent": OLDER} | more for number in numbers))


class Struck(Exception):
    """Stands for a fault; nobody catches it on the way."""


class Noting:
    """A journal that writes each batch into ``evidence``, and ends one of them in a fault where it is told to.

    Args:
        case: Whose store.
        before: Which batch is struck before its commit, counted from 1.
        after: Which batch is struck right after it.
        collides: Which batch is undone once, as a store does because of another writer.
    """

    lasting = True

    def __init__(self, case: Case, *, before: int = 0, after: int = 0, collides: int = 0) -> None:
        self.case = case
        self.before, self.after, self.collides = before, after, collides
        self.batches: list[list[Batch]] = []
        self._numbers = count(len(case.rows(EVIDENCE)) + 1)

    def batch(self, transaction: Any, batches: list[Batch]) -> None:
        self.batches.append(batches)
        for batch in batches:
            words = f"{batch.statement.action} {batch.statement.table} {batch.rows}"
            self.case.trial.note(transaction, {"id": next(self._numbers), "words": words})
        if len(self.batches) == self.before:
            raise Struck
        if len(self.batches) == self.collides:
            raise Collided("Another writer has changed what this batch was about.")

    def committed(self, batches: list[Batch]) -> None:
        if len(self.batches) == self.after:
            raise Struck

    def undone(self) -> None:
        self.batches.pop()
        self.collides = 0


class Tried:
    """What every part of the contract stands on: a store of the kind that is tried."""

    @pytest.fixture
    def make(self) -> Make:
        """Makes an empty store on trial. Whoever tries a store overrides this."""
        raise NotImplementedError("Override the fixture 'make': it makes an empty store of the tables it is given.")

    @pytest.fixture
    def case(self, make: Make) -> Case:
        """The small company, empty."""
        return Case(make)

    @pytest.fixture
    def narrow(self, monkeypatch: pytest.MonkeyPatch) -> int:
        """Have batches of ten rows; a range of keys that are one number may hold fewer."""
        for name in ("_NARROWEST", "_FIRST", "_WIDEST"):
            monkeypatch.setattr(execute, name, 10)
        return 10


def named(case: Case, table: str, name: str) -> DataColumn:
    """Return a column with its category, and what stripping makes of it."""
    return next(one for one in case.bound.columns[table] if one.name == name)


def noted(case: Case, action: str, table: str) -> int:
    """Return how many rows the evidence says."""
    said = [str(row["words"]).split() for row in case.rows(EVIDENCE)]
    return sum(int(rows) for did, where, rows in said if (did, where) == (action, table))
