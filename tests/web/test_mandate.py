"""The back office: somebody asks for another, and nothing is told before somebody has looked at the mandate."""

from pathlib import Path

import pytest
from django.test import Client

from holdord.cli.main import run
from holdord.policy.terms import LANGUAGES
from tests.web.conftest import Member
from tests.web.test_office import opened, page, people, staff, state_of

__all__ = ["people", "staff"]


@pytest.fixture
def asked(people: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A father asks what is held about Ida; he has sent a letter."""
    command = ["request", "new", str(people), "--for", "access", "--person", "person:1", "--by", "letter"]
    assert run([*command, "--mandate", "Her father, <b>by letter</b>"]) == 0
    assert "its mandate to be looked at" in capsys.readouterr().out
    return people


def test_nothing_is_answered_before_somebody_has_seen_the_mandate(staff: Client, asked: Path) -> None:
    shown = page(staff, "1/")
    assert "nobody has looked at the mandate yet" in shown
    assert "Her father, &lt;b&gt;by letter&lt;/b&gt;" in shown
    refused = staff.post("/en/office/1/answer/", follow=True).content.decode()
    assert "Look at the mandate first" in refused
    assert state_of(asked, 1) == "open"
    empty = staff.post("/en/office/1/mandate/", {"reason": " "}, follow=True).content.decode()
    assert "Say what you saw." in empty
    staff.post("/en/office/1/mandate/", {"reason": "Birth certificate, the original."})
    assert "Seen on" in page(staff, "1/")
    staff.post("/en/office/1/answer/")
    assert state_of(asked, 1) == "answered"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_every_language(staff: Client, asked: Path, language: str) -> None:
    assert "Her father" in page(staff, "1/", language)
    staff.post(f"/{language}/office/1/mandate/", {"reason": "Seen."})
    assert "Her father" not in page(staff, "1/", language)


@pytest.mark.parametrize("role", ["sales", "accounts", "auditor"])
def test_others_accept_no_mandate(member: Member, asked: Path, role: str) -> None:
    assert member(role).post("/en/office/1/mandate/", {"reason": "Seen."}).status_code == 403
    with opened(asked) as company, company.state.snapshot() as connection:
        from holdord.run.requests import booked

        assert booked.find(connection, company.policy, 1).waits_for_mandate


def test_the_command_line_notes_it(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["request", "answer", str(asked), "1", "--out", "-"]) == 2
    assert run(["request", "mandate", str(asked), "1", "--seen", "Birth certificate."]) == 0
    capsys.readouterr()
    assert run(["request", "answer", str(asked), "1", "--out", "-"]) == 0
