"""``holdord rehearse``: its document, its words, its picture, and its exit statuses."""

import json
import os
import signal
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdord.cli.main import run
from holdord.run import rehearse as module
from holdord.run.calendar import calendar
from holdord.run.foreseen import Rehearsal
from holdord.run.rehearse import rehearse
from tests.clock import stand_at
from tests.scenarios.conftest import Open
from tests.scenarios.story import Story, day
from tests.scenarios.test_rehearse import peopled

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def register(sqlite_register: str) -> str:
    """SQLite: what the databases do is tested elsewhere."""
    return sqlite_register


@pytest.fixture
def holdord(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs ``holdord rehearse`` at noon of 1 June 2026; returns its status, its output and its messages."""
    stand_at(monkeypatch, datetime(2026, 6, 1, 12, tzinfo=UTC))

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run(["rehearse", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return call


def subscriber(story: Story) -> Path:
    """A folder with one subscription that ends on 30 June, and nothing else."""
    story.person("2024-01-01", id=2, name="Bo Lund")
    ida = story.person("2024-01-01", name="Ida Holm", email="ida@firm.example")
    ida.has("subscriptions", channel="email", topic="news", subscribed_on="2024-01-01", withdrawn_on="2026-06-30")
    return story.folder


def test_the_document_is_stable(clienti: Story, holdord: Command) -> None:
    there = subscriber(clienti)
    status, out, _ = holdord(there, "--until", "2026-07-02", "--json")
    assert status == 0
    says = str(clienti.company.policy.promises["CI-19"].says)
    shared = {"promises": ["CI-19"], "store": "register", "action": "erase", "columns": [], "rows": 1}
    assert json.loads(out) == {
        "company": "Clienti A/S",
        "policy": clienti.company.policy.digest,
        "draft": False,
        "from": "2026-06-01",
        "until": "2026-07-02",
        "by": "day",
        "rows": 2,
        "erased": 2,
        "stripped": 0,
        "generalised": 0,
        "promises": [
            {"promise": "CI-19", "says": says, "approval": 0, "rows": 2, "first": "2026-07-01", "last": "2026-07-01"}
        ],
        "dates": [
            {
                "at": "2026-07-01",
                "rows": 2,
                "statements": [
                    {"promise": "CI-19", **shared, "table": "subscriptions"},
                    {"promise": "CI-19", **shared, "table": "persons", "promises": ["CI-19", "CI-21"]},
                ],
                "findings": [],
                "holds": [],
            }
        ],
    }
    assert holdord(there, "--until", "2026-07-02", "--json")[1] == out


def test_words_for_people_name_date_promise_what_and_rows(clienti: Story, holdord: Command) -> None:
    status, out, _ = holdord(subscriber(clienti), "--until", "2027-02-01", "--by", "week")
    assert status == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["2026-07-05", "CI-19", "erase", "subscriptions", "1"] in lines
    assert ["CI-21", "erase", "persons", "1"] in lines
    assert "2 rows in all: 2 erased. Nothing was changed." in out
    assert "Legal hold H-2026-1" in out
    assert holdord(clienti.folder, "--until", "2026-06-01")[1].count("Nothing goes.") == 1


def test_the_picture_is_xml_with_the_totals_in_it(clienti: Story, holdord: Command, tmp_path: Path) -> None:
    peopled(clienti)
    file = tmp_path / "calendar.svg"
    status, out, _ = holdord(clienti.folder, "--until", "2026-10-01", "--picture", file, "--json")
    assert status == 0
    root = ET.parse(file).getroot()
    title, said = (root.find(f"{{http://www.w3.org/2000/svg}}{name}") for name in ("title", "desc"))
    assert title is not None
    assert title.text == "Clienti A/S: what will go, 2026-06-01 to 2026-10-01"
    assert said is not None
    assert said.text is not None
    document = json.loads(out)
    told = said.text.replace("\u202f", "")
    assert told.startswith(f"{document['rows']} rows in all: {document['erased']} erased")
    for promise in document["promises"]:
        assert f"{promise['promise']}: {promise['rows']} row" in told
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {
        "svg", "title", "desc", "style", "rect", "text", "path", "g",
    }  # fmt: skip
    assert "http" not in file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    status, out, _ = holdord(clienti.folder, "--until", "2026-10-01", "--picture", "-")
    assert (status, out) == (0, file.read_text("utf-8"))


def test_no_word_of_a_policy_becomes_markup_in_the_picture(clienti: Story) -> None:
    found = rehearse(clienti.company, day("2026-06-01"), day("2026-06-02"), "day")
    odd = Rehearsal(
        company='</title><script>"&\f\x00',
        policy="",
        draft=True,
        today=day("2026-06-01"),
        until=day("2026-06-02"),
        by="day",
        says={"<b>": "]]><i>&amp;" * 60},
        approvals={},
        dates=tuple(found.dates),
    )
    root = ET.fromstring(calendar(odd))
    assert [element.tag for element in root.iter() if element.tag.endswith("script")] == []


@pytest.mark.parametrize("until", ["2026-05-31", "1999-01-01", "9999-12-31", "2127-01-01", "soon", "2026-02-30", ""])
def test_a_date_before_today_or_no_date_is_64(clienti: Story, holdord: Command, until: str) -> None:
    assert holdord(clienti.folder, "--until", until)[0] == 64


def test_wrong_usage_is_64(clienti: Story, holdord: Command) -> None:
    there = clienti.folder
    assert holdord(there)[0] == 64
    assert holdord(there, "--until", "2026-07-01", "--by", "hour")[0] == 64
    assert holdord(there, "--until", "2026-07-01", "--picture", "-", "--json")[0] == 64


def test_the_picture_is_drawn_over_no_file_of_the_company(clienti: Story, holdord: Command) -> None:
    there = subscriber(clienti)
    before = (there / "policy.yaml").read_bytes()
    assert holdord(there, "--until", "2026-07-01", "--picture", there / "policy.yaml")[0] == 2
    assert holdord(there, "--until", "2026-07-01", "--picture", there / "no" / "x.svg")[0] == 2
    assert (there / "policy.yaml").read_bytes() == before


def test_a_draft_may_be_rehearsed_and_says_so(story: Open, holdord: Command) -> None:
    clienti = story("clienti", ("holdord: 1\n", "holdord: 1\ndraft: true\n"))
    there = subscriber(clienti)
    status, out, err = holdord(there, "--until", "2026-07-01")
    assert status == 0
    assert "erase subscriptions" in out
    assert "This policy is a draft: nothing is erased by it." in " ".join(err.split())
    assert clienti.count() == {"persons": 2, "subscriptions": 1}


def test_ctrl_c_is_2_and_says_that_nothing_was_touched(
    clienti: Story, holdord: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = subscriber(clienti)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))

    def interrupted(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(module, "carry_out", interrupted)
    status, _, err = holdord(there, "--until", "2026-07-01")
    assert status == 2
    assert "The copy is erased" in err
    assert list((tmp_path / "temporary").iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
