"""What staff decide through the pages: approvals, more time, refusals, hand-overs, and two who act at once."""

import re
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.test import Client

from holdord.ledger import log
from holdord.now import now, today
from holdord.run.requests import book, booked, portability
from holdord.run.sweep import plan_of
from holdord.web.say import said
from tests.foreign.test_portability import Server, server  # noqa: F401 (server is a fixture)
from tests.web.conftest import Member
from tests.web.test_office import ask, fresh, opened, page, people, staff, state_of  # noqa: F401 (fixtures)
from tests.yes import keep

HOSTILE = "<script>alert(1)</script>\"'><b>&amp;{{ company_name }}{% now %}"
RAW = ("<script>alert", "<b>&amp;", "'><b>")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment, each in a thread of its own."""
    from django.db import connections

    ready = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        ready.wait(30)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as several:
        return [each.result(60) for each in [several.submit(one, act) for act in acts]]


def entries(folder: Path, kind: str) -> list[dict[str, Any]]:
    with opened(folder) as company, company.state.snapshot() as connection:
        return [one.value for one in log.read(connection) if one.value["kind"] == kind]


def letters(folder: Path, kind: str) -> list[str]:
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        query = "SELECT plain FROM holdord_message WHERE kind = ? ORDER BY number"
        return [text for (text,) in connection.execute(query, (kind,))]


def change(folder: Path, old: str, new: str) -> None:
    """Change the policy; what is replaced must be there."""
    policy = folder / "policy.yaml"
    text = policy.read_text("utf-8")
    assert old in text, old
    policy.write_text(text.replace(old, new, 1), "utf-8")


# Approvals


@pytest.fixture
def waiting(people: Path) -> tuple[Path, str]:  # noqa: F811
    """The people are past their time, and two must say yes before they go; return the folder and the promise."""
    with closing(sqlite3.connect(people / "register.db")) as connection:
        connection.execute("UPDATE persons SET collected_on = '2024-01-01'")
        connection.commit()
    with opened(people) as company:
        found = plan_of(company, today(company.policy.controller.zone, now()))
        promise = next(one.promise for one in found.statements if one.table == "persons")
    change(people, "  officer: none\n", "  officer: none\n  approvers: [leder, Berit Ås]\n")
    text = (people / "policy.yaml").read_text("utf-8")
    head, _, tail = text.partition(f"\n  {promise}:\n")
    tail = tail.replace("    kept_by: software\n", "    kept_by: software\n    approval: 2\n", 1)
    (people / "policy.yaml").write_text(f"{head}\n  {promise}:\n{tail}", "utf-8")
    return people, promise


def says(client: Client, promise: str, what: str = "yes", **more: str) -> Any:
    """Say yes or no to what the page shows."""
    plan = re.search(r'name="plan" value="(\w+)"', page(client, "plan/"))
    digest = plan[1] if plan else ""
    return client.post(f"/en/office/plan/{promise}/", {"says": what, "reason": "Seen.", "plan": digest} | more)


def people_left(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        count: int = connection.execute("SELECT count(*) FROM persons").fetchone()[0]
        return count


def given(client: Client) -> str:
    text = page(client, "plan/")
    found = re.search(r"(\d) of 2 said yes", text)
    return found[1] if found else "none waits"


def test_two_general_managers_say_yes_at_the_same_moment(member: Member, waiting: tuple[Path, str]) -> None:
    folder, promise = waiting
    leder, berit = member("general_manager", name="leder"), member("general_manager", name="Berit Ås")
    assert given(leder) == "0"
    answers = at_once(partial(says, leder, promise), partial(says, berit, promise))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(entries(folder, "approval")) == 2
    assert given(leder) == "none waits"
    assert said("office.approvals_none", "en") in page(leder, "plan/")
    with opened(folder) as company:
        keep(company, now)
    assert people_left(folder) == 0


def test_one_who_says_yes_twice_is_one(member: Member, waiting: tuple[Path, str]) -> None:
    folder, promise = waiting
    leder = member("general_manager", name="leder")
    at_once(partial(says, leder, promise), partial(says, leder, promise))
    says(leder, promise)
    assert given(leder) == "1"
    with opened(folder) as company:
        keep(company, now)
    assert people_left(folder) == 4


def test_a_no_takes_the_yes_of_the_other_back(member: Member, waiting: tuple[Path, str]) -> None:
    folder, promise = waiting
    leder, berit = member("general_manager", name="leder"), member("case_handler", name="Berit Ås")
    says(leder, promise)
    says(berit, promise, "no")
    assert given(leder) == "0"
    assert "Somebody said no on" in page(leder, "plan/")
    assert [one["says"] for one in entries(folder, "approval")] == ["yes", "no"]
    assert "leder" not in str(entries(folder, "approval"))


def test_who_is_no_approver_has_no_form_and_no_say(member: Member, waiting: tuple[Path, str]) -> None:
    folder, promise = waiting
    kari = member("general_manager", name="kari")
    assert 'name="says"' not in page(kari, "plan/")
    assert says(kari, promise).status_code == 200
    assert entries(folder, "approval") == []


def test_a_yes_to_another_plan_than_the_one_of_now_is_none(member: Member, waiting: tuple[Path, str]) -> None:
    folder, promise = waiting
    leder = member("general_manager", name="leder")
    assert says(leder, promise, plan="0" * 64).status_code == 200
    assert says(leder, promise, reason=" ").status_code == 200
    assert entries(folder, "approval") == []


# More time, and no


def test_more_time_is_taken_once_and_the_person_reads_why(
    staff: Client,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
    people: Path,  # noqa: F811
) -> None:
    number = ask("access", ago=5)
    with opened(people) as company, company.state.snapshot() as connection:
        before = booked.find(connection, company.policy, number).due
    first = staff.post(f"/en/office/{number}/extend/", {"reason": "Ten systems to ask."}, follow=True)
    assert "Ten systems to ask." in first.content.decode()
    with opened(people) as company, company.state.snapshot() as connection:
        after = booked.find(connection, company.policy, number).due
    assert 55 < (after - before).days < 66
    (letter,) = letters(people, "extended")
    assert "Ten systems to ask." in letter
    again = staff.post(f"/en/office/{number}/extend/", {"reason": "And more."})
    assert again.status_code == 200
    assert 'role="status"' in again.content.decode()
    assert len(letters(people, "extended")) == 1
    assert [one["does"] for one in entries(people, "request")] == ["registered", "extended"]


def test_time_that_is_over_is_not_made_longer(
    staff: Client,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
    people: Path,  # noqa: F811
) -> None:
    number = ask("access", ago=60)
    assert f"{number}/extend/" not in page(staff, f"{number}/")
    assert staff.post(f"/en/office/{number}/extend/", {"reason": "Late."}).status_code == 200
    assert letters(people, "extended") == []


def test_a_refusal_says_why_and_where_to_complain(
    staff: Client,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
    people: Path,  # noqa: F811
) -> None:
    number = ask("erasure")
    staff.post(f"/en/office/{number}/refuse/", {"reason": "We asked who you are, and you did not say."})
    assert state_of(people, number) == "refused"
    assert "We asked who you are" in page(staff, f"{number}/")
    assert len(letters(people, "refused")) == 1
    assert people_left(people) == 4


# Two at once


def test_two_who_answer_one_request_at_once_send_one_answer(
    member: Member,
    ask: Callable[..., int],  # noqa: F811
    people: Path,  # noqa: F811
) -> None:
    number = ask("access")
    kari, ola = member("case_handler", name="kari"), member("case_handler", name="ola")
    answers = at_once(*(partial(one.post, f"/en/office/{number}/answer/") for one in (kari, ola)))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert state_of(people, number) == "answered"
    assert [one["does"] for one in entries(people, "request")] == ["registered", "answered"]
    assert len(letters(people, "answered")) == 1
    assert any("closed" in page(one, f"{number}/") for one in (kari, ola)), "who came second is told"


def test_two_who_erase_at_once_erase_once(
    member: Member,
    ask: Callable[..., int],  # noqa: F811
    people: Path,  # noqa: F811
) -> None:
    number = ask("erasure")
    both = [fresh(member("case_handler", name=name)) for name in ("kari", "ola")]
    plans = [re.search(r'name="plan" value="(\w+)"', page(one, f"{number}/erase/")) for one in both]
    given = [{"plan": plan[1], "sure": "on", "clock": "on"} for plan in plans if plan]
    answers = at_once(
        *(partial(one.post, f"/en/office/{number}/erase/", say) for one, say in zip(both, given, strict=True))
    )
    assert {answer.status_code for answer in answers} <= {302, 200}
    assert state_of(people, number) == "answered"
    assert [one["does"] for one in entries(people, "request")] == ["registered", "answered"]
    assert people_left(people) == 3


def test_one_refuses_while_the_other_answers_and_one_of_them_wins(
    member: Member,
    ask: Callable[..., int],  # noqa: F811
    people: Path,  # noqa: F811
) -> None:
    number = ask("access")
    kari, ola = member("case_handler", name="kari"), member("case_handler", name="ola")
    at_once(
        partial(kari.post, f"/en/office/{number}/answer/"),
        partial(ola.post, f"/en/office/{number}/refuse/", {"reason": "No."}),
    )
    ends = [one["does"] for one in entries(people, "request") if one["does"] != "registered"]
    assert ends in (["answered"], ["refused"])
    assert len(letters(people, "answered")) + len(letters(people, "refused")) == 1


def test_the_logs_key_is_made_once_when_several_need_it_first(people: Path) -> None:  # noqa: F811
    with opened(people) as company:
        for _ in range(8):
            for file in (company.settings.key, company.public):
                file.unlink(missing_ok=True)
            assert len({key.vkey for key in at_once(*[company.key] * 6)}) == 1


# Handing over


def test_data_are_handed_over_to_who_was_named_and_the_page_says_so(
    staff: Client,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
    people: Path,  # noqa: F811
    server: Server,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portability, "send", partial(portability.send, line=server.line))
    number = ask("portability", address=server.at("/works"))
    shown = page(staff, f"{number}/")
    assert server.at("/works") not in shown, "an address may name somebody"
    assert said("office.wish_address_given", "en") in shown
    answer = staff.post(f"/en/office/{number}/answer/", follow=True)
    assert state_of(people, number) == "answered", answer.content.decode()
    assert len(server.got) == 1
    assert [one["does"] for one in entries(people, "portability")] == ["tried", "sent"]


def test_a_hand_over_that_failed_leaves_the_request_open_and_can_be_tried_again(
    staff: Client,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
    people: Path,  # noqa: F811
    server: Server,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = ask("portability", address=server.at("/works"))
    shut = staff.post(f"/en/office/{number}/answer/", follow=True)
    assert state_of(people, number) == "open", "a server of one's own network gets nothing"
    assert 'class="message' in shut.content.decode()
    assert server.got == []
    monkeypatch.setattr(portability, "send", partial(portability.send, line=server.line))
    staff.post(f"/en/office/{number}/answer/")
    assert state_of(people, number) == "answered"
    assert len(server.got) == 1


# What somebody wrote is text


@pytest.mark.parametrize("name", ["refuse", "extend", "reopen"])
def test_a_hostile_reason_is_text(
    staff: Client,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
    name: str,
) -> None:
    number = ask("access")
    if name == "reopen":
        staff.post(f"/en/office/{number}/refuse/", {"reason": "No."})
    shown = staff.post(f"/en/office/{number}/{name}/", {"reason": HOSTILE}, follow=True).content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert not any(raw in shown for raw in RAW)
    assert "{{ company_name }}" in shown.replace("&#x27;", "'"), "and no template either"


@pytest.mark.parametrize(
    ("at", "fields"),
    [
        ("new/access/", ("received", "email", "key", "answer_to", "mandate", "channel", "language")),
        ("new/rectification/", ("category", "old", "new", "key", "mandate")),
        ("new/portability/", ("address", "key", "mandate")),
        ("people/", ("by", "value")),
        ("people/?by=key", ("value",)),
        ("1/refuse/", ("reason",)),
        ("limits/1/announce/", ("reason",)),
        ("limits/1/weigh/", ("reason", "decision")),
    ],
)
def test_every_field_that_is_shown_again_shows_text(
    staff: Client,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
    at: str,
    fields: tuple[str, ...],
) -> None:
    ask("access")
    number = ask("restriction", ground="claims")
    staff.post(f"/en/office/{number}/answer/")
    said_: dict[str, str] = dict.fromkeys(fields, HOSTILE)
    if at.endswith("by=key"):
        said_["by"] = "key"
    answer = staff.post(f"/en/office/{at.partition('?')[0]}", said_, follow=True)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert not any(raw in shown for raw in RAW)


def test_hostile_words_of_a_task_a_policy_and_a_person_are_text(
    staff: Client,  # noqa: F811
    people: Path,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
) -> None:
    from tests.web.test_people import found

    quoted = HOSTILE.replace("'", "''")
    change(people, "  name: Clemco Norge AS", f"  name: '{quoted}'")
    change(people, "selling, making contracts and looking after customers", "SELLS")
    text = (people / "policy.yaml").read_text("utf-8")
    (people / "policy.yaml").write_text(text.replace("SELLS", f"'{quoted}'", 1), "utf-8")
    day = now().date().isoformat()
    with closing(sqlite3.connect(people / "register.db")) as connection:
        everything = "UPDATE persons SET name = ?, phone = ?, address = ?, collected_on = ? WHERE id = 1"
        connection.execute(everything, (HOSTILE, HOSTILE, HOSTILE, day))
        connection.execute(
            "INSERT INTO relations (id, person_id, kind, started_on, preferences) VALUES (1, 1, 'customer', ?, ?)",
            (day, HOSTILE),
        )
        connection.commit()
    number = ask("access")
    where = found(staff)["Location"]
    full = staff.post(f"{where}full/", {"purpose": "sales_and_contracts"}).content.decode()
    assert "&lt;script&gt;alert(1)" in full.partition("<main")[2]
    pages = [full, staff.get(where).content.decode()]
    pages += [page(staff, at) for at in ("", f"{number}/", "limits/", "tasks/", "plan/", "outbox/", "people/")]
    for shown in pages:
        assert "&lt;script&gt;alert(1)" in shown, "the controller's name stands on every page"
        assert not any(raw in shown for raw in RAW)


def test_a_hostile_answer_back_and_a_hostile_proof_are_text(
    staff: Client,  # noqa: F811
    people: Path,  # noqa: F811
    ask: Callable[..., int],  # noqa: F811
) -> None:
    number = ask("access")
    staff.post(f"/en/office/{number}/answer/")
    with opened(people) as company:
        book.reopen(company, now(), number, HOSTILE)
    assert "&lt;script&gt;alert(1)" in page(staff, f"{number}/")
    assert not any(raw in page(staff, f"{number}/") for raw in RAW)
    at = re.search(r'href="/en/office/(tasks/[^"]+/)"', page(staff, "tasks/"))
    assert at is not None
    wrong = staff.post(f"/en/office/{at[1]}", {"says": HOSTILE, "given": HOSTILE}).content.decode()
    assert "&lt;script&gt;alert(1)" in wrong
    assert not any(raw in wrong for raw in RAW)
