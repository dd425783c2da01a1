"""The answer says what went because somebody asked, in as many tries as it took, alone or together with others."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from holdord.cli.main import run
from holdord.errors import Refused
from holdord.policy.model import Record
from holdord.run import execute
from holdord.run.requests import booked, handed, notified, went
from holdord.run.requests.handle import finish, handle, refuse, reopen
from holdord.run.requests.incoming import receive
from holdord.run.requests.many import erase_many
from holdord.stores.walk import Walk
from tests.foreign.shopping import address, customer, order, subscription
from tests.foreign.story import Story

DAY = "2026-06-01"


def asks(shop: Story, number: int, wanted: Any = "erasure", mandate: str = "", **wish: Any) -> int:
    at = shop.noon(DAY)
    person = Record(record_class="customer", key=(number,))
    return receive(
        shop.company, at, asks_for=wanted, person=person, channel="letter", received=at.date(), wish=wish,
        mandate=mandate,
    ).number  # fmt: skip


def handles(shop: Story, number: int, on: str = DAY) -> dict[str, Any]:
    return handle(shop.company, lambda: shop.noon(on), number, confirmed=True).document


def goes(document: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(one["table"], one["action"]): one["rows"] for one in document["goes"]}


@contextmanager
def killed(table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be killed before anything is done to a table."""
    apply = Walk.apply

    def strike(walk: Walk, connection: Any, statement: Any, part: Any) -> int:
        if statement.table == table:
            raise KeyboardInterrupt
        return apply(walk, connection, statement, part)

    with monkeypatch.context() as amid:
        amid.setattr(Walk, "apply", strike)
        with pytest.raises(KeyboardInterrupt):
            yield


def test_an_answer_of_two_tries_says_what_went_in_both(shop: Story) -> None:
    """A clock that fits nothing stops a table; once it is mended the rest goes."""
    customer(shop, 1, "2026-01-01", at=address(shop, 1), last_login=0)
    subscription(shop, "ida1@home.example", by=1)
    number = asks(shop, 1)
    first = handles(shop, number)
    assert goes(first) == {("newsletter", "erase"): 1}
    subscription(shop, "ida2@home.example", by=1)
    again = handles(shop, number)
    assert goes(again) == {("newsletter", "erase"): 2}
    assert (again["rows"], again["notified"]) == (2, first["notified"])
    assert again["notified"]


def test_whoever_is_second_closes_it_with_the_whole_answer(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    subscription(shop, "ida1@home.example", by=1)
    number = asks(shop, 1)
    first = handle(shop.company, lambda: shop.noon(DAY), number, confirmed=True)
    second = handle(shop.company, lambda: shop.noon(DAY), number, confirmed=True)
    assert first.document["goes"] == second.document["goes"] != []
    finish(shop.company, shop.noon(DAY), number, second)
    with shop.evidence() as state:
        waiting = {one.recipient for one in notified.waiting(state)}
    assert {one["id"] for one in first.document["notified"]} == {"hosting"}
    assert waiting == {"hosting", "carrier"}, "who gets catalogues hears that there will be none"


def test_who_was_told_is_not_told_again_where_nothing_more_went(shop: Story) -> None:
    customer(shop, 1, "2026-01-01")
    subscription(shop, "ida1@home.example", by=1)
    number = asks(shop, 1)

    def answers() -> list[str]:
        at = shop.noon(DAY)
        finish(shop.company, at, number, handle(shop.company, lambda: at, number, confirmed=True))
        with shop.evidence() as state:
            return [one.recipient for one in notified.waiting(state)]

    for recipient in answers():
        notified.told(shop.company, shop.noon(DAY), number, recipient)
    reopen(shop.company, shop.noon(DAY), number, "Is that all?")
    assert answers() == []
    reopen(shop.company, shop.noon(DAY), number, "Is that all?")
    subscription(shop, "ida2@home.example", by=1)
    assert answers() == ["hosting"]


def test_what_a_killed_try_did_is_said_by_the_next(shop: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """In several transactions: what was committed counts, what was only begun does not."""
    monkeypatch.setattr(execute, "_ONCE", 0)
    customer(shop, 1, "2026-01-01", at=address(shop, 1), deleted=0)
    order(shop, 1, 1, "2026-05-20", to=1, status="cancelled")
    for mail in ("ida1@home.example", "ida2@home.example"):
        subscription(shop, mail, by=1)
    number = asks(shop, 1, "erasure")
    with killed("newsletter", monkeypatch):
        handles(shop, number)
    with shop.evidence() as state:
        assert went.read(state, number).rows == 0
    assert goes(handles(shop, number)) == {("newsletter", "erase"): 2}
    with pytest.raises(Refused, match="2 records"):
        refuse(shop.company, shop.noon(DAY), number, "No.")


def test_many_are_erased_at_once_and_each_is_told_their_own(shop: Story) -> None:
    home = address(shop, 1)
    for number in (1, 3):
        customer(shop, number, "2026-01-01", at=home)
        subscription(shop, f"ida{number}@home.example", by=number)
    subscription(shop, "more@home.example", by=3)
    first, second = asks(shop, 1), asks(shop, 3)
    erase_many(shop.company, lambda: shop.noon(DAY), [first, second, first], confirmed=True)
    assert shop.keys("newsletter") == set()
    (done,) = {entry["plan"] for entry in shop.entries("erasure")}
    assert done
    assert goes(handles(shop, first)) == {("newsletter", "erase"): 1}
    assert goes(handles(shop, second)) == {("newsletter", "erase"): 2}
    assert len({entry["plan"] for entry in shop.entries("erasure")}) == 1, "nothing was left for either"


def test_who_asked_twice_is_told_twice_and_erased_once(shop: Story) -> None:
    for number in (1, 3):
        customer(shop, number, "2026-01-01")
        subscription(shop, f"ida{number}@home.example", by=number)
    numbers = [asks(shop, 1), asks(shop, 3), asks(shop, 1)]
    erase_many(shop.company, lambda: shop.noon(DAY), numbers, confirmed=True)
    for number in numbers:
        assert goes(handles(shop, number)) == {("newsletter", "erase"): 1}
    entries = shop.entries("erasure")
    assert {entry["people"] for entry in entries} == {2}
    with shop.evidence() as state:
        assert {one.request for one in notified.waiting(state)} == set(numbers)


def test_what_only_they_share_goes_where_both_ask(shop: Story) -> None:
    """An order that is over goes with the address that both have; each is told of the address."""
    home = address(shop, 1)
    for number in (1, 3):
        customer(shop, number, "2020-01-01", at=home, deleted=1, deleted_at="2026-01-01T12:00:00")
    first, second = asks(shop, 1), asks(shop, 3)
    erase_many(shop.company, lambda: shop.noon(DAY), [first, second], confirmed=True)
    assert shop.keys("customers") == set()
    assert shop.keys("addresses") == set()
    assert goes(handles(shop, first)) == goes(handles(shop, second)) == {
        ("customers", "erase"): 1, ("addresses", "erase"): 1,
    }  # fmt: skip


def test_several_that_cannot_be_answered_together_are_refused_and_nothing_is_done(shop: Story) -> None:
    for number in (1, 3):
        customer(shop, number, "2026-01-01")
        subscription(shop, f"ida{number}@home.example", by=number)
    first = asks(shop, 1)
    for other in (asks(shop, 3, "access"), asks(shop, 3, mandate="a letter"), 99):
        with pytest.raises(Refused):
            erase_many(shop.company, lambda: shop.noon(DAY), [first, other], confirmed=True)
    assert len(shop.keys("newsletter")) == 2


def test_several_are_answered_by_one_command(
    shop: Story, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdord.cli.answers.now", lambda: shop.noon(DAY))
    monkeypatch.setattr("holdord.cli.request.now", lambda: shop.noon(DAY))
    for number in (1, 3):
        customer(shop, number, "2026-01-01")
        subscription(shop, f"ida{number}@home.example", by=number)
    numbers = [asks(shop, number) for number in (1, 3)]
    said = [str(one) for one in numbers]
    assert run(["request", "answer", str(shop.folder), *said, "--out", "-"]) == 2
    assert run(["request", "answer", str(shop.folder), *said, "--confirm"]) == 0
    assert capsys.readouterr().out.count("newsletter: whole rows, 1 row") == 2
    with shop.evidence() as state:
        found = [booked.find(state, shop.company.policy, one) for one in numbers]
        assert [one.state for one in found] == ["answered", "answered"]
        assert all(handed.read(state, shop.noon(DAY), one) for one in numbers)


def test_the_command_says_by_which_request_something_binds(
    shop: Story, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdord.cli.answers.now", lambda: shop.noon("2026-07-15"))
    customer(shop, 1, "2026-01-01")
    asks(shop, 1)
    asks(shop, 1, "restriction", ground="accuracy")
    assert run(["request", "limits", str(shop.folder)]) == 1, "somebody must look"
    assert capsys.readouterr().out.splitlines() == [
        "1: erasure: newsletter, by request 1, since 2026-06-01, over, to be answered.",
        "2: erasure: catalogue, by request 1, since 2026-06-01, over, to be answered.",
        "3: restriction (accuracy), by request 2, since 2026-06-01, stands, to be looked at by 2026-07-01, LATE.",
    ]
