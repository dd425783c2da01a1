"""A batch beside other writers on PostgreSQL: what begins to refer to a row amid the batch keeps it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from holdord.datamap.load import load as load_map
from holdord.errors import Collided
from holdord.plan.bind import Bound
from holdord.plan.grounds import Grounds
from holdord.plan.plan import make
from holdord.plan.statements import Plan, Statement
from holdord.policy.load import load as load_policy
from holdord.run import execute
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


MOVING_TABLES = """\
CREATE TABLE box (id INTEGER PRIMARY KEY, closed DATE NOT NULL);
CREATE TABLE letter
  (id INTEGER, shelf TEXT, box_id INTEGER NOT NULL REFERENCES box, body TEXT, PRIMARY KEY (id, shelf))
  PARTITION BY LIST (shelf);
CREATE INDEX ON letter (box_id);
CREATE TABLE letter_upper PARTITION OF letter FOR VALUES IN ('upper');
CREATE TABLE letter_lower PARTITION OF letter FOR VALUES IN ('lower');
INSERT INTO box VALUES (1, '2020-01-01');
INSERT INTO letter SELECT i, 'upper', 1, 'Dear' FROM generate_series(1, 5) AS i
"""
MOVING_MAP = """\
holdord_datamap: 1
store: trade
tables:
  box: {class: box, default: communication.message, clocks: {closed: closed}}
  letter: {default: communication.message, part_of: {box_id: box}}
"""
MOVING_POLICY = """\
holdord: 1
controller: {name: Trade AS, country: "NO"}
notices: {nb: n.md}
purposes:
  letters: {for: x, basis: contract, works_on: box, needs: [box.*], keep: {from: closed, at_most: 12 months}}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: x}]}
"""


KEYS = {"at once": "", "restrict": " ON DELETE RESTRICT", "deferred": " DEFERRABLE INITIALLY DEFERRED"}


@pytest.fixture(params=KEYS)
def store(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[SqlStore]:
    """Fifty customers, all due, and no invoice yet."""
    yield from made(postgres_url, TABLES.format(how=KEYS[request.param]), MAP)


@pytest.fixture
def moving(postgres_url: str) -> Iterator[SqlStore]:
    """Five letters in one box, in the partition of the upper shelf, all due."""
    yield from made(postgres_url, MOVING_TABLES, MOVING_MAP)


def made(url: str, tables: str, datamap: str) -> Iterator[SqlStore]:
    engine = connect(url)
    run_script(engine, tables)
    yield SqlStore(engine=engine, datamap=load_map(datamap), controller=load_policy(POLICY).controller)
    engine.dispose()


def run_script(engine: Engine, script: str) -> None:
    with engine.begin() as connection:
        for sql in script.split(";\n"):
            connection.execute(text(sql))


def planned(store: SqlStore, policy: str = POLICY) -> Plan:
    with store.reading() as snapshot:
        return make(Bound(load_policy(policy), store.datamap, store.schema), snapshot, AT)


def statements_of(engine: Engine) -> list[str]:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _1, _2, statement, *_: said.append(statement))
    return said


def left(store: SqlStore) -> list[tuple[int, str | None, str | None]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT id, name, phone FROM customer ORDER BY id"))]


def beside(
    store: SqlStore, plan: Plan, *writes: str, end: Callable[[Connection], Any] = Connection.commit
) -> dict[int, int]:
    """Carry the plan out while another transaction has written and not yet committed; return what was done.

    Args:
        store: The store.
        plan: What is carried out.
        writes: What the other one writes first.
        end: What it does when the sweep waits for it.
    """
    other = create_engine(store.engine.url)
    told: list[dict[int, int]] = []
    with closing(other.connect()) as writer:
        for sql in writes:
            writer.execute(text(sql))
        sweep = threading.Thread(target=lambda: told.append(carry_out(store, plan)))
        sweep.start()
        while not _somebody_waits(other):
            assert sweep.is_alive()
        end(writer)
        sweep.join()
    other.dispose()
    return told[0]


def with_setting(store: SqlStore, name: str, value: str) -> None:
    """Have the store's connections made with a setting of the server's; those of others are as ever."""

    def settle(raw: Any, _: Any) -> None:
        raw.execute(f"SET {name} = '{value}'")
        raw.commit()

    store.engine.dispose()
    event.listen(store.engine, "connect", settle)


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


# Keys that the database does not keep

OUT_OF_FORCE = {
    "those of the table referred to": "ALTER TABLE customer DISABLE TRIGGER ALL",
    "those of the table that refers": "ALTER TABLE invoice DISABLE TRIGGER ALL",
    "not enforced": "ALTER TABLE invoice ALTER CONSTRAINT invoice_customer_id_fkey NOT ENFORCED",
    "a replica": "",
    "not valid": "ALTER TABLE invoice DROP CONSTRAINT invoice_customer_id_fkey;\n"
    "ALTER TABLE invoice ADD FOREIGN KEY (customer_id) REFERENCES customer NOT VALID",
}


def put_out_of_force(store: SqlStore, how: str) -> None:
    with store.engine.connect() as connection:
        if how == "not enforced" and (connection.dialect.server_version_info or (0,)) < (18,):
            pytest.skip("NOT ENFORCED came with PostgreSQL 18")
    if OUT_OF_FORCE[how]:
        run_script(store.engine, OUT_OF_FORCE[how])
    else:
        with_setting(store, "session_replication_role", "replica")


@pytest.mark.parametrize("store", ["at once"], indirect=True)
@pytest.mark.parametrize("how", OUT_OF_FORCE)
def test_a_key_that_the_database_does_not_keep_guards_nothing(store: SqlStore, how: str) -> None:
    put_out_of_force(store, how)
    plan = planned(store)
    said = statements_of(store.engine)
    carry_out(store, plan)
    (key,) = store.schema["invoice"].foreign_keys
    assert key.enforced == (how == "not valid")
    assert any("FOR UPDATE" in one for one in said) != key.enforced
    assert not left(store)


@pytest.mark.parametrize("store", ["at once"], indirect=True)
@pytest.mark.parametrize("how", ["those of the table referred to", "a replica", "not valid"])
def test_where_the_database_would_not_refuse_an_invoice_that_is_being_written_keeps_its_customer(
    store: SqlStore, how: str
) -> None:
    put_out_of_force(store, how)
    beside(store, planned(store), "INSERT INTO invoice VALUES (1, 7, '2026-05-01')")
    assert left(store) == [(7, "Zebedee", "00 00 00 00")]


# Transactions that the database undoes because of another writer


@pytest.mark.parametrize("store", ["at once"], indirect=True)
def test_a_batch_that_the_database_ends_since_two_wait_for_each_other_is_done_again(store: SqlStore) -> None:
    with_setting(store, "deadlock_timeout", "200ms")
    collided = collisions(store)
    rows = beside(
        store,
        planned(store),
        "SET deadlock_timeout = '1min'",
        "UPDATE customer SET ended = '2026-05-01' WHERE id = 40",
        end=lambda writer: (writer.execute(text("UPDATE customer SET name = 'Zeb' WHERE id = 1")), writer.commit()),
    )
    assert collided == ["40P01"]
    assert left(store) == [(40, "Zebedee", "00 00 00 00")]
    assert list(rows.values()) == [49]


def test_a_batch_that_meets_a_row_on_its_way_to_another_partition_is_done_again(moving: SqlStore) -> None:
    collided = collisions(moving)
    rows = beside(
        moving,
        planned(moving, MOVING_POLICY),
        "INSERT INTO box VALUES (2, '2026-05-01')",
        "UPDATE letter SET shelf = 'lower', box_id = 2 WHERE id = 2",
        "UPDATE letter SET shelf = 'lower' WHERE id = 4",
    )
    assert collided == ["40001"]
    assert letters(moving) == [2]
    assert list(rows.values()) == [4, 1]


def test_a_row_of_a_partition_that_is_changed_with_what_it_refers_to_is_passed_by(moving: SqlStore) -> None:
    beside(
        moving,
        planned(moving, MOVING_POLICY),
        "INSERT INTO box VALUES (2, '2026-05-01')",
        "UPDATE letter SET box_id = 2 WHERE id = 2",
    )
    assert letters(moving) == [2]


def letters(store: SqlStore) -> list[int]:
    with store.engine.connect() as connection:
        return list(connection.execute(text("SELECT id FROM letter")).scalars())


@pytest.mark.parametrize("store", ["at once"], indirect=True)
def test_a_batch_that_does_not_get_a_lock_in_time_is_done_again(store: SqlStore) -> None:
    with_setting(store, "lock_timeout", "20ms")
    collided = collisions(store)

    def end(writer: Connection) -> None:
        while not collided:
            pass
        writer.commit()

    beside(store, planned(store), "UPDATE customer SET ended = '2026-05-01' WHERE id = 40", end=end)
    assert set(collided) == {"55P03"}
    assert [number for number, *_ in left(store)] == [40]


@pytest.mark.parametrize("store", ["at once"], indirect=True)
def test_a_lock_that_is_never_had_ends_the_sweep_with_what_the_database_said(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute, "_PAUSES", (0.001, 0.001))
    with_setting(store, "lock_timeout", "20ms")
    plan, before, collided = planned(store), left(store), collisions(store)
    other = create_engine(store.engine.url)
    with closing(other.connect()) as writer:
        writer.execute(text("SELECT 1 FROM customer WHERE id = 40 FOR UPDATE"))
        with pytest.raises(Collided, match="lock timeout"):
            carry_out(store, plan)
    other.dispose()
    assert collided == ["55P03"] * 3
    assert left(store) == before


@pytest.mark.parametrize("store", ["at once"], indirect=True)
def test_before_a_batch_is_done_again_whoever_watches_is_asked(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Held(Exception):
        pass

    def watch() -> None:
        if collided:
            raise Held

    with_setting(store, "lock_timeout", "20ms")
    plan, before, collided = planned(store), left(store), collisions(store)
    other = create_engine(store.engine.url)
    with closing(other.connect()) as writer:
        writer.execute(text("SELECT 1 FROM customer WHERE id = 40 FOR UPDATE"))
        with pytest.raises(Held):
            carry_out(store, plan, watch=watch)
    other.dispose()
    assert len(collided) == 1
    assert left(store) == before


def collisions(store: SqlStore) -> list[str]:
    """Return a list to which the SQLSTATE of each of the store's errors is added."""
    found: list[str] = []
    event.listen(
        store.engine, "handle_error", lambda context: found.append(getattr(context.original_exception, "sqlstate", ""))
    )
    return found


# Parts


@pytest.mark.parametrize("store", ["at once", "restrict"], indirect=True)
def test_a_name_in_a_table_of_its_own_is_kept_by_an_invoice_that_is_being_written(store: SqlStore) -> None:
    """The invoice refers to the customer's own row, and nothing of the name's is locked by who writes it."""
    run_script(store.engine, "INSERT INTO known_as SELECT i, 'Zeb' FROM generate_series(1, 50) AS i")
    beside(store, planned(store), "INSERT INTO invoice VALUES (1, 7, '2026-05-01')")
    with store.engine.connect() as connection:
        assert list(connection.execute(text("SELECT customer_id FROM known_as")).scalars()) == [7]


@pytest.mark.parametrize("store", ["at once", "restrict"], indirect=True)
def test_a_part_that_goes_keeps_others_from_referring_to_its_record_until_it_has_gone(store: SqlStore) -> None:
    run_script(store.engine, "INSERT INTO known_as SELECT i, 'Zeb' FROM generate_series(1, 50) AS i")
    other = create_engine(store.engine.url)
    refused: list[str] = []

    def amid(_1: object, _2: object, statement: str, *_: object) -> None:
        if statement.startswith("DELETE FROM known_as"):
            with closing(other.connect()) as writer:
                writer.execute(text("SET lock_timeout = '20ms'"))
                with pytest.raises(DBAPIError) as told:
                    writer.execute(text("INSERT INTO invoice VALUES (1, 7, '2026-05-01')"))
            refused.append(str(getattr(told.value.orig, "sqlstate", "")))

    event.listen(store.engine, "before_cursor_execute", amid)
    carry_out(store, planned(store))
    other.dispose()
    assert refused == ["55P03"]


def _somebody_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())
