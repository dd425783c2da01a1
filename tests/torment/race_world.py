"""A club that sells things, whose own programs go on writing while it is swept.

Rows hold what lies above them in many ways: through one reference or two, as parts, by a clock over what refers to
them, through a reference that the database does not know, and as rows that refer to rows of their own table. Half of
everything is due, so that whatever a writer touches may be just about to go.
"""

import random
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from holdord.run.folder import open_company
from holdord.stores.database import connect

NOW = datetime(2026, 6, 2, 9, 30, tzinfo=UTC)
YOUNG, OLD = date(2026, 5, 4).isoformat(), date(2020, 1, 5).isoformat()
"""A clock that holds, and one that ran out long ago."""

TABLES = (
    """CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT, hobby TEXT,
    joined DATE NOT NULL, seen DATE)""",
    """CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id),
    address TEXT, goods TEXT, sent DATE)""",
    "CREATE TABLE line (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id), what TEXT)",
    """CREATE TABLE payment (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id), account TEXT,
    paid DATE)""",
    "CREATE TABLE pick (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id))",
    """CREATE TABLE note (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id), said TEXT,
    written DATE)""",
    """CREATE TABLE message (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id),
    reply_to INTEGER REFERENCES message(id), body TEXT, posted DATE)""",
    "CREATE TABLE visit (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, page TEXT, came DATE)",
    *(
        f"CREATE INDEX {table}_{column} ON {table} ({column})"
        for table, column in (
            ("orders", "customer_id"),
            ("line", "order_id"),
            ("payment", "order_id"),
            ("pick", "order_id"),
            ("note", "customer_id"),
            ("message", "customer_id"),
            ("message", "reply_to"),
            ("visit", "customer_id"),
        )
    ),
)
MAP = """\
holdord_datamap: 1
store: club
tables:
  customer:
    class: customer
    default: record.remark
    columns: {name: contact.name, email: contact.email, phone: contact.phone, hobby: record.remark}
    clocks: {joined: joined, seen: seen}
  orders:
    class: order
    default: commercial.order
    columns: {address: contact.address, goods: commercial.order}
    clocks: {sent: sent}
    refers_to: {customer_id: customer}
  line: {default: commercial.order, columns: {what: commercial.order}, part_of: {order_id: orders}}
  payment:
    class: payment
    default: financial.account
    columns: {account: financial.account}
    clocks: {paid: paid}
    refers_to: {order_id: orders}
  note:
    class: note
    default: record.remark
    columns: {said: record.remark}
    clocks: {written: written}
    refers_to: {customer_id: customer}
  message:
    class: message
    default: communication.message
    columns: {body: communication.message}
    clocks: {posted: posted}
    refers_to: {customer_id: customer}
  visit:
    class: visit
    default: record.remark
    columns: {page: record.remark}
    clocks: {came: came}
    refers_to: {customer_id: customer}
not_personal: {pick: what was taken from which shelf}
"""
POLICY = """\
holdord: 1
controller: {name: Klubb AS, country: "NO"}
notices: {nb: n.md}
clocks:
  last_contact: {latest_of: [customer.joined, customer.seen, note.written], says: the last contact}
purposes:
  club:
    for: x
    basis: contract
    works_on: customer
    needs: [customer.record.remark, customer.contact.name]
    keep: {from: last_contact, at_most: 12 months}
  delivery:
    for: x
    basis: contract
    works_on: order
    needs: [order.*, customer.contact.name, customer.contact.email]
    keep: {from: sent, at_most: 12 months, open_ended: until it is sent}
  books:
    for: x
    basis: legal_obligation
    law: the Act
    works_on: payment
    needs: [payment.*, order.commercial.order, customer.contact.name]
    keep: {from: paid, at_least: 24 months, open_ended: until it is paid}
  care:
    for: x
    basis: contract
    works_on: note
    needs: [note.*]
    keep: {from: written, at_most: 12 months, open_ended: until it is written}
  forum:
    for: x
    basis: contract
    works_on: message
    needs: [message.*, customer.contact.name]
    keep: {from: posted, at_most: 12 months, open_ended: until it is posted}
  callback:
    for: x
    basis: contract
    works_on: visit
    needs: [visit.*, customer.contact.phone]
    keep: {from: came, at_most: 12 months, open_ended: until they come}
promises:
  P-1: {says: x, kept_by: software, parts: {s: {keep: all}}, notice: [{lang: nb, section: "1", quote: We keep it.}]}
  P-2: {says: x, kept_by: software, parts: {s: {holds: all}}, notice: [{lang: nb, section: "1", quote: We keep it.}]}
"""
NOTICE = "# Notice\n\n## 1. Storage\n\nWe keep it.\n"

PERSONAL = {
    "customer": ("name", "email", "phone", "hobby"),
    "orders": ("address", "goods"),
    "line": ("what",),
    "payment": ("account",),
    "note": ("said",),
    "message": ("body",),
    "visit": ("page",),
}
"""Table → its columns with personal data, which nobody but a sweep ever changes."""
CUSTOMERS = 60
WRITERS = 4
FIRST_NEW = 100
"""Rows that were there at first have lower keys."""


def policy(held: frozenset[int]) -> str:
    """Return the policy, with a legal hold over each of some customers."""
    said = [
        f"  H-{one}: {{reason: x, owner: chair, scope: {{customer: {one}}}, since: 2026-01-01, review: 2099-01-01}}\n"
        for one in sorted(held)
    ]
    return POLICY + ("holds:\n" + "".join(said) if said else "")


def found(folder: Path, store: str, state: str | None) -> None:
    """Make the club's folder, its tables in an empty database, and install what holdord needs."""
    folder.mkdir(parents=True)
    for name, said in (("policy.yaml", policy(frozenset())), ("datamap.yaml", MAP), ("n.md", NOTICE)):
        (folder / name).write_text(said, "utf-8")
    (folder / "holdord.toml").write_text(f'[store]\nurl = "{store}"\n[state]\nurl = "{state or store}"\n', "utf-8")
    engine = connect(store)
    with engine.connect().execution_options(holdord_writes=True) as connection, connection.begin():
        for sql in TABLES:
            connection.exec_driver_sql(sql)
    engine.dispose()
    open_company(folder, install=True).close()


Made = dict[str, list[dict[str, object]]]


def fill(engine: Engine, chance: random.Random) -> Made:
    """Put other rows in the place of whatever is there; return them, by table."""
    with engine.connect().execution_options(holdord_writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE message SET reply_to = NULL")
        for table in ("visit", "message", "note", "pick", "payment", "line", "orders", "customer"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        return _put(connection, chance)


def _put(connection: Connection, chance: random.Random) -> Made:
    def day(young: float) -> str:
        return YOUNG if chance.random() < young else OLD

    ids = range(1, CUSTOMERS + 1)
    made: Made = {
        "customer": [
            {"id": n, "name": f"Ida {n}", "email": f"ida{n}@home.example", "phone": f"00 {n}", "hobby": "chess"}
            | {"joined": OLD, "seen": day(0.2)}
            for n in ids
        ],
        "orders": [
            {"id": n, "customer_id": chance.choice(ids), "address": f"Street {n}", "goods": "a lamp", "sent": day(0.2)}
            for n in ids
        ],
    }
    made["line"] = [{"id": n, "order_id": chance.choice(ids), "what": f"lamp {n}"} for n in ids]
    made["payment"] = [
        {"id": n, "order_id": chance.choice(ids), "account": f"0000 {n}", "paid": day(0.2)} for n in ids[::2]
    ]
    made["pick"] = [{"id": n, "order_id": chance.choice(ids)} for n in ids[::6]]
    made["note"] = [
        {"id": n, "customer_id": chance.choice(ids), "said": f"likes {n}", "written": day(0.2)} for n in ids[::3]
    ]
    made["message"] = [
        {"id": n, "customer_id": chance.choice(ids), "reply_to": chance.choice([None, *range(1, n)])}
        | {"body": f"Hello {n}", "posted": day(0.2)}
        for n in ids
    ]
    made["visit"] = [{"id": n, "customer_id": chance.choice(ids), "page": f"/{n}", "came": day(0.2)} for n in ids[::3]]
    for table, rows in made.items():
        names = list(rows[0])
        values = ", ".join(f":{name}" for name in names)
        connection.execute(text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"), rows)
    return made
