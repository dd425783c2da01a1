"""Clocks: no row goes before its first due day's midnight in the controller's zone, and every row goes at it.

Worlds are made around days on which something happens to the calendar: summer time begins or ends, in the controller's
zone or the clock's, also at midnight; leap days; ends of years and of financial years. Each world has a table for each
encoding that a data map knows, with rows whose limits run out around one day. It is swept a second before that day
begins and at its first moment. What must be gone by then is worked out here anew, by counting on the calendar.

Wrongly typed values must stop their table, sentinels must hold their row for ever, and a machine's clock that was set
back or forward must make ``keep`` ask.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from holdord.config import Settings
from holdord.datamap.load import load as load_map
from holdord.errors import NeedsConfirmation, Refused
from holdord.plan.bind import Bound
from holdord.policy.load import load as load_policy
from holdord.run.company import Company
from holdord.run.sweep import plan_of
from holdord.stores.database import connect
from holdord.stores.register.migrate import upgrade
from holdord.stores.sql import SqlStore
from tests.torment.servers import Server, postgres, scratch
from tests.yes import keep

ENCODINGS = ("date", "timestamp", "timestamp_tz", "epoch_seconds", "epoch_milliseconds", "iso_date", "iso_timestamp")
ZONES = (
    *("Europe/Oslo", "Europe/Oslo", "UTC", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"),
    *("Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut", "Africa/Cairo"),
    *("America/Santiago", "America/Asuncion", "America/St_Johns", "Pacific/Chatham", "America/Sao_Paulo"),
)
DURATIONS = {
    "0 days": (0, 0),
    "1 day": (0, 1),
    "5 days": (0, 5),
    "30 days": (0, 30),
    "365 days": (0, 365),
    "1 month": (1, 0),
    "3 months": (3, 0),
    "1 year": (12, 0),
    "24 months": (24, 0),
    "3.5 years": (42, 0),
    "4 years": (48, 0),
    "5 years": (60, 0),
    "1 month 3 days": (1, 3),
    "1 year 1 day": (12, 1),
}
YEAR_ENDS = ("12-31", "12-31", "06-30", "02-28", "03-31", "09-30")
EDGES = (
    *(date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 2, 28), date(2025, 3, 1), date(2028, 2, 29)),
    *(date(2023, 12, 31), date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 7, 1), date(2026, 1, 31)),
)
ROWS = 14
"""In each table."""

_COLUMNS = {
    "sqlite": dict(zip(ENCODINGS, ("DATE", "DATETIME", "DATETIME", "BIGINT", "BIGINT", "TEXT", "TEXT"), strict=True)),
    "postgresql": dict(
        zip(ENCODINGS, ("date", "timestamp", "timestamptz", "bigint", "bigint", "text", "text"), strict=True)
    ),
}
HOUR = timedelta(hours=1)
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass
class Report:
    """What happened, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """A row: the value of its clock, and the first day on which it may go and that on which it must be gone.

    Both are ``date.max`` where the clock never runs out.
    """

    value: Any
    may: date
    must: date


@dataclass(frozen=True)
class Table:
    """A table of a world; with a misfit in it nothing goes."""

    name: str
    encoding: str
    limit: str
    months: int
    days: int
    counted: bool
    sentinels: list[Any]
    rows: list[Row]
    misfit: Any = None


@dataclass(frozen=True)
class World:
    """Tables, and the day around which their limits run out."""

    zone: ZoneInfo
    clocks: ZoneInfo
    year_end: str
    day: date
    tables: list[Table]


def run(count: int = 4_000, seed: int = 1, *, url: str | None = None) -> Report:
    """Judge worlds until ``count`` rows have been seen, on SQLite and PostgreSQL in turn."""
    report = Report()
    with postgres(url) as server, scratch() as folder:
        while report.counts["rows"] < count:
            dialect = "postgresql" if report.counts["worlds"] % 2 else "sqlite"
            world = _world(random.Random(f"{seed} {report.counts['worlds'] // 2}"), dialect)
            _judge(world, dialect, _address(dialect, Path(folder), server), Path(folder), report)
            report.counts["worlds"] += 1
            report.counts[f"worlds on {dialect}"] += 1
    return report


def _address(dialect: str, folder: Path, server: Server) -> str:
    if dialect == "postgresql":
        return server.make("clock")
    for file in folder.glob("clock.db*"):
        file.unlink()
    return f"sqlite:///{folder / 'clock.db'}"


# The calendar, counted anew


def due(start: date, months: int, days: int, year_end: str | None) -> date:
    """Return the first day after the period: the day of the start is not counted, months end on their last day."""
    if year_end is not None:
        ends = (_year_end(year, year_end) for year in (start.year, start.year + 1))
        start = next(end for end in ends if end >= start)
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day = start.day
    while not _exists(year, month, day):
        day -= 1
    return date(year, month, day) + (days + 1) * _DAY


def _exists(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _year_end(year: int, year_end: str) -> date:
    month, day = int(year_end[:2]), int(year_end[3:])
    return date(year, 3, 1) - _DAY if month == 2 else date(year, month, day)


def first_moment(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment at which a wall calendar in ``zone`` shows ``day``, or a later one if it never does."""
    moment = datetime.combine(day, time.min, UTC) - timedelta(hours=16)
    while moment.astimezone(zone).date() < day:
        moment += timedelta(minutes=15)
    moment -= timedelta(minutes=15)
    while moment.astimezone(zone).date() < day:
        moment += _SECOND
    return moment


def changes(zone: ZoneInfo, year: int) -> list[date]:
    """Return the days of a year on which the zone's clocks are changed."""
    days = [date(year, 1, 1) + number * _DAY for number in range(366)]
    offsets = [datetime.combine(day, time.min, UTC).astimezone(zone).utcoffset() for day in days]
    return [day for day, one, other in zip(days, offsets, offsets[1:], strict=False) if one != other]


# Worlds


def _world(pick: random.Random, dialect: str) -> World:
    zone = ZoneInfo(pick.choice(ZONES))
    clocks = pick.choice([zone, ZoneInfo("UTC"), ZoneInfo(pick.choice(ZONES))])
    year_end = pick.choice(YEAR_ENDS)
    edges = [*EDGES, *(day for one in (zone, clocks) for year in (2023, 2024, 2025) for day in changes(one, year))]
    edge = pick.choice(edges) + pick.choice((-1, 0, 0, 0, 1)) * _DAY
    made = []
    day = edge
    for number, encoding in enumerate(ENCODINGS):
        limit, (months, days) = pick.choice(list(DURATIONS.items()))
        counted = pick.random() < 0.25
        if number == 0 and pick.random() < 0.5:  # the edge is a start; the day is when its limit runs out
            day = due(edge, months, days, year_end if counted else None)
        sentinels = _sentinels(pick, encoding)
        rows = [_row(pick, encoding, dialect, zone, clocks, day, months, days, year_end if counted else None)]
        for _ in range(ROWS - 1):
            rows.append(_row(pick, encoding, dialect, zone, clocks, day, months, days, year_end if counted else None))
        rows += [
            Row(one, date.max, date.max)
            for one in (None, *(_sentinel_value(one, encoding, clocks) for one in sentinels))
        ]
        wrong = [one for one in _misfits(encoding, dialect, clocks) if one not in sentinels]
        misfit = pick.choice(wrong) if wrong and pick.random() < 0.15 else None
        name = f"{encoding}_rows"
        made.append(Table(name, encoding, limit, months, days, counted, sentinels, rows, misfit))
    return World(zone, clocks, year_end, day, made)


def _row(
    pick: random.Random,
    encoding: str,
    dialect: str,
    zone: ZoneInfo,
    clocks: ZoneInfo,
    day: date,
    months: int,
    days: int,
    year_end: str | None,
) -> Row:
    """Make a row whose limit runs out about ``day``: its start is looked for among the days that could lead there."""
    wanted = day + pick.choice((-1, 0, 0, 0, 1, 1, 400)) * _DAY
    start = _start(pick, wanted, months, days, year_end)
    if encoding in ("date", "iso_date"):
        first = due(start, months, days, year_end)
        return Row(start.isoformat(), first, first)
    begin, end = first_moment(start, zone), first_moment(start + _DAY, zone)
    moment = pick.choice(
        (
            begin,
            begin,
            begin - _SECOND,
            end - _SECOND,
            end,
            begin + timedelta(hours=pick.choice((-1, 1))),
            begin + timedelta(seconds=pick.randrange(86_400)),
            datetime.combine(start, time.min, UTC),
            datetime.combine(start, time.min, clocks).astimezone(UTC),
        )
    )
    if encoding in ("epoch_seconds", "epoch_milliseconds"):
        number = int(moment.timestamp())
        value: Any = number if encoding == "epoch_seconds" else number * 1000 + pick.choice((0, 0, 1, 999))
        stands_for = [moment]
    elif encoding == "timestamp_tz" and dialect == "postgresql":
        value, stands_for = moment.astimezone(clocks).isoformat(), [moment]
    else:
        wall = moment.astimezone(clocks).replace(tzinfo=None, fold=0)
        stands_for = [wall.replace(tzinfo=clocks, fold=fold).astimezone(UTC) for fold in (0, 1)]
        value = wall.isoformat(sep=pick.choice(" T") if encoding == "iso_timestamp" else " ")
        if pick.random() < 0.3:
            value += pick.choice((".000000", ".500000", ".999999"))
        if encoding == "iso_timestamp" and str(clocks) == "UTC" and pick.random() < 0.3:
            value += "Z"
    dues = [due(one.astimezone(zone).date(), months, days, year_end) for one in stands_for]
    return Row(value, max(dues), max(dues) + (_DAY if dues[0] != dues[-1] else timedelta()))


def _start(pick: random.Random, wanted: date, months: int, days: int, year_end: str | None) -> date:
    """Return a start whose limit runs out on ``wanted``, or, where there is none, shortly after or before it."""
    around = wanted - timedelta(days=int(months * 30.5) + days)
    low, high = (-370, 10) if year_end else (-8, 8)
    found = [around + number * _DAY for number in range(low, high)]
    exact = [one for one in found if due(one, months, days, year_end) == wanted]
    if year_end and exact:
        exact = [exact[0], exact[0], exact[-1], exact[-1], pick.choice(exact)]
    return pick.choice(exact or found)


def _sentinels(pick: random.Random, encoding: str) -> list[Any]:
    if encoding in ("epoch_seconds", "epoch_milliseconds"):
        return pick.choice(([], [0], [0, -1]))
    dates: list[list[Any]] = [[], ["1970-01-01"], ["9999-12-31", "0001-01-01"]]
    return pick.choice([*dates, [""]] if encoding.startswith("iso") else dates)


def _sentinel_value(sentinel: Any, encoding: str, clocks: ZoneInfo) -> Any:
    """Return how the value that means "not started" stands in a column."""
    if isinstance(sentinel, int) or not sentinel or encoding in ("date", "iso_date"):
        return sentinel
    if encoding == "timestamp_tz":
        return datetime.combine(date.fromisoformat(sentinel), time(12), clocks)
    return f"{sentinel} 00:00:00"


def _misfits(encoding: str, dialect: str, clocks: ZoneInfo) -> list[Any]:
    """Return values that a column lets in and that do not fit its encoding."""
    days = ["soon", "2024-02-30", "2023-02-29", "01.02.2024", "2024-1-5", " 2024-01-05", "0000-00-00", "2024-01-05x"]
    moments = ["soon", "2024-13-01T00:00:00", "2024-01-05 24:00:00", "2024-01-05T10:00:00+02:00", "2024-01-05"]
    moments += ["2024-01-05 10:61:00", "2024-01-05 1:00:00"] + (
        [] if str(clocks) == "UTC" else ["2024-01-05T10:00:00Z"]
    )
    numbers = [1_700_000_000_000_000, -99_000_000_000_000_000]
    if encoding == "epoch_milliseconds":
        numbers.append(1_700_000_000)
    if encoding in ("epoch_seconds", "epoch_milliseconds"):
        loose: list[Any] = ["soon", "2024-01-05", 1_700_000_000.5]
        return numbers + (loose if dialect == "sqlite" else [])
    if encoding == "iso_date":
        return [*days, "2024-01-05 00:00:00", ""]
    if encoding == "iso_timestamp":
        return [*moments, ""]
    if dialect == "postgresql":
        return ["infinity", "-infinity"]
    return [*(days if encoding == "date" else moments), 1_700_000_000, 0, ""]


# Judging


def _judge(world: World, dialect: str, url: str, folder: Path, report: Report) -> None:
    company = _company(world, dialect, url, folder)
    try:
        midnight = first_moment(world.day, world.zone)
        for moment in (midnight - _SECOND, midnight):
            if moment == midnight:
                report.wrong += [f"{_named(world, dialect)}: {what}" for what in _guards(company, midnight)]
                report.counts["guards asked"] += 5
            keep(company, _at(moment))
            _compare(world, dialect, company, moment, report)
    finally:
        company.close()
    for table in world.tables:
        report.counts["rows"] += len(table.rows)
        report.counts["rows by encoding " + table.encoding] += len(table.rows)
        report.counts["tables with a misfit"] += table.misfit is not None


def _named(world: World, dialect: str) -> str:
    return f"{dialect}, controller {world.zone}, clocks {world.clocks}, year to {world.year_end}, {world.day}"


def _compare(world: World, dialect: str, company: Company, moment: datetime, report: Report) -> None:
    today = moment.astimezone(world.zone).date()
    with company.store.engine.connect() as connection:
        for table in world.tables:
            there = set(connection.execute(text(f"SELECT id FROM {table.name}")).scalars())
            for number, row in enumerate(table.rows):
                stays = number in there
                where = f"{_named(world, dialect)}: at {moment} {table.encoding} {row.value!r}, {table.limit}"
                if not stays and (row.may > today or table.misfit is not None):
                    report.wrong.append(f"{where}: gone early, due on {row.may}, misfit {table.misfit!r}")
                elif stays and row.must <= today and table.misfit is None:
                    report.wrong.append(f"{where}: still there, due on {row.must}")
                kind = "held" if stays else "gone on its day" if row.may == today else "gone since"
                report.counts[kind] += 1
                report.counts["walls that stand for two dates"] += row.may != row.must
            if table.misfit is not None and len(table.rows) not in there:
                report.wrong.append(f"{_named(world, dialect)}: the misfit {table.misfit!r} of {table.name} is gone")


def _guards(company: Company, moment: datetime) -> Iterator[str]:
    """Yield what a clock set back or forward was allowed to do. The last entry was made a second before ``moment``."""
    for what, at in (("back", moment - timedelta(days=1)), ("forward", moment + timedelta(days=33))):
        before = _there(company)
        try:
            keep(company, _at(at))
            yield f"the clock was set {what}, and keep did not ask"
        except NeedsConfirmation:
            pass
        try:
            keep(company, _at(at), confirm="0" * 64)
            yield f"the clock was set {what}, and a wrong digest was taken for a yes"
        except Refused:
            pass
        if _there(company) != before:
            yield f"the clock was set {what}, and rows are gone"
    tomorrow = (moment.astimezone(company.policy.controller.zone) + timedelta(days=2)).date()
    try:
        keep(company, _at(moment), planned=plan_of(company, tomorrow).document())
        yield "a plan of the future was carried out"
    except Refused:
        pass


def _at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _there(company: Company) -> dict[str, int]:
    with company.store.engine.connect() as connection:
        return {
            name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())
            for name in company.store.schema
        }


def _company(world: World, dialect: str, url: str, folder: Path) -> Company:
    policy, datamap = load_policy(_policy(world)), load_map(_map(world))
    engine = connect(url)
    upgrade(engine, register=False)
    with engine.begin() as connection:
        for table in world.tables:
            _fill(connection, table, dialect)
    store = SqlStore(engine=engine, datamap=datamap, controller=policy.controller)
    bound = Bound(policy, datamap, store.schema)
    settings = Settings(
        store_url=url, state_url=url, receipts=True, key=folder / "ledger.key", every_days=1, pause_days=31
    )
    return Company(folder=folder, settings=settings, policy=policy, store=store, state=store, bound=bound)


def _fill(connection: Connection, table: Table, dialect: str) -> None:
    kind = _COLUMNS[dialect][table.encoding]
    key = "INTEGER" if dialect == "sqlite" else "bigint"
    connection.execute(text(f"CREATE TABLE {table.name} (id {key} PRIMARY KEY, remark TEXT, start {kind})"))
    values = [row.value for row in table.rows] + ([] if table.misfit is None else [table.misfit])
    cast = ":value" if dialect == "sqlite" else f"CAST(CAST(:value AS text) AS {kind})"
    connection.execute(
        text(f"INSERT INTO {table.name} (id, remark, start) VALUES (:id, 'said so', {cast})"),
        [{"id": number, "value": _written(value, dialect)} for number, value in enumerate(values)],
    )


def _written(value: Any, dialect: str) -> Any:
    if dialect == "sqlite":
        return value.replace(tzinfo=None).isoformat(sep=" ") if isinstance(value, datetime) else value
    return None if value is None else str(value)


def _policy(world: World) -> str:
    lines = [
        "holdord: 1",
        f"controller: {{name: A company, country: NO, register_number: '1', financial_year_ends: '{world.year_end}', "
        f"time_zone: {world.zone}}}",
        "notices: {en: notice.md}",
        "purposes:",
    ]
    for table in world.tables:
        counted = ", counted_from: financial_year_end" if table.counted else ""
        lines += [
            f"  {table.encoding}_service:",
            "    for: Answering",
            "    basis: legitimate_interest",
            f"    works_on: [{table.name}]",
            f"    needs: [{table.name}.*]",
            f"    keep: {{from: start, at_most: {table.limit}{counted}, open_ended: until it is dated}}",
        ]
    lines += [
        "promises:",
        "  A-1:",
        "    says: It is kept as long as needed",
        "    kept_by: software",
        "    parts: {storage: {keep: all}}",
        "    notice: [{lang: en, section: '1', quote: We keep it as long as we need it.}]",
    ]
    return "\n".join(lines) + "\n"


def _map(world: World) -> str:
    lines = ["holdord_datamap: 1", "store: clocks", "tables:"]
    for table in world.tables:
        sentinels = ", ".join(one if _is_date(one) else repr(one) for one in table.sentinels)
        not_started = f", not_started: [{sentinels}]" if table.sentinels else ""
        lines += [
            f"  {table.name}:",
            f"    class: {table.name}",
            "    default: record.remark",
            f"    clocks: {{start: {{column: start, encoding: {table.encoding}, zone: {world.clocks}{not_started}}}}}",
        ]
    return "\n".join(lines) + "\n"


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10
