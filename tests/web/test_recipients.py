"""The back office: recipients who must be told what was corrected, erased or restricted (GDPR art. 19)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from holdord.cli.main import run
from holdord.policy.terms import LANGUAGES
from holdord.run.requests import notified
from holdord.run.requests.notified import Notified
from tests.web.conftest import Member
from tests.web.test_office import ask, opened, page, people, staff

__all__ = ["ask", "people", "staff"]


def waiting(folder: Path) -> list[Notified]:
    with opened(folder) as company, company.state.snapshot() as connection:
        return notified.waiting(connection)


@pytest.fixture
def restricted(staff: Client, people: Path, ask: Callable[..., int]) -> Client:
    """A case handler beside a request that was answered; three recipients have the data."""
    ask("restriction", ground="accuracy")
    staff.post("/en/office/1/answer/")
    with opened(people) as company, company.state.writing() as connection:
        names = list(company.policy.recipients)[:3]
        answer = {"notified": [{"id": name} for name in names], "erasure": {"notified": [{"id": names[0]}]}}
        notified.wait(connection, date(2026, 11, 1), 1, answer)
        notified.wait(connection, date(2026, 11, 2), 1, answer)
    return staff


def test_whom_an_answer_names_is_listed_until_somebody_has_told_them(restricted: Client, people: Path) -> None:
    first, second, *_ = waits = waiting(people)
    shown = page(restricted, "1/")
    assert "Who must be told" in shown
    assert shown.count("They have been told") == len(waits)
    restricted.post(f"/en/office/1/told/{first.recipient}/")
    restricted.post(f"/en/office/1/told/{second.recipient}/not/", {"reason": "They <b>closed</b> in May."})
    assert waiting(people) == waits[2:]
    shown = page(restricted, "1/")
    assert "not told: They &lt;b&gt;closed&lt;/b&gt; in May." in shown
    assert shown.count("They have been told") == len(waits) - 2


def test_why_somebody_is_not_told_is_never_left_out(restricted: Client, people: Path) -> None:
    before = waiting(people)
    shown = restricted.post(f"/en/office/1/told/{before[0].recipient}/not/", {"reason": " "}, follow=True)
    assert "Say why it cannot be done." in shown.content.decode()
    restricted.post("/en/office/1/told/nobody/")
    restricted.get(f"/en/office/1/told/{before[0].recipient}/")
    assert waiting(people) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_there_in_every_language(restricted: Client, people: Path, language: str) -> None:
    first, second, *_ = waiting(people)
    restricted.post(f"/{language}/office/1/told/{first.recipient}/")
    restricted.post(f"/{language}/office/1/told/{second.recipient}/not/", {"reason": "Gone."})
    assert "⟨" not in page(restricted, "1/", language)


@pytest.mark.parametrize("role", ["sales", "accounts", "auditor"])
def test_others_tell_nobody(member: Member, restricted: Client, people: Path, role: str) -> None:
    before = waiting(people)
    other = member(role, name="anne")
    assert other.post(f"/en/office/1/told/{before[0].recipient}/").status_code == 403
    assert waiting(people) == before


def test_the_command_line_lists_and_notes_them(
    restricted: Client, people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, *rest = waiting(people)
    capsys.readouterr()
    assert run(["request", "recipients", str(people)]) == 1
    assert f"{first.recipient}: request 1" in capsys.readouterr().out
    assert run(["request", "told", str(people), "1", first.recipient]) == 0
    assert run(["request", "told", str(people), "1", second.recipient, "--impossible", "They closed."]) == 0
    assert run(["request", "told", str(people), "1", first.recipient]) == 2
    assert waiting(people) == rest
