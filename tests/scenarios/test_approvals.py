"""Promises that wait for a yes: who may say it, what it lets go, how long it stands, and what stays meanwhile."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from holdord.cli.main import run
from holdord.errors import Refused
from holdord.ledger import log
from holdord.ledger.entry import check_opening
from holdord.plan.plan import make
from holdord.plan.statements import Plan, Statement
from holdord.run.approvals import Says
from holdord.run.approve import decide
from tests.clock import stand_at
from tests.scenarios.conftest import Open, on_sqlite
from tests.scenarios.story import Row, Story, day
from tests.yes import keep

APPROVERS = ("  officer: none\n", "  officer: none\n  approvers: [the general manager, Berit Ås, Carl Bø]\n")
NEWS = "system within 5 days.\n    kept_by: software\n"
ONE = (NEWS, f"{NEWS}    approval: 1\n")
TWO = (NEWS, f"{NEWS}    approval: 2\n")
GM, BERIT, CARL = "the general manager", "Berit Ås", "Carl Bø"


@pytest.fixture
def clienti(story: Open) -> Story:
    """News end when two have said yes."""
    return story("clienti", APPROVERS, TWO)


@pytest.fixture
def single(story: Open) -> Story:
    """News end when one has said yes."""
    return story("clienti", APPROVERS, ONE)


def subscriber(clienti: Story, withdrawn: str = "2026-12-01") -> Row:
    ida = clienti.person("2020-01-01", name="Ida Holm", email="ida@firm.example", phone="+45 70 00 00 01")
    return ida.has("subscriptions", channel="email", topic="news", subscribed_on="2020-01-01", withdrawn_on=withdrawn)


def says(clienti: Story, on: str, by: str, what: Says = "yes", promise: str = "CI-19", plan: str = "") -> Plan:
    """Let somebody say yes or no; return what is due then."""
    moment = clienti.noon(on)
    found = decide(clienti.company, moment, day(on), promise=promise, by=by, says=what, reason="seen it", plan=plan)
    return found[1].plan


def waits(clienti: Story, on: str) -> str:
    """How the board says what the promise waits for; it must be waiting."""
    part = clienti.part(on, "CI-19", "storage")
    assert part.state == "waiting"
    return part.why.partition("Waiting: ")[2]


def test_what_waits_for_two_goes_when_two_have_said_yes(clienti: Story) -> None:
    row = subscriber(clienti)
    left = clienti.swept("2026-12-02").left
    assert left.waiting == ("approval CI-19",)
    assert not left.statements
    assert not row.is_gone
    assert waits(clienti, "2026-12-02") == "for two approvals (since 2026-12-02)."

    says(clienti, "2026-12-03", GM)
    assert waits(clienti, "2026-12-03") == "for one more approval of two (since 2026-12-02)."
    says(clienti, "2026-12-03", "  The  General MANAGER ")  # the same one
    assert waits(clienti, "2026-12-03") == "for one more approval of two (since 2026-12-02)."
    clienti.swept("2026-12-03")
    assert not row.is_gone

    says(clienti, "2026-12-04", BERIT)
    assert "CI-19 erase subscriptions" in clienti.keeps("2026-12-04")
    assert row.is_gone
    said = clienti.entries("approval")
    assert [(one["says"], one["of"], one["statements"][0]["rows"]) for one in said] == [("yes", 2, 1)] * 3
    (plan,) = [entry for entry in clienti.entries("plan") if entry["approvals"]]
    assert clienti.entries("sweep")[-1]["approvals"] == plan["approvals"]
    assert clienti.part("2026-12-04", "CI-19", "storage").state == "kept"

    again = subscriber(clienti, "2026-12-04")  # the yes is used up
    clienti.swept("2026-12-05")
    assert not again.is_gone
    assert waits(clienti, "2026-12-05") == "for two approvals (since 2026-12-05)."


@on_sqlite
def test_what_waits_is_held_as_before_and_all_else_goes(single: Story) -> None:
    row = subscriber(single)
    single.swept("2026-12-02")
    assert row.parents["persons"].holds == {"name", "email"}  # what news need; the phone went
    says(single, "2026-12-02", CARL)
    single.keeps("2026-12-02")
    assert row.parents["persons"].is_gone


@on_sqlite
def test_the_parent_of_a_row_that_waits_stays_stripped_while_it_is_referred_to(story: Open) -> None:
    debts = "a dispute or a debt still needs.\n    section: storage\n    kept_by: software\n"
    clienti = story("clienti", APPROVERS, (debts, f"{debts}    approval: 1\n"))
    ida = clienti.person("2019-01-01", name="Ida Holm", email="ida@firm.example", employer="Firm")
    relation = ida.has("relations", kind="customer", title="Boss", started_on="2019-01-01", ended_on="2020-01-01")
    invoice = relation.has("invoices", number="7", amount=70, issued_on="2019-02-01", paid_on="2019-03-01")
    note = relation.has("notes", channel="call", body="words", taken_on="2019-02-01")
    left = clienti.swept("2026-12-02").left
    assert left.waiting == ("approval CI-21",)
    assert (note.is_gone, invoice.holds, relation.holds, ida.holds) == (
        True,
        {"number", "amount"},
        set(),  # it stays for the invoice's sake
        {"name", "email", "employer"},
    )
    says(clienti, "2026-12-02", GM, promise="CI-21")
    clienti.keeps("2026-12-02")
    assert clienti.count() == {}


def test_waiting_is_the_rule_with_limits_that_never_run_out(single: Story, story: Open) -> None:
    for number in range(3):
        row = subscriber(single, f"2026-11-0{number + 1}")
        row.parents["persons"].has("participations", registered_on="2020-01-01", event_held_on="2020-02-01")
    waiting = single.plan("2026-12-02")
    single.changes_its_policy(("      at_most: 0 days\n      within: 5 days\n", "      at_most: 200 years\n"))
    with single.company.store.reading() as snapshot:
        endless = make(single.company.bound, snapshot, day("2026-12-02"))

    def said(plan: Plan) -> set[tuple[str, str, int]]:
        return {(one.table, one.action, one.rows) for one in plan.statements}

    assert said(waiting) == said(endless) != set()


# What a yes lets go


@on_sqlite
def test_more_rows_than_were_approved_ask_again(single: Story) -> None:
    first = subscriber(single)
    says(single, "2026-12-02", GM)
    second = subscriber(single)  # due on the same day, and nobody saw it
    single.swept("2026-12-02")
    assert not first.is_gone
    assert not second.is_gone
    assert waits(single, "2026-12-02") == "for an approval (since 2026-12-02)."
    says(single, "2026-12-02", GM)
    single.keeps("2026-12-02")
    assert first.is_gone
    assert second.is_gone


@on_sqlite
def test_what_becomes_due_later_waits_for_the_next_yes(single: Story) -> None:
    first = subscriber(single)
    says(single, "2026-12-02", GM)
    later = subscriber(single, "2026-12-03")
    single.swept("2026-12-04")
    assert first.is_gone
    assert not later.is_gone
    assert waits(single, "2026-12-04") == "for an approval (since 2026-12-04)."


@on_sqlite
def test_fewer_rows_than_were_approved_go(single: Story) -> None:
    first, second = subscriber(single), subscriber(single)
    says(single, "2026-12-02", GM)
    second.becomes(withdrawn_on=None)
    single.keeps("2026-12-02")
    assert first.is_gone
    assert not second.is_gone


@on_sqlite
@pytest.mark.parametrize(("on", "stands"), [("2026-12-16", True), ("2026-12-17", False)])
def test_a_yes_stands_for_fourteen_days(single: Story, on: str, stands: bool) -> None:
    row = subscriber(single)
    says(single, "2026-12-02", GM)
    single.swept(on)
    assert row.is_gone == stands


def test_a_no_takes_every_yes_back(clienti: Story) -> None:
    row = subscriber(clienti)
    says(clienti, "2026-12-02", GM)
    says(clienti, "2026-12-02", BERIT)
    says(clienti, "2026-12-02", CARL, "no")
    clienti.swept("2026-12-02")
    assert not row.is_gone
    assert waits(clienti, "2026-12-02") == "for two approvals (since 2026-12-02, refused on 2026-12-02)."
    says(clienti, "2026-12-03", CARL)
    says(clienti, "2026-12-03", GM)
    clienti.keeps("2026-12-03")
    assert row.is_gone


@on_sqlite
def test_a_yes_under_another_policy_is_none(single: Story) -> None:
    row = subscriber(single)
    says(single, "2026-12-02", GM)
    single.changes_its_policy(("# How to read it", "# How one reads it"))
    single.swept("2026-12-02")
    assert not row.is_gone


def test_a_killed_sweep_keeps_its_yes(single: Story) -> None:
    first = subscriber(single)
    says(single, "2026-12-02", GM)

    def dies(_: Statement, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep(single.company, lambda: single.noon("2026-12-02"), progress=dies)
    assert not first.parents["persons"].is_gone
    single.swept("2026-12-02")
    assert first.parents["persons"].is_gone


@on_sqlite
def test_what_two_promises_let_go_waits_for_both_and_no_yes_is_lost(story: Open) -> None:
    more = "when they are no longer relevant.\n    section: storage\n    kept_by: software\n"
    clienti = story(
        "clienti",
        APPROVERS,
        ONE,
        (more, f"{more}    approval: 1\n"),
        ("not_relevant: {keep: [contacts]}", "not_relevant: {keep: [newsletter, contacts]}"),
    )
    row = subscriber(clienti)
    says(clienti, "2026-12-02", GM)
    left = clienti.swept("2026-12-02").left
    assert left.waiting == ("approval CI-17", "approval CI-19")
    assert not row.is_gone
    assert waits(clienti, "2026-12-02").startswith("for the rest: ")
    assert "Waiting (CI-17): for an approval (since 2026-12-02)." in clienti.part("2026-12-02", "CI-19", "storage").why
    says(clienti, "2026-12-03", BERIT, promise="CI-17")  # the first yes still stands
    clienti.keeps("2026-12-03")
    assert row.is_gone
    assert {"CI-17", "CI-19"} == set(clienti.entries("sweep")[-1]["approvals"])


@on_sqlite
def test_past_its_day_a_promise_is_broken_whoever_has_not_said_yes(single: Story) -> None:
    subscriber(single)
    single.swept("2026-12-02")
    assert single.part("2026-12-06", "CI-19", "storage").state == "waiting"
    part = single.part("2026-12-07", "CI-19", "storage")
    assert part.state == "broken"
    assert part.why.endswith("Waiting: for an approval (since 2026-12-02).")
    others = {name: shown.state for name, shown in single.shows("2026-12-04").items() if name != "CI-19"}
    assert "broken" not in others.values()


# Who may say it, and what is written down


@on_sqlite
def test_who_is_none_of_the_approvers_is_refused(clienti: Story) -> None:
    subscriber(clienti)
    with pytest.raises(Refused, match="none of the approvers"):
        says(clienti, "2026-12-02", "Zebedee")
    with pytest.raises(Refused, match=r"No promise CI-18 waits .*: CI-19"):
        says(clienti, "2026-12-02", GM, promise="CI-18")
    with pytest.raises(Refused, match="not the one looked at"):
        says(clienti, "2026-12-02", GM, plan="0" * 64)
    assert clienti.entries() == []
    says(clienti, "2026-12-02", GM, plan=clienti.plan("2026-12-02").digest)


@on_sqlite
def test_there_is_no_yes_to_nothing(clienti: Story) -> None:
    with pytest.raises(Refused, match="Nothing of CI-19 is due"):
        says(clienti, "2026-12-02", GM)


def test_names_and_reasons_are_commitments_in_the_log(clienti: Story) -> None:
    subscriber(clienti)
    says(clienti, "2026-12-02", BERIT)
    (entry,) = clienti.entries("approval")
    assert "Berit" not in json.dumps(clienti.entries(), ensure_ascii=False)
    assert "seen it" not in json.dumps(clienti.entries())
    with clienti.company.store.reading() as snapshot:
        row = snapshot.connection.execute(text("SELECT entry, approver, reason FROM holdord_approval")).one()
        salts = [log.salt(snapshot.connection, row.entry, name) for name in ("approver", "reason")]
    assert (row.approver, row.reason) == (BERIT, "seen it")
    for name, salt, value in zip(("approver", "reason"), salts, row[1:], strict=True):
        assert salt is not None
        check_opening(entry["sealed"][name], salt, value)


# On the command line


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch, clienti: Story) -> Callable[[str], None]:
    """Sets the machine's clock to noon of a day."""

    def set_clock(said: str) -> None:
        stand_at(monkeypatch, clienti.noon(said))
        monkeypatch.setattr("holdord.run.sweep.keep", keep)

    return set_clock


@on_sqlite
def test_the_command_line_says_who_is_waited_for(
    clienti: Story, on: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    row, folder = subscriber(clienti), str(clienti.folder)
    approve = ["approve", folder, "--promise", "CI-19"]
    on("2026-12-02")
    assert run(["plan", folder]) == 1
    assert "CI-19 waits for two approvals (since 2026-12-02): erase 1 of subscriptions" in capsys.readouterr().out
    assert run(["keep", folder]) == 1
    assert "CI-19 waits for two approvals" in capsys.readouterr().out
    assert run(["status", folder]) == 1
    assert "Waiting: for two approvals (since 2026-12-02)" in capsys.readouterr().out
    assert run([*approve, "--by", "Zebedee"]) == 2
    assert "Zebedee" not in capsys.readouterr().err
    assert run([*approve, "--by", GM, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["waits"]["given"] == 1
    assert run(["plan", folder, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["awaiting"][0]["given"] == 1
    assert run([*approve, "--by", BERIT, "--reason", "seen it"]) == 0
    assert "The next sweep carries it out" in capsys.readouterr().out
    assert run([*approve, "--by", CARL, "--refuse"]) == 1
    assert "refused" in capsys.readouterr().out
    assert [run([*approve, "--by", name]) for name in (GM, CARL)] == [1, 0]
    on(str(day("2026-12-02") + timedelta(days=1)))
    assert run(["keep", folder]) == 0
    assert row.is_gone
