"""The store in memory: what only it can do to those who are tested with it."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date

import pytest

from holdord.datamap.load import load as load_map
from holdord.errors import StoreError
from holdord.plan.bind import Bound
from holdord.plan.plan import make
from holdord.plan.statements import Plan
from holdord.policy.load import load as load_policy
from holdord.run import execute
from holdord.run.execute import carry_out
from holdord.schema import Check, Schema, Unique
from holdord.testing import memory
from holdord.testing.memory import MemoryJournal, MemoryStore, Place
from holdord.testing.state import Rule
from holdord.testing.tables import declared

AT, OLD = date(2026, 6, 1), date(2020, 1, 1)
TABLES = declared(
    {
        "person": {"id": "number key", "name": "text", "email": "text", "joined": "date required"},
        "photo": {"id": "number key", "of": "number required", ("of",): "person"},
    }
)
MAP = """\
holdord_datamap: 1
store: club
tables:
  person:
    class: person
    default: record.remark
    columns: {name: contact.name, email: {category: contact.email, erased_as: "gone-{key}"}}
    clocks: {joined: joined}
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


def club(schema: Schema = TABLES, rules: dict[str, Rule] | None = None, rows: int = 30) -> MemoryStore:
    policy = load_policy(POLICY)
    store = MemoryStore(schema=schema, datamap=load_map(MAP), controller=policy.controller, rules=rules)
    store.put("person", *({"id": one, "name": "x", "email": f"x{one}", "joined": OLD} for one in range(rows)))
    return store


def plan(store: MemoryStore) -> Plan:
    with store.reading() as snapshot:
        return make(Bound(load_policy(POLICY), store.datamap, store.schema), snapshot, AT)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_NARROWEST", "_FIRST", "_WIDEST"):
        monkeypatch.setattr(execute, name, 10)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize(("batch", "place", "left"), [(1, "before", 30), (2, "before", 20), (2, "after", 10)])
def test_a_batch_fails_where_it_is_told_to_and_is_whole(batch: int, place: Place, left: int) -> None:
    store = club()
    store.fail_at(batch, place)
    with pytest.raises(StoreError, match="went away"):
        carry_out(store, plan(store), journal=MemoryJournal())
    assert len(store.rows("person")) == left
    assert sum(one.rows for one in store.notes) == 30 - left
    carry_out(store, plan(store), journal=MemoryJournal())
    assert store.rows("person") == []
    assert sum(one.rows for one in store.notes) == 30


@pytest.mark.usefixtures("narrow")
def test_a_power_cut_undoes_whole_batches_with_their_evidence_until_somebody_waited() -> None:
    store = club()
    store.fail_at(3, "before", KeyboardInterrupt())
    seen: list[int] = []

    def cut(*_: object) -> None:
        store.cut_power()
        seen.append(len(store.rows("person")) + sum(one.rows for one in store.notes))

    with pytest.raises(KeyboardInterrupt):
        carry_out(store, plan(store), journal=MemoryJournal(), progress=cut)
    assert seen == [30, 30]
    assert len(store.rows("person")) == 30
    carry_out(store, plan(store), journal=MemoryJournal())
    store.cut_power()
    assert (store.rows("person"), sum(one.rows for one in store.notes)) == ([], 30)


def test_one_writes_at_a_time_and_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_WAIT", 0.01)
    store = club()
    said: list[str] = []

    def other() -> None:
        try:
            store.put("person", {"id": 99, "joined": OLD})
        except StoreError as error:
            said.append(str(error))

    with store.writing():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert said == ["The store club is written to by somebody else for 0 seconds."]
    assert len(store.rows("person")) == 30


@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        ("person", {"id": 1, "joined": OLD}, "there already"),
        ("person", {"joined": OLD}, "key is NULL"),
        ("person", {"id": 99}, "joined refuses NULL"),
        ("person", {"id": 99, "joined": OLD, "phone": "x"}, "no column phone"),
        ("photo", {"id": 1, "of": 99}, "person has no such row"),
        ("people", {"id": 1}, "no table people"),
    ],
)
def test_what_its_tables_refuse_is_refused_whole(table: str, row: dict[str, object], said: str) -> None:
    store = club()
    with pytest.raises(StoreError, match=said):
        store.put(table, row)
    assert len(store.rows("person")) == 30


def test_a_transaction_in_which_something_was_refused_comes_to_nothing() -> None:
    store = club()

    def anyway() -> None:
        with store.writing() as transaction:
            transaction.state.insert("photo", [{"id": 1, "of": 7}])
            with pytest.raises(StoreError, match="refers to"):
                transaction.state.erase("person", [(7,)])

    with pytest.raises(StoreError, match="nothing of it is done"):
        anyway()
    assert store.rows("photo") == []
    assert len(store.rows("person")) == 30


def test_a_check_is_asked_of_its_rule_and_without_one_nothing_is_touched() -> None:
    shape = TABLES["person"]
    checked = replace(shape, checks=(Check(name="named", sql="…", columns=frozenset({"name"})),))
    for rules, stripped in ((None, False), ({"named": lambda row: row["name"] is not None or row["id"] > 0}, True)):
        store = club(TABLES | {"person": checked}, rules, rows=2)
        store.put("photo", {"id": 1, "of": 0}, {"id": 2, "of": 1})
        made = plan(store)
        assert [one.code for one in made.findings if one.severity == "stop"] == ["check"]
        carry_out(store, made)
        assert [row["name"] for row in store.rows("person")] == ["x", None if stripped else "x"]


def test_a_placeholder_that_another_row_has_already_is_left_and_told() -> None:
    unique = Unique(name="mail", columns=frozenset({"email"}))
    store = club(TABLES | {"person": replace(TABLES["person"], uniques=(unique,))}, rows=2)
    store.put("person", {"id": 7, "email": "gone-1", "joined": AT})
    store.put("person", {"id": 8, "email": "gone-8", "name": "x", "joined": OLD})
    store.put("photo", {"id": 1, "of": 0}, {"id": 2, "of": 1}, {"id": 3, "of": 8})
    made = plan(store)
    assert [one.code for one in made.findings if one.severity == "stop"] == ["unique"]
    carry_out(store, made)
    assert [row["email"] for row in store.rows("person")] == ["gone-0", "x1", "gone-1", "gone-8"]
    assert [row["name"] for row in store.rows("person")] == [None, None, None, None]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"id": "numbr key"}, "no column"),
        ({"id": "number key", "x": "text uniqe"}, "no column"),
        ({"id": "number key", ("id",): "persons"}, "names no table"),
        ({"id": "number key", ("id", "id"): "person"}, "other columns"),
        ({"id": "number key", ("of",): "person"}, "no column of"),
    ],
)
def test_tables_that_are_declared_wrongly_are_refused(columns: dict[str | tuple[str, ...], str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        declared({"person": {"id": "number key"}, "photo": columns})


def test_it_brings_neither_a_database_nor_pytest() -> None:
    code = "import holdord.testing.memory, sys; print(sorted({'sqlalchemy', 'sqlite3', 'pytest'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
