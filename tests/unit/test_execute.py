"""How a plan is carried out: how wide ranges get, what waits for the disk, how far the world may move."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace

import pytest

from holdord.datamap.load import load as load_map
from holdord.errors import Refused, StoreError
from holdord.plan.bind import Bound
from holdord.plan.plan import make
from holdord.plan.statements import Plan
from holdord.policy.load import load as load_policy
from holdord.run import execute
from holdord.run.execute import carry_out
from holdord.stores.base import Range
from holdord.testing.memory import MemoryJournal, MemoryStore, MemoryTransaction, MemoryWalk
from holdord.testing.tables import declared

AT, OLD = date(2026, 6, 1), date(2020, 1, 1)
TABLES = declared(
    {
        "person": {"id": "number key", "name": "text", "joined": "date required"},
        "photo": {"id": "number key", "of": "number required", ("of",): "person"},
    }
)
MAP = """\
holdord_datamap: 1
store: club
tables:
  person: {class: person, default: record.remark, columns: {name: contact.name}, clocks: {joined: joined}}
"""
POLICY = """\
holdord: 1
controller: {name: Club AS, country: "NO"}
notices: {nb: n.md}
purposes:
  club: {for: x, basis: contract, works_on: person, needs: [person.*], keep: {from: joined, at_most: 12 months}}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
"""


class Club(MemoryStore):
    """A store in memory whose batches take as long as they are told to, and that remembers how it was asked."""

    stall = 1.0  # type: ignore[misc]

    def __init__(self, rows: int, took: float = 0.0) -> None:
        super().__init__(schema=TABLES, datamap=load_map(MAP), controller=load_policy(POLICY).controller)
        self.put("person", *({"id": one, "name": "x", "joined": OLD} for one in range(rows)))
        self.now, self.took = 0.0, took
        self.widths: list[int] = []
        self.waited: list[bool] = []
        self.made_lasting = 0

    def photograph(self, *people: int) -> None:
        self.put("photo", *({"id": one, "of": one} for one in people))

    def plan(self) -> Plan:
        with self.reading() as snapshot:
            return make(Bound(load_policy(POLICY), self.datamap, self.schema), snapshot, AT)

    def walk(self, statements: object) -> MemoryWalk:
        return Walk(self)

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[MemoryTransaction]:
        with super().writing(lasting=lasting) as transaction:
            yield transaction
            if transaction.rows_done:
                self.waited.append(lasting)

    def make_lasting(self) -> None:
        self.made_lasting += 1
        super().make_lasting()


class Walk(MemoryWalk):
    def __init__(self, store: Club) -> None:
        super().__init__("person")
        self.store = store

    def cut(self, transaction: MemoryTransaction, rest: Range, width: int) -> Range:
        self.store.widths.append(width)
        self.store.now += self.store.took
        return super().cut(transaction, rest, width)


@pytest.mark.parametrize(
    ("share", "widths"),
    [
        (0.0, [10, 20, 40, 40, 40]),  # twice as wide at the most, and never wider than the widest
        (0.25, [10, 20, 40, 40, 40]),
        (0.625, [10, 16, 25, 40, 40, 40]),
        (1.0, [10] * 15),
        (1.25, [10, 8, 6, 4, 3] + [2] * 60),
        (100.0, [10, 5] + [2] * 68),  # half as wide at the least, and never narrower than the narrowest
    ],
)
def test_ranges_get_as_wide_as_the_time_that_another_writer_may_have_to_wait_allows(
    monkeypatch: pytest.MonkeyPatch, share: float, widths: list[int]
) -> None:
    store = Club(150)
    store.took = store.stall * share
    for name, rows in (("_NARROWEST", 2), ("_FIRST", 10), ("_WIDEST", 40)):
        monkeypatch.setattr(execute, name, rows)
    monkeypatch.setattr(execute, "time", SimpleNamespace(perf_counter=lambda: store.now))
    assert sum(carry_out(store, store.plan()).values()) == 150
    assert store.widths == widths


class Apart(MemoryJournal):
    lasting = True  # type: ignore[misc]


@pytest.mark.parametrize(
    ("journal", "waits"), [(None, False), (MemoryJournal(), False), (Apart(), True)], ids=["none", "same", "apart"]
)
def test_a_batch_waits_for_the_disk_by_itself_only_where_its_evidence_lies_elsewhere(
    journal: MemoryJournal | None, waits: bool
) -> None:
    store = Club(3)
    before = len(store.waited)
    carry_out(store, store.plan(), journal=journal)
    assert store.waited[before:] == [waits]
    assert store.made_lasting == 1


def test_what_was_done_before_an_error_waits_for_the_disk_and_the_error_is_told() -> None:
    class Lost(Club):
        def make_lasting(self) -> None:
            super().make_lasting()
            raise StoreError("The store club went away for good.")

    for store in (Club(3), Lost(3)):
        store.fail_at(1, "after")
        with pytest.raises(StoreError, match=r"went away\.$"):
            carry_out(store, store.plan())
        assert store.made_lasting == 1


@pytest.mark.parametrize(("rows", "spared"), [(30, 10), (2002, 20)])
def test_a_few_rows_may_come_to_be_stripped_instead_of_erased_and_no_more(rows: int, spared: int) -> None:
    def moved(by: int) -> Club:
        store = Club(rows)
        store.photograph(0)
        plan = store.plan()
        assert {one.action: one.rows for one in plan.statements} == {"strip": 1, "erase": rows - 1}
        store.photograph(*range(1, 1 + by))
        carry_out(store, plan)
        return store

    left = moved(spared).rows("person")
    assert [row["name"] for row in left] == [None] * (1 + spared)
    with pytest.raises(Refused, match=r"More rows of person are due than the plan said \(1\)"):
        moved(spared + 1)


def test_nothing_is_spared_where_no_row_was_to_be_erased() -> None:
    store = Club(3)
    store.photograph(0, 1, 2)
    plan = store.plan()
    store.put("person", {"id": 9, "name": "x", "joined": OLD})
    store.photograph(9)
    with pytest.raises(Refused, match=r"\(3\)"):
        carry_out(store, plan)
    assert [row["name"] for row in store.rows("person")] == ["x"] * 4


def test_it_is_watched_before_each_transaction_and_what_that_raises_ends_the_sweep() -> None:
    store = Club(3)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out(store, store.plan(), watch=stop)
    assert len(store.rows("person")) == 3
