"""What the writers of a race write, each in one transaction (``race_writers``)."""

from typing import Any

from tests.torment.race_book import holding
from tests.torment.race_world import CUSTOMERS, OLD, YOUNG
from tests.torment.race_writers import CLOCKS, Act, Row, Turn


def _order(turn: Turn, customer: int) -> Row:
    order = turn.insert("orders", customer_id=customer, address="Street 1", goods="a lamp")
    turn.pledge("orders", order)
    return order


def _line(turn: Turn, order: Row) -> None:
    turn.pledge("line", turn.insert("line", order_id=order["id"], what="a lamp"))


def _new_order(turn: Turn) -> None:
    order = _order(turn, turn.writer.customer())
    for _ in range(turn.writer.chance.randint(0, 2)):
        _line(turn, order)


def _new_line(turn: Turn) -> None:
    _line(turn, turn.writer.some("orders", young=True))


def _child(table: str, **values: Any) -> Act:
    parent = "order_id" if table in ("payment", "pick") else "customer_id"

    def act(turn: Turn) -> None:
        above = turn.writer.some("orders")["id"] if parent == "order_id" else turn.writer.customer()
        turn.pledge(table, turn.insert(table, **{parent: above}, **values))

    return act


def _reply(turn: Turn) -> None:
    to = turn.writer.chance.randint(1, CUSTOMERS)
    turn.pledge("message", turn.insert("message", customer_id=turn.writer.customer(), reply_to=to, body="Yes."))


def _clock(table: str, young: bool) -> Act:
    """Start a clock anew, or set it back so that it has run out."""

    def act(turn: Turn) -> None:
        row = turn.writer.some(table, young=not young)
        turn.change(table, row, CLOCKS[table], YOUNG if young else OLD)
        parts = turn.writer.rows["line"].values() if table == "orders" else ()
        mine = [(table, row), *(("line", line) for line in parts if line["order_id"] == row["id"])]
        for where, one in mine:
            if young:
                turn.pledge(where, one, "by itself" if one is row else "not at all")
            else:
                turn.look((where, one["id"]))
                turn.dropped.append((where, one["id"]))
        turn.then.append(lambda: row.update(young=young))

    return act


def _move_order(turn: Turn) -> None:
    """Hang an order on another customer; its payments go with it."""
    order, to = turn.writer.some("orders", young=True), turn.writer.customer()
    turn.change("orders", order, "customer_id", to)
    moved = order | {"customer_id": to}
    turn.pledge("orders", moved)
    for row in turn.writer.rows["payment"].values():
        if row["order_id"] == order["id"] and row["young"]:
            turn.look(("payment", row["id"]))
            own = holding("payment", row, moved)
            turn.held["payment", row["id"]] = dict.fromkeys(own, False)
    turn.then += [lambda: order.update(moved), lambda: turn.writer.book.moved.add(("orders", order["id"]))]


def _move_line(turn: Turn) -> None:
    """Hang a line on another order, which is put for it half of the times."""
    writer, line = turn.writer, turn.writer.some("line")
    order = _order(turn, writer.customer()) if writer.chance.random() < 0.5 else writer.some("orders", young=True)
    turn.change("line", line, "order_id", order["id"])
    moved = line | {"order_id": order["id"]}
    turn.pledge("line", moved)
    turn.then += [lambda: line.update(moved), lambda: writer.book.moved.add(("line", line["id"]))]


def _erase_order(turn: Turn) -> None:
    """Erase an order with all that hangs on it."""
    order = turn.writer.some("orders")
    for table in ("line", "payment", "pick"):
        for row in list(turn.writer.rows[table].values()):
            if row["order_id"] == order["id"]:
                turn.erase(table, row)
    turn.erase("orders", order)


def _erase(table: str) -> Act:
    return lambda turn: turn.erase(table, turn.writer.some(table))


ACTS: dict[str, Act] = {
    "insert an order": _new_order,
    "insert a line": _new_line,
    "insert a payment": _child("payment", account="0000"),
    "insert a row that is not mapped": _child("pick"),
    "insert a note": _child("note", said="likes tea"),
    "insert a reply": _reply,
    "insert a visit, without a foreign key": _child("visit", page="/"),
    "start an order's clock anew": _clock("orders", young=True),
    "start a customer's clock anew": _clock("customer", young=True),
    "start a note's clock anew": _clock("note", young=True),
    "start a visit's clock anew": _clock("visit", young=True),
    "let an order's clock run out": _clock("orders", young=False),
    "let a customer's clock run out": _clock("customer", young=False),
    "let a note's clock run out": _clock("note", young=False),
    "hang an order on another customer": _move_order,
    "hang a line on another order": _move_line,
    "erase an order": _erase_order,
    "erase a payment": _erase("payment"),
    "erase a row that is not mapped": _erase("pick"),
    "erase a note": _erase("note"),
    "erase a message": _erase("message"),
    "erase a customer": _erase("customer"),
}
"""Kind of write → how."""
