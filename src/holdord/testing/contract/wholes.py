"""The part of the contract about wholes: a batch and its evidence are there together or not at all.

Batches are made narrow, so that there are several; one of them meets a bound or a fault.
"""

import threading
from itertools import pairwise
from typing import Any

import pytest

from holdord.errors import Refused
from holdord.run.execute import Batch, carry_out
from holdord.testing.contract.trial import EVIDENCE, NEW, OLDER, Case, Noting, Struck, Tried, noted

WAIT = 20.0


def parcels(case: Case, count: int = 35, due: int = 35) -> Case:
    case.parcels(range(1, due + 1))
    case.parcels(range(due + 1, count + 1), sent=NEW)
    return case


class Wholes(Tried):
    """What holds of every batch."""

    def test_each_row_is_of_one_batch_and_the_evidence_counts_them(self, case: Case, narrow: int) -> None:
        for tenant in (1, 2, 3):
            for number in range(1, 12):
                case.person(tenant, number)
        parcels(case, 35, 30)
        case.put("item", *({"code": f"k{number:02d}", "parcel_id": 1 + number % 30} for number in range(23)))
        journal = Noting(case)
        done = carry_out(case.store, plan := case.plan(), journal=journal)
        assert sum(done.values()) == plan.rows == 33 + 30 + 23
        for table, rows in (("person", 33), ("parcel", 30), ("item", 23)):
            batches = [one for batch in journal.batches for one in batch if one.statement.table == table]
            assert len(batches) >= rows / narrow
            assert all(0 < one.rows <= narrow for one in batches)
            parts = [one.part for one in batches]
            assert all(one.upto == other.after for one, other in pairwise(parts))
            assert noted(case, "erase", table) == rows
        assert {table: len(rows) for table, rows in case.all().items()} == {
            "person": 0, "parcel": 5, "item": 0, "photo": 0,
        }  # fmt: skip

    def test_more_than_the_plan_said_is_refused_and_the_batch_that_noticed_is_undone(
        self, case: Case, narrow: int
    ) -> None:
        parcels(case, 35, 12)
        plan = case.plan()
        for number in range(13, 36):
            case.change("parcel", (number,), sent=OLDER)
        with pytest.raises(Refused):
            carry_out(case.store, plan, journal=Noting(case))
        left = len(case.rows("parcel"))
        assert 35 - 12 <= left < 35
        assert noted(case, "erase", "parcel") == 35 - left
        assert case.sweep() == {("parcel", "erase"): left}

    @pytest.mark.parametrize("batch", [1, 2, 3])
    def test_a_fault_before_the_commit_undoes_the_batch_with_its_evidence(
        self, case: Case, narrow: int, batch: int
    ) -> None:
        parcels(case)
        plan = case.plan()
        with pytest.raises(Struck):
            carry_out(case.store, plan, journal=(journal := Noting(case, before=batch)))
        done = sum(one.rows for batches in journal.batches[:-1] for one in batches)
        assert len(journal.batches) == batch
        assert len(case.rows("parcel")) == 35 - done == 35 - noted(case, "erase", "parcel")
        self.goes_on(case, done)

    @pytest.mark.parametrize("batch", [1, 2, 3])
    def test_a_fault_after_the_commit_leaves_the_batch_with_its_evidence(
        self, case: Case, narrow: int, batch: int
    ) -> None:
        parcels(case)
        plan = case.plan()
        with pytest.raises(Struck):
            carry_out(case.store, plan, journal=(journal := Noting(case, after=batch)))
        done = sum(one.rows for batches in journal.batches for one in batches)
        assert done
        assert len(case.rows("parcel")) == 35 - done == 35 - noted(case, "erase", "parcel")
        self.goes_on(case, done)

    @pytest.mark.parametrize("batch", [1, 3])
    def test_a_batch_that_is_undone_because_of_another_writer_is_done_again(
        self, case: Case, narrow: int, batch: int
    ) -> None:
        parcels(case, 37, 35)
        plan = case.plan()
        assert set(carry_out(case.store, plan, journal=Noting(case, collides=batch)).values()) == {35}
        assert len(case.rows("parcel")) == 2
        assert noted(case, "erase", "parcel") == 35
        assert not case.plan().statements

    def goes_on(self, case: Case, done: int) -> None:
        """The next sweep does the rest, and nothing twice."""
        plan = case.plan()
        assert plan.rows == 35 - done
        carry_out(case.store, plan, journal=Noting(case))
        assert case.rows("parcel") == case.plan().document()["statements"] == []
        assert noted(case, "erase", "parcel") == 35

    def test_strips_and_erasures_of_one_table_are_one_batch(self, case: Case) -> None:
        case.person(1, 1)
        case.person(1, 2)
        case.put("photo", {"id": 1, "tenant": 1, "person": 2})
        plan = case.plan()
        with pytest.raises(Struck):
            carry_out(case.store, plan, journal=Noting(case, before=1))
        assert [row["email"] for row in case.rows("person")] == ["1-1@firm.example", "1-2@firm.example"]
        carry_out(case.store, plan, journal=(journal := Noting(case)))
        assert len(journal.batches) == 1
        assert [row["email"] for row in case.rows("person")] == ["gone-1-2"]

    def test_others_see_a_batch_when_it_is_whole(self, case: Case) -> None:
        town = parcels(case, 5, 5)
        seen: list[int] = []

        class Looking(Noting):
            def batch(self, transaction: Any, batches: list[Batch]) -> None:
                super().batch(transaction, batches)
                seen.append(len(town.rows("parcel")))
                seen.append(len(town.rows(EVIDENCE)))

        carry_out(case.store, case.plan(), journal=Looking(case))
        assert seen == [5, 0]
        assert (case.rows("parcel"), len(case.rows(EVIDENCE))) == ([], 1)

    def test_nobody_comes_to_refer_to_a_row_that_goes(self, case: Case) -> None:
        case.person(1, 1)
        failed: list[bool] = []

        def refer() -> None:
            try:
                case.put("photo", {"id": 1, "tenant": 1, "person": 1})
            except Exception:  # whatever the store says to somebody else
                failed.append(True)

        class Meanwhile(Noting):
            def batch(self, transaction: Any, batches: list[Batch]) -> None:
                super().batch(transaction, batches)
                other.start()

        other = threading.Thread(target=refer)
        carry_out(case.store, case.plan(), journal=Meanwhile(case))
        other.join(WAIT)
        assert failed == [True]
        assert case.rows("person") == case.rows("photo") == []
