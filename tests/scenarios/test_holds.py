"""Legal holds from beginning to end: nothing goes, somebody looks, the hold is lifted, and what it held goes."""

import pytest

from holdord.errors import Refused
from holdord.plan.statements import Plan, Statement
from holdord.run.board import board
from tests.scenarios.conftest import Open
from tests.scenarios.story import Row, Story
from tests.yes import keep


def hold(scope: str, *, until: str = "review: 2027-12-31", name: str = "H-1") -> tuple[str, str]:
    """A hold among those that the policy has."""
    return (
        "\nholds:\n",
        f"\nholds:\n  {name}: {{reason: r, owner: the lawyer, scope: {scope}, since: 2026-01-01, {until}}}\n",
    )


def customer(clienti: Story, number: int) -> tuple[Row, Row, Row]:
    """Somebody whose relation ended so long ago that all is due."""
    ida = clienti.person("2010-01-01", id=number, name="Ida Holm", email="ida@firm.example", phone="+45 70 00 00 01")
    relation = ida.has("relations", kind="customer", started_on="2010-01-01", ended_on="2012-01-01", title="Boss")
    return ida, relation, relation.has("notes", channel="call", body="words", taken_on="2011-01-01")


@pytest.mark.parametrize("lifted", ["by its end", "from the policy"])
def test_a_hold_that_is_lifted_lets_go_and_the_evidence_names_the_promise(story: Open, lifted: str) -> None:
    said = hold("{person: 7}", until="until: 2026-12-31")
    clienti = story("clienti", said)
    clienti.person("2026-12-01", id=2, name="Bo")  # whom the policy's own hold names
    rows = customer(clienti, 7)
    assert clienti.keeps("2026-12-31") == set()
    assert [row.holds for row in rows] == [{"name", "email", "phone"}, {"title"}, {"body"}]
    assert [(one["holds_began"], one["holds_ended"]) for one in clienti.entries()] == [(["H-1", "H-2026-1"], [])]

    on = "2027-01-01" if lifted == "by its end" else "2026-12-31"
    if lifted == "from the policy":
        clienti.changes_its_policy((said[1].replace("\nholds:\n", ""), ""))
    done = clienti.keeps(on)
    assert {"CI-18 erase notes", "CI-18 erase relations"} <= done
    assert all(row.is_gone for row in rows)
    plan, *_, sweep = [entry for entry in clienti.entries() if entry["kind"] != "batch"][1:]
    assert (plan["holds_began"], plan["holds_ended"]) == (sweep["holds_began"], sweep["holds_ended"]) == ([], ["H-1"])
    assert clienti.part(on, "CI-18", "storage").evidence


def test_a_hold_can_name_records_of_several_classes(story: Open) -> None:
    clienti = story("clienti", hold("[{person: 7}, {relation: 77}, {relation: 99}]"))
    held, relation, _ = customer(clienti, 7)
    other = clienti.person("2010-01-01", id=8, name="Bo Lund", phone="+45 70 00 00 02")
    second = other.has("relations", id=77, kind="customer", started_on="2010-01-01", ended_on="2012-01-01")
    third = clienti.person("2010-01-01", id=9, name="Eva")
    kept = clienti.swept("2026-12-02")
    assert (held.is_gone, relation.is_gone, other.is_gone, second.is_gone) == (False, False, False, False)
    assert third.is_gone
    texts = [one.text for one in kept.plan.findings if one.code == "hold_covers_nothing" and "H-1" in one.text]
    assert texts == ["Legal hold H-1 names a relation that is not there: that part of it holds nothing."]


def test_a_hold_that_is_written_while_a_sweep_runs_is_kept_from_the_next_batch_on(story: Open) -> None:
    clienti = story("clienti")
    ida, *_ = customer(clienti, 7)
    clienti.person("2026-12-01", id=2, name="Bo")
    file = clienti.folder / "policy.yaml"
    done: list[str] = []

    def progress(statement: Statement, _: int) -> None:
        done.append(statement.table)
        old, new = hold("{person: 7}")
        file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(Refused, match="The policy changed while it was being kept"):
        keep(clienti.company, lambda: clienti.noon("2026-12-02"), progress=progress)
    assert done == ["notes"]
    assert not ida.is_gone
    clienti.changes_its_policy()
    assert clienti.keeps("2026-12-02") == set()
    assert ida.holds == {"name", "email", "phone"}


def test_a_hold_that_is_written_after_the_plan_was_made_is_kept_from_the_first_batch_on(story: Open) -> None:
    clienti = story("clienti")
    rows = customer(clienti, 7)
    clienti.person("2026-12-01", id=2, name="Bo")
    file = clienti.folder / "policy.yaml"

    def begun(_: Plan) -> None:
        file.write_text(file.read_text("utf-8").replace(*hold("{person: 7}"), 1), "utf-8")

    with pytest.raises(Refused, match="The policy changed while it was being kept"):
        keep(clienti.company, lambda: clienti.noon("2026-12-02"), begun=begun)
    assert not any(row.is_gone for row in rows)
    assert clienti.entries() == []


@pytest.mark.parametrize(("on", "state"), [("2027-12-31", "kept"), ("2028-01-01", "waiting")])
def test_an_overdue_review_waits_on_the_board(clienti: Story, on: str, state: str) -> None:
    clienti.changes_its_policy(hold("{person: 7}"), ("    review: 2027-02-01\n", "    review: 2099-01-01\n"))
    clienti.person(on, id=7, name="Ida Holm")
    clienti.person(on, id=2, name="Bo")
    clienti.keeps(on)
    part = clienti.part(on, "CI-21", "disputes")
    assert part.state == state
    assert ("the lawyer was to review hold H-1 by 2027-12-31." in part.why) == (state == "waiting")


def test_an_overdue_review_waits_where_no_promise_is_kept_by_holds(story: Open) -> None:
    said = (
        "\nholds:\n  H-1: {reason: r, owner: the lawyer, scope: {person: 7}, since: 2026-01-01, review: 2026-12-31}\n"
    )
    se = story("se-gruppen", ("\npromises:\n", f"{said}\npromises:\n"))
    se.person("2027-01-01", id=7, name="Ida Holm")
    se.keeps("2027-01-01")
    assert board(se.company, se.noon("2026-12-31")).reviews == ()
    shown = board(se.company, se.noon("2027-01-01"))
    assert shown.reviews == ("the lawyer was to review hold H-1 by 2026-12-31.",)
    assert not shown.is_well
