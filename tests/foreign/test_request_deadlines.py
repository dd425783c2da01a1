"""By when requests must be answered while the notice that promises it changes."""

import re
from importlib import import_module

import pytest
from sqlalchemy import text

from holdord.errors import Refused
from holdord.run.requests import book, booked
from holdord.run.requests.booked import Request
from holdord.run.requests.handle import extend, refuse
from holdord.run.requests.incoming import receive
from tests.foreign.conftest import SHOP
from tests.foreign.story import Story, day
from tests.foreign.test_shop_requests import Open, customer, who

TO = "requests: {to: personvern@shop.example"
CAME, LATE = "2026-03-02", "2026-03-27"
SOON = day("2026-03-16")


def promises(shop: Story, within: str) -> None:
    """Let the notice promise an answer within a time, or nothing."""
    policy = shop.folder / "policy.yaml"
    rest = f", within: {within}" if within else ""
    said = re.sub(rf"{re.escape(TO)}[^}}]*}}", f"{TO}{rest}}}", policy.read_text("utf-8"))
    policy.write_text(said, "utf-8")
    shop.reopens()


@pytest.fixture
def shop14(story: Open) -> Story:
    """A shop that promises to answer within 14 days."""
    shop = story(SHOP, policy=[(f"{TO}}}", f"{TO}, within: 14 days}}")])
    customer(shop, 1, "2026-01-01")
    return shop


def came(shop: Story) -> int:
    at = shop.noon(CAME)
    return receive(shop.company, at, asks_for="access", person=who(1), channel="letter", received=at.date()).number


def read(shop: Story, number: int) -> Request:
    with shop.company.state.snapshot() as connection:
        return booked.find(connection, shop.company.policy, number)


def test_a_notice_that_promises_less_takes_back_nothing(shop14: Story) -> None:
    opened, closed = came(shop14), came(shop14)
    refuse(shop14.company, shop14.noon(LATE), closed, "We cannot tell who you are.")
    assert (read(shop14, opened).due, read(shop14, closed).due) == (SOON, SOON)
    promises(shop14, "")
    assert (read(shop14, opened).due, read(shop14, closed).due) == (SOON, SOON)
    assert read(shop14, closed).late(day(LATE))


def test_a_notice_that_promises_more_is_kept_for_what_is_open_and_blames_nobody_afterwards(shop14: Story) -> None:
    promises(shop14, "")
    opened, closed = came(shop14), came(shop14)
    refuse(shop14.company, shop14.noon(LATE), closed, "We cannot tell who you are.")
    by_law = read(shop14, closed).due
    assert by_law > day(LATE)
    promises(shop14, "14 days")
    assert read(shop14, opened).due == SOON
    assert not read(shop14, closed).late(day(LATE))
    assert book.reopen(shop14.company, shop14.noon(LATE), closed, "It is me.").due == SOON


def test_an_extension_counts_from_the_law_and_is_noted(shop14: Story) -> None:
    promises(shop14, "")
    number = came(shop14)
    longer = extend(shop14.company, shop14.noon("2026-03-20"), number, "It is much.").due
    assert longer > day("2026-05-30")
    assert read(shop14, number).due == longer


def test_a_refused_extension_leaves_the_day_as_it_is(shop14: Story) -> None:
    number = came(shop14)
    with pytest.raises(Refused, match="does not take that back"):
        extend(shop14.company, shop14.noon("2026-03-10"), number, "It is much.")
    assert read(shop14, number).due == SOON


def test_older_requests_are_due_when_the_log_has_said(shop14: Story) -> None:
    number = came(shop14)
    with shop14.company.state.writing() as connection:
        connection.execute(text("UPDATE holdord_request SET due = NULL"))
        import_module("holdord.stores.register.migrations.versions.0012_due").note(connection)
    promises(shop14, "")
    assert read(shop14, number).due == SOON
