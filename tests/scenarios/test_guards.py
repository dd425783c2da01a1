"""What ``keep`` asks first: much of a table, much more than lately, a policy that is new, a clock nobody can vouch for.

The stories' own ``keeps`` say yes to all this; here nobody does, until a test does.
"""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from holdord.cli.main import run
from holdord.errors import NeedsConfirmation, Refused
from holdord.plan.statements import Statement
from holdord.run.sweep import Kept, keep
from holdord.stores.base import Range
from holdord.stores.register.schema import metadata
from holdord.stores.walk import Walk
from tests.clock import stand_at
from tests.scenarios.story import Row, Story, day

ON = "2026-12-02"


def subscriber(clienti: Story, withdrawn: str = "2026-12-01", **values: Any) -> Row:
    ida = clienti.person("2026-11-25", name="Ida Holm", email="ida@firm.example", **values)
    return ida.has("subscriptions", channel="email", topic="news", subscribed_on="2026-11-25", withdrawn_on=withdrawn)


def subscriptions(clienti: Story, ida: Row, number: int, withdrawn: str | None, first: int) -> None:
    """Put many subscriptions of one person at once."""
    row = {"channel": "email", "topic": "news", "subscribed_on": day("2026-11-25"), "person_id": ida.id}
    rows = [{**row, "id": first + n, "withdrawn_on": withdrawn and day(withdrawn)} for n in range(number)]
    with clienti.company.store.writing() as connection:
        connection.execute(insert(metadata.tables["subscriptions"]), rows)


def set_breaker(clienti: Story, **said: Any) -> None:
    settings = clienti.company.settings
    breaker = replace(settings.breaker, **said)
    clienti.company = replace(clienti.company, settings=replace(settings, breaker=breaker))


def kept(clienti: Story, on: str, **said: Any) -> Kept:
    return keep(clienti.company, lambda: clienti.noon(on), **said)


def asked(clienti: Story, on: str) -> NeedsConfirmation:
    """What is asked on a day; nothing is done."""
    before, entries = clienti.count(), clienti.entries()
    with pytest.raises(NeedsConfirmation) as caught:
        kept(clienti, on)
    assert (clienti.count(), clienti.entries()) == (before, entries)
    return caught.value


# The first sweep


def test_the_first_sweep_asks_and_the_log_says_who_was_asked_what(clienti: Story) -> None:
    row = subscriber(clienti)
    error = asked(clienti, ON)
    assert error.guards == {"first_sweep"}
    assert "This is the first sweep: it touches 2 rows of 2 tables." in str(error)
    assert str(error).endswith(f"holdord keep {clienti.folder} --confirm {error.digest}")
    kept(clienti, ON, confirm=error.digest)
    assert row.is_gone
    (plan,) = clienti.entries("plan")
    assert (plan["confirmed"], plan["guards"]) == (True, ["first_sweep"])

    second = subscriber(clienti, "2026-12-02")
    kept(clienti, "2026-12-03")
    assert second.is_gone
    assert [(one["confirmed"], one["guards"]) for one in clienti.entries("plan")][1:] == [(False, [])]


def test_a_first_sweep_that_finds_nothing_asks_nothing(clienti: Story) -> None:
    kept(clienti, "2026-12-01")
    row = subscriber(clienti)
    kept(clienti, ON)
    assert row.is_gone


def test_a_changed_policy_asks_before_its_first_sweep_and_not_again(clienti: Story) -> None:
    kept(clienti, "2026-12-01")
    was = clienti.company.policy.digest
    clienti.changes_its_policy(("at_most: 5 days}", "at_most: 4 days}"))
    subscriber(clienti)
    error = asked(clienti, ON)
    assert error.guards == {"new_policy"}
    assert f"(from {was[:12]} to {clienti.company.policy.digest[:12]})" in str(error)
    kept(clienti, ON, confirm=error.digest)
    row = subscriber(clienti, "2026-12-02")
    kept(clienti, "2026-12-03")
    assert row.is_gone


# How much


@pytest.mark.parametrize(("there", "due", "asks"), [(120, 24, False), (120, 25, True), (99, 98, False)])
def test_more_than_a_fifth_of_a_table_asks_first(clienti: Story, there: int, due: int, asks: bool) -> None:
    kept(clienti, "2026-12-01")
    ida = clienti.person("2026-11-30", name="Ida Holm", email="ida@firm.example")
    subscriptions(clienti, ida, there - due, None, 10_000)
    subscriptions(clienti, ida, due, "2026-12-01", 20_000)
    if not asks:
        assert kept(clienti, ON).rows == due
        return
    error = asked(clienti, ON)
    assert error.guards == {"share"}
    assert "subscriptions: 25 rows of 120 would be touched, which is 21% and more than 20%." in str(error)
    assert kept(clienti, ON, confirm=error.digest).rows == 25


def test_a_row_that_two_statements_strip_counts_once(clienti: Story) -> None:
    kept(clienti, "2026-11-30")
    set_breaker(clienti, rows=4, share=0.5)
    for number in range(4):
        ida = clienti.person(
            "2026-11-20", name="Ida", email="i@firm.example", phone="+45 70 00 00 01", employer="Firm", gender=None
        )
        if number < 2:
            ida.has("relations", kind="customer", started_on="2026-11-20")
        ida.has("subscriptions", channel="email", topic="news", subscribed_on="2026-11-25")
    strips = [one for one in clienti.plan(ON).statements if one.table == "persons"]
    assert len(strips) > 1
    assert sum(one.rows for one in strips) > 2
    kept(clienti, ON)  # two of four are no more than a half


def test_many_times_what_the_last_sweeps_did_asks_first(clienti: Story) -> None:
    kept(clienti, "2026-11-30")
    set_breaker(clienti, rows=8, times=3, share=1)
    ida = clienti.person("2026-11-30", name="Ida Holm", email="ida@firm.example")
    subscriptions(clienti, ida, 1, None, 1)
    for number, on in enumerate(("2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04")):
        subscriptions(clienti, ida, 3, str(day(on) - timedelta(days=1)), 10_000 + 10 * number)
        kept(clienti, on)
    subscriptions(clienti, ida, 9, "2026-12-04", 20_000)
    kept(clienti, "2026-12-05")  # three times three is no more than three times three
    subscriptions(clienti, ida, 10, "2026-12-05", 30_000)
    error = asked(clienti, "2026-12-06")
    assert error.guards == {"times"}
    said = "subscriptions: erase 10 rows, which is more than 3 times what the last 6 sweeps did (median 3, at most 9)."
    assert said in str(error)


def test_two_sweeps_are_no_measure_yet(clienti: Story) -> None:
    set_breaker(clienti, rows=1, times=1, share=1)
    for on in ("2026-11-30", "2026-12-01"):
        kept(clienti, on)
    subscriber(clienti)
    assert kept(clienti, ON).rows == 2
    subscriber(clienti, "2026-12-02")
    assert asked(clienti, "2026-12-03").guards == {"times"}


# All at once


def uncovered(clienti: Story) -> None:
    """A relation of a kind that the policy forgot."""
    clienti.person("2026-11-25", name="Bo").has("relations", kind="friend", started_on="2026-11-25")


def test_all_reasons_are_said_at_once_and_one_yes_answers_them(clienti: Story) -> None:
    kept(clienti, "2026-11-23")
    clienti.changes_its_policy(("at_most: 5 days}", "at_most: 4 days}"))
    clienti.company = replace(clienti.company, settings=replace(clienti.company.settings, pause_days=2))
    set_breaker(clienti, rows=2)
    uncovered(clienti)
    for _ in range(3):
        subscriber(clienti)
    error = asked(clienti, ON)
    assert error.guards == {"clock", "new_policy", "never_claimed", "share"}
    lines = str(error).splitlines()
    assert lines[0] == f"{len(lines) - 2} reasons to look first."
    assert all(line.startswith("  - ") and line.endswith(".") for line in lines[1:-1])
    kept(clienti, ON, confirm=error.digest)
    (plan,) = clienti.entries("plan")
    assert set(plan["guards"]) == error.guards


def test_a_killed_sweep_goes_on_with_its_yes_and_not_with_more(clienti: Story) -> None:
    first, second = subscriber(clienti), subscriber(clienti)

    def dies(_: Statement, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept(clienti, ON, confirm=asked(clienti, ON).digest, progress=dies)
    assert first.is_gone
    third = subscriber(clienti)
    assert asked(clienti, ON).guards == {"first_sweep"}
    third.becomes(withdrawn_on=None)
    kept(clienti, ON)
    assert second.is_gone
    assert [one["confirmed"] for one in clienti.entries("plan")] == [True, True]


def test_a_yes_to_one_plan_is_none_to_the_next(clienti: Story) -> None:
    subscriber(clienti)
    digest = asked(clienti, ON).digest
    subscriber(clienti)
    with pytest.raises(Refused, match="not the one confirmed"):
        kept(clienti, ON, confirm=digest)


# The clock, where no entry tells the time


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (
            "2026-11-21",
            ["before the policy's own (2026-11-22)", "before this release of holdord was made (2026-11-22)"],
        ),
        ("2026-11-22", []),
        ("2027-11-26", []),
        ("2027-11-27", ["367 days after the newest record (2026-11-25)"]),
        ("2046-01-01", ["days after the newest record (2026-11-25)"]),
    ],
)
def test_a_first_sweep_asks_where_its_date_cannot_be(clienti: Story, on: str, said: list[str]) -> None:
    subscriber(clienti, "2026-11-25" if on > "2026-11-25" else "2026-11-20")
    error = asked(clienti, on)
    assert ("first_clock" in error.guards) == bool(said)
    assert str(error).count("The date is said to be") == len(said)
    assert all(part in str(error) for part in said)


def test_a_date_in_the_future_is_no_newest_record(clienti: Story) -> None:
    ida = subscriber(clienti, "2026-11-25")
    ida.becomes(subscribed_on="2099-01-01")
    assert "first_clock" in asked(clienti, "2028-01-01").guards


def test_an_empty_register_has_no_newest_record(clienti: Story) -> None:
    assert kept(clienti, "2046-01-01").rows == 0


# On the command line


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch, clienti: Story) -> Callable[[str], None]:
    """Sets the machine's clock to noon of a day."""

    def set_clock(said: str) -> None:
        stand_at(monkeypatch, clienti.noon(said))

    return set_clock


def test_the_plan_says_what_keep_will_ask(
    clienti: Story, on: Callable[[str], None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    subscriber(clienti)
    folder = str(clienti.folder)
    on(ON)
    assert run(["plan", folder]) == 1
    assert "keep will ask first: This is the first sweep: it touches 2 rows of 2 tables." in capsys.readouterr().out
    assert run(["plan", folder, "--json"]) == 1
    asks = json.loads(capsys.readouterr().out)["asks"]
    assert [(ask["guard"], ask["table"]) for ask in asks] == [("first_sweep", "")]
    assert run(["keep", folder, "--json"]) == 1
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert document["asks"] == asks
    assert "Waiting for a yes" in told.err
    assert run(["plan", folder, "--at", "2027-01-01", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["asks"] == []  # ahead of its time nothing is done
    assert run(["keep", folder, "--confirm", document["plan"]]) == 0
    capsys.readouterr()
    assert run(["plan", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["asks"] == []


# Restrictions


def test_a_restriction_that_comes_amid_a_batch_undoes_batch_and_entry(
    clienti: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = subscriber(clienti)
    apply, placed = Walk.apply, list[str]()

    def placing(walk: Walk, connection: Connection, statement: Statement, part: Range) -> int:
        """Place a restriction once the batch has begun: by another program, or within it where there is one writer."""
        if statement.table == "subscriptions" and not placed:
            placed.append(statement.table)
            one_writer = clienti.company.state.dialect == "sqlite"
            with nullcontext(connection) if one_writer else clienti.company.state.writing() as state:
                state.execute(
                    text(
                        "INSERT INTO holdord_restriction "
                        "(number, record_class, record_key, ground, since, review, entries) VALUES "
                        "(1, 'person', '[1]', 'claims', '2026-12-02', '2026-12-30', '[]')"
                    )
                )
        return apply(walk, connection, statement, part)

    error = asked(clienti, ON)
    monkeypatch.setattr(Walk, "apply", placing)
    with pytest.raises(Refused, match="restriction was placed or lifted"):
        kept(clienti, ON, confirm=error.digest)
    assert placed
    assert not row.is_gone
    assert clienti.entries("batch") == []
