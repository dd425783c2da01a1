"""What one person asks, measured: the company that ``access`` and ``erase`` ask, and the figures of both sides.

A million customers at scale 1, with three million orders and a million loyalty cards. A quarter of the customers never
ordered: an erasure takes them whole. Of the others the books keep the name and what was bought, and the rest goes.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import server
from sqlalchemy import Engine, text

from holdord.config import Settings
from holdord.datamap.load import load as load_map
from holdord.plan.bind import Bound
from holdord.policy.load import load as load_policy
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.stores.database import connect
from holdord.stores.register.migrate import upgrade
from holdord.stores.sql import SqlStore

PEOPLE = 1_000_000
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SHARES = {"customer": 1, "purchase": 3, "card": 1}

_TABLES = """\
CREATE TABLE customer (id BIGINT PRIMARY KEY, name TEXT, email TEXT, phone TEXT, address TEXT, joined DATE NOT NULL,
  ended DATE);
CREATE TABLE purchase (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer(id), article TEXT,
  price BIGINT, remark TEXT, ordered DATE NOT NULL);
CREATE TABLE card (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer(id), number TEXT,
  favourite TEXT, withdrawn DATE)"""
_INDEXES = ("purchase(customer_id)", "card(customer_id)")
_MAP = """
holdord_datamap: 1
store: shop
tables:
  customer:
    class: person
    default: record.remark
    columns: {name: contact.name, email: contact.email, phone: contact.phone, address: contact.address}
    clocks: {joined: joined, ended: ended}
  purchase:
    class: order
    default: commercial.order
    columns: {remark: record.remark}
    clocks: {ordered: ordered}
    refers_to: {customer_id: customer}
  card:
    class: card
    default: interest.product
    clocks: {withdrawn: withdrawn}
    refers_to: {customer_id: customer}
"""
_POLICY = """
holdord: 1
controller: {name: A shop, country: NO, register_number: "1"}
notices: {en: notice.md}
purposes:
  relation:
    for: Serving customers
    basis: contract
    ends_on: request
    works_on: person
    needs: [person.*]
    keep: {from: ended, at_most: 24 months, open_ended: while the customer is one}
  delivery:
    for: Delivering
    basis: contract
    ends_on: request
    works_on: order
    needs: [order.*, person.contact.name, person.contact.address]
    keep: {from: ordered, at_most: 36 months}
  books:
    for: Bookkeeping
    basis: legal_obligation
    law: the Bookkeeping Act
    works_on: order
    needs: [order.commercial.order, person.contact.name]
    keep: {from: ordered, at_least: 5 years, counted_from: financial_year_end}
  club:
    for: The club
    basis: consent
    works_on: card
    needs: [card.*, person.contact.email]
    keep: {from: withdrawn, at_most: 0 days, open_ended: until it is withdrawn}
promises:
  B-1:
    says: All of it is kept as long as it is needed
    kept_by: software
    parts: {storage: {keep: all}}
    notice: [{lang: en, section: "1", quote: We keep it as long as we need it.}]
"""


def person(number: int) -> Record:
    """Return a customer as who asks."""
    return Record(record_class="person", key=(number,))


def asking(people: int, count: int, first: int = 0) -> list[int]:
    """Return ``count`` customers, scattered, each once; ``first`` of them are passed by."""
    step = next(one for one in range(7919, 10**9, 2) if math.gcd(one, people) == 1)
    return [1 + (number * step + 17) % people for number in range(first, first + count)]


@contextmanager
def companies(people: int, folder: Path) -> Iterator[Iterator[tuple[str, Company]]]:
    """Open a company of ``people`` customers on each kind of database, one after the other: its name, and itself."""
    with server.server() as url:
        yield _each(people, folder, url)


def _each(people: int, folder: Path, url: str | None) -> Iterator[tuple[str, Company]]:
    file = folder / f"shop_{people}.db"
    with opened(f"sqlite:///{file}", people, folder) as company:
        yield "sqlite", company
    for one in folder.glob(f"{file.name}*"):
        one.unlink()
    if url is not None:
        databases = server.Databases(url, "holdord_bench")
        try:
            with opened(databases.make("shop"), people, folder) as company:
                yield "pg", company
        finally:
            databases.close()


@contextmanager
def opened(url: str, people: int, folder: Path) -> Iterator[Company]:
    """Fill a database with customers and open it; the evidence lies in it as well."""
    engine = connect(url)
    _fill(engine, people)
    engine.dispose()
    policy = load_policy(_POLICY)
    store = SqlStore(engine=connect(url), datamap=load_map(_MAP), controller=policy.controller)
    settings = Settings(
        store_url=url, state_url=url, receipts=True, key=folder / "ledger.key", every_days=1, pause_days=31
    )
    bound = Bound(policy, store.datamap, store.schema)
    with closing(
        Company(folder=folder, settings=settings, policy=policy, store=store, state=store, bound=bound)
    ) as company:
        company.key()
        yield company
    settings.key.unlink()
    company.public.unlink()


def compared(ours: Sequence[float], by_hand: Sequence[float]) -> dict[str, Any]:
    """Return the median seconds of both sides, taken in turn, and their ratio."""
    mine, theirs = statistics.median(ours), statistics.median(by_hand)
    return {"seconds": round(mine, 6), "by_hand_seconds": round(theirs, 6), "ratio": round(mine / theirs, 3)}


def growth(name: str, seconds: dict[int, float]) -> dict[str, Any]:
    """Return the exponent by which seconds grow with rows, from the fewest to the most."""
    few, many = min(seconds), max(seconds)
    exponent = math.log(seconds[many] / seconds[few]) / math.log(many / few)
    return {"name": f"{name}-growth", "rows": many, "exponent": round(exponent, 3)}


def _fill(engine: Engine, people: int) -> None:
    """Make the tables: every value from its row's number, so that all runs have the same."""
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        for sql in _TABLES.split(";\n"):
            connection.exec_driver_sql(sql.replace("id BIGINT PRIMARY", "id INTEGER PRIMARY") if is_sqlite else sql)
        for table, share in SHARES.items():
            connection.execute(text(_insert(table, share * people, people, is_sqlite)))
        for place in _INDEXES:
            connection.exec_driver_sql(f"CREATE INDEX ix_{place.replace('(', '_').rstrip(')')} ON {place}")
    upgrade(engine, register=False)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM (ANALYZE, FREEZE)")
            connection.exec_driver_sql("CHECKPOINT")


def _insert(table: str, rows: int, people: int, is_sqlite: bool) -> str:
    def day(step: int) -> str:
        """A day of the last four years, scattered."""
        ago = f"(i * {step} + 17) % 1461"
        return f"date('2026-11-20', '-' || ({ago}) || ' days')" if is_sqlite else f"date '2026-11-20' - ({ago})::int"

    buyer = f"1 + ((i * 7919) % {people}) / 4 * 4 + i % 3"
    values = {
        "customer": f"i, 'Customer ' || i, 'c' || i || '@example.org', '+47 ' || i, 'Street ' || i, {day(5)}, NULL",
        "purchase": f"i, {buyer}, 'article ' || (i % 977), i % 10007, 'remark ' || i, {day(11)}",
        "card": "i, i, 'card ' || i, 'tea', NULL",
    }[table]
    if is_sqlite:
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
        return f"INSERT INTO {table} {numbers} SELECT {values} FROM n"
    return f"INSERT INTO {table} SELECT {values} FROM generate_series(1::bigint, {rows}) AS i"
