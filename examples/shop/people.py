"""Made-up customers for the shop's database, with ten years of orders, payments, tickets and changes.

    python -m examples.shop.people sqlite:///shop.db 20000 --as-of 2026-11-23

makes the tables of ``schema.sql`` in an empty database and fills them; with ``fill`` the tables are there already. The
same number, date and seed give the same rows, and more customers begin with the same ones. Rows are written in
chunks, to PostgreSQL by COPY, so a million customers take minutes and no more memory than a thousand. PostgreSQL
counts them at once (ANALYZE): until it has, it guesses, and a plan takes many times as long.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from examples.fictions import Fictions, account, fictions, phone
from sqlalchemy import Engine, create_engine, inspect

from holdord.errors import HoldordError, StoreError
from holdord.stores.database import connect, wrapped

SCHEMA = Path(__file__).with_name("schema.sql")
TABLES = {
    "addresses": ("id", "street", "postcode", "city"),
    "staff": ("id", "name", "email", "phone", "hired_on", "left_on"),
    "products": ("sku", "title", "price"),
    "customers": (
        "id", "name", "email", "phone", "birthday", "password_hash", "address_id", "created_at", "last_login",
        "deleted", "deleted_at",
    ),
    "customer_history": ("id", "customer_id", "changed_at", "field", "old_value", "new_value"),
    "orders": (
        "id", "customer_id", "delivery_address_id", "status", "ordered_on", "delivered_on", "total", "greeting",
    ),
    "order_lines": ("order_id", "line_no", "sku", "quantity", "price", "engraving"),
    "payments": ("id", "order_id", "method", "amount", "account", "paid_at"),
    "tickets": (
        "id", "customer_id", "order_id", "staff_id", "kind", "subject", "email", "rating", "opened_at", "closed_at",
    ),
    "ticket_messages": ("ticket_id", "number", "by_customer", "body"),
    "newsletter": ("email", "name", "customer_id", "subscribed_at", "unsubscribed_at"),
    "warehouse_picks": ("id", "order_id", "sku", "shelf"),
}  # fmt: skip
"""Table → columns; parents before children."""

_YEARS, _CHUNK = 3652, 2_000  # days of history, customers
_STAFF, _PRODUCTS = 40, 200
_GOODS = ("Lampe", "Vase", "Pledd", "Kopp", "Fat", "Lysestake", "Bilderamme", "Skjerf")
_SAID = ("Hvor er pakken?", "Kan jeg bytte farge?", "Takk for hjelpen.", "Glasset var knust.", "Den er sendt.")


class _Shop:
    """Tells customers one after the other; rows wait in ``rows`` until they are written."""

    def __init__(self, pools: Fictions, as_of: date, stream: Random) -> None:
        self.pools = pools
        self.draw = stream.random
        self.pick = stream.choice
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.days = [as_of - timedelta(days=_YEARS - number) for number in range(_YEARS + 1)]
        self.text = [day.isoformat() for day in self.days]
        self.noon = [int(datetime(day.year, day.month, day.day, 11, tzinfo=UTC).timestamp()) for day in self.days]
        self.numbers = dict.fromkeys(TABLES, 0)

    def add(self, table: str, *values: Any) -> int:
        """Add a row with the next number as its first value."""
        self.numbers[table] += 1
        self.rows[table].append((self.numbers[table], *values))
        return self.numbers[table]

    def between(self, first: int, last: int = _YEARS) -> int:
        """Return a day from ``first`` to ``last``."""
        return first + int(self.draw() * (last - first + 1))

    def goods_and_staff(self) -> None:
        for number in range(_PRODUCTS):
            self.rows["products"].append((f"SKU-{number}", f"{_GOODS[number % len(_GOODS)]} {number}", 49 + number))
        for number in range(1, _STAFF + 1):
            first, last = self.pick(self.pools.first), self.pick(self.pools.last)
            hired = self.between(0, _YEARS - 400)
            left = self.text[self.between(hired + 300)] if number % 3 else None
            email = f"{first[1]}.{number}@shop.example"
            self.add("staff", f"{first[0]} {last[0]}", email, phone("NO", number), self.text[hired], left)

    def customer(self) -> None:
        first, last = self.pick(self.pools.first), self.pick(self.pools.last)
        opened = self.between(0)
        login = self.between(opened) if self.draw() < 0.8 else 0
        gone = self.text[self.between(opened)] if self.draw() < 0.06 else ""
        home = self.numbers["addresses"] if self.numbers["addresses"] and self.draw() < 0.15 else self.address()
        number = self.numbers["customers"] + 1
        email = f"{first[1]}.{last[1]}.{number}@home.example"
        birthday = self.pick(self.pools.born)[0].isoformat() if self.draw() < 0.4 else None
        self.add(
            "customers", f"{first[0]} {last[0]}", email, phone("NO", number) if self.draw() < 0.7 else None, birthday,
            f"hash-{number}", home, f"{self.text[opened]} 12:00:00", self.noon[login] * 1000 if login else 0,
            int(bool(gone)), f"{gone}T12:00:00" if gone else "",
        )  # fmt: skip
        orders = [self.order(number, home, opened) for _ in range(int(self.draw() * self.draw() * 7))]
        if self.draw() < 0.2:
            self.ticket(number, self.pick(orders) if orders and self.draw() < 0.6 else None, opened)
        if self.draw() < 0.35:
            since = self.between(opened)
            ended = self.noon[self.between(since)] if self.draw() < 0.4 else 0
            self.rows["newsletter"].append((email, first[0], number, self.noon[since], ended))
        if self.draw() < 0.3:
            day = self.text[self.between(opened)]
            old = phone("NO", number + 1)
            self.add("customer_history", number, f"{day}T10:00:00Z", "phone", old, phone("NO", number))

    def address(self) -> int:
        code, city = self.pick(self.pools.places)
        return self.add("addresses", f"{self.pick(self.pools.streets)} {1 + int(self.draw() * 90)}", code, city)

    def order(self, customer: int, home: int, opened: int) -> int:
        day = self.between(opened)
        there = home if self.draw() < 0.9 else self.address()  # a present
        arrived = day + 2 + int(self.draw() * 8)
        status = "cancelled" if self.draw() < 0.05 else "sent" if arrived > _YEARS else "delivered"
        status = "returned" if status == "delivered" and self.draw() < 0.04 else status
        delivered = self.text[arrived] if status in ("delivered", "returned") else ""
        greeting = "Gratulerer med dagen!" if there != home else None
        prices = [49 + int(self.draw() * _PRODUCTS) for _ in range(1 + int(self.draw() * 3))]
        number = self.add("orders", customer, there, status, self.text[day], delivered, sum(prices), greeting)
        for line, price in enumerate(prices, 1):
            engraving = "Til deg" if self.draw() < 0.05 else None
            self.rows["order_lines"].append((number, line, f"SKU-{price - 49}", 1, price, engraving))
        if status != "cancelled":
            how = self.pick(("card", "card", "transfer", "bill"))
            paid = 0 if self.draw() < 0.01 else self.noon[min(_YEARS, day + (14 if how == "bill" else 0))]
            self.add("payments", number, how, sum(prices), None if how == "card" else account("NO", number), paid)
        if day > _YEARS - 90:
            self.add("warehouse_picks", number, f"SKU-{prices[0] - 49}", f"A {number % 90}")
        return number

    def ticket(self, customer: int, order: int | None, opened: int) -> None:
        asked = self.between(opened)
        closed = asked + int(self.draw() * 40)
        kind = "complaint" if order and self.draw() < 0.4 else "question"
        number = self.add(
            "tickets", customer, order, 1 + int(self.draw() * _STAFF), kind, self.pick(_SAID), None,
            self.pick(("good", "bad", "none")), f"{self.text[asked]} 09:00:00",
            f"{self.text[closed]} 15:00:00" if closed <= _YEARS else None,
        )  # fmt: skip
        for place in range(1, 2 + int(self.draw() * 3)):
            self.rows["ticket_messages"].append((number, place, place % 2 == 1, self.pick(_SAID)))


def fill(
    engine: Engine,
    customers: int,
    *,
    as_of: date,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Fill the shop's empty tables with made-up customers.

    Args:
        engine: The shop's database.
        customers: How many.
        as_of: The day on which histories end; they begin ten years earlier.
        seed: Of all chance.
        progress: Called with the number of customers so far, now and then.

    Returns:
        The rows written, by table.
    """
    shop = _Shop(fictions("no_NO", "NO", seed), as_of, Random(f"shop {seed} {as_of}"))
    shop.goods_and_staff()
    written = dict.fromkeys(TABLES, 0)
    for told in range(1, customers + 1):
        shop.customer()
        if told % _CHUNK == 0 or told == customers:
            _write(engine, shop.rows)
            for table, rows in shop.rows.items():
                written[table] += len(rows)
                rows.clear()
            if progress is not None:
                progress(told)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ANALYZE {', '.join(TABLES)}")
    return written


def make_tables(url: str) -> Engine:
    """Make the tables of ``schema.sql`` in an empty database, and return an engine for it.

    Raises:
        HoldordError: The URL is none, the database does not answer, or it holds tables already.
    """
    connect(url).dispose()  # says in words what is wrong with a URL
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), hide_parameters=True)
    with wrapped("shop"):
        with engine.connect() as there:
            if inspect(there).get_table_names():
                raise StoreError("The shop's customers go into an empty database, and this one holds tables.")
        raw = engine.raw_connection()
        try:
            cursor: Any = raw.cursor()
            (cursor.executescript if engine.dialect.name == "sqlite" else cursor.execute)(SCHEMA.read_text("utf-8"))
            raw.commit()
        finally:
            raw.close()
    return engine


def _write(engine: Engine, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Write rows in one transaction."""
    connection = engine.raw_connection()
    cursor: Any = connection.cursor()
    try:
        for table, columns in TABLES.items():
            names = ", ".join(columns)
            if engine.dialect.name == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows[table]:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(columns))
                insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 (names from above)
                cursor.executemany(insert, rows[table])
        connection.commit()
    finally:
        cursor.close()
        connection.close()


def main() -> int:
    """Make and fill a shop's database; return the exit status."""
    parser = argparse.ArgumentParser(description="A web shop's database, with made-up customers.")
    parser.add_argument("url", help="an empty database, such as sqlite:///shop.db")
    parser.add_argument("customers", type=int)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="the day on which histories end")
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    try:
        engine = make_tables(said.url)
    except HoldordError as error:
        print(error, file=sys.stderr)
        return 2
    for table, count in fill(engine, said.customers, as_of=said.as_of, seed=said.seed).items():
        print(f"{count:>9} {table}")
    engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
