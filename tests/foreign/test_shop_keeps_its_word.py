"""Every promise of the shop at its edges, in a database of its own: the last days of each period, and the day after."""

from datetime import date, timedelta

import pytest

from tests.foreign.shopping import (
    address,
    customer,
    edit,
    employee,
    order,
    payment,
    subscription,
    ticket,
)
from tests.foreign.story import Story, day, local, seconds


def around(shop: Story, first_due: str, table: str, *key: object) -> None:
    """A row is there two days and one day before, and gone on the day on which it is first due."""
    due = day(first_due)
    for before in (2, 1):
        shop.keeps(due - timedelta(days=before))
        assert shop.row(table, *key) is not None, f"gone {before} days early"
    shop.keeps(due)
    assert shop.row(table, *key) is None


# SH-01, SH-02: accounts


def test_an_account_goes_three_years_after_it_was_opened(shop: Story) -> None:
    customer(shop, 1, "2023-03-10", at=address(shop, 1))
    around(shop, "2026-03-11", "customers", 1)
    assert shop.count() == {}


def test_a_login_counts_in_milliseconds_and_in_oslo(shop: Story) -> None:
    late = seconds("2024-06-01 00:30") * 1000  # the evening before, in UTC
    customer(shop, 1, "2020-01-01", last_login=late)
    around(shop, "2027-06-02", "customers", 1)


def test_an_account_marked_as_deleted_goes_after_thirty_days(shop: Story) -> None:
    customer(shop, 1, "2025-12-01", at=address(shop, 1), deleted=1, deleted_at="2026-01-31T23:30:00")
    around(shop, "2026-03-03", "customers", 1)
    assert shop.count() == {}


def test_an_account_marked_as_deleted_on_no_day_is_open_ended_and_counted(shop: Story) -> None:
    customer(shop, 1, "2015-12-01", deleted=1)
    shop.keeps("2026-03-03")
    assert shop.row("customers", 1) is not None
    shown = shop.part("2026-03-03", "SH-01", "storage")
    assert (shown.state, shown.open_ended) == ("kept", 1)


# SH-03 to SH-06: orders, money, complaints, accounts


def test_the_life_of_an_order(shop: Story) -> None:
    there = address(shop, 1)
    customer(shop, 1, "2022-11-01", at=there)
    order(shop, 1, 1, "2022-11-02", to=there, delivered="2022-11-10")
    payment(shop, 1, 1, "2022-11-02")
    edit(shop, 1, 1, "2022-11-20")

    def kept(table: str, *key: object) -> dict[str, object]:
        found = shop.row(table, *key)
        assert found is not None
        return found

    shop.keeps("2023-02-02")
    assert kept("payments", 1)["account"] == "0000.00.00001"
    assert shop.keeps("2023-02-03") == {"SH-04 strip payments: account"}
    assert kept("payments", 1)["account"] is None
    shop.keeps("2023-02-10")
    assert kept("orders", 1)["greeting"] == "Gratulerer!"
    assert shop.keeps("2023-02-11") == {"SH-03 strip order_lines: engraving", "SH-03 strip orders: greeting"}
    assert kept("order_lines", 1, 1)["engraving"] is None
    shop.keeps("2023-11-20")
    assert shop.row("customer_history", 1) is not None
    assert shop.keeps("2023-11-21") == {"SH-11 erase customer_history"}
    assert shop.keeps("2025-11-01") == set()
    assert shop.keeps("2025-11-02") == {
        "SH-02 generalise customers: birthday",
        "SH-02 strip customers: phone",
        "SH-02 strip customers: password_hash",
    }
    ida = kept("customers", 1)
    assert (ida["phone"], ida["birthday"], ida["password_hash"]) == (None, date(1990, 1, 1), "-")
    assert (ida["name"], ida["email"]) == ("Ida Prøve 1", "ida1@home.example")
    shop.keeps("2027-11-10")
    assert kept("customers", 1)["email"] == "ida1@home.example"
    assert shop.keeps("2027-11-11") == {"SH-05 strip customers: email"}
    assert kept("customers", 1)["email"] == "erased-1@shop.example"
    assert shop.keeps("2027-12-31") == set()
    assert kept("addresses", 1)["street"] == "Prøveveien 1"
    assert (kept("payments", 1)["amount"], kept("order_lines", 1, 1)["price"]) == (249, 249)
    shop.keeps("2028-01-01")
    assert shop.count() == {"products": 1}


def test_what_is_paid_on_the_first_night_of_a_year_belongs_to_that_year(shop: Story) -> None:
    there = address(shop, 1)
    customer(shop, 1, "2020-12-01")
    for number, paid in ((1, "2020-12-31 23:30"), (2, "2021-01-01 00:30")):  # in UTC both lie in 2020
        order(shop, number, 1, "2020-12-31", to=there, delivered="2020-12-31")
        payment(shop, number, number, paid)
    shop.keeps("2025-12-31")
    assert shop.keys("payments") == {1, 2}
    shop.keeps("2026-01-01")
    assert (shop.keys("payments"), shop.keys("orders")) == ({2}, {2})
    shop.keeps("2026-12-31")
    assert shop.keys("payments") == {2}
    shop.keeps("2027-01-01")
    assert shop.count() == {"products": 1}


def test_what_is_not_paid_stays_with_all_that_a_debt_needs(shop: Story) -> None:
    there = address(shop, 1)
    customer(shop, 1, "2010-01-01", at=there)
    order(shop, 1, 1, "2010-01-01", to=there, delivered="2010-01-05")
    payment(shop, 1, 1)
    shop.keeps("2026-01-01")
    ida, paid = shop.row("customers", 1), shop.row("payments", 1)
    assert ida is not None
    assert (ida["name"], ida["email"], ida["phone"]) == ("Ida Prøve 1", "ida1@home.example", None)
    assert paid is not None
    assert paid["account"] == "0000.00.00001"
    assert shop.part("2026-01-01", "SH-04", "storage").open_ended == 1
    shop.change("payments", {"id": 1}, paid_at=seconds("2026-01-10"))
    shop.keeps("2031-12-31")
    assert shop.keys("payments") == {1}
    shop.keeps("2032-01-01")
    assert shop.count() == {"products": 1}


def test_a_cancelled_order_goes_after_three_months(shop: Story) -> None:
    there = address(shop, 1)
    customer(shop, 1, "2020-01-01", last_login=seconds("2026-01-01") * 1000)
    order(shop, 1, 1, "2026-01-31", to=there, status="cancelled", greeting=None)
    shop.keeps("2026-04-30")
    assert shop.row("orders", 1) is not None
    shop.keeps("2026-05-01")
    left = shop.row("orders", 1)  # as its bare date, by which the last purchase is told
    assert left is not None
    assert (left["total"], left["ordered_on"]) == (0, "2026-01-31")
    assert shop.keys("order_lines") == set()
    shop.keeps("2028-01-31")
    assert shop.row("orders", 1) is not None
    shop.keeps("2028-02-01")
    assert shop.row("orders", 1) is None


@pytest.mark.parametrize("delivered", ["", "2016-01-05"])
def test_an_order_on_its_way_holds_all_that_delivering_needs(shop: Story, delivered: str) -> None:
    home, there = address(shop, 1), address(shop, 2)
    customer(shop, 1, "2016-01-01", at=home)
    order(shop, 1, 1, "2016-01-01", to=there, delivered=delivered)
    shop.keeps("2026-01-01")
    ida = shop.row("customers", 1)
    assert (ida is None) == bool(delivered)
    assert (shop.keys("addresses") == set()) == bool(delivered)
    assert ida is None or (ida["phone"], ida["password_hash"]) == ("+47 00 00 00 01", "-")


# SH-07: customer service


def test_a_question_goes_a_year_after_it_was_closed_with_its_messages(shop: Story) -> None:
    customer(shop, 1, "2014-01-01")
    ticket(shop, 1, "2022-03-01", customer_id=1)
    around(shop, "2023-03-02", "tickets", 1)
    assert shop.count() == {}


def test_a_question_that_is_open_stays(shop: Story) -> None:
    ticket(shop, 1)
    shop.keeps("2026-03-02")
    assert shop.keys("ticket_messages") == {(1, 1), (1, 2)}
    assert shop.part("2026-03-02", "SH-07", "questions").open_ended == 1


def test_a_complaint_stays_three_years_without_the_rating(shop: Story) -> None:
    ticket(shop, 1, "2022-03-01 23:59", kind="complaint")
    shop.keeps("2023-03-01")
    left = shop.row("tickets", 1)
    assert left is not None
    assert left["rating"] == "good"
    assert shop.keeps("2023-03-02") == {"SH-07 strip tickets: rating"}
    left = shop.row("tickets", 1)
    assert left is not None
    assert (left["rating"], left["subject"]) == ("none", "Hvor er pakken?")
    around(shop, "2025-03-02", "tickets", 1)
    assert shop.count() == {}


# SH-08: the newsletter


def test_an_address_leaves_the_list_within_three_days(shop: Story) -> None:
    email = subscription(shop, "ida@home.example", "2026-06-01 00:30")
    subscription(shop, "bo@home.example")
    states = {on: shop.part(on, "SH-08", "storage").state for on in ("2026-06-02", "2026-06-04", "2026-06-05")}
    assert states == {"2026-06-02": "due", "2026-06-04": "due", "2026-06-05": "broken"}
    around(shop, "2026-06-02", "newsletter", email)
    assert shop.keys("newsletter") == {"bo@home.example"}


# SH-09: the catalogue


def test_the_catalogue_needs_name_and_address_for_two_years_after_the_last_purchase(shop: Story) -> None:
    there = address(shop, 1)
    customer(shop, 1, "2015-01-01", at=there)
    order(shop, 1, 1, "2015-01-01", to=there, delivered="2015-01-02")
    payment(shop, 1, 1, "2015-01-01")
    order(shop, 2, 1, "2024-02-29", to=there, status="cancelled", greeting=None)
    shop.keeps("2026-02-28")
    bare = shop.row("orders", 1)
    assert bare is not None
    assert (bare["total"], bare["greeting"]) == (0, None)
    ida = shop.row("customers", 1)
    assert ida is not None
    assert (ida["name"], ida["email"]) == ("Ida Prøve 1", "erased-1@shop.example")
    shop.keeps("2026-03-01")
    assert shop.count() == {"products": 1}


# SH-10: staff


def test_former_staff_go_a_year_after_the_last_day(shop: Story) -> None:
    employee(shop, 1)
    employee(shop, 2, "2024-02-29")
    around(shop, "2025-03-01", "staff", 2)
    assert shop.keys("staff") == {1}


def test_former_staff_stay_bare_while_their_answers_do(shop: Story) -> None:
    employee(shop, 1, "2022-01-31")
    employee(shop, 2, "2022-01-31")
    ticket(shop, 1, "2024-05-01", staff_id=1)
    ticket(shop, 2, "2024-05-01", staff_id=2)
    shop.keeps("2024-06-01")
    left = shop.row("staff", 2)
    assert left is not None
    assert (left["name"], left["email"], left["phone"]) == ("-", "former-2@shop.example", None)
    assert left["hired_on"] == date(2015, 1, 1)
    shop.keeps("2025-05-02")
    assert shop.count() == {}


# SH-11: changes, which the database does not know to be of customers


def test_a_change_keeps_the_bare_row_of_its_customer(shop: Story) -> None:
    customer(shop, 1, "2023-03-10", at=address(shop, 1))
    edit(shop, 1, 1, "2026-02-01 00:30")  # the evening before, in the column's zone
    shop.keeps("2026-03-11")
    left = shop.row("customers", 1)
    assert left is not None
    assert (left["name"], left["email"], left["phone"]) == ("-", "erased-1@shop.example", None)
    assert (left["address_id"], left["created_at"]) == (1, local("2023-03-10"))
    where = shop.row("addresses", 1)
    assert where is not None
    assert set(where.values()) == {1, "-"}
    around(shop, "2027-02-02", "customer_history", 1)
    assert shop.count() == {}


def test_a_change_of_a_customer_who_is_not_there_goes_all_the_same(shop: Story) -> None:
    edit(shop, 1, 77, "2026-02-01")
    around(shop, "2027-02-02", "customer_history", 1)


# SH-12: holds


def test_a_hold_keeps_the_customer_and_all_that_is_theirs(shop: Story) -> None:
    there = address(shop, 1)
    for number in (1, 2):
        customer(shop, number, "2010-01-01", at=there)
        order(shop, number, number, "2010-01-01", to=there, delivered="2010-01-05")
        ticket(shop, number, "2010-02-01", customer_id=number, staff_id=employee(shop, number, "2011-01-01"))
        subscription(shop, f"ida{number}@home.example", "2010-03-01", by=number)
        edit(shop, number, number, "2010-01-01")
    before = shop.whole()
    shop.keeps("2026-06-01")
    assert shop.keys("customers") == shop.keys("orders") == shop.keys("tickets") == shop.keys("staff") == {2}
    assert all(set(rows) <= set(before[table]) for table, rows in shop.whole().items() if table != "staff")
    colleague = shop.row("staff", 2)  # no part of what is disputed, so the bare row is enough
    assert colleague is not None
    assert colleague["name"] == "-"
    assert shop.keys("newsletter") == {"ida2@home.example"}
    assert shop.part("2026-06-01", "SH-12", "disputes").state == "kept"
