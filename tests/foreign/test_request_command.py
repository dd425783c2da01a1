"""``holdord request``, from the day something came to the answer; and what it says to nonsense."""

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdord.run.requests.seen import views
from tests.clock import stand_at
from tests.conftest import Run
from tests.foreign.shopping import customer, subscription
from tests.foreign.story import Story
from tests.foreign.test_shop_requests import household, who

On = Callable[[str], None]


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> On:
    """Sets the machine's clock to noon of a day."""

    def set_clock(day: str) -> None:
        moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
        stand_at(monkeypatch, moment)

    return set_clock


def test_access_from_letter_to_answer(shop: Story, holdord: Run, on: On, tmp_path: Path) -> None:
    household(shop)
    on("2026-06-01")
    new = ["request", "new", shop.folder, "--for", "access", "--person", "customer:1"]
    status, out, _ = holdord(*new, "--received", "2026-05-20", "--by", "letter", "--json")
    assert status == 0
    assert json.loads(out) == {
        "number": 1, "for": "access", "channel": "letter", "received": "2026-05-20", "due": "2026-06-22",
        "extended": False, "state": "open", "closed": None, "late": False,
    }  # fmt: skip
    assert holdord("request", "list", shop.folder)[0] == 0
    on("2026-06-23")
    status, out, _ = holdord("request", "list", shop.folder)
    assert (status, "LATE" in out) == (1, True)
    file = tmp_path / "answer.json"
    status, out, _ = holdord("request", "answer", shop.folder, 1, "--out", file)
    assert (status, "answered on 2026-06-23" in out) == (0, True)
    assert "ida1@home.example" in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "ida" not in out.lower()
    status, out, _ = holdord("request", "list", shop.folder, "--all", "--json")
    assert [one["late"] for one in json.loads(out)["requests"]] == [True]
    assert status == 0


def test_who_reads_an_answer_here_is_told_like_who_reads_it_on_a_page(
    shop: Story, holdord: Run, on: On, tmp_path: Path
) -> None:
    household(shop)
    on("2026-06-01")
    new = ["request", "new", shop.folder, "--for", "access", "--person", "customer:1"]
    assert holdord(*new)[0] == 0
    told = json.loads(holdord("request", "preview", shop.folder, 1, "--json")[1])["views"]
    assert told == {"since": "2026-06-01", "days": []}, "the log was begun today"
    assert holdord("request", "preview", shop.folder, 1)[0] == 0
    on("2026-06-05")
    holdord("request", "answer", shop.folder, 1, "--out", tmp_path / "answer.json")
    assert holdord(*new)[0] == 0
    again = json.loads(holdord("request", "preview", shop.folder, 2, "--json")[1])["views"]["days"]
    assert [(one["day"], one["does"]) for one in again] == [("2026-06-05", "answer"), ("2026-06-01", "answer")]
    with shop.evidence() as state:
        assert {one.who.partition(" ")[2] for one in views(state, who(1))} == {"(command line)"}


def test_erasure_is_seen_before_it_is_done(shop: Story, holdord: Run, on: On, tmp_path: Path) -> None:
    household(shop)
    on("2026-06-01")
    assert holdord("request", "new", shop.folder, "--for", "erasure", "--person", "customer:1")[0] == 0
    before = shop.whole()
    status, out, _ = holdord("request", "preview", shop.folder, 1)
    assert (status, "newsletter: whole rows, 1 row" in out) == (0, True)
    assert "bokføringsloven § 13" in out
    assert "until 2031-12-31" in out
    assert shop.whole() == before
    file = tmp_path / "done.json"
    status, out, _ = holdord("request", "answer", shop.folder, 1, "--objected", "support", "--out", file, "--confirm")
    assert status == 0
    assert "tickets: whole rows, 1 row" in out
    document = json.loads(file.read_text("utf-8"))
    assert (document["done"], document["left"], document["authority"]["name"]) == (True, [], "Datatilsynet")
    assert "bokføringsloven § 13" in {one["law"] for one in document["purposes"]}
    assert "Ida" not in out


def test_an_incomplete_answer_leaves_the_request_open(shop: Story, holdord: Run, on: On, tmp_path: Path) -> None:
    policy = shop.folder / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("decisions: none\n", ""), "utf-8")
    customer(shop, 1, "2026-01-01")
    on("2026-06-01")
    holdord("request", "new", shop.folder, "--for", "access", "--person", "customer:1")
    status, _, err = holdord("request", "answer", shop.folder, 1, "--out", tmp_path / "answer.json")
    assert status == 1
    assert "15(1)(h)" in err
    assert "stays open" in err


def test_extending_refusing_and_coming_back(shop: Story, holdord: Run, on: On) -> None:
    customer(shop, 1, "2026-01-01")
    on("2026-06-01")
    holdord("request", "new", shop.folder, "--for", "access", "--person", "customer:1", "--by", "in_person")
    status, out, _ = holdord("request", "extend", shop.folder, 1, "--reason", "many requests")
    assert (status, "due by 2026-09-01" in out) == (0, True)
    status, out, err = holdord("request", "refuse", shop.folder, 1, "--reason", "the third time this week")
    assert (status, "refused on 2026-06-01" in out, "Datatilsynet" in err) == (0, True, True)
    status, out, _ = holdord("request", "reopen", shop.folder, 1, "--reason", "it was the first")
    assert (status, "due by 2026-09-01" in out) == (0, True)


def test_an_address_is_looked_up(shop: Story, holdord: Run) -> None:
    household(shop)
    assert holdord("request", "find", shop.folder, "--email", "ida1@home.example")[:2] == (0, "customer:1\n")
    status, out, err = holdord("request", "find", shop.folder, "--email", "nobody@home.example")
    assert (status, out, "Nobody" in err) == (1, "", True)
    status, out, _ = holdord("request", "find", shop.folder, "--email", "bo1@shop.example", "--json")
    assert json.loads(out) == {"people": ["employee:1"], "loose": 0, "mailbox": False}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["new", "--for", "gold", "--person", "customer:1"], "objection, withdrawal"),
        (["new", "--for", "access", "--person", "customer:1", "--by", "owl"], "not by owl"),
        (["new", "--for", "access", "--person", "order:1"], "no class of people"),
        (["new", "--for", "access", "--person", "customer:x"], "id is a number"),
        (["new", "--for", "access", "--person", "customer:"], "customer:id"),
        (["new", "--for", "access", "--person", "customer:1", "--received", "2030-01-01"], "lies ahead"),
        (["answer", "7"], "no request 7"),
        (["preview", "7"], "no request 7"),
        (["refuse", "7", "--reason", "x"], "no request 7"),
    ],
)
def test_nonsense_is_refused_in_words(shop: Story, holdord: Run, on: On, arguments: list[str], said: str) -> None:
    customer(shop, 1, "2026-01-01")
    subscription(shop, "ida1@home.example", by=1)
    on("2026-06-01")
    action, *rest = arguments
    status, out, err = holdord("request", action, shop.folder, *rest)
    assert (status, said in err) == (2, True), err
    assert out == ""
    assert shop.entries("request") == []


def test_an_answer_is_never_written_over_the_companys_own_files(shop: Story, holdord: Run, on: On) -> None:
    customer(shop, 1, "2026-01-01")
    on("2026-06-01")
    holdord("request", "new", shop.folder, "--for", "access", "--person", "customer:1")
    assert holdord("request", "answer", shop.folder, 1)[0] == 2
    status, _, err = holdord("request", "answer", shop.folder, 1, "--out", shop.folder / "policy.yaml")
    assert (status, "company's own" in err) == (2, True)
    assert "holdord: 1" in (shop.folder / "policy.yaml").read_text("utf-8")


def test_nothing_is_erased_where_the_answer_has_no_place(shop: Story, holdord: Run, on: On, tmp_path: Path) -> None:
    household(shop)
    on("2026-12-01")
    holdord("request", "new", shop.folder, "--for", "erasure", "--person", "customer:1")
    before = shop.whole()
    for out in (shop.folder / "policy.yaml", tmp_path / "nowhere" / "answer.json", tmp_path):
        assert holdord("request", "answer", shop.folder, 1, "--out", out)[0] == 2
    assert shop.whole() == before


def test_that_nothing_is_held_is_registered_and_answered(shop: Story, holdord: Run, on: On, tmp_path: Path) -> None:
    on("2026-06-01")
    status, _, err = holdord("request", "new", shop.folder, "--for", "access", "--person", "customer:77")
    assert (status, "Nothing is held" in err) == (0, True)
    file = tmp_path / "answer.json"
    assert holdord("request", "answer", shop.folder, 1, "--out", file)[0] == 0
    assert json.loads(file.read_text("utf-8"))["items"] == []


def test_a_clock_that_looks_wrong_is_asked_about(shop: Story, holdord: Run, on: On) -> None:
    household(shop)
    on("2028-06-01")
    holdord("request", "new", shop.folder, "--for", "erasure", "--person", "customer:1")
    on("2028-05-01")
    status, _, err = holdord("request", "answer", shop.folder, 1)
    assert (status, "clock" in err, "--confirm" in err) == (1, True, True)
