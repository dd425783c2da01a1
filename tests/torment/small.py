"""A small company with a database of its own, that is filled, swept and struck again and again.

Keys of one whole number, of two, and of text; rows that go, rows that are stripped, and rows that stay.
"""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from holdord.run.company import Company
from holdord.run.folder import open_company
from holdord.stores.database import connect

NOW = datetime(2026, 6, 2, 9, 30, tzinfo=UTC)

TABLES = (
    """CREATE TABLE person (tenant INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT, hobby TEXT,
    joined DATE NOT NULL, PRIMARY KEY (tenant, id))""",
    """CREATE TABLE parcel (id INTEGER PRIMARY KEY, tenant INTEGER, sender INTEGER, label TEXT, sent DATE,
    FOREIGN KEY (tenant, sender) REFERENCES person(tenant, id))""",
    "CREATE TABLE item (code VARCHAR(40) PRIMARY KEY, parcel_id INTEGER NOT NULL REFERENCES parcel(id), what TEXT)",
    "CREATE INDEX parcel_sender ON parcel (tenant, sender)",
    "CREATE INDEX item_parcel ON item (parcel_id)",
)
MAP = """\
holdord_datamap: 1
store: post
tables:
  person:
    class: person
    default: record.remark
    columns: {name: contact.name, hobby: record.remark}
    clocks: {joined: joined}
  parcel:
    class: parcel
    default: commercial.order
    columns: {label: contact.address}
    clocks: {sent: sent}
    refers_to: [{columns: [tenant, sender], table: person}]
  item: {default: commercial.order, columns: {what: commercial.order}, part_of: {parcel_id: parcel}}
"""
POLICY = """\
holdord: 1
controller: {name: Post AS, country: "NO"}
notices: {nb: n.md}
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
    works_on: parcel
    needs: [parcel.commercial.order, person.contact.name]
    keep: {from: sent, at_least: 24 months, open_ended: until it is sent}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: We keep it.}]}
"""
NOTICE = "# Notice\n\n## 1. Storage\n\nWe keep it.\n"


def small(folder: Path, store: str, state: str | None = None, *, receipts: bool = True) -> Company:
    """Make the company's folder, its tables in an empty database, and open it.

    Args:
        folder: Where it goes.
        store: The URL of the company's database.
        state: The URL of the evidence; None where it lies in the store too.
        receipts: Whether the store may hold a table of receipts.
    """
    folder.mkdir(parents=True)
    for name, said in (("policy.yaml", POLICY), ("datamap.yaml", MAP), ("n.md", NOTICE)):
        (folder / name).write_text(said, "utf-8")
    settings = f'[store]\nurl = "{store}"\nreceipts = {str(receipts).lower()}\n[state]\nurl = "{state or store}"\n'
    (folder / "holdord.toml").write_text(settings, "utf-8")
    make(store)
    return open_company(folder, install=True)


def make(store: str) -> None:
    """Make the company's tables."""
    engine = connect(store)
    with engine.begin() as connection:
        for sql in TABLES:
            connection.exec_driver_sql(sql)
    engine.dispose()


def fill(engine: Engine, people: int = 6) -> None:
    """Put the same rows as ever in the place of whatever is there."""
    with engine.connect().execution_options(holdord_writes=True) as connection, connection.begin():
        for table in ("item", "parcel", "person"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        _put(connection, people)


def _put(connection: Connection, people: int) -> None:
    persons = [
        {"tenant": n % 2, "id": n, "joined": date(2026 if n % 3 == 2 else 2020, 1, 5).isoformat()}
        for n in range(people)
    ]
    senders = [n % (people - people // 3) for n in range(2 * people)]
    parcels = [
        {"id": n, "tenant": sender % 2, "sender": sender, "sent": date(2023 + n % 4, 3, 1).isoformat()}
        for n, sender in enumerate(senders)
    ]
    items = [{"code": f"ø'{n}", "parcel_id": n % (2 * people)} for n in range(3 * people)]
    for sql, rows in (
        ("INSERT INTO person VALUES (:tenant, :id, 'Ida', 'chess', :joined)", persons),
        ("INSERT INTO parcel VALUES (:id, :tenant, :sender, 'Street 1', :sent)", parcels),
        ("INSERT INTO item VALUES (:code, :parcel_id, 'a book')", items),
    ):
        connection.execute(text(sql), rows)
