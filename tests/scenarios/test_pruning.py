"""A company lets its old evidence go: what the command asks, refuses and shows, and what the board still rests on."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from holdord.cli.main import run
from holdord.ledger import log
from holdord.ledger.checkpoints import last_checkpoint
from tests.clock import stand_at
from tests.scenarios.conftest import on_sqlite
from tests.scenarios.story import Story

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def holdord(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on noon of a day; returns its status, its output and its messages."""

    def call(story: Story, day: str, *arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        stand_at(monkeypatch, story.noon(day))
        status = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return call


def two_years(story: Story) -> str:
    """Newsletters that end in each of some months, kept on the day after; return the first checkpoint."""
    days = ["2024-06-02", "2024-09-02", "2025-03-02", "2026-02-02", "2026-06-02"]
    for number, day in enumerate(days):
        person = story.person("2024-01-01", name=f"Ida {number}", email=f"ida{number}@firm.example")
        withdrawn = f"{day[:-1]}1"
        person.has("subscriptions", channel="email", topic="news", subscribed_on="2024-01-01", withdrawn_on=withdrawn)
    first = ""
    for day in days:
        assert story.keeps(day)
        first = first or _note(story)
    return first


def _note(story: Story) -> str:
    with story.company.state.snapshot() as connection:
        return last_checkpoint(connection) or ""


def _state(story: Story) -> tuple[int, int, list[tuple[int, str]]]:
    with story.company.state.snapshot() as connection:
        return (
            log.first(connection),
            log.size(connection),
            [(one.index, one.body.hex()) for one in log.read(connection)],
        )


def test_old_evidence_goes_after_a_yes_and_what_remains_verifies(clienti: Story, holdord: Run, tmp_path: Path) -> None:
    first, there = two_years(clienti), clienti.folder
    shown = clienti.shows("2026-06-02")
    before = _state(clienti)
    command = ("ledger", "prune", there, "--before", "2025-06-01")
    status, out, err = holdord(clienti, "2026-06-03", *command)
    assert status == 1
    assert _note(clienti).rstrip() in out
    found = re.search(r"(\d+) entries go \(0 to (\d+)\), up to the checkpoint of 2025-03-02", out)
    assert found is not None
    number = int(found[1])
    assert 0 < number == int(found[2]) + 1
    digest = re.search("--confirm ([0-9a-f]{64})", err)
    assert digest is not None
    assert _state(clienti) == before
    assert holdord(clienti, "2026-06-03", *command, "--confirm", "0" * 64)[0] == 2
    assert _state(clienti) == before

    status, out, err = holdord(clienti, "2026-06-03", *command, "--confirm", digest[1])
    assert (status, err) == (0, "")
    assert f"{number} entries are pruned" in out
    left, size, entries = _state(clienti)
    assert (left, size) == (number, before[1] + 1)
    assert entries[:-1] == before[2][number:]
    assert clienti.shows("2026-06-03").keys() == shown.keys()
    assert all(
        part.state != "due" or part.name == "page" for one in clienti.shows("2026-06-03").values() for part in one.parts
    )

    status, out, err = holdord(clienti, "2026-06-03", *command)
    assert (status, "Nothing goes" in err) == (0, True)
    noted, exported = tmp_path / "noted.txt", tmp_path / "ledger.txt"
    noted.write_text(first, "utf-8")
    assert holdord(clienti, "2026-06-03", "ledger", "export", there, "--out", exported)[0] == 0
    check = ("verify", exported, "--key", there / "ledger.pub", "--checkpoint", noted)
    status, out, _ = holdord(clienti, "2026-06-03", *check)
    assert status == 0
    assert f"the first {number} were pruned on 2026-06-03, up to the checkpoint of 2025-03-02" in out
    assert "It continues the" in out
    exported.write_bytes(exported.read_bytes().replace(b'"rows":1', b'"rows":0', 1))
    assert holdord(clienti, "2026-06-03", *check)[0] == 2

    person = clienti.person("2024-01-01", name="Bo Lund", email="bo@firm.example")
    person.has("subscriptions", channel="email", topic="news", subscribed_on="2024-01-01", withdrawn_on="2026-06-04")
    assert clienti.keeps("2026-06-05")


@on_sqlite
def test_the_last_evidence_of_a_promise_stays_with_all_after_it(clienti: Story, holdord: Run) -> None:
    two_years(clienti)
    there = clienti.folder
    status, out, _ = holdord(clienti, "2026-06-03", "ledger", "prune", there, "--before", "2026-06-03")
    assert status == 1
    stays = re.search(r"Entry (\d+) stays, and all after it: it is the last evidence of promise (\S+)\.", out)
    assert stays is not None
    assert "up to the checkpoint of 2026-02-02" in out
    cited = {index for one in clienti.shows("2026-06-02").values() for part in one.parts for index in part.evidence}
    assert int(stays[1]) == min(cited)


@on_sqlite
def test_what_must_stay_is_refused_with_its_reason(clienti: Story, holdord: Run) -> None:
    there = clienti.folder
    prune = ("ledger", "prune", there, "--before")
    status, _, err = holdord(clienti, "2026-06-03", *prune, "2026-06-03")
    assert (status, "Nothing goes" in err) == (0, True)
    two_years(clienti)
    status, _, err = holdord(clienti, "2026-06-03", *prune, "2026-06-04")
    assert (status, "after today" in err) == (2, True)
    with clienti.company.state.writing() as connection:
        connection.execute(text("INSERT INTO holdord_intent VALUES ('x', '2026-06-02', '{}')"))
    status, _, err = holdord(clienti, "2026-06-03", *prune, "2026-06-03")
    assert (status, "not settled" in err) == (2, True)
    assert _state(clienti)[0] == 0


@on_sqlite
def test_nothing_goes_where_all_that_is_old_must_stay(clienti: Story, holdord: Run) -> None:
    person = clienti.person("2024-01-01", name="Ida", email="ida@firm.example")
    person.has("subscriptions", channel="email", topic="news", subscribed_on="2024-01-01", withdrawn_on="2024-06-01")
    clienti.keeps("2024-06-02")
    clienti.keeps("2026-06-02")
    status, _, err = holdord(clienti, "2026-06-03", "ledger", "prune", clienti.folder, "--before", "2026-01-01")
    assert (status, "Nothing may go" in err) == (2, True)
