"""The part of the contract about clocks: every encoding says the controller's date, to the second.

The vectors are moments around midnight in Oslo, on common days and on those on which summer time begins and ends, in
columns of each encoding and zone. Where a wall clock shows an hour twice nothing may be early; a day late is allowed.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest

from holdord.datamap.load import load as load_map
from holdord.datamap.model import Encoding
from holdord.plan.predicate import ALWAYS, After, By, Clock, KeyIn, Predicate, Started, negated
from holdord.policy.load import load as load_policy
from holdord.testing.contract.trial import POST_POLICY, Make, Tried
from holdord.testing.contract.vectors import (
    DAYS,
    ENCODED,
    FAMILIES,
    FITS,
    MISFITS,
    MOMENTS,
    NOTHING,
    OSLO,
    TWICE,
    written,
)
from holdord.testing.tables import declared

FAR = date(2060, 1, 1)


class Column:
    """A table with one clock, and a row for each of some values."""

    def __init__(
        self,
        make: Make,
        encoding: Encoding,
        zone: str,
        values: list[Any],
        *not_started: str | int | date,
        zone_of_controller: str = "Europe/Oslo",
    ) -> None:
        schema = declared({"t": {"id": "number key", "at": FAMILIES[encoding]}, "evidence": {"id": "number key"}})
        datamap = load_map("holdord_datamap: 1\nstore: clocks\ntables: {t: {class: thing, default: record.remark}}\n")
        trial = make(schema, datamap, replace(load_policy(POST_POLICY).controller, zone=ZoneInfo(zone_of_controller)))
        self.store = trial.store
        self.clock = Clock(table="t", column="at", encoding=encoding, zone=ZoneInfo(zone), not_started=not_started)
        self.numbers = range(len(values))
        trial.put("t", *({"id": number, "at": value} for number, value in enumerate(values)))

    def which(self, *predicates: Predicate) -> list[set[int]]:
        """Return for each predicate the numbers of the values that satisfy it."""
        found = []
        with self.store.reading() as snapshot:
            for predicate in predicates:
                _, *each = snapshot.count("t", predicate, [KeyIn(((number,),)) for number in self.numbers])
                found.append({number for number, count in zip(self.numbers, each, strict=True) if count})
        return found

    def misfits(self, horizon: date = FAR) -> tuple[int, int]:
        with self.store.reading() as snapshot:
            ((misfits, ahead),) = snapshot.misfits([self.clock], horizon)
            return misfits, ahead

    def earliest(self, number: int) -> date | None:
        with self.store.reading() as snapshot:
            return snapshot.earliest(self.clock, (), KeyIn(((number,),)), "t")


class Clocks(Tried):
    """What clocks say.

    Attributes:
        encodings: Those that the store has columns for; the others are skipped.
    """

    encodings: ClassVar[frozenset[str]] = frozenset(FAMILIES)

    def column(self, make: Make, encoding: Encoding, zone: str, values: list[Any], *not_started: Any) -> Column:
        if encoding not in self.encodings:
            pytest.skip(f"no columns of {encoding}")
        return Column(make, encoding, zone, values, *not_started)

    @pytest.mark.parametrize(("encoding", "zone"), ENCODED)
    def test_a_clock_says_the_controllers_date(self, make: Make, encoding: Encoding, zone: str) -> None:
        column = self.column(make, encoding, zone, [written(moment, encoding, zone) for moment in MOMENTS])
        on = [moment.astimezone(OSLO).date() for moment in MOMENTS]
        assert column.misfits() == (0, 0)
        for day in DAYS:
            until, after = {number for number, one in enumerate(on) if one <= day}, {*column.numbers}
            after -= until
            by = By(column.clock, day)
            assert column.which(by, After(column.clock, day), negated(by)) == [until, after, after], day
        assert [column.earliest(number) for number in column.numbers] == on
        assert column.misfits(date(2026, 12, 31)) == (0, sum(one > date(2026, 12, 31) for one in on))

    @pytest.mark.parametrize(("encoding", "zone"), ENCODED)
    def test_null_has_not_started_and_fits(self, make: Make, encoding: Encoding, zone: str) -> None:
        column = self.column(make, encoding, zone, [None])
        by = By(column.clock, DAYS[0])
        assert column.which(Started(column.clock), by, After(column.clock, DAYS[0]), negated(by)) == [
            *(set(), set(), set()),
            {0},
        ]
        assert column.misfits() == (0, 0)
        assert column.earliest(0) is None

    @pytest.mark.parametrize(("encoding", "zone"), ENCODED)
    def test_without_a_cutoff_nothing_has_run_out_and_at_the_last_day_all(
        self, make: Make, encoding: Encoding, zone: str
    ) -> None:
        column = self.column(make, encoding, zone, [written(MOMENTS[0], encoding, zone), None])
        clock = column.clock
        assert column.which(By(clock, None), After(clock, None), Started(clock)) == [set(), {0}, {0}]
        assert column.which(By(clock, date.max), After(clock, date.max)) == [{0}, set()]

    @pytest.mark.parametrize(("encoding", "sentinel", "values"), NOTHING)
    def test_a_value_that_means_not_started_is_neither_before_nor_after_nor_wrong(
        self, make: Make, encoding: Encoding, sentinel: Any, values: list[Any]
    ) -> None:
        started = written(MOMENTS[0], encoding, "UTC")
        column = self.column(make, encoding, "UTC", [*values, started], sentinel)
        last = len(values)
        before = By(column.clock, DAYS[-1])
        assert column.which(Started(column.clock), before, After(column.clock, date(1900, 1, 1))) == [{last}] * 3
        assert column.which(negated(before)) == [set(range(last))]
        assert column.misfits(date(1900, 1, 1)) == (0, 1)

    @pytest.mark.parametrize(("encoding", "values"), MISFITS)
    def test_what_does_not_fit_is_counted(self, make: Make, encoding: Encoding, values: list[Any]) -> None:
        column = self.column(make, encoding, "UTC", [*values, written(MOMENTS[0], encoding, "UTC"), None])
        assert column.misfits()[0] == len(values)

    @pytest.mark.parametrize(("encoding", "values"), FITS)
    def test_what_fits_is_no_misfit_and_can_be_read(self, make: Make, encoding: Encoding, values: list[Any]) -> None:
        column = self.column(make, encoding, "UTC", values)
        assert column.misfits(date.max - timedelta(days=2))[0] == 0
        assert None not in [column.earliest(number) for number in column.numbers]

    def test_zulu_belongs_to_columns_in_utc(self, make: Make) -> None:
        column = self.column(make, "iso_timestamp", "Europe/Oslo", ["2026-01-01T10:00:00Z", "2026-01-01T10:00:00"])
        assert column.misfits()[0] == 1

    @pytest.mark.parametrize("encoding", ["timestamp", "iso_timestamp"])
    @pytest.mark.parametrize(("zone", "controller", "begins"), TWICE)
    def test_an_hour_that_a_wall_clock_shows_twice_is_never_early(
        self, make: Make, encoding: Encoding, zone: str, controller: str, begins: datetime
    ) -> None:
        moments = [begins + timedelta(minutes=15 * step) for step in range(-12, 13)]
        values = [written(moment, encoding, zone) for moment in moments]
        column = Column(make, encoding, zone, values, zone_of_controller=controller)
        on = [moment.astimezone(ZoneInfo(controller)).date() for moment in moments]
        day = on[12]
        assert on[11] == day - timedelta(days=1)
        for asked in (day - timedelta(days=2), day - timedelta(days=1), day):
            (by,) = column.which(By(column.clock, asked))
            assert by <= {number for number, one in enumerate(on) if one <= asked}
            assert by >= {number for number, one in enumerate(on) if one <= asked - timedelta(days=1)}

    def test_a_time_without_seconds_is_counted_from_its_minute(self, make: Make) -> None:
        values = ["2026-12-31T22:59", "2026-12-31 22:59:59.9", "2026-12-31T23:00", "2026-12-31 23:00Z"]
        column = self.column(make, "iso_timestamp", "UTC", values)
        assert column.which(By(column.clock, date(2026, 12, 31))) == [{0, 1}]

    def test_a_moment_is_counted_to_its_fraction(self, make: Make) -> None:
        midnight = datetime(2026, 12, 31, 23)  # noqa: DTZ001
        column = self.column(make, "timestamp", "UTC", [midnight - timedelta(microseconds=1), midnight])
        assert column.which(By(column.clock, date(2026, 12, 31)), ALWAYS) == [{0}, {0, 1}]
