"""Figures that stay when a shop's orders go: taken once, whole, in time, and never of a group that is too small."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, text

from holdord.errors import StoreError, VerificationError
from holdord.ledger import log
from holdord.run import sweep, taken
from tests.conftest import Run
from tests.foreign.conftest import SHOP, Open
from tests.foreign.shopping import address, customer
from tests.foreign.story import Story
from tests.foreign.test_shop_command_line import on

__all__ = ["on"]

WAIT = "    wait: 1 month\n"
LATE = ("    wait: 1 month\n", "    wait: 6 months\n")
YEARLY = ("    each: month\n    from: ordered\n", "    each: year\n    from: ordered\n")
PART = "figures"


@pytest.fixture(params=[False, True], ids=["apart", "together"])
def shop(request: pytest.FixtureRequest, story: Open) -> Story:
    """The shop with fifteen customers, its evidence in a file of its own or beside its tables."""
    return peopled(story(SHOP, together=request.param))


def peopled(shop: Story) -> Story:
    there = address(shop, 1)
    address(shop, 2)
    customer(shop, 2, "2026-01-01", at=2)  # whom a hold is over
    for number in range(101, 116):  # closed, so that nothing but its own purposes keeps an order
        customer(shop, number, "2026-01-01", at=there, deleted=1, deleted_at="2030-01-01T12:00:00")
    return shop


def orders(shop: Story, day: str, by: Iterable[int], status: str = "cancelled", total: Any = 249.5) -> None:
    """Put one order of each of these customers; a cancelled one goes three months later."""
    said = {"delivery_address_id": 1, "status": status, "ordered_on": day, "delivered_on": "", "total": total}
    start = max(shop.keys("orders"), default=0) + 1
    with shop.engine.begin() as connection:
        rows = [{"id": start + place, "customer_id": one, **said} for place, one in enumerate(by)]
        connection.execute(insert(shop.tables.tables["orders"]), rows)


def told(shop: Story) -> dict[str, list[tuple[Any, ...]]]:
    """Return period → its groups, held against the ledger."""
    with shop.evidence() as state:
        found = taken.taken(state)
    return {
        one.period: [(*(cell["group"] or ["rest"]), cell["rows"], *cell["sums"]) for cell in one.cells] for one in found
    }


def entries(shop: Story) -> list[tuple[Any, ...]]:
    return [
        (
            one["periods"]["first"],
            one["periods"]["last"],
            one["periods"]["count"],
            one["cells"],
            sum(one["missed"].values()),
        )
        for one in shop.entries("figures")
    ]


def test_a_month_is_taken_when_it_has_waited_and_stays_when_its_orders_go(shop: Story) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    shop.keeps("2026-02-28")
    assert entries(shop) == []
    shop.keeps("2026-03-01")
    january = {"2026-01": [("cancelled", 12, "2994.00")]}
    assert told(shop) == january
    assert entries(shop) == [("2026-01", "2026-01", 1, 1, 0)]
    orders(shop, "2026-01-16", [113])  # late beyond the wait: it is in no figure
    shop.keeps("2026-05-01")
    assert shop.keys("orders") == set()
    assert told(shop) == january | {"2026-02": [], "2026-03": []}
    kept = shop.swept("2026-05-02")
    assert entries(shop)[1:] == [("2026-02", "2026-03", 2, 0, 0)]
    assert shop.verified(kept.note) == len(shop.entries())
    (first, *_) = shop.entries("figures")
    assert set(first) >= {"kind", "figure", "definition", "digest", "time"}
    assert (first["figure"], first["store"], first["at"]) == ("orders_by_month", "shop", "2026-03-01")


def test_a_second_sweep_takes_nothing_and_writes_nothing(shop: Story) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    first = shop.swept("2026-03-01")
    assert first.figures == {"orders_by_month": ("2026-01",)}
    before = shop.entries()
    second = shop.swept("2026-03-01")
    assert second.figures == {}
    assert second.note == first.note
    assert shop.entries() == before


def test_of_a_group_that_is_too_small_nothing_is_kept(shop: Story) -> None:
    orders(shop, "2026-01-15", range(101, 110))  # nine people
    orders(shop, "2026-01-15", [110], "sent")
    orders(shop, "2026-02-15", [101, 102] * 10)  # two people
    orders(shop, "2026-03-15", range(101, 105), total=10)
    orders(shop, "2026-03-15", range(105, 111), "sent", total=10)
    shop.keeps("2026-05-01")
    assert told(shop) == {
        "2026-01": [("rest", 10, "2495.00")],
        "2026-02": [],
        "2026-03": [("rest", 10, "100.00")],
    }
    with shop.evidence() as state:
        assert state.execute(text("SELECT count(*) FROM holdord_figure")).scalar_one() == 2


def test_a_sum_that_is_mostly_one_persons_is_withheld(shop: Story) -> None:
    orders(shop, "2026-01-15", range(101, 112), total=10)
    orders(shop, "2026-01-15", [112], total=110.01)
    orders(shop, "2026-02-15", range(101, 112), total=0.1)
    orders(shop, "2026-02-15", [112], total=1.1)
    shop.keeps("2026-04-02")
    assert told(shop) == {"2026-01": [("cancelled", 12, None)], "2026-02": [("cancelled", 12, "2.20")]}


def test_a_period_is_taken_before_its_rows_go_although_it_should_wait(story: Open) -> None:
    shop = peopled(story(SHOP, policy=[LATE]))
    orders(shop, "2026-01-15", range(101, 113))
    orders(shop, "2026-02-15", range(101, 113))
    shop.keeps("2026-04-15")
    assert entries(shop) == []
    shop.keeps("2026-04-16")
    assert told(shop) == {"2026-01": [("cancelled", 12, "2994.00")]}
    assert len(shop.keys("orders")) == 12
    shop.keeps("2026-05-16")
    assert told(shop) == {month: [("cancelled", 12, "2994.00")] for month in ("2026-01", "2026-02")}
    assert entries(shop) == [("2026-01", "2026-01", 1, 1, 0), ("2026-02", "2026-02", 1, 1, 0)]


def test_rows_that_go_before_their_period_is_over_are_told_as_missed(story: Open) -> None:
    shop = peopled(story(SHOP, policy=[YEARLY]))
    orders(shop, "2026-01-15", range(101, 113))
    orders(shop, "2026-12-15", range(101, 113))
    shop.keeps("2026-04-16")
    assert entries(shop) == [(None, None, 0, 0, 12)]
    assert told(shop) == {}
    part = shop.part("2026-04-16", "SH-14", PART)
    assert part.why.endswith("Rows that went before they could be counted: 12 of 2026.")
    shop.keeps("2027-02-01")
    assert told(shop) == {"2026": [("cancelled", 12, "2994.00")]}
    with shop.evidence() as state:
        assert [one.missed for one in taken.taken(state)] == [12]
    assert [one["missed"] for one in shop.entries("figures")] == [{"2026": 12}, {}]


def test_rows_that_lose_a_number_too_early_are_told_as_missed_and_counted_without_it(story: Open) -> None:
    shop = peopled(story(SHOP, policy=[YEARLY]))
    shop.run("UPDATE customers SET deleted = 0, deleted_at = ''")  # the catalogue reads the day of their last order
    orders(shop, "2026-01-15", range(101, 113))
    orders(shop, "2026-12-15", range(101, 113))
    assert shop.keeps("2026-04-16") == {"SH-03 strip orders: total"}
    assert entries(shop) == [(None, None, 0, 0, 12)]
    shop.keeps("2027-02-01")
    assert told(shop) == {"2026": [("cancelled", 24, "2994.00")]}


def test_killed_between_a_figure_and_its_batches_it_is_taken_once(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "carry_out", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.swept("2026-04-16")
    assert entries(shop) == [("2026-01", "2026-02", 2, 1, 0)]
    assert len(shop.keys("orders")) == 12
    shop.keeps("2026-04-16")
    assert entries(shop) == [("2026-01", "2026-02", 2, 1, 0)]
    assert told(shop) == {"2026-01": [("cancelled", 12, "2994.00")], "2026-02": []}
    assert shop.keys("orders") == set()


def test_killed_while_a_figure_is_written_nothing_of_it_is_there(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    with monkeypatch.context() as patch:
        patch.setattr(taken, "_row", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.swept("2026-03-01")
    assert entries(shop) == []
    assert told(shop) == {}
    shop.keeps("2026-03-01")
    assert told(shop) == {"2026-01": [("cancelled", 12, "2994.00")]}


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_what_is_missed_is_said_once_though_a_sweep_was_killed(story: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = peopled(story(SHOP, policy=[YEARLY]))
    orders(shop, "2026-01-15", range(101, 113))
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "carry_out", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.swept("2026-04-16")
    shop.keeps("2026-04-16")
    assert entries(shop) == [(None, None, 0, 0, 12)]


def test_rows_that_come_after_a_kill_are_missed_as_well(story: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = peopled(story(SHOP, policy=[YEARLY]))
    orders(shop, "2026-01-15", range(101, 113))
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "carry_out", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.swept("2026-04-16")
    orders(shop, "2026-01-16", [113, 114])
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "use_up", killed)  # when all batches are done, and the sweep has no end yet
        with pytest.raises(KeyboardInterrupt):
            shop.swept("2026-04-17")
    assert shop.keys("orders") == set()
    orders(shop, "2026-01-17", [115])
    shop.keeps("2026-04-18")
    assert [one["missed"] for one in shop.entries("figures")] == [{"2026": 12}, {"2026": 2}, {"2026": 1}]
    orders(shop, "2026-01-15", [101])
    shop.keeps("2026-04-19")
    with shop.evidence() as state:
        assert taken.missed(state) == {("orders_by_month", "2026"): 16}


@pytest.mark.parametrize(
    ("going", "rows", "said"),
    [(5, 3, 6), (5, 1, 6), (6, 3, 7), (7, 4, 8), (20, 15, 20)],
    ids=["nothing new", "nothing new, of either", "one came", "two came", "many came"],
)
def test_what_batches_did_before_a_kill_is_not_missed_again(story: Open, going: int, rows: int, said: int) -> None:
    shop = peopled(story(SHOP, policy=[YEARLY]))
    (bound,) = shop.company.bound.figures
    now, at = datetime(2026, 4, 16, tzinfo=UTC), date(2026, 4, 16)
    with shop.company.state.writing() as state:
        for number, in_time, done in ((10, 6, 5), (going, rows, 0)):
            found = taken.Found(bound=bound, at=at, periods=(), cells=(), going=number, missed={"2026": in_time})
            taken.write(state, shop.company, found, now)
            log.append(state, [{"kind": "batch", "table": "orders", "columns": [], "rows": done}], now=now)
            log.append(state, [{"kind": "batch", "table": "customers", "columns": [], "rows": 9}], now=now)
        assert taken.missed(state) == {("orders_by_month", "2026"): said}


def test_a_stray_start_long_ago_makes_no_thousand_periods(shop: Story) -> None:
    orders(shop, "1900-03-01", [101], "sent")
    orders(shop, "1962-03-01", range(101, 111), "sent", total=1)
    orders(shop, "2026-01-15", range(101, 113), "sent")
    shop.swept("2026-03-01")
    shown = {period: cells for period, cells in told(shop).items() if cells}
    assert shown == {"1962-03": [("sent", 10, "10.00")], "2026-01": [("sent", 12, "2994.00")]}
    assert len(told(shop)) == 120 + 120 + 1
    assert shop.part("2026-03-01", "SH-14", PART).state == "kept"


def test_a_changed_definition_counts_for_what_was_not_taken_yet(shop: Story) -> None:
    orders(shop, "2026-01-15", range(101, 113), "sent")
    orders(shop, "2026-02-15", range(101, 113), "sent")
    shop.keeps("2026-03-01")
    file = shop.folder / "policy.yaml"
    file.write_text(file.read_text("utf-8").replace("    by: [status]\n    sums: [financial.invoice]\n", ""), "utf-8")
    shop.reopens()
    shop.swept("2026-04-01")
    with shop.evidence() as state:
        found = taken.taken(state)
    assert [(one.period, one.by, one.sums) for one in found] == [
        ("2026-01", ("status",), ("financial.invoice",)),
        ("2026-02", (), ()),
    ]
    assert [cell["group"] for one in found for cell in one.cells] == [["sent"], []]
    assert len({one["definition"] for one in shop.entries("figures")}) == 2


@pytest.mark.parametrize(
    "change",
    [("    each: month\n", "    each: quarter\n"), ("orders_by_month", "orders_monthly")],
    ids=["longer", "renamed"],
)
def test_days_that_one_figure_told_no_other_tells_again(shop: Story, change: tuple[str, str]) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    shop.swept("2026-03-01")
    file = shop.folder / "policy.yaml"
    file.write_text(file.read_text("utf-8").replace(*change), "utf-8")
    shop.reopens()
    orders(shop, "2026-01-16", [113])
    shop.swept("2026-05-01")
    with shop.evidence() as state:
        first, *others = taken.taken(state)
    assert (first.figure, first.period) == ("orders_by_month", "2026-01")
    assert not {"2026-01", "2026-Q1"} & {one.period for one in others}


def test_the_board_says_whether_each_period_that_is_over_was_taken(shop: Story) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    assert shop.part("2026-01-20", "SH-14", PART).state == "due"
    shop.keeps("2026-02-10")
    part = shop.part("2026-02-10", "SH-14", PART)
    assert (part.state, str(part.next)) == ("kept", "2026-03-29")
    shop.keeps("2026-02-28")
    part = shop.part("2026-03-01", "SH-14", PART)
    assert (part.state, part.why) == ("due", "Over and not taken yet: orders_by_month: 2026-01.")
    shop.keeps("2026-03-01")
    part = shop.part("2026-03-01", "SH-14", PART)
    assert part.state == "kept"
    assert [shop.entries()[index]["kind"] for index in part.evidence] == ["figures", "sweep"]
    assert shop.part("2026-03-20", "SH-14", PART).why.startswith("Nobody has looked for 19 days")


def test_a_figure_waits_while_its_clock_does_not_fit(shop: Story) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    orders(shop, "January", [113])
    shop.swept("2026-03-01")
    assert entries(shop) == []
    assert shop.part("2026-03-01", "SH-14", PART).state == "waiting"
    shop.run("DELETE FROM orders WHERE ordered_on = 'January'")
    shop.keeps("2026-03-01")
    assert told(shop) == {"2026-01": [("cancelled", 12, "2994.00")]}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE holdord_figure SET rows_counted = 13",
        "UPDATE holdord_figure SET cell = '[\"sent\"]'",
        "UPDATE holdord_figure SET sums = '[\"3000.00\"]'",
        "DELETE FROM holdord_figure",
        "DELETE FROM holdord_figure_taken",
        "UPDATE holdord_figure_taken SET entry = 1",
        "UPDATE holdord_figure_taken SET entry = 99",
        'UPDATE holdord_figure_taken SET names = \'{"by": ["place"], "sums": ["financial.invoice"]}\'',
        "UPDATE holdord_figure_taken SET definition = 'x'",
        "UPDATE holdord_figure_taken SET source = 'x'",
        "UPDATE holdord_figure_taken SET at = '2026-03-02'",
        "UPDATE holdord_figure_taken SET last_day = '2026-01-30'",
        "INSERT INTO holdord_figure_missed VALUES ('orders_by_month', '2026-01', 0, 5)",
    ],
)
def test_a_figure_that_was_changed_is_found(shop: Story, change: str) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    shop.keeps("2026-03-01")
    with shop.company.state.writing() as connection:
        connection.execute(text(change))
    with pytest.raises(VerificationError, match="orders_by_month"):
        told(shop)


@pytest.mark.parametrize("is_taken_again", [False, True])
def test_a_figure_that_was_taken_away_is_found_also_when_it_is_taken_again(shop: Story, is_taken_again: bool) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    shop.keeps("2026-03-01")
    with shop.company.state.writing() as connection:
        connection.execute(text("DELETE FROM holdord_figure"))
        connection.execute(text("DELETE FROM holdord_figure_taken"))
    if is_taken_again:
        shop.swept("2026-03-02")
        assert [one[:3] for one in entries(shop)] == [("2026-01", "2026-01", 1)] * 2
    with pytest.raises(VerificationError, match="orders_by_month are not those that entry 0 of the ledger says"):
        told(shop)


def test_missed_rows_that_are_no_longer_told_are_found(story: Open) -> None:
    shop = peopled(story(SHOP, policy=[YEARLY]))
    orders(shop, "2026-01-15", range(101, 113))
    shop.keeps("2026-04-16")
    for change in ("UPDATE holdord_figure_missed SET rows_missed = 1", "DELETE FROM holdord_figure_missed"):
        with shop.company.state.writing() as connection:
            connection.execute(text(change))
        with pytest.raises(VerificationError, match="orders_by_month"):
            told(shop)


def test_days_that_two_marks_tell_are_found(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    with monkeypatch.context() as patch:
        patch.setattr(taken, "is_free", lambda *_: True)
        shop.swept("2026-03-01")
        file = shop.folder / "policy.yaml"
        file.write_text(file.read_text("utf-8").replace("orders_by_month", "orders_monthly"), "utf-8")
        shop.reopens()
        patch.setattr("holdord.run.figures.is_free", lambda *_: True)
        shop.swept("2026-03-02")
    with pytest.raises(VerificationError, match="tell the same days of orders"):
        told(shop)


def test_where_the_evidence_of_a_figure_was_pruned_it_is_said(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    orders(shop, "2026-01-15", range(101, 113))
    shop.keeps("2026-03-01")
    monkeypatch.setattr(taken.log, "first", log.size)
    with shop.evidence() as state:
        assert [one.pruned for one in taken.taken(state)] == [True]


def test_a_store_that_fails_takes_no_figure(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    orders(shop, "2026-01-15", range(101, 113))

    def away(*_: object) -> None:
        raise StoreError("away")

    with monkeypatch.context() as patch:
        patch.setattr("holdord.stores.snapshot.Snapshot.figures", away)
        with pytest.raises(StoreError):
            shop.swept("2026-04-16")
    assert len(shop.keys("orders")) == 12
    assert entries(shop) == []


def test_the_command_shows_them_as_words_as_a_document_and_as_a_table(story: Open, on: Any, holdord: Run) -> None:
    shop = story(SHOP)
    on("2026-03-01")
    assert holdord("figures", shop.folder)[2].startswith("No figure was taken yet.")
    peopled(shop)
    orders(shop, "2026-01-15", range(101, 112), total=10)
    orders(shop, "2026-01-15", range(101, 106), "sent", total=10)
    orders(shop, "2026-01-15", range(106, 113), "delivered", total=10)
    orders(shop, "2026-01-15", [112], "delivered", total=900)
    status, out, _ = holdord("keep", shop.folder)
    assert status == 0
    assert "Figure orders_by_month was taken: 2026-01." in out
    status, out, _ = holdord("figures", shop.folder)
    assert status == 0
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["period", "status", "rows", "financial.invoice"],
        ["2026-01", "cancelled", "11", "110.00"],
        ["2026-01", "other", "13", "withheld"],
        ["1", "periods", "are", "as", "the", "ledger", "says."],
    ]
    on("2026-05-29")
    assert holdord("keep", shop.folder)[0] == 0
    status, out, _ = holdord("figures", shop.folder)
    assert ["2026-02", "to", "2026-03", "none"] in [line.split() for line in out.splitlines()]
    status, out, _ = holdord("figures", shop.folder, "--json")
    one, *_ = json.loads(out)["figures"]
    assert (one["figure"], one["period"], one["by"], one["checked"]) == ("orders_by_month", "2026-01", ["status"], True)
    assert one["groups"] == [
        {"group": ["cancelled"], "rows": 11, "sums": ["110.00"]},
        {"group": None, "rows": 13, "sums": [None]},
    ]
    status, out, _ = holdord("figures", shop.folder, "--csv")
    assert list(csv.DictReader(io.StringIO(out)))[1] == {
        "figure": "orders_by_month",
        "period": "2026-01",
        "missed": "0",
        "rest": "yes",
        "status": "",
        "rows": "13",
        "financial.invoice": "",
    }
    assert holdord("figures", shop.folder, "--json", "--csv")[0] == 64
    with shop.company.state.writing() as connection:
        connection.execute(text("UPDATE holdord_figure SET rows_counted = 12"))
    assert holdord("figures", shop.folder)[0] == 2
    assert datetime.fromisoformat(one["taken"]).year == 2026


def test_the_command_shows_what_is_not_whole(story: Open, on: Any, holdord: Run) -> None:
    shop = peopled(story(SHOP, policy=[YEARLY]))
    orders(shop, "2026-01-15", range(101, 113))
    on("2026-04-16")
    assert holdord("keep", shop.folder)[0] == 0
    said = "orders_by_month of 2026 is not whole: 12 rows went, or lost a column, before the period was over."
    assert said in holdord("figures", shop.folder)[1].splitlines()
    document = json.loads(holdord("figures", shop.folder, "--json")[1])
    assert document == {"figures": [], "missed": [{"figure": "orders_by_month", "period": "2026", "rows": 12}]}
    orders(shop, "2026-12-15", range(101, 113))
    on("2027-02-01")
    assert holdord("keep", shop.folder)[0] == 0
    assert said in holdord("figures", shop.folder)[1].splitlines()
    (one,) = json.loads(holdord("figures", shop.folder, "--json")[1])["figures"]
    assert (one["period"], one["missed"]) == ("2026", 12)
