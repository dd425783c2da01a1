"""Five purposes over six tables: a whole sweep, evidence included, against the statements written by hand.

    ./run bench multi-purpose --scale 0.1

At scale 1 there are a million people and twenty million rows: customers, orders with their lines, invoices, tickets and
subscriptions, with the histories of nine years. Customers lose column by column what the last purpose that needs it
let go, so the hand-written side has ten statements, children first, in one transaction. Each side works on its own copy
of one database, in turn; in the end both copies must be the same, row by row. ``whole`` is all of the sweep: the plan,
the batches, the plan asked again, the checkpoint; the other figure is from the moment that the plan stands until the
last batch.
"""

import argparse
import hashlib
import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import server
from sqlalchemy import Connection, Engine, text

from holdord.config import Settings
from holdord.datamap.load import load as load_map
from holdord.plan.bind import Bound
from holdord.policy.load import load as load_policy
from holdord.run.company import Company
from holdord.run.sweep import keep, plan_of
from holdord.stores.database import connect
from holdord.stores.register.migrate import upgrade
from holdord.stores.sql import SqlStore

PEOPLE = 1_000_000
SCALE = 0.02
ROUNDS = 3
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

_TABLES = """\
CREATE TABLE customer (id BIGINT PRIMARY KEY, name TEXT, email TEXT, phone TEXT, address TEXT, title TEXT,
  joined DATE NOT NULL, ended DATE);
CREATE TABLE purchase (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer(id), remark TEXT,
  ordered DATE NOT NULL);
CREATE TABLE purchase_line (id BIGINT PRIMARY KEY, purchase_id BIGINT NOT NULL REFERENCES purchase(id), article TEXT,
  price BIGINT);
CREATE TABLE invoice (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer(id), body TEXT,
  issued DATE NOT NULL);
CREATE TABLE ticket (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer(id), body TEXT,
  opened DATE NOT NULL);
CREATE TABLE subscription (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer(id), topic TEXT,
  withdrawn DATE)"""
_INDEXES = (
    "purchase(customer_id)", "purchase_line(purchase_id)", "invoice(customer_id)", "ticket(customer_id)",
    "subscription(customer_id)",
)  # fmt: skip
_SHARES = {"customer": 1, "purchase": 4, "purchase_line": 9, "invoice": 3, "ticket": 2, "subscription": 1}

_MAP = """
holdord_datamap: 1
store: trade
tables:
  customer:
    class: person
    default: record.remark
    columns:
      {name: contact.name, email: contact.email, phone: contact.phone, address: contact.address, title: job.title}
    clocks: {joined: joined, ended: ended}
  purchase:
    class: order
    default: commercial.order
    clocks: {ordered: ordered}
    refers_to: {customer_id: customer}
  purchase_line: {default: commercial.order, part_of: {purchase_id: purchase}}
  invoice: {class: invoice, default: financial.invoice, clocks: {issued: issued}, refers_to: {customer_id: customer}}
  ticket: {class: ticket, default: communication.message, clocks: {opened: opened}, refers_to: {customer_id: customer}}
  subscription:
    class: subscription
    default: communication.subscription
    clocks: {withdrawn: withdrawn}
    refers_to: {customer_id: customer}
"""
_POLICY = """
holdord: 1
controller: {name: A company, country: NO, register_number: "1"}
notices: {en: notice.md}
purposes:
  relation:
    for: Serving customers
    basis: contract
    works_on: person
    needs: [person.*]
    keep: {from: ended, at_most: 24 months, open_ended: while the customer is one}
  delivery:
    for: Delivering
    basis: contract
    works_on: order
    needs: [order.*, person.contact.name, person.contact.address]
    keep: {from: ordered, at_most: 36 months}
  books:
    for: Bookkeeping
    basis: legal_obligation
    law: the Bookkeeping Act
    works_on: invoice
    needs: [invoice.*, person.contact.name]
    keep: {from: issued, at_least: 5 years, counted_from: financial_year_end}
  support:
    for: Answering
    basis: legitimate_interest
    works_on: ticket
    needs: [ticket.*, person.contact.email]
    keep: {from: opened, at_most: 12 months}
  news:
    for: The newsletter
    basis: consent
    works_on: subscription
    needs: [subscription.*, person.contact.email]
    keep: {from: withdrawn, at_most: 0 days, open_ended: until it is withdrawn}
promises:
  B-1:
    says: All of it is kept as long as it is needed
    kept_by: software
    parts: {storage: {keep: all}}
    notice: [{lang: en, section: "1", quote: We keep it as long as we need it.}]
"""
_GONE = "ended <= '2024-11-21'"
_NONE = "NOT EXISTS (SELECT 1 FROM {table} AS o WHERE o.customer_id = customer.id)"
_NO = {table: _NONE.format(table=table) for table in ("purchase", "invoice", "ticket", "subscription")}
_BY_HAND = (
    "DELETE FROM purchase_line WHERE EXISTS (SELECT 1 FROM purchase AS p WHERE p.id = purchase_line.purchase_id AND "
    "p.ordered <= '2023-11-21')",
    "DELETE FROM purchase WHERE ordered <= '2023-11-21'",
    "DELETE FROM invoice WHERE issued <= '2020-12-31'",
    "DELETE FROM ticket WHERE opened <= '2025-11-21'",
    "DELETE FROM subscription WHERE withdrawn <= '2026-11-21'",
    f"DELETE FROM customer WHERE {_GONE} AND {' AND '.join(_NO.values())}",
    f"UPDATE customer SET phone = NULL, title = NULL WHERE {_GONE} AND NOT (phone IS NULL AND title IS NULL)",
    f"UPDATE customer SET address = NULL WHERE {_GONE} AND address IS NOT NULL AND {_NO['purchase']}",
    f"UPDATE customer SET email = NULL WHERE {_GONE} AND email IS NOT NULL AND {_NO['ticket']} AND "
    f"{_NO['subscription']}",
    f"UPDATE customer SET name = NULL WHERE {_GONE} AND name IS NOT NULL AND {_NO['purchase']} AND {_NO['invoice']}",
)


def run(scale: float) -> list[dict[str, Any]]:
    """Measure at a share of a million people; that both sides end the same is asserted, times never."""
    people = max(500, round(PEOPLE * scale))
    figures = []
    with tempfile.TemporaryDirectory() as folder, server.server() as url:
        figures.extend(_measured("multi-purpose-sqlite", people, _Files(Path(folder)), Path(folder)))
        if url is None:
            figures.append({"name": "multi-purpose-pg", "rows": 0, "note": "no PostgreSQL: no server is named"})
        else:
            databases = server.Databases(url, "holdord_bench")
            try:
                figures.extend(_measured("multi-purpose-pg", people, _Server(databases), Path(folder)))
            finally:
                databases.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [{**figure, "peak_mb": peak} for figure in figures]


class _Files:
    """Copies of one SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def template(self) -> str:
        return f"sqlite:///{self.folder / 'template.db'}"

    def copy(self) -> str:
        for old in self.folder.glob("copy.db*"):
            old.unlink()
        shutil.copyfile(self.folder / "template.db", self.folder / "copy.db")
        os.sync()
        return f"sqlite:///{self.folder / 'copy.db'}"


class _Server:
    """Copies of one PostgreSQL database."""

    def __init__(self, databases: server.Databases) -> None:
        self.databases = databases

    def template(self) -> str:
        return self.databases.make("template")

    def copy(self) -> str:
        url = self.databases.make("copy", "template")
        with self.databases.admin.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")
        return url


def _measured(name: str, people: int, place: "_Files | _Server", folder: Path) -> list[dict[str, Any]]:
    rows = _fill(place.template(), people)
    spans: dict[str, list[float]] = {"ours": [], "theirs": [], "whole": []}
    ends: dict[str, str] = {}
    for turn in range(ROUNDS):
        for side in ("ours", "theirs") if turn % 2 else ("theirs", "ours"):
            with _opened(place.copy(), folder) as company:
                found = _swept(company) if side == "ours" else _written(company)
                for what, seconds in found.items():
                    spans[what].append(seconds)
                with company.store.engine.connect() as connection:
                    ends[side] = _digest(connection)
        assert ends["ours"] == ends["theirs"], "Both sides must leave the same."
    median = {what: statistics.median(found) for what, found in spans.items()}
    return [
        {
            "name": f"{name}{suffix}",
            "rows": rows,
            "seconds": round(median[what], 3),
            "by_hand_seconds": round(median["theirs"], 3),
            "ratio": round(median[what] / median["theirs"], 3),
        }
        for suffix, what in (("", "ours"), ("-whole", "whole"))
    ]


def _swept(company: Company) -> dict[str, float]:
    """Return the seconds of one sweep, all of it and its batches alone."""
    times: list[float] = []

    def tick(*_: object) -> None:
        times.append(time.perf_counter())

    confirm = plan_of(company, NOW.date()).digest
    start = time.perf_counter()
    kept = keep(company, lambda: NOW, confirm=confirm, begun=tick, progress=tick)
    whole = time.perf_counter() - start
    assert kept.rows
    assert not kept.left.statements
    assert not kept.left.stopped
    return {"ours": times[-1] - times[0], "whole": whole}


def _written(company: Company) -> dict[str, float]:
    """Return the seconds of the statements written by hand."""
    start = time.perf_counter()
    with company.store.writing() as connection:
        for statement in _BY_HAND:
            connection.exec_driver_sql(statement)
    return {"theirs": time.perf_counter() - start}


@contextmanager
def _opened(url: str, folder: Path) -> Iterator[Company]:
    policy = load_policy(_POLICY)
    store = SqlStore(engine=connect(url), datamap=load_map(_MAP), controller=policy.controller)
    settings = Settings(
        store_url=url, state_url=url, receipts=True, key=folder / "ledger.key", every_days=1, pause_days=31
    )
    bound = Bound(policy, store.datamap, store.schema)
    with closing(
        Company(folder=folder, settings=settings, policy=policy, store=store, state=store, bound=bound)
    ) as company:
        yield company


def _fill(url: str, people: int) -> int:
    """Make the tables: every value from its row's number, so that all runs have the same."""
    engine = connect(url)
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        for sql in _TABLES.split(";\n"):
            connection.exec_driver_sql(sql.replace("id BIGINT PRIMARY", "id INTEGER PRIMARY") if is_sqlite else sql)
        for table, share in _SHARES.items():
            connection.execute(text(_insert(table, share * people, people, is_sqlite)))
        for place in _INDEXES:
            connection.exec_driver_sql(f"CREATE INDEX ix_{place.replace('(', '_').rstrip(')')} ON {place}")
    upgrade(engine, register=False)
    _settle(engine)
    return sum(_SHARES.values()) * people


def _insert(table: str, rows: int, people: int, is_sqlite: bool) -> str:
    def day(step: int, null: str = "") -> str:
        """A day of the last nine years, scattered."""
        ago = f"(i * {step} + 17) % 3287"
        found = f"date('2026-11-20', '-' || ({ago}) || ' days')" if is_sqlite else f"date '2026-11-20' - ({ago})::int"
        return f"CASE WHEN {null} THEN NULL ELSE {found} END" if null else found

    other = f"1 + (i * 7919) % {people}"
    purchase = f"1 + (i * 7907) % {_SHARES['purchase'] * people}"
    values = {
        "customer": f"i, 'Customer ' || i, 'c' || i || '@example.org', '+47 ' || i, 'Street ' || i, 'Boss', "
        f"{day(1)}, {day(5, 'i % 5 < 2')}",
        "purchase": f"i, {other}, 'remark ' || i, {day(11)}",
        "purchase_line": f"i, {purchase}, 'article ' || (i % 977), i % 10007",
        "invoice": f"i, {other}, 'invoice ' || i, {day(13)}",
        "ticket": f"i, {other}, 'asked about ' || (i % 997), {day(19)}",
        "subscription": f"i, {other}, 'news', {day(23, 'i % 3 = 0')}",
    }[table]
    if is_sqlite:
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
        return f"INSERT INTO {table} {numbers} SELECT {values} FROM n"
    return f"INSERT INTO {table} SELECT {values} FROM generate_series(1::bigint, {rows}) AS i"


def _settle(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM (ANALYZE, FREEZE)")
    engine.dispose()


def _digest(connection: Connection) -> str:
    """Return a hash over every row of every table."""
    found = hashlib.sha256()
    for table in _SHARES:
        for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").yield_per(10_000):
            found.update(repr(tuple(map(str, row))).encode())
    return found.hexdigest()


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=SCALE)
    for figure in run(parser.parse_args().scale):
        sys.stdout.write(json.dumps(figure) + "\n")


if __name__ == "__main__":
    _main()
