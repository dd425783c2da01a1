"""What people must do and prove: SE-14, by whom and how often, what waits, and what the log says of it."""

import io
import json
from contextlib import nullcontext
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from holdord.errors import Refused
from holdord.policy.model import Record
from holdord.run import prune, tasks
from holdord.run.requests import book
from tests.conftest import Run
from tests.scenarios.conftest import Open
from tests.scenarios.story import Story


@pytest.fixture
def register(request: pytest.FixtureRequest) -> str:
    """SQLite, unless a test asks for both databases."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_register"))


both = pytest.mark.parametrize(
    "register", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def proves(se: Story, on: str, part: str = "measures", says: str = "All is in place") -> tasks.Standing:
    return tasks.give(se.company, se.noon(on), "SE-14", part, by_whom="Ida Holm", says=says)


def test_what_nobody_has_proved_is_waiting_and_names_who_and_what(se: Story) -> None:
    shown = se.part("2026-01-01", "SE-14", "measures")
    assert (shown.state, shown.evidence, shown.since) == ("waiting", (), None)
    assert shown.why.startswith("daglig leder has not confirmed yet: gå gjennom de tekniske")
    assert se.shows("2026-01-01")["SE-14"].state == "waiting"


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2026-01-05", "kept"),
        ("2027-01-05", "kept"),
        ("2027-01-06", "waiting"),
        ("2027-02-04", "waiting"),
        ("2027-02-05", "broken"),
    ],
)
def test_a_proof_counts_for_as_long_as_the_policy_says_then_waits_then_is_broken(
    se: Story, on: str, state: str
) -> None:
    entry = proves(se, "2026-01-05").proof
    assert entry is not None
    shown = se.part(on, "SE-14", "measures")
    assert (shown.state, shown.evidence, shown.next) == (state, (entry.entry,), date(2027, 1, 6))


@both
def test_a_promise_is_kept_when_each_of_its_tasks_is_proved(se: Story) -> None:
    proves(se, "2026-01-05")
    assert se.shows("2026-01-05")["SE-14"].state == "waiting"
    proves(se, "2026-01-06", "processors")
    assert se.shows("2026-01-06")["SE-14"].state == "kept"


def test_what_is_done_once_stays_done(story: Open) -> None:
    se = story("se-gruppen", ("measures: {tasks: {every: 12 months, who", "measures: {tasks: {who"))
    assert proves(se, "2026-01-05").due is None
    assert se.part("2066-01-05", "SE-14", "measures").state == "kept"


def test_what_waits_stands_in_a_list_the_worst_first(se: Story) -> None:
    assert len(tasks.open_(se.company, se.noon("2026-01-01"))) == 2
    proves(se, "2026-01-05")
    assert [one.part for one in tasks.open_(se.company, se.noon("2026-01-05"))] == ["processors"]
    waits = tasks.open_(se.company, se.noon("2028-01-05"))
    assert [(one.part, one.state) for one in waits] == [("measures", "broken"), ("processors", "waiting")]


def test_the_latest_day_counts_whatever_was_written_down_last(se: Story) -> None:
    proves(se, "2026-06-05")
    old = tasks.give(
        se.company, se.noon("2026-06-06"), "SE-14", "measures", by_whom="x", says="y", given=date(2025, 1, 1)
    )
    assert old.proof is not None
    assert old.proof.given == date(2026, 6, 5)


def test_the_log_says_that_and_when_and_not_who_or_what(se: Story) -> None:
    shown = tasks.give(
        se.company,
        se.noon("2026-01-05"),
        "SE-14",
        "measures",
        by_whom="Ida Holm",
        says="Seen with Otto",
        file=io.BytesIO(b"a report"),
    )
    (entry,) = se.entries("proof")
    assert (entry["promise"], entry["part"], entry["given"]) == ("SE-14", "measures", "2026-01-05")
    assert entry["policy"] == se.company.policy.digest
    assert set(entry["sealed"]) == {"by_whom", "says", "file"}
    digest = sha256(b"a report").hexdigest()
    assert not any(word in json.dumps(entry) for word in ("Ida", "Otto", digest))
    assert shown.proof is not None
    assert (shown.proof.by_whom, shown.proof.says, shown.proof.file_digest) == ("Ida Holm", "Seen with Otto", digest)
    assert not any(word in repr(shown) for word in ("Ida", "Otto"))


@pytest.mark.parametrize("proved", [False, True])
def test_the_last_proof_is_not_pruned(se: Story, proved: bool) -> None:
    if proved:
        proves(se, "2024-01-05")
    se.keeps("2024-01-06")
    se.keeps("2026-01-06")
    with nullcontext() if not proved else pytest.raises(Refused, match="it is the last proof of promise SE-14"):
        assert prune.propose(se.company, date(2026, 1, 1), se.noon("2026-01-06")).cut is not None


def test_what_was_answered_within_the_year_is_not_pruned(se: Story) -> None:
    who = Record(record_class="person", key=(1,))
    at = se.noon("2025-12-01")
    one = book.register(se.company, at, asks_for="access", person=who, channel="email", received=at.date())
    book.close(se.company, at, one.number, "answered")
    se.keeps("2025-12-02")
    se.keeps("2027-01-06")
    with pytest.raises(Refused, match="request that was answered on 2025-12-01"):
        prune.propose(se.company, date(2026, 1, 1), se.noon("2026-12-01"))
    assert prune.propose(se.company, date(2026, 1, 1), se.noon("2027-01-06")).cut is not None


@pytest.mark.parametrize(
    ("promise", "part", "by", "says", "given", "what"),
    [
        ("SE-14", "measures", "Ida", "done", "2026-01-06", "lies ahead"),
        ("SE-14", "gate", "Ida", "done", None, "no task SE-14 gate. Those of the policy: SE-14 processors"),
        ("SE-99", "measures", "Ida", "done", None, "no task SE-99"),
        ("SE-17", "statement", "Ida", "done", None, "no task SE-17"),
        ("SE-14", "measures", "  ", "done", None, "Who did it is not said"),
        ("SE-14", "measures", "Ida", "", None, "What was done is not said"),
        ("SE-14", "measures", "Ida", "x" * 2001, None, "at most 2000 characters"),
        ("SE-14", "measures", "Ida\x00", "done", None, "cannot be printed"),
        ("SE-14", "measures", "Ida", "\udcff", None, "cannot be printed"),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing_behind(
    se: Story, promise: str, part: str, by: str, says: str, given: str | None, what: str
) -> None:
    day = date.fromisoformat(given) if given else None
    with pytest.raises(Refused, match=what):
        tasks.give(se.company, se.noon("2026-01-05"), promise, part, by_whom=by, says=says, given=day)
    with se.company.state.snapshot() as connection:
        assert connection.execute(text("SELECT count(*) FROM holdord_proof")).scalar_one() == 0
    assert se.entries() == []


# The command


def test_the_command_lists_what_waits_and_writes_down_what_was_done(se: Story, holdord: Run, tmp_path: Path) -> None:
    status, out, _ = holdord("task", "list", se.folder)
    assert (status, out.count("waiting")) == (1, 2)
    report = tmp_path / "report.pdf"
    report.write_bytes(b"seen")
    said = ("--by", "[bold]Ida", "--says", "seen", "--file", report)
    status, out, _ = holdord("task", "done", se.folder, "SE-14", "measures", *said)
    assert status == 0
    assert "kept" in out
    status, out, _ = holdord("task", "list", se.folder, "--json")
    assert (status, [one["part"] for one in json.loads(out)["tasks"]]) == (1, ["processors"])
    assert holdord("task", "done", se.folder, "SE-14", "processors", "--by", "Ida", "--says", "seen")[0] == 0
    assert holdord("task", "list", se.folder)[0] == 0
    status, out, _ = holdord("task", "list", se.folder, "--all", "--json")
    (first, *_) = [one for one in json.loads(out)["tasks"] if one["part"] == "measures"]
    assert (first["by"], first["file"], first["every"]) == ("[bold]Ida", sha256(b"seen").hexdigest(), "12 months")


@pytest.mark.parametrize(
    ("arguments", "status", "what"),
    [
        (["SE-14", "measures", "--by", "Ida", "--says", "x", "--given", "2999-01-01"], 2, "lies ahead"),
        (["SE-14", "measures", "--by", "Ida", "--says", "x", "--file", "no.pdf"], 2, "no.pdf cannot be read"),
        (["SE-14", "measures", "--by", "Ida", "--says", "x", "--file", "."], 2, ". is no file"),
        (["SE-14", "[gate]", "--by", "Ida", "--says", "x"], 2, "There is no task SE-14 [gate]"),
        (["SE-14", "measures", "--by", "Ida"], 64, "--says"),
        (["SE-14", "measures", "--by", "Ida", "--says", "x", "--given", "2001-01-01"], 1, ""),
    ],
)
def test_nonsense_on_the_command_line_is_said_in_words(
    se: Story, holdord: Run, arguments: list[str], status: int, what: str
) -> None:
    found, _, err = holdord("task", "done", se.folder, *arguments)
    assert found == status
    assert what in " ".join(err.split())
