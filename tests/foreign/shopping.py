"""What happens in the shop of ``examples/shop``, in its own tables and its own ways of writing a moment."""

from typing import Any

from tests.foreign.story import Story, day, local, seconds, zulu


def address(shop: Story, number: int) -> int:
    """Put an address."""
    shop.put("addresses", id=number, street=f"Prøveveien {number}", postcode="0000", city="Eksempelstad")
    return number


def customer(shop: Story, number: int, opened: str, *, at: int | None = None, **values: Any) -> int:
    """Put a customer who opened an account on a day, and lives at an address."""
    known = {
        "name": f"Ida Prøve {number}",
        "email": f"ida{number}@home.example",
        "phone": f"+47 00 00 00 {number:02d}",
        "birthday": day("1990-05-17"),
        "password_hash": "no-hash",
        "address_id": at,
        "created_at": local(opened),
    }
    shop.put("customers", id=number, **{**known, **values})
    return number


def order(shop: Story, number: int, by: int, on: str, *, to: int, delivered: str = "", **values: Any) -> int:
    """Put an order with one line."""
    known = {"status": "delivered" if delivered else "sent", "total": 249, "greeting": "Gratulerer!"}
    told = {"ordered_on": on, "delivered_on": delivered, **known, **values}
    shop.put("orders", id=number, customer_id=by, delivery_address_id=to, **told)
    if ("LAMP-1",) not in {(key,) for key in shop.keys("products")}:
        shop.put("products", sku="LAMP-1", title="Lampe", price=249)
    shop.put("order_lines", order_id=number, line_no=1, sku="LAMP-1", quantity=1, price=249, engraving="Til Bo")
    return number


def payment(shop: Story, number: int, of: int, on: str = "") -> int:
    """Put a payment, made on a day or not yet."""
    paid = seconds(on) if on else 0
    shop.put("payments", id=number, order_id=of, method="card", amount=249, account="0000.00.00001", paid_at=paid)
    return number


def employee(shop: Story, number: int, left: str = "") -> int:
    """Put someone who works in the shop, or did so."""
    contact = {"name": f"Bo Prøve {number}", "email": f"bo{number}@shop.example", "phone": "+47 00 00 00 00"}
    shop.put("staff", id=number, hired_on=day("2015-01-01"), left_on=day(left) if left else None, **contact)
    return number


def ticket(shop: Story, number: int, closed: str = "", **values: Any) -> int:
    """Put a ticket with two messages."""
    known = {"kind": "question", "subject": "Hvor er pakken?", "email": "ida@home.example", "rating": "good"}
    told = {"opened_at": local("2015-01-02"), "closed_at": local(closed) if closed else None, **known, **values}
    shop.put("tickets", id=number, **told)
    for place, says in enumerate(("Hvor er den?", "Hos naboen."), 1):
        shop.put("ticket_messages", ticket_id=number, number=place, by_customer=place == 1, body=says)
    return number


def subscription(shop: Story, email: str, ended: str = "", by: int | None = None) -> str:
    """Put an address on the newsletter's list."""
    left = seconds(ended) if ended else 0
    shop.put(
        "newsletter", email=email, name="Ida", customer_id=by, subscribed_at=seconds("2020-01-01"), unsubscribed_at=left
    )
    return email


def edit(shop: Story, number: int, of: int, on: str) -> int:
    """Put a line into the history of changes."""
    told = {"changed_at": zulu(on), "field": "phone", "old_value": "+47 00 00 00 01", "new_value": "+47 00 00 00 02"}
    shop.put("customer_history", id=number, customer_id=of, **told)
    return number
