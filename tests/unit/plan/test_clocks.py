"""Clocks in SQL and in Python say the same, for every encoding, sentinel and turn of the clocks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from holdord.datamap.model import Encoding
from holdord.plan.compile import Sql
from holdord.plan.compiler import Compiler
from holdord.plan.predicate import After, By, Clock, Started, negated
from holdord.policy.calendar import FinancialYear
from holdord.policy.model import Controller
from holdord.schema import ColumnShape, TableShape

OSLO = ZoneInfo("Europe/Oslo")
CONTROLLER = Controller(name="x", country="NO", register_number="1", zone=OSLO, year=FinancialYear(month=12, day=31))
DAYS = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2026, 12, 31)]
MOMENTS = [
    datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC),  # the last second of 28 March in Oslo
    datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),  # an hour before the clocks go forward
    datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 22, 0, tzinfo=UTC),
    datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC),
    datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC),  # after they went back
    datetime(2026, 10, 25, 23, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
]


def written(moment: datetime, encoding: Encoding, zone: ZoneInfo) -> Any:
    """Return the moment as a column in SQLite writes it."""
    local = moment.astimezone(zone).replace(tzinfo=None)
    match encoding:
        case "date" | "iso_date":
            return moment.astimezone(OSLO).date().isoformat()
        case "timestamp":
            return f"{local:%Y-%m-%d %H:%M:%S}.000000"
        case "timestamp_tz":
            return f"{moment:%Y-%m-%d %H:%M:%S}"
        case "iso_timestamp":
            return f"{local:%Y-%m-%dT%H:%M:%S}"
        case "epoch_seconds":
            return int(moment.timestamp())
        case "epoch_milliseconds":
            return int(moment.timestamp()) * 1000


TYPES: dict[str, str] = {
    "epoch_seconds": "BIGINT",
    "epoch_milliseconds": "BIGINT",
    "iso_date": "TEXT",
    "iso_timestamp": "TEXT",
}
ENCODINGS: list[tuple[Encoding, str]] = [
    ("date", "UTC"),
    ("iso_date", "UTC"),
    ("timestamp", "UTC"),
    ("timestamp", "Europe/Oslo"),
    ("timestamp", "America/New_York"),
    ("timestamp_tz", "UTC"),
    ("iso_timestamp", "UTC"),
    ("iso_timestamp", "Europe/Oslo"),
    ("epoch_seconds", "UTC"),
    ("epoch_milliseconds", "UTC"),
]


class Column:
    """A table with one clock, in a database."""

    def __init__(
        self, connection: sa.Connection, encoding: Encoding, zone: str, *not_started: str | int | date
    ) -> None:
        self.connection = connection
        self.clock = Clock(table="t", column="c", encoding=encoding, zone=ZoneInfo(zone), not_started=not_started)
        postgres = connection.dialect.name == "postgresql"
        kinds = {"date": "DATE", "timestamp": "TIMESTAMP", "timestamp_tz": "TIMESTAMPTZ"} if postgres else {}
        kind = TYPES.get(encoding) or kinds.get(encoding, "")
        connection.exec_driver_sql("DROP TABLE IF EXISTS t")
        connection.exec_driver_sql(f"CREATE TABLE t (id INTEGER PRIMARY KEY, c {kind})")
        types: dict[str, Any] = {
            "date": sa.Date(),
            "timestamp": sa.DateTime(),
            "timestamp_tz": sa.DateTime(timezone=True),
        }
        table = sa.Table(
            "t", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("c", types.get(encoding, sa.Text()))
        )
        shape = TableShape(name="t", key=("id",), columns={"c": ColumnShape(name="c", family="other", nullable=True)})
        self.compiler = Compiler(
            tables={"t": table}, schema={"t": shape}, controller=CONTROLLER, dialect=connection.dialect
        )

    def put(self, value: Any) -> None:
        self.connection.exec_driver_sql("DELETE FROM t")
        self.connection.execute(sa.text("INSERT INTO t VALUES (1, :value)"), {"value": value})

    def is_so(self, predicate: Any) -> bool:
        sql = Sql(self.compiler)
        return (
            sql.text(f"SELECT 1 FROM t AS r WHERE {sql.where(predicate, 'r', 't')}").run(self.connection).first()
            is not None
        )

    def misfits(self) -> bool:
        sql = Sql(self.compiler)
        return (
            sql.text(f"SELECT 1 FROM t AS r WHERE {sql.clock(self.clock, 'r').misfit()}").run(self.connection).first()
            is not None
        )

    def reads(self) -> date:
        value = self.connection.exec_driver_sql("SELECT c FROM t").scalar()
        return Sql(self.compiler).clock(self.clock, "r").read(value)


@pytest.fixture
def lite() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize(("encoding", "zone"), ENCODINGS)
def test_sql_says_what_the_calendar_says(lite: sa.Connection, encoding: Encoding, zone: str) -> None:
    column = Column(lite, encoding, zone)
    for moment in MOMENTS:
        column.put(written(moment, encoding, ZoneInfo(zone)))
        on = moment.astimezone(OSLO).date()
        assert not column.misfits()
        assert column.is_so(Started(column.clock))
        assert column.reads() == on
        for day in DAYS:
            assert column.is_so(By(column.clock, day)) == (on <= day), (moment, day)
            assert column.is_so(After(column.clock, day)) == (on > day), (moment, day)
            assert column.is_so(negated(By(column.clock, day))) == (on > day), (moment, day)


@pytest.mark.postgres
def test_postgresql_says_the_same(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url, connect_args={"prepare_threshold": None}, poolclass=sa.NullPool)
    with engine.connect() as connection:
        for encoding, zone in ENCODINGS:
            column = Column(connection, encoding, zone)
            for moment in MOMENTS:
                value = written(moment, encoding, ZoneInfo(zone))
                column.put(moment if encoding == "timestamp_tz" else value)
                on = moment.astimezone(OSLO).date()
                assert not column.misfits(), (encoding, zone)
                assert column.reads() == on
                for day in DAYS:
                    assert column.is_so(By(column.clock, day)) == (on <= day), (encoding, zone, moment, day)
                    assert column.is_so(After(column.clock, day)) == (on > day), (encoding, zone, moment, day)
    engine.dispose()


def test_an_hour_that_the_wall_clock_shows_twice_is_never_early(lite: sa.Connection) -> None:
    column = Column(lite, "timestamp", "America/New_York")
    # 1 November 2026: 01:30 comes twice in New York, at 05:30 and 06:30 UTC; both lie on one date in Oslo.
    column.put("2026-11-01 01:30:00.000000")
    assert column.is_so(By(column.clock, date(2026, 11, 1)))
    assert not column.is_so(By(column.clock, date(2026, 10, 31)))


@pytest.mark.parametrize(
    ("encoding", "sentinel", "value"),
    [
        ("date", date(9999, 12, 31), "9999-12-31"),
        ("date", "1970-01-01", "1970-01-01"),
        ("iso_date", "", ""),
        ("iso_timestamp", "1970-01-01", "1970-01-01T00:00:00"),
        ("iso_timestamp", "1970-01-01", "1970-01-01T13:14:15"),
        ("timestamp", date(1970, 1, 1), "1970-01-01 00:00:00.000000"),
        ("epoch_seconds", 0, 0),
        ("epoch_seconds", -1, -1),
        ("epoch_milliseconds", 0, 0),
        ("epoch_seconds", "1970-01-01", 3_600),
    ],
)
def test_a_value_that_means_not_started_is_neither_before_nor_after_nor_wrong(
    lite: sa.Connection, encoding: Encoding, sentinel: Any, value: Any
) -> None:
    column = Column(lite, encoding, "UTC", sentinel)
    column.put(value)
    assert not column.is_so(Started(column.clock))
    assert not column.misfits()
    for day in DAYS:
        assert not column.is_so(By(column.clock, day))
        assert not column.is_so(After(column.clock, day))
        assert column.is_so(negated(By(column.clock, day)))


def test_null_has_not_started_and_fits(lite: sa.Connection) -> None:
    for encoding, zone in ENCODINGS:
        column = Column(lite, encoding, zone)
        column.put(None)
        assert not column.misfits()
        assert not any(
            column.is_so(say)
            for say in (Started(column.clock), By(column.clock, DAYS[0]), After(column.clock, DAYS[0]))
        )


def test_without_a_cutoff_nothing_has_run_out(lite: sa.Connection) -> None:
    column = Column(lite, "date", "UTC")
    column.put("0001-01-01")
    assert not column.is_so(By(column.clock, None))
    assert column.is_so(After(column.clock, None))
    assert column.is_so(By(column.clock, date.max))
    assert not column.is_so(After(column.clock, date.max))


MISFITS: list[tuple[Encoding, Any]] = [
    ("date", 0),
    ("date", 20260101),
    ("date", "2026-13-01"),
    ("date", "2026-1-1"),
    ("date", "2026-01-01 10:00"),
    ("date", "0000-01-01"),
    ("date", ""),
    ("date", b"2026-01-01"),
    ("iso_timestamp", "2026-01-01"),
    ("iso_timestamp", "2026-01-01T24:00"),
    ("iso_timestamp", "2026-01-01T10"),
    ("iso_timestamp", "2026-01-01T10:00+01:00"),
    ("iso_timestamp", "2026-01-01x10:00"),
    ("iso_timestamp", "2026-01-01T10:00:00."),
    ("iso_timestamp", 1_767_225_600),
    ("epoch_seconds", "1767225600x"),
    ("epoch_seconds", 1_767_225_600_000_000),
    ("epoch_seconds", 253_402_300_800),  # the year 10000
    ("epoch_seconds", -62_135_596_801),
    ("epoch_seconds", 1.5),
    ("epoch_milliseconds", -(10**17)),
    ("epoch_milliseconds", 1_767_225_600),
    ("epoch_milliseconds", 100_000_000),
    ("epoch_milliseconds", 10_000_000_000),
]


@pytest.mark.parametrize(("encoding", "value"), MISFITS)
def test_what_does_not_fit_is_seen(lite: sa.Connection, encoding: Encoding, value: Any) -> None:
    column = Column(lite, encoding, "UTC")
    column.put(value)
    assert column.misfits()


@pytest.mark.parametrize("value", [-62_135_596_800, 253_402_300_799])
def test_seconds_of_the_first_and_the_last_year_fit(lite: sa.Connection, value: int) -> None:
    for encoding, factor in (("epoch_seconds", 1), ("epoch_milliseconds", 1000)):
        column = Column(lite, encoding, "UTC")  # type: ignore[arg-type]
        column.put(value * factor)
        assert not column.misfits()


@pytest.mark.parametrize("value", [0, 99_999_999, 10_000_000_001, 1_767_225_600_000])
def test_milliseconds_that_cannot_be_seconds_of_our_days_fit(lite: sa.Connection, value: int) -> None:
    column = Column(lite, "epoch_milliseconds", "UTC")
    column.put(value)
    assert not column.misfits()


@pytest.mark.parametrize("value", ["2026-02-30", "2025-02-29", "2026-04-31"])
def test_a_day_that_is_not_in_the_calendar_does_not_fit(lite: sa.Connection, value: str) -> None:
    column = Column(lite, "date", "UTC")
    column.put(value)
    assert column.misfits()


def test_what_is_no_misfit_can_be_read(lite: sa.Connection) -> None:
    column = Column(lite, "iso_timestamp", "UTC")
    for value in ("2026-01-01 10:00", "2026-01-01T10:00:59", "2026-01-01T10:00:59.123456Z", "2024-02-29T23:59Z"):
        column.put(value)
        assert not column.misfits(), value
        assert column.reads() - date.fromisoformat(value[:10]) in (timedelta(0), timedelta(1))
