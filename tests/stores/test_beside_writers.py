"""A batch beside other writers on PostgreSQL: what begins to refer to a row amid the batch keeps it."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from holdord.datamap.load import load as load_map
from holdord.plan.bind import Bound
from holdord.plan.grounds import Grounds
from holdord.plan.plan import make
from holdord.plan.statements import Plan, Statement
from holdord.policy.load import load as load_policy
from holdord.run.execute import carry_out
from holdord.stores.database import connect
from holdord.stores.sql import SqlStore

pytestmark = pytest.mark.postgres

AT = date(2026, 6, 1)
TABLES = """\
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, ended DATE NOT NULL);
CREATE TABLE invoice
  (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer{how}, issued DATE NOT NULL);
CREATE INDEX ON invoice (customer_id);
CREATE TABLE line (id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoice{how}, what TEXT);
CREATE INDEX ON line (invoice_id);
CREATE TABLE known_as (customer_id INTEGER PRIMARY KEY REFERENCES customer{how}, name TEXT);
INSERT INTO customer SELECT i, 'Zebedee', '00 00 00 00', '2020-01-01' FROM generate_series(1, 50) AS i
"""
MAP = """\
holdord_datamap: 1
store: trade
tables:
  customer:
    class: person
    default: record.remark
    columns: {name: contact.name, phone: contact.phone}
    clocks: {ended: ended}
  invoice: {class: invoice, default: financial.invoice, clocks: {issued: issued}, refers_to: {customer_id: customer}}
  known_as: {default: contact.name, part_of: {customer_id: customer}}
  line: {default: financial.invoice, part_of: {invoice_id: invoice}}
"""
POLICY = """\
holdord: 1
controller: {name: Trade AS, country: "NO"}
notices: {nb: n.md}
purposes:
  relation: {for: x, basis: contract, works_on: person, needs: [person.*], keep: {from: ended, at_most: 12 months}}
  books:
    for: x
    basis: legal_obligation
    law: the Act
    works_on: invoice
    needs: [invoice.*, person.contact.name]
    keep: {from: issued, at_least: 5 years}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
"""


KEYS = {"at once": "", "restrict": " ON DELETE RESTRICT", "deferred": " DEFERRABLE INITIALLY DEFERRED"}


@pytest.fixture(params=KEYS)
def store(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[SqlStore]:
    """Fifty customers, all due, and no invoice yet."""
    engine = connect(postgres_url)
    with engine.begin() as connection:
        for sql in TABLES.format(how=KEYS[request.param]).split(";\n"):
            connection.execute(text(sql))
    yield SqlStore(engine=engine, datamap=load_map(MAP), controller=load_policy(POLICY).controller)
    engine.dispose()


def planned(store: SqlStore) -> Plan:
    with store.reading() as snapshot:
        return make(Bound(load_policy(POLICY), store.datamap, store.schema), snapshot, AT)


def statements_of(engine: Engine) -> list[str]:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _1, _2, statement, *_: said.append(statement))
    return said


def left(store: SqlStore) -> list[tuple[int, str | None, str | None]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT id, name, phone FROM customer ORDER BY id"))]


def beside(store: SqlStore, plan: Plan, *writes: str) -> None:
    """Carry the plan out while another transaction has written and not yet committed."""
    other = create_engine(store.engine.url)
    with closing(other.connect()) as writer:
        for sql in writes:
            writer.execute(text(sql))
        sweep = threading.Thread(target=carry_out, args=(store, plan))
        sweep.start()
        while not _somebody_waits(other):
            assert sweep.is_alive()
        writer.commit()
        sweep.join()
    other.dispose()


@pytest.mark.parametrize("store", ["at once", "restrict"], indirect=True)
def test_an_invoice_that_is_written_while_the_batch_runs_keeps_its_customer_and_the_name(store: SqlStore) -> None:
    plan = planned(store)
    assert [(one.action, one.rows) for one in plan.statements] == [("erase", 50)]
    beside(store, plan, "INSERT INTO invoice VALUES (1, 7, '2026-05-01')")
    assert left(store) == [(7, "Zebedee", "00 00 00 00")]
    again = planned(store)
    carry_out(store, again)
    assert left(store) == [(7, "Zebedee", None)]
    assert not planned(store).statements


@pytest.mark.parametrize("store", ["deferred"], indirect=True)
def test_an_invoice_whose_key_is_checked_at_its_commit_comes_too_late(store: SqlStore) -> None:
    plan = planned(store)
    other = create_engine(store.engine.url)
    with closing(other.connect()) as writer:
        writer.execute(text("INSERT INTO invoice VALUES (1, 7, '2026-05-01')"))
        carry_out(store, plan)
        with pytest.raises(IntegrityError):
            writer.commit()
    other.dispose()
    assert not left(store)


@pytest.mark.parametrize(
    "writes",
    [
        ["INSERT INTO invoice VALUES (2, 1, '2026-05-01')", "UPDATE line SET invoice_id = 2 WHERE id = 1"],
        ["UPDATE invoice SET issued = '2026-05-01' WHERE id = 1", "UPDATE line SET what = 'two' WHERE id = 1"],
    ],
    ids=["hung on a new invoice", "its invoice dated anew"],
)
def test_a_line_that_is_changed_with_its_invoice_while_the_batch_waits_for_it_is_passed_by(
    store: SqlStore, writes: list[str]
) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("INSERT INTO invoice VALUES (1, 1, '2015-01-01')"))
        connection.execute(text("INSERT INTO line VALUES (1, 1, 'one'), (2, 1, 'another')"))
    beside(store, planned(store), *writes)
    with store.engine.connect() as connection:
        assert 1 in set(connection.execute(text("SELECT id FROM line")).scalars())


@pytest.mark.parametrize("store", ["at once", "restrict"], indirect=True)
def test_a_name_in_a_table_of_its_own_is_kept_by_an_invoice_that_is_written_while_the_batch_waits(
    store: SqlStore,
) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("INSERT INTO known_as SELECT i, 'Zeb' FROM generate_series(1, 50) AS i"))
    beside(
        store,
        planned(store),
        "INSERT INTO invoice VALUES (1, 7, '2026-05-01')",
        "SELECT 1 FROM known_as WHERE customer_id = 9 FOR UPDATE",
    )
    with store.engine.connect() as connection:
        assert list(connection.execute(text("SELECT customer_id FROM known_as")).scalars()) == [7]


def test_what_comes_to_be_due_after_the_lock_is_not_acted_on(store: SqlStore) -> None:
    """Between lock and act an invoice goes, and another one that nobody can see yet is written for its customer."""
    with store.engine.begin() as connection:
        connection.execute(text("INSERT INTO invoice SELECT i, i, '2026-05-01' FROM generate_series(1, 50) AS i"))
        connection.execute(text("UPDATE invoice SET issued = '2015-01-01' WHERE id = 2"))
        connection.execute(text("UPDATE customer SET phone = NULL"))
    bound = Bound(load_policy(POLICY), store.datamap, store.schema)
    name = tuple(column for column in bound.columns["customer"] if column.name == "name")
    means = Grounds(bound, AT).strippable("customer", name, bound.policy.purposes.values())
    strip = Statement(
        number=1, promise="P-1", store="trade", table="customer", action="strip", columns=name, rows=50, grounds=(),
        where=means, settled=means,
    )  # fmt: skip
    walk = store.walk([strip])
    other = create_engine(store.engine.url)
    done: list[int] = []

    def amid(_1: object, _2: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE customer") and not done:
            done.append(1)
            with other.begin() as writer:
                writer.execute(text("DELETE FROM invoice WHERE id = 1"))
            unseen.execute(text("INSERT INTO invoice VALUES (99, 1, '2026-05-02')"))

    with closing(other.connect()) as unseen:
        event.listen(store.engine, "before_cursor_execute", amid)
        with store.writing() as transaction:
            whole = walk.begin(transaction)
            assert whole is not None
            assert walk.apply(transaction, strip, whole) == 1
        unseen.commit()
    other.dispose()
    assert done
    assert [name for _, name, _ in left(store)][:3] == ["Zebedee", None, "Zebedee"]


def test_rows_to_which_nobody_refers_are_locked_only_where_the_database_would_not_tell(store: SqlStore) -> None:
    plan = planned(store)
    said = statements_of(store.engine)
    carry_out(store, plan)
    (key,) = store.schema["invoice"].foreign_keys
    assert any("FOR UPDATE" in one for one in said) == key.deferred
    assert not left(store)


def _somebody_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())
