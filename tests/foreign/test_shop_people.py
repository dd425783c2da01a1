"""The shop's made-up customers: the same ones each time, and all of them kept by the policy without a question."""

from datetime import date

import pytest
from examples.shop.people import TABLES, fill, make_tables
from sqlalchemy import text

from holdord.errors import HoldordError
from tests.foreign.conftest import SHOP, Open
from tests.foreign.story import Story

AS_OF = date(2026, 11, 22)


def test_the_same_seed_gives_the_same_rows_and_more_begin_with_them(story: Open) -> None:
    first, again, more, other = (story(SHOP, opened=False) for _ in range(4))
    assert fill(first.engine, 40, as_of=AS_OF) == {
        table: len(rows) for table, rows in first.whole().items() if table in TABLES
    }
    fill(again.engine, 40, as_of=AS_OF)
    fill(more.engine, 60, as_of=AS_OF)
    fill(other.engine, 40, as_of=AS_OF, seed=2)
    rows = first.whole()
    assert again.whole() == rows
    assert other.whole() != rows
    assert all(set(rows[table]) <= set(found) for table, found in more.whole().items())


def test_tables_are_made_in_an_empty_database_only(sqlite_url: str) -> None:
    engine = make_tables(sqlite_url)
    assert fill(engine, 3, as_of=AS_OF)["customers"] == 3
    with pytest.raises(HoldordError, match="an empty database, and this one holds tables"):
        make_tables(sqlite_url)
    with pytest.raises(HoldordError, match="use sqlite:/// or postgresql://"):
        make_tables("mysql://shop.example/shop")
    engine.dispose()


@pytest.mark.postgres
def test_postgresql_has_counted_the_rows_before_anybody_asks(postgres_url: str) -> None:
    engine = make_tables(postgres_url.replace("+psycopg", ""))
    fill(engine, 40, as_of=AS_OF)
    with engine.connect() as connection:
        query = text("SELECT relname, reltuples FROM pg_class WHERE relname IN ('customers', 'orders')")
        counted = {row.relname: row.reltuples for row in connection.execute(query)}
    engine.dispose()
    assert counted["customers"] == 40
    assert counted["orders"] > 0


def test_nobody_can_be_taken_for_somebody(shop: Story) -> None:
    fill(shop.engine, 40, as_of=AS_OF)
    for row in shop.whole()["customers"]:
        assert str(row[2]).endswith("@home.example")
        assert row[3] is None or str(row[3]).startswith("+47 00 ")


def test_their_promises_are_kept_without_a_question_and_a_second_time_nothing(shop: Story) -> None:
    fill(shop.engine, 400, as_of=AS_OF)
    kept = shop.swept(AS_OF)
    assert kept.rows > 400
    assert (kept.left.rows, kept.left.stopped) == (0, frozenset())
    rows = shop.whole()
    assert shop.swept(AS_OF).rows == 0
    assert shop.whole() == rows
    assert shop.board(AS_OF).is_well
    assert {len(rows[table]) > 0 for table in TABLES} == {True}
