"""The command line on a company's folder: documents for programs, words for people, exit statuses."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from holdord.run import sweep
from tests import yes
from tests.clock import stand_at
from tests.conftest import Run
from tests.scenarios.conftest import Open
from tests.scenarios.story import Story

PROMISE = {"id", "kept_by", "state", "since", "next", "why", "parts"}
PART = {"part", "state", "oldest", "allowed", "open_ended", "evidence"}
STATEMENT = {"promise", "store", "table", "action", "columns", "rows", "clock", "cutoff"}


@pytest.fixture
def register(request: pytest.FixtureRequest) -> str:
    """SQLite, unless a test asks for both databases."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_register"))


both = pytest.mark.parametrize(
    "register", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the machine's clock to noon of a day; a first sweep is said yes to."""

    def set_clock(day: str) -> None:
        moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
        stand_at(monkeypatch, moment)
        monkeypatch.setattr(sweep, "keep", yes.keep)

    return set_clock


def folder(clienti: Story) -> Path:
    """A folder with one subscription that ends, and nothing else."""
    ida = clienti.person("2024-01-01", name="Ida Holm", email="ida@firm.example")
    ida.has("subscriptions", channel="email", topic="news", subscribed_on="2024-01-01", withdrawn_on="2026-06-01")
    return clienti.folder


def read(out: str) -> Any:
    return json.loads(out)


@both
def test_a_day_in_the_life_of_a_folder(clienti: Story, holdord: Run, on: Callable[[str], None], tmp_path: Path) -> None:
    there = folder(clienti)
    clienti.person("2024-01-01", id=2, name="Bo Lund")  # whom the policy's legal hold names
    on("2026-06-01")
    status, out, _ = holdord("plan", there, "--json")
    assert (status, read(out)["statements"]) == (0, [])

    on("2026-06-02")
    status, out, _ = holdord("plan", there, "--json")
    document = read(out)
    assert status == 1
    assert set(document) >= {"at", "digest", "statements", "findings"}
    assert document["at"] == "2026-06-02"
    assert len(document["digest"]) == 64
    assert all(set(one) >= STATEMENT for one in document["statements"])
    (erased,) = [one for one in document["statements"] if one["table"] == "subscriptions"]
    assert {key: erased[key] for key in STATEMENT} == {
        "promise": "CI-19",
        "store": "register",
        "table": "subscriptions",
        "action": "erase",
        "columns": [],
        "rows": 1,
        "clock": "consent_withdrawn",
        "cutoff": "2026-06-01",
    }

    status, out, _ = holdord("status", there, "--json")
    assert status == 1
    assert read(out)["at"] == "2026-06-02"
    shown = {one["id"]: one for one in read(out)["promises"]}
    assert shown["CI-19"]["state"] == "due"

    status, out, _ = holdord("keep", there, "--json")
    assert (status, read(out)["rows"], read(out)["left"]) == (0, 2, 0)

    status, out, _ = holdord("status", there, "--json")
    assert status == 1
    document = read(out)
    assert document["company"] == "Clienti A/S"
    waits = [one["id"] for one in document["promises"] if one["state"] == "waiting"]
    assert waits == ["CI-22"], "what a person must do waits for their proof"
    assert [one["id"] for one in document["promises"]] == list(clienti.company.policy.promises)
    for one in document["promises"]:
        assert set(one) >= PROMISE
        assert one["state"] in ("kept", "not_wired") or one["id"] in (*waits, "CI-26"), "no pages are served yet"
        for part in one["parts"]:
            assert set(part) >= PART
            from_nobody = "obody has asked" in part["why"] or "Everybody was in touch" in part["why"]
            is_kept = part["state"] == "kept" and not from_nobody
            assert bool(part["evidence"]) == is_kept, part
            assert isinstance(part["open_ended"], int)

    exported = tmp_path / "ledger.txt"
    assert holdord("ledger", "export", there, "--out", exported)[0] == 0
    key = there / "ledger.pub"
    assert holdord("verify", exported, "--key", key)[0] == 0
    exported.write_bytes(exported.read_bytes().replace(b'"rows":1', b'"rows":0', 1))
    assert holdord("verify", exported, "--key", key)[0] == 2


def test_a_plan_on_file_is_carried_out_and_a_second_time_changes_nothing(
    clienti: Story, holdord: Run, on: Callable[[str], None], tmp_path: Path
) -> None:
    there, file = folder(clienti), tmp_path / "plan.json"
    on("2026-06-02")
    assert holdord("plan", there, "--out", file)[0] == 1
    status, _, _ = holdord("keep", there, "--plan", file)
    assert status == 0
    assert clienti.count() == {}
    entries = clienti.entries()
    assert holdord("keep", there, "--plan", file)[0] == 0
    assert clienti.entries() == entries


def test_documents_go_to_standard_output_where_a_hyphen_stands_for_their_file(
    clienti: Story, holdord: Run, on: Callable[[str], None], tmp_path: Path
) -> None:
    there, file = folder(clienti), tmp_path / "ledger.txt"
    on("2026-06-02")
    assert holdord("plan", there, "--out", "-") == holdord("plan", there, "--json")
    assert holdord("keep", there)[0] == 0
    status, out, err = holdord("ledger", "export", there, "--out", "-")
    assert status == 0
    assert "entries are on standard output" in err
    file.write_text(out, "utf-8")
    assert holdord("verify", file, "--key", there / "ledger.pub")[0] == 0


def test_what_cannot_be_written_leaves_what_was_there(
    clienti: Story, holdord: Run, on: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, file = folder(clienti), tmp_path / "out"
    on("2026-06-02")
    assert holdord("keep", there)[0] == 0
    file.write_text("what was there")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for command in (("plan", there), ("ledger", "export", there)):
        status, _, err = holdord(*command, "--out", file)
        assert status == 2
        assert "No space left on device" in " ".join(err.split())
    assert file.read_text() == "what was there"
    assert not list(tmp_path.glob(".out*"))


def test_words_for_people_name_every_promise_and_every_step(
    clienti: Story, holdord: Run, on: Callable[[str], None]
) -> None:
    there = folder(clienti)
    on("2026-06-02")
    _, out, _ = holdord("plan", there)
    assert "Clienti A/S, 2026-06-02" in out
    assert "Erase 1 row of subscriptions (CI-19): nothing holds them any more." in out
    _, out, _ = holdord("status", there)
    assert all(promise in out for promise in clienti.company.policy.promises)
    assert "26 promises:" in out


def test_plan_of_another_day_is_asked_for_by_its_date(clienti: Story, holdord: Run, on: Callable[[str], None]) -> None:
    there = folder(clienti)
    on("2026-01-01")
    assert holdord("plan", there)[0] == 0
    status, out, _ = holdord("plan", there, "--at", "2026-06-02", "--json")
    assert (status, read(out)["at"]) == (1, "2026-06-02")
    assert clienti.entries() == []


def test_a_table_that_waits_is_status_1(clienti: Story, holdord: Run, on: Callable[[str], None]) -> None:
    clienti.person("2026-06-01", name="Ida Holm", card="4000 0000 0000 0002")
    on("2026-06-01")
    status, out, _ = holdord("keep", clienti.folder)
    assert status == 1
    assert "Waiting for a decision: persons: no purpose needs card" in out
    assert holdord("status", clienti.folder)[0] == 1


def test_nothing_is_erased_by_a_draft(story: Open, holdord: Run, on: Callable[[str], None]) -> None:
    clienti = story("clienti", ("holdord: 1\n", "holdord: 1\ndraft: true\n"))
    clienti.person("2020-01-01", name="Ida Holm")
    on("2026-06-01")
    assert holdord("plan", clienti.folder)[0] == 1
    status, _, err = holdord("keep", clienti.folder)
    assert status == 2
    assert "This policy is a draft" in " ".join(err.split())
    assert clienti.entries() == []


def test_a_column_that_waits_is_status_1(story: Open, holdord: Run, on: Callable[[str], None]) -> None:
    clienti = story("clienti", ("\ngroups:\n", "\ncategories: {contact.phone: {after: generalise}}\n\ngroups:\n"))
    ida = clienti.person("2020-01-01", name="Ida Holm", email="ida@firm.example", phone="+45 70 00 00 01")
    ida.has("relations", kind="customer", started_on="2020-01-01", ended_on="2023-03-10")
    ida.has("subscriptions", channel="email", topic="news", subscribed_on="2020-01-01")
    on("2025-03-11")
    status, out, _ = holdord("keep", clienti.folder)
    assert "Waiting for a decision: persons.phone" in out
    assert status == 1
    assert holdord("status", clienti.folder)[0] == 1


@both
def test_no_personal_data_in_any_output_or_entry(
    clienti: Story, holdord: Run, on: Callable[[str], None], tmp_path: Path
) -> None:
    marks = ["Zebedee", "quixote@firm.example", "+45 70 99 88 77", "Nordlyset 7", "xylophone"]
    ida = clienti.person(
        "2019-01-01", name=marks[0], email=marks[1], phone=marks[2], address=marks[3], card="9999-1234"
    )
    relation = ida.has("relations", kind="customer", title=marks[4], started_on="2019-01-01", ended_on="2020-01-01")
    relation.has("notes", channel="call", body=f"{marks[4]} {marks[0]}", taken_on="2019-01-01")
    ida.has("subscriptions", channel="email", topic="news", subscribed_on="2019-01-01", withdrawn_on="2020-01-01")
    there, exported = clienti.folder, tmp_path / "ledger.txt"
    on("2026-06-02")
    said = [
        part
        for command in (
            ("plan", there),
            ("plan", there, "--json"),
            ("status", there),
            ("status", there, "--json"),
            ("keep", there),
            ("keep", there, "--json"),
            ("status", there),
            ("ledger", "export", there, "--out", exported),
        )
        for part in holdord(*command)[1:]
    ]
    text = "\n".join([*said, exported.read_text("utf-8"), repr(clienti.company), repr(clienti.plan("2026-06-02"))])
    assert "notes" in text
    assert [mark for mark in [*marks, "9999-1234"] if mark in text] == []
