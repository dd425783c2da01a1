"""What a database of the company's own asks of holdord: shared rows, tables outside the map, evidence beside it."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from holdord.errors import DataMapError, StoreError
from holdord.run.folder import open_company
from tests.foreign.conftest import SHOP, Open
from tests.foreign.shopping import address, customer, edit, order, payment, subscription, ticket
from tests.foreign.story import Change, Story, build, seconds


def household(shop: Story) -> None:
    """Two customers at one address; the first has been gone for long, the second was here this year."""
    home = address(shop, 1)
    for number, last in ((1, "2014-01-01"), (3, "2026-01-01")):
        customer(shop, number, "2014-01-01", at=home, last_login=seconds(last) * 1000)
        order(shop, number, number, "2014-01-01", to=home, delivered="2014-01-05")
        payment(shop, number, number, "2014-01-01")
        edit(shop, number, number, "2014-01-01")
        ticket(shop, number, "2014-01-01", customer_id=number, order_id=number)
        subscription(shop, f"ida{number}@home.example", "2014-01-02" if number == 1 else "", by=number)


# Shared rows


def test_of_two_who_share_an_address_one_goes_and_the_other_keeps_everything(shop: Story) -> None:
    household(shop)
    other, home = shop.row("customers", 3), shop.row("addresses", 1)
    shop.keeps("2026-06-01")
    assert shop.row("customers", 1) is None
    assert shop.row("customers", 3) == other
    assert shop.row("addresses", 1) == home
    assert shop.keys("newsletter") == {"ida3@home.example"}
    assert shop.count() == {"addresses": 1, "customers": 1, "newsletter": 1, "products": 1}


def test_an_address_goes_with_the_last_who_needs_it(shop: Story) -> None:
    household(shop)
    shop.change("newsletter", {"email": "ida3@home.example"}, unsubscribed_at=seconds("2026-01-01"))
    shop.keeps("2029-01-01")
    assert shop.keys("addresses") == {1}
    shop.keeps("2029-01-02")
    assert shop.count() == {"products": 1}


def test_an_order_of_one_holds_the_address_of_another(shop: Story) -> None:
    home, away = address(shop, 1), address(shop, 2)
    customer(shop, 1, "2020-01-01", at=home)
    customer(shop, 3, "2014-01-01", at=away)
    order(shop, 1, 1, "2022-01-01", to=away, delivered="2022-01-05")  # a present
    before = shop.row("addresses", 2)
    shop.keeps("2026-06-01")
    assert shop.keys("customers") == {1}
    assert shop.row("addresses", 2) == before


def test_a_newsletter_holds_the_bare_row_of_its_customer_and_nothing_in_it(shop: Story) -> None:
    customer(shop, 1, "2014-01-01", at=address(shop, 1))
    subscription(shop, "ida1@home.example", by=1)
    shop.keeps("2026-06-01")
    ida = shop.row("customers", 1)
    assert ida is not None
    assert (ida["name"], ida["email"], ida["birthday"]) == ("-", "erased-1@shop.example", date(1990, 1, 1))
    found = shop.row("newsletter", "ida1@home.example")
    assert found is not None
    assert found["name"] == "Ida"


# Tables outside the map


def test_an_order_stays_bare_while_a_table_outside_the_map_refers_to_it(shop: Story) -> None:
    home = address(shop, 1)
    customer(shop, 1, "2014-01-01", at=home)
    order(shop, 1, 1, "2014-01-01", to=home, delivered="2014-01-05")
    order(shop, 3, 1, "2014-01-01", to=home, delivered="2014-01-05")
    shop.put("warehouse_picks", id=1, order_id=1, sku="LAMP-1", shelf="A 1")
    shop.keeps("2026-06-01")
    left, ida = shop.row("orders", 1), shop.row("customers", 1)
    assert left is not None
    assert (left["total"], left["greeting"], left["ordered_on"]) == (0, None, "2014-01-01")
    assert ida is not None
    assert (ida["name"], ida["phone"]) == ("-", None)
    assert set((shop.row("addresses", 1) or {}).values()) == {1, "-"}
    assert (shop.keys("orders"), shop.keys("order_lines")) == ({1}, set())
    assert shop.keeps("2026-06-02") == set()
    shop.run("DELETE FROM warehouse_picks")
    shop.keeps("2026-06-03")
    assert shop.count() == {"products": 1}


# Evidence


@pytest.mark.parametrize("how", ["apart", "together", "no receipts"])
def test_a_second_keep_changes_nothing_and_the_ledger_holds(story: Open, how: str) -> None:
    shop = story(SHOP, together=how == "together", receipts=how != "no receipts")
    household(shop)
    customer(shop, 2, "2026-01-01")  # whom the policy's legal hold names
    assert shop.company.apart == (how != "together")
    first = shop.swept("2026-06-01")
    assert (first.rows, first.left.rows) == (first.plan.rows, 0)
    entries, rows = shop.entries(), shop.whole()
    second = shop.swept("2026-06-01")
    assert (second.rows, second.note) == (0, first.note)
    assert (shop.entries(), shop.whole()) == (entries, rows)
    assert shop.board("2026-06-01").is_well
    assert {entry["store"] for entry in entries} == {"shop"}
    assert shop.verified(second.note) == len(entries)


def test_the_store_is_left_as_it_was_found(shop: Story) -> None:
    household(shop)
    shop.keeps("2026-06-01")
    engine = create_engine(shop.url)
    found = set(inspect(engine).get_table_names()) - set(shop.tables.tables)
    with engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM holdord_receipt")).scalar_one()
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar() if engine.dialect.name == "sqlite" else ""
    engine.dispose()
    assert (found, left) == ({"holdord_receipt"}, 0)
    assert mode in ("", "delete")


def test_nobody_erased_is_found_in_the_evidence(shop: Story) -> None:
    """The list's key is an address: where a batch begins and ends may not stay behind."""
    subscription(shop, "zebedee@home.example", "2014-01-02")
    shop.keeps("2026-06-01")
    assert shop.count() == {}
    files = [file for file in shop.folder.iterdir() if file.name.startswith("state.db")]
    assert files
    assert [file.name for file in files if b"zebedee" in file.read_bytes()] == []


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_nobody_erased_is_found_in_the_file_of_the_database(shop: Story) -> None:
    household(shop)
    shop.keeps("2026-06-01")
    file = Path(shop.url.removeprefix("sqlite:///"))
    assert b"ida3@home.example" in file.read_bytes()
    assert b"ida1@home.example" not in file.read_bytes()


# What is said of a database


def has_remedy(story: Open, index: str, place: str) -> None:
    """Without an index a plan says so, and what it proposes makes one."""
    shop = story(SHOP, schema=[(index, "")])
    (found,) = shop.found("2026-06-01", "missing_index")
    assert place in found
    (remedy,) = re.findall(r"CREATE INDEX .*;", found)
    build(shop.url, remedy)
    shop.reopens()
    assert shop.found("2026-06-01", "missing_index") == []


@pytest.mark.parametrize(
    "empty",
    [
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgres),
    ],
    indirect=True,
)
@pytest.mark.parametrize(
    ("index", "place"),
    [
        ("CREATE INDEX orders_customer ON orders (customer_id);", "orders(customer_id)"),
        ("CREATE INDEX warehouse_picks_order ON warehouse_picks (order_id);", "warehouse_picks(order_id)"),
    ],
)
def test_a_missing_index_is_said_with_what_makes_it(story: Open, index: str, place: str) -> None:
    has_remedy(story, index, place)


def test_a_missing_index_is_said_of_a_reference_that_only_the_map_knows(story: Open) -> None:
    index = "CREATE INDEX customer_history_customer ON customer_history (customer_id);"
    has_remedy(story, index, "customer_history(customer_id)")


REFERENCE = "order_id INTEGER NOT NULL REFERENCES orders (id),\n    method"


@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "SET DEFAULT"])
def test_a_cascade_stops_what_it_would_reach(story: Open, action: str) -> None:
    shop = story(SHOP, schema=[(REFERENCE, REFERENCE.replace("(id)", f"(id) ON DELETE {action}"))])
    household(shop)
    kept = shop.swept("2026-06-01")
    assert kept.left.stopped == {"orders"}
    (found,) = [finding for finding in kept.left.findings if finding.code == "cascade"]
    assert f"payments (ON DELETE {action})" in found.text
    assert shop.keys("orders") == {1, 3}
    assert shop.keys("payments") == set()
    assert shop.keys("customers") == {1, 3}


def test_a_trigger_stops_its_table(story: Open) -> None:
    shop = story(SHOP)
    trigger = "CREATE TRIGGER told AFTER DELETE ON tickets "
    if shop.engine.dialect.name == "sqlite":
        shop.run(f"{trigger} BEGIN DELETE FROM customer_history; END")
    else:
        shop.run(
            "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN DELETE FROM customer_history; RETURN NULL; END'",
            f"{trigger} FOR EACH ROW EXECUTE FUNCTION tell()",
        )
    shop.reopens()
    household(shop)
    kept = shop.swept("2026-06-01")
    assert kept.left.stopped == {"tickets"}
    assert any("tickets has triggers: told" in finding.text for finding in kept.left.findings)
    assert shop.keys("tickets") == {1, 3}


def test_a_value_that_is_no_clock_stops_all_that_it_decides_about(shop: Story) -> None:
    household(shop)
    shop.change("orders", {"id": 3}, delivered_on="neste uke")
    kept = shop.swept("2026-06-01")
    assert "orders" in kept.left.stopped
    assert any("orders.delivered_on: 1 values are no iso_date" in finding.text for finding in kept.left.findings)
    assert shop.keys("orders") == {1, 3}
    assert "neste uke" not in repr(kept.left.findings)


# What does not fit


CLOCK = "last_login: {column: last_login, encoding: epoch_milliseconds, not_started: 0}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("  newsletter:\n", "  newsletters:\n"), "tables.newsletters: The store has no such table."),
        (("birthday: {", "birth_day: {"), "tables.customers: The table has no column 'birth_day'."),
        ((CLOCK, "last_login: last_login"), "tables.customers.clocks.last_login: The column 'last_login' is no date"),
    ],
)
def test_a_data_map_that_does_not_fit_the_store_is_refused(story: Open, change: Change, said: str) -> None:
    shop = story(SHOP, datamap=[change], opened=False)
    with pytest.raises(DataMapError, match=re.escape(said)):
        shop.plan("2026-06-01")


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_database_that_is_not_there_is_named(story: Open) -> None:
    shop = story(SHOP, opened=False)
    Path(shop.url.removeprefix("sqlite:///")).unlink()
    with pytest.raises(StoreError, match="There is no database"):
        open_company(shop.folder, install=True)


def test_the_evidence_must_be_where_it_was(shop: Story) -> None:
    household(shop)
    shop.keeps("2026-06-01")
    shop.close()
    for file in shop.folder.glob("state.db*"):
        file.unlink()
    with pytest.raises(StoreError, match="ledger's key"):
        open_company(shop.folder, install=True)
