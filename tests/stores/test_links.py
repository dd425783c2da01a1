"""Links without an account: once, for fifteen minutes, telling nothing; asking for one says the same to everybody."""

import base64
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text
from tests.scenarios.story import Story

from holdord.errors import Refused
from holdord.run import links
from holdord.run.company import Company
from holdord.run.outbox_lines import listed

NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
IDA = "ida@home.example"


@pytest.fixture
def company(register: str, tmp_path: Path) -> Iterator[Company]:
    """Ida has an address of her own; one is two people's, and one is a mailbox that a company reads together."""
    story = Story("clienti", register, tmp_path / "clienti")
    for name, email in (
        ("Ida", IDA),
        ("Bo", "us@home.example"),
        ("Eva", "us@home.example"),
        ("Per", "post@firm.example"),
    ):
        story.person("2026-01-01", name=f"{name} Prøve", email=email)
    with closing(story.company) as company:
        yield replace(company, settings=replace(company.settings, portal="https://privacy.example"))


def tokens(company: Company) -> dict[str, str]:
    """Return recipient → token of the letters in the outbox."""
    with company.state.snapshot() as connection:
        rows = connection.execute(text("SELECT recipient, plain FROM holdord_message ORDER BY number")).all()
    return {to: plain.partition("/link/")[2].split()[0] for to, plain in rows}


def count(company: Company) -> int:
    with company.state.snapshot() as connection:
        return len(listed(connection, everything=True))


def test_a_link_opens_once_what_it_was_made_for(company: Company) -> None:
    token = links.make(company, NOON, IDA, "portal")
    found = links.open(company, NOON + timedelta(minutes=14, seconds=59), token)
    assert (found.email, found.what) == (IDA, "portal")
    assert found.person is not None
    assert found.person.record_class == "person"
    with pytest.raises(Refused):
        links.open(company, NOON, token)


def test_wrong_old_and_used_links_are_refused_in_the_same_words(company: Company) -> None:
    token = links.make(company, NOON, IDA, "portal")
    used = links.make(company, NOON, IDA, "portal")
    links.open(company, NOON, used)
    flipped = token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]
    said = set()
    for at, one in (
        (NOON + timedelta(minutes=15), token),
        (NOON - timedelta(minutes=2), token),
        (NOON, used),
        (NOON, flipped),
        (NOON, token[:-8]),
        (NOON, ""),
        (NOON, "æ"),
        (NOON, "A" * 100_000),
        (NOON, "../../etc"),
    ):
        with pytest.raises(Refused) as caught:
            links.open(company, at, one)
        said.add(str(caught.value))
    assert len(said) == 1
    links.open(company, NOON, token)


def test_a_url_tells_no_address_and_hardly_its_length(company: Company) -> None:
    made = [links.make(company, NOON, f"{'a' * size}@home.example", "portal") for size in (1, 12, 40)]
    assert len({len(one) for one in made}) == 1
    assert len(set(made)) == 3
    for one in made:
        assert one.replace("-", "").replace("_", "").isalnum()
        assert b"home" not in base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))


def test_another_companys_key_makes_no_links_here(company: Company) -> None:
    token = links.make(company, NOON, IDA, "portal")
    company.settings.key.unlink()
    company.public.unlink()
    with pytest.raises(Refused):
        links.open(company, NOON, token)


def test_two_who_open_a_link_at_once_are_one_and_a_refusal(company: Company) -> None:
    token = links.make(company, NOON, IDA, "portal")
    opened: list[object] = []

    def use() -> None:
        try:
            opened.append(links.open(company, NOON, token).what)
        except Refused:
            opened.append(None)

    threads = [Thread(target=use) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(opened, key=str) == [None, None, None, "portal"]


def test_used_links_are_forgotten_when_no_clock_can_open_them_again(company: Company) -> None:
    token = links.make(company, NOON, IDA, "portal")
    links.open(company, NOON, token)
    for at, gone in ((NOON + timedelta(hours=1), 0), (NOON + timedelta(days=2), 1)):
        with company.state.writing() as connection:
            assert links.expire(connection, at) == gone
        with pytest.raises(Refused):
            links.open(company, at, token)


def test_everybody_who_asks_gets_a_letter_and_only_opening_tells_whose_the_address_is(company: Company) -> None:
    known = {IDA: True, "us@home.example": False, "post@firm.example": False, "nobody@else.example": False}
    for email in known:
        links.ask(company, NOON, email, "nb")
    found = tokens(company)
    assert list(found) == list(known)
    for email, is_one in known.items():
        opened = links.open(company, NOON, found[email])
        assert (opened.email, opened.person is not None) == (email, is_one)


def test_asking_looks_nobody_up(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(links, "by_email", never)
    for email in (IDA, "nobody@else.example"):
        links.ask(company, NOON, email)
    assert count(company) == 2


def test_who_asks_too_often_gets_the_same_answer_and_no_letter(company: Company) -> None:
    for said in (IDA, f" {IDA} ", IDA.upper(), IDA, IDA):
        links.ask(company, NOON, said)
    assert count(company) == links.PER_ADDRESS
    links.ask(company, NOON, "other@home.example")
    assert count(company) == links.PER_ADDRESS + 1
    links.ask(company, NOON + timedelta(hours=1), IDA)
    assert count(company) == links.PER_ADDRESS + 2


def test_so_many_letters_an_hour_go_out_in_all(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "IN_ALL", 4)
    for number in range(7):
        links.ask(company, NOON, f"{number}@home.example")
    assert count(company) == 4


def test_what_counts_who_asked_names_nobody_and_goes_after_the_hour(company: Company) -> None:
    links.ask(company, NOON, IDA)
    with company.state.snapshot() as connection:
        rows = connection.execute(text("SELECT * FROM holdord_link")).all()
    assert rows
    assert "ida" not in str(rows).lower()
    with company.state.writing() as connection:
        assert links.expire(connection, NOON + timedelta(hours=1)) == len(rows)


@pytest.mark.parametrize("email", ["", "ida", "a@x.example, b@x.example", f"{IDA}\r\nBcc: eve@x.example"])
def test_what_is_no_address_gets_the_same_answer_and_no_letter(company: Company, email: str) -> None:
    links.ask(company, NOON, email)
    assert count(company) == 0


def test_without_a_portal_nobody_can_ask(company: Company) -> None:
    without = replace(company, settings=replace(company.settings, portal=""))
    for email in (IDA, "nobody@else.example"):
        with pytest.raises(Refused, match=r"portal\.address"):
            links.ask(without, NOON, email)
