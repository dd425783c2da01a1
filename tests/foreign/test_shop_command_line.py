"""Every command on a folder whose data lie in a database of the company's own."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from holdord.datamap.load import load
from holdord.errors import StoreError
from holdord.notice.write.page import write
from holdord.notice.write.policy import facts_of
from holdord.run import sweep
from holdord.run.folder import read_policy
from tests import yes
from tests.clock import stand_at
from tests.conftest import Run
from tests.foreign.conftest import SHOP, Open
from tests.foreign.shopping import address, customer, order, payment, subscription
from tests.foreign.story import Story


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the machine's clock to noon of a day; a first sweep is said yes to."""

    def set_clock(day: str) -> None:
        moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
        stand_at(monkeypatch, moment)
        monkeypatch.setattr(sweep, "keep", yes.keep)

    return set_clock


def fill(shop: Story) -> Path:
    """A customer whose account lapses, one who stays, and a parcel that is in dispute."""
    for number, opened in ((1, "2023-03-10"), (2, "2010-01-01"), (3, "2026-01-01")):
        there = address(shop, number)
        customer(shop, number, opened, at=there)
        order(shop, number, number, opened, to=there, delivered=opened)
        payment(shop, number, number, opened)
        subscription(shop, f"ida{number}@home.example", by=number)
    return shop.folder


def test_a_day_in_the_life_of_a_folder(shop: Story, holdord: Run, on: Callable[[str], None], tmp_path: Path) -> None:
    there = fill(shop)
    on("2026-03-10")
    assert holdord("keep", there)[0] == 0

    on("2026-03-11")
    status, out, _ = holdord("plan", there, "--json")
    document = json.loads(out)
    assert (status, document["at"]) == (1, "2026-03-11")
    assert {(one["action"], one["table"], one["promise"], one["store"]) for one in document["statements"]} == {
        ("strip", "customers", "SH-02", "shop"),
        ("generalise", "customers", "SH-02", "shop"),
    }
    _, out, _ = holdord("plan", there)
    assert "Strip password_hash in 1 row of customers (SH-02): nothing holds these columns any more." in out

    status, out, _ = holdord("status", there, "--json")
    shown = {one["id"]: one["state"] for one in json.loads(out)["promises"]}
    assert (status, shown["SH-02"], shown["SH-06"]) == (1, "due", "kept")

    status, out, _ = holdord("keep", there, "--json")
    assert (status, json.loads(out)["rows"], json.loads(out)["left"]) == (0, 3, 0)
    status, out, _ = holdord("keep", there, "--json")
    assert (status, json.loads(out)["rows"]) == (0, 0)

    status, out, _ = holdord("status", there)
    assert status == 0
    assert "Eksempelbutikken AS, 2026-03-11" in out
    assert "14 promises: 14 kept." in out

    exported = tmp_path / "ledger.txt"
    assert holdord("ledger", "export", there, "--out", exported)[0] == 0
    assert holdord("verify", exported, "--key", there / "ledger.pub")[0] == 0
    exported.write_bytes(exported.read_bytes().replace(b'"rows":1', b'"rows":0', 1))
    assert holdord("verify", exported, "--key", there / "ledger.pub")[0] == 2


def test_a_plan_on_file_is_carried_out_once(
    shop: Story, holdord: Run, on: Callable[[str], None], tmp_path: Path
) -> None:
    there, file = fill(shop), tmp_path / "plan.json"
    on("2026-03-11")
    assert holdord("keep", there)[0] == 0
    shop.change("newsletter", {"email": "ida3@home.example"}, unsubscribed_at=1_770_000_000)
    assert holdord("plan", there, "--out", file)[0] == 1
    assert holdord("keep", there, "--plan", file)[0] == 0
    entries = shop.entries()
    assert holdord("keep", there, "--plan", file)[0] == 0
    assert shop.entries() == entries
    assert shop.keys("newsletter") == {"ida1@home.example", "ida2@home.example"}


def test_nothing_is_made_by_looking(story: Open, holdord: Run) -> None:
    shop = story(SHOP, opened=False)
    for command in (("plan",), ("status",), ("ledger", "export")):
        assert holdord(*command, shop.folder, *(["--out", "-"] if command[0] == "ledger" else []))[0] in (0, 1, 2)
    assert {file.suffix for file in shop.folder.iterdir()} == {".yaml", ".md", ".toml"}


def test_what_is_due_can_be_asked_before_anything_is_kept(story: Open, holdord: Run, on: Callable[[str], None]) -> None:
    shop = story(SHOP, opened=False)
    fill(shop)
    on("2026-03-11")
    assert holdord("plan", shop.folder)[0] == 1


def test_evidence_without_its_key_and_a_key_without_its_evidence_are_refused(
    shop: Story, holdord: Run, on: Callable[[str], None]
) -> None:
    there = fill(shop)
    on("2026-03-10")
    assert holdord("keep", there)[0] == 0
    key, public, state = (there / name for name in ("ledger.key", "ledger.pub", "state.db"))
    away = {file: file.read_bytes() for file in (key, public, state)}
    shop.close()

    key.unlink()
    public.unlink()
    for command in (("keep", there), ("ledger", "export", there, "--out", there / "out.txt")):
        status, _, said = holdord(*command)
        assert (status, "neither ledger.key nor ledger.pub is there" in said) == (2, True)
    assert not key.exists()

    for file in (key, public):
        file.write_bytes(away[file])
    for file in (state, *there.glob("state.db-*")):
        file.unlink()
    status, _, said = holdord("status", there)
    assert status == 2
    assert "its log is somewhere else, or lost. Put it back from the backup" in said
    assert not state.exists()


def test_an_error_names_the_database_that_gave_it(shop: Story) -> None:
    def ask(name: str) -> None:
        with shop.company.reading() as (snapshot, state):
            (snapshot.connection if name == "shop" else state).exec_driver_sql("SELECT 1 FROM nowhere")

    for name in ("shop", "state"):
        with pytest.raises(StoreError, match=f"The store {name} answered"):
            ask(name)


@pytest.mark.postgres
def test_a_plan_needs_no_evidence_yet_wherever_it_will_lie(
    shop: Story, holdord: Run, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shop)
    shop.close()
    monkeypatch.setenv("HOLDORD_STATE", postgres_url)
    status, out, _ = holdord("plan", shop.folder, "--at", "2026-03-11")
    assert (status, "SH-02" in out) == (1, True)


def test_own_files_are_not_written_over(shop: Story, holdord: Run, on: Callable[[str], None]) -> None:
    there = fill(shop)
    on("2026-03-11")
    for name in ("datamap.yaml", "state.db", "policy.yaml", "holdord.toml"):
        before = (there / name).read_bytes()
        status, _, err = holdord("plan", there, "--out", there / name)
        assert (status, "own" in err) == (2, True)
        assert (there / name).read_bytes() == before


# What does not fit


def test_a_data_map_with_a_table_that_the_store_lacks_is_status_2(story: Open, holdord: Run) -> None:
    shop = story(SHOP, datamap=[("  newsletter:\n", "  newsletters:\n")], opened=False)
    for command in ("keep", "plan", "status"):
        status, _, err = holdord(command, shop.folder)
        assert status == 2
        assert "datamap.yaml: tables.newsletters: The store has no such table." in err


def test_a_mistake_in_the_data_map_is_told_with_its_line(story: Open, holdord: Run) -> None:
    shop = story(SHOP, datamap=[("class: employee", "klass: employee")], opened=False)
    status, _, err = holdord("plan", shop.folder)
    assert status == 2
    assert "datamap.yaml:21:5: tables.staff.klass" in err


def test_a_folder_that_names_no_database_is_told(story: Open, holdord: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = story(SHOP, opened=False)
    (shop.folder / "holdord.toml").unlink()
    status, _, err = holdord("plan", shop.folder)
    assert status == 2
    assert "HOLDORD_STORE" in err
    monkeypatch.setitem(os.environ, "HOLDORD_STORE", shop.url)
    assert holdord("keep", shop.folder)[0] == 0


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_database_that_is_not_there_is_status_2_and_not_made(story: Open, holdord: Run) -> None:
    shop = story(SHOP, opened=False)
    file = Path(shop.url.removeprefix("sqlite:///"))
    file.unlink()
    status, _, err = holdord("keep", shop.folder)
    assert status == 2
    assert f"There is no database {file}" in err
    assert not file.exists()


# The notice


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_the_notice_is_what_the_policy_makes_of_the_folders_own_data_map(story: Open) -> None:
    shop = story(SHOP, opened=False)
    datamap = load((shop.folder / "datamap.yaml").read_bytes())
    made = write(facts_of(read_policy(shop.folder), datamap, "nb"), "nb")
    assert made == (SHOP / "notice.nb.md").read_text("utf-8")


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_write_makes_the_notice(story: Open, holdord: Run) -> None:
    shop = story(SHOP, opened=False)
    status, out, _ = holdord("write", shop.folder, "--lang", "nb")
    assert status == 0
    assert out == (SHOP / "notice.nb.md").read_text("utf-8")


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_check_finds_nothing(story: Open, holdord: Run) -> None:
    shop = story(SHOP)
    status, out, _ = holdord("check", shop.folder, "--json")
    document = json.loads(out)
    assert [finding["text"] for notice in document["notices"] for finding in notice["findings"]] == []
    assert [(policy["problems"], policy["hints"]) for policy in document["policies"]] == [([], [])]
    assert status == 0


def test_no_personal_data_in_any_output(shop: Story, holdord: Run, on: Callable[[str], None], tmp_path: Path) -> None:
    there, out = fill(shop), tmp_path / "ledger.txt"
    on("2026-06-01")
    said: list[Any] = []
    for command in ("plan", "status", "keep", "status"):
        said += holdord(command, there)[1:]
        said += holdord(command, there, "--json")[1:]
    holdord("ledger", "export", there, "--out", out)
    said += [out.read_text("utf-8"), repr(shop.company)]
    assert [mark for mark in ("Prøve", "home.example", "0000.00", "Eksempelstad") if mark in "\n".join(said)] == []
