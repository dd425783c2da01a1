"""The part of the contract about doing: statements do what they say, to the rows that they mean by then.

What is left after a sweep is told whole: every row that nobody named must be as it was.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from holdord.errors import HoldordError, StoreError
from holdord.plan.predicate import ALWAYS, DataColumn
from holdord.plan.statements import Action, Plan, Statement
from holdord.run.execute import carry_out
from holdord.testing.contract.trial import AT, NEW, OLD, OLDER, Case, Make, Tried, named

NAMES = ("Zebedee", "z@firm.example", "Oslo")


def town(case: Case) -> Case:
    """Persons of two tenants with the same numbers, whose data are held by different things."""
    full: dict[str, Any] = {"phone": "55 55", "born": date(1980, 5, 5), "city": "Oslo"}
    case.person(1, 1, **full)
    case.person(1, 2, **full)
    case.person(1, 3, joined=NEW, **full)
    case.person(2, 1, **full)
    case.person(2, 2, **full)
    case.person(2, 3, name=None, email="gone-2-3", phone="none", born=date(1980, 1, 1), city="Os")
    case.person(2, 4)
    case.parcel(10, (1, 3), sent=NEW)
    case.parcel(12, (1, 2), sent=OLD, state="paid", weight=5)
    case.parcel(13, (2, 1), sent=OLDER, state="open")
    case.parcel(14, sent=None)
    case.parcel(15, (2, None))
    case.parcel(16, (2, 4), state="paid", sent=OLD, label=None)
    case.put("item", {"code": "c12", "parcel_id": 12, "what": "a book"}, {"code": "c13", "parcel_id": 13, "what": "a"})
    case.put("photo", {"id": 1, "tenant": 2, "person": 2}, {"id": 2, "tenant": 2, "person": 3})
    return case


class Does(Tried):
    """What a sweep does."""

    def test_statements_do_exactly_what_they_say(self, case: Case) -> None:
        before = town(case).all()
        assert case.sweep() == {
            ("item", "erase"): 1,
            ("parcel", "erase"): 2,
            ("parcel", "strip"): 1,
            ("person", "erase"): 2,
            ("person", "strip"): 4,
            ("person", "generalise"): 2,
        }
        people = {(row["tenant"], row["id"]): row for row in before["person"]}
        bare: dict[str, Any] = {"phone": "none", "born": date(1980, 1, 1), "city": "Os"}
        people[1, 2] |= {"email": "gone-1-2"} | bare
        people[2, 2] |= {"name": None, "email": "gone-2-2"} | bare
        people[2, 4] |= {"email": "gone-2-4"}
        parcels = {row["id"]: row for row in before["parcel"]}
        parcels[12] |= {"label": None}
        assert case.all() == {
            "person": [people[key] for key in sorted(people) if key not in ((1, 1), (2, 1))],
            "parcel": [parcels[number] for number in (10, 12, 14, 16)],
            "item": before["item"][:1],
            "photo": before["photo"],
        }

    def test_a_second_sweep_does_nothing(self, case: Case) -> None:
        town(case).sweep()
        after = case.all()
        assert case.sweep() == {}
        assert case.all() == after

    @pytest.mark.parametrize("between", [date(2025, 6, 1), AT, date(2026, 12, 31)])
    def test_sweeps_on_the_way_leave_what_one_at_the_end_leaves(self, make: Make, between: date) -> None:
        one, other = town(Case(make)), Case(make)
        end = date(2027, 1, 2)
        one.sweep(between)
        one.sweep(end)
        town(other).sweep(end)
        assert one.all() == other.all()

    def test_nothing_goes_before_its_day_and_all_of_it_then(self, make: Make) -> None:
        case = Case(make)
        case.person(1, 1, joined=date(2025, 2, 28))
        case.person(1, 2, joined=date(2025, 3, 1))
        assert case.sweep(date(2026, 2, 28)) == {}
        assert case.sweep(date(2026, 3, 1)) == {("person", "erase"): 1}
        assert [row["id"] for row in case.rows("person")] == [2]

    def test_a_clock_that_does_not_fit_stops_its_table_and_what_it_decides_about(self, case: Case) -> None:
        town(case)
        case.put("item", {"code": "x", "parcel_id": 14, "packed": "soon"})
        before = case.rows("item")
        plan = case.plan()
        assert [one.code for one in plan.findings if one.severity == "stop"] == ["misfit"]
        assert plan.stopped == {"item"}
        carry_out(case.store, plan)
        assert case.rows("item") == before

    # What the world does between a plan and its end

    def test_what_is_held_by_now_stays_as_it_was(self, case: Case) -> None:
        for number in (1, 2):
            case.person(1, number)
            case.parcel(number)
            case.put("item", {"code": f"c{number}", "parcel_id": number, "what": "a book"})
        plan = case.plan()
        assert plan.rows == 6
        case.change("person", (1, 1), joined=NEW)
        case.change("parcel", (1,), sent=NEW)
        held = {table: rows[:1] for table, rows in case.all().items()}
        assert sum(carry_out(case.store, plan).values()) == 3
        assert case.all() == held

    def test_a_row_that_a_new_row_refers_to_stays(self, case: Case) -> None:
        for number in (1, 2, 3):
            case.person(1, number)
        plan = case.plan()
        case.put("photo", {"id": 9, "tenant": 1, "person": 1})
        case.parcel(99, (1, 2), sent=NEW)
        before = case.rows("person")
        assert sum(carry_out(case.store, plan).values()) == 1
        assert case.rows("person") == before[:2]  # the plan did not say to strip them
        assert case.sweep() == {("person", "strip"): 3}
        assert [(row["name"], row["email"]) for row in case.rows("person")] == [
            (None, "gone-1-1"),
            ("Name 1-2", "gone-1-2"),
        ]

    def test_what_has_gone_already_is_no_error(self, case: Case) -> None:
        town(case)
        plan = case.plan()
        carry_out(case.store, plan)
        after = case.all()
        assert set(carry_out(case.store, plan).values()) == {0}
        assert case.all() == after

    def test_progress_is_told_after_each_commit(self, case: Case) -> None:
        town(case)
        told: list[tuple[str, int, int]] = []

        def progress(statement: Statement, rows: int) -> None:
            told.append((statement.table, rows, len(case.rows(statement.table))))

        plan = case.plan()
        done = carry_out(case.store, plan, progress=progress)
        assert sum(rows for _, rows, _ in told) == sum(done.values())
        assert ("item", 1, 1) in told

    # What it says when something goes wrong

    @pytest.mark.parametrize(
        ("action", "placeholder"),
        [("erase", None), ("strip", None), ("strip", NAMES[2])],
        ids=["somebody-refers-to-it", "null-is-refused", "it-is-there-already"],
    )
    def test_what_the_store_refuses_is_undone_and_told_without_data(
        self, case: Case, action: Action, placeholder: str | None
    ) -> None:
        for number in (1, 2):
            case.person(1, number, name=NAMES[0], email=f"{number}{NAMES[1]}", city=NAMES[2])
        case.put("photo", {"id": 1, "tenant": 1, "person": 2})
        before = case.all()
        email = replace(named(case, "person", "email"), erased_as=placeholder)
        plan = blind(case, "person", action, () if action == "erase" else (email,))
        with pytest.raises(StoreError) as told:
            carry_out(case.store, plan)
        assert case.all() == before
        assert not [name for name in (*NAMES, "2020") if name in str(told.value)]

    def test_nothing_personal_stands_in_plans_and_refusals(self, case: Case) -> None:
        case.person(1, 1, name=NAMES[0], email=NAMES[1], city=NAMES[2])
        case.put("parcel", {"id": 1, "tenant": 1, "sender": 1, "label": NAMES[0], "sent": OLDER})
        case.put("item", {"code": "x", "parcel_id": 1, "what": NAMES[0], "packed": NAMES[2]})
        plan = case.plan()
        said = [repr(plan), str(plan.document())]
        case.change("item", ("x",), packed=None)
        plan = case.plan()
        case.put("item", {"code": NAMES[0], "parcel_id": 1, "what": NAMES[0]})
        with pytest.raises(HoldordError) as told:
            carry_out(case.store, plan)
        assert not [name for name in NAMES for words in (*said, str(told.value)) if name in words]


def blind(case: Case, table: str, action: Action, columns: tuple[DataColumn, ...]) -> Plan:
    """Return a plan that no planner makes: one statement to every row of a table."""
    statement = Statement(
        number=1,
        promise="P-1",
        store=case.store.datamap.store,
        table=table,
        action=action,
        columns=columns,
        rows=len(case.rows(table)),
        grounds=(),
        where=ALWAYS,
        settled=ALWAYS,
    )
    return Plan(
        company="Post AS",
        policy=case.policy.digest,
        store=case.store.datamap.store,
        at=AT,
        statements=(statement,),
        findings=(),
        stopped=frozenset(),
    )
