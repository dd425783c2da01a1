"""A rehearsal on a database of the company's own: it says what sweeps then do, and stops where they would."""

import tempfile
from datetime import date
from pathlib import Path

import pytest

from holdord.run.foreseen import Rehearsal
from holdord.run.rehearse import rehearse
from tests.foreign.conftest import SHOP, Open
from tests.foreign.shopping import address, customer, edit, order, payment, subscription, ticket
from tests.foreign.story import Story

FIRST, LAST = date(2026, 6, 1), date(2027, 6, 1)


def peopled(shop: Story) -> None:
    """Customers and their orders of several years, and one whom the policy's legal hold names."""
    home = address(shop, 1)
    for number, opened in enumerate(("2014-01-01", "2026-01-01", "2021-03-01", "2023-08-01", "2024-11-01"), 1):
        customer(shop, number, opened, at=home)
        order(shop, number, number, opened, to=home, delivered=opened)
        payment(shop, number, number, opened)
        edit(shop, number, number, opened)
        ticket(shop, number, opened, customer_id=number, order_id=number)
        subscription(shop, f"ida{number}@home.example", opened if number % 2 else "", by=number)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def rehearsed(shop: Story) -> Rehearsal:
    return rehearse(shop.company, FIRST, LAST, "month")


def test_it_says_what_sweeps_then_do_and_changes_nothing(shop: Story, temporary: Path) -> None:
    peopled(shop)
    before, entries = shop.whole(), shop.entries()
    found = rehearsed(shop)
    assert (shop.whole(), shop.entries()) == (before, entries)
    assert list(temporary.iterdir()) == []
    assert {done.table for _, done in found.each()} > {"customers", "orders", "order_lines", "tickets", "newsletter"}
    for one in found.dates:
        said = {(done.promise, done.action, done.table, done.columns): done.rows for done in one.done}
        plan = shop.plan(one.at)
        assert said == {
            (each.promise, each.action, each.table, tuple(column.name for column in each.columns)): each.rows
            for each in plan.statements
        }
        assert shop.swept(one.at, confirm=plan.digest).rows == one.rows


def test_a_trigger_stops_its_table_in_a_rehearsal_too(story: Open) -> None:
    shop = story(SHOP, opened=False)
    peopled(shop)
    if shop.engine.dialect.name == "sqlite":
        shop.run("CREATE TRIGGER kept BEFORE DELETE ON newsletter BEGIN SELECT 1; END")
    else:
        shop.run(
            "CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
            "CREATE TRIGGER kept BEFORE DELETE ON newsletter FOR EACH ROW EXECUTE FUNCTION kept()",
        )
    found = rehearsed(shop)
    assert ("trigger", "newsletter") in {(one.code, one.table) for each in found.dates for one in each.findings}
    assert "newsletter" not in {done.table for _, done in found.each()}
