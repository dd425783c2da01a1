"""The shop's made-up customers: the same ones each time, and all of them kept by the policy without a question."""

from datetime import date

from examples.shop.people import TABLES, fill

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
