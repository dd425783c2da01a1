"""The made-up people: the same for a seed, bounded in memory, on both sides of every limit, unmistakably unreal."""

import hashlib
import re
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from examples.edges import edges, starts
from examples.fictions import national_number
from examples.population import COMPANIES, populate

from holdord.datamap.model import DataMap, Route
from holdord.policy.calendar import cutoff, last_day
from holdord.policy.load import load
from holdord.policy.model import Policy
from holdord.policy.purpose import Clock, Works
from holdord.stores.register.map import data_map
from holdord.stores.register.schema import metadata

AS_OF = date(2026, 11, 23)
DAY = timedelta(days=1)

SMALL = """
holdord: 1
controller: {name: Example AS, country: "NO", register_number: "000000000", financial_year_ends: 12-31}
notices: {nb: notice.md}
purposes:
  bookkeeping:
    for: accounts
    basis: legal_obligation
    law: a law
    works_on: [invoice, {correspondence: {accounting: true, relation.kind: customer}}]
    needs: [invoice.*, correspondence.*, person.contact.name]
    keep: {from: voucher_date, at_least: 5 years, counted_from: financial_year_end, open_ended: until it is dated}
  enquiries:
    for: answers
    basis: legitimate_interest
    works_on: {correspondence: {relation: null}}
    needs: [correspondence.*, person.contact.email]
    keep: {from: sent, at_most: 6 months}
  relation:
    for: last contact
    basis: legitimate_interest
    works_on: relation
    needs: [relation.*, note.*, person.contact.phone]
    keep: {from: {latest_of: [relation_started, note.taken]}, at_most: 24 months}
  log:
    for: security
    basis: legitimate_interest
    works_on: [web_log]
    needs: [web_log.*]
    keep: {from: requested, at_most: 6 months}
  newsletter:
    for: news
    basis: consent
    works_on: subscription
    needs: [subscription.*, person.contact.email]
    keep: {from: consent_withdrawn, at_most: 0 days, within: 5 days, open_ended: until withdrawn}
promises:
  P-1:
    says: all
    kept_by: software
    parts: {storage: {keep: all}}
    notice: [{lang: nb, section: "1", quote: all}]
"""


@cache
def policy_of(company: str) -> Policy:
    file = Path(__file__).parent.parent.parent / "examples" / company / "policy.yaml"
    return load(file.read_bytes(), file=str(file))


@cache
def small() -> Policy:
    return load(SMALL)


@contextmanager
def register(company: str, people: int, **how: Any) -> Iterator[sa.Connection]:
    """A filled register with foreign keys enforced."""
    engine = sa.create_engine("sqlite://")
    sa.event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA foreign_keys = ON"))
    metadata.create_all(engine)
    how.setdefault("as_of", AS_OF)
    try:
        populate(engine, company, people, **how)
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def fingerprint(connection: sa.Connection, people: int) -> str:
    """Return a digest of the first people's rows in every table that refers to persons."""
    digest = hashlib.sha256()
    for table in metadata.sorted_tables:
        query = sa.select(table).order_by(table.c.id)
        if table.name == "persons" or "person_id" in table.c:
            query = query.where((table.c.id if table.name == "persons" else table.c.person_id) <= people)
        elif table.name not in ("events",):
            continue
        for row in connection.execute(query):
            digest.update(repr((table.name, *row)).encode())
    return digest.hexdigest()


def test_same_seed_same_people_and_another_seed_others() -> None:
    prints = []
    for seed in (1, 1, 2):
        with register("clienti", 400, seed=seed) as connection:
            prints.append(fingerprint(connection, 400))
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


def test_a_larger_population_begins_with_the_smaller_one() -> None:
    prints = []
    for people in (300, 2300):
        with register("west-elektro", people) as connection:
            prints.append(fingerprint(connection, 300))
    assert prints[0] == prints[1]


@pytest.mark.parametrize("company", COMPANIES)
def test_references_hold_and_all_people_are_there(company: str) -> None:
    with register(company, 1500) as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("SELECT count(*), max(id) FROM persons").one() == (1500, 1500)


@pytest.mark.parametrize("company", COMPANIES)
def test_only_what_the_policy_needs_is_stored(company: str) -> None:
    policy, datamap = policy_of(company), data_map()
    classes = {work.record_class for purpose in policy.purposes.values() for work in purpose.works_on}
    classes |= {need.record_class for purpose in policy.purposes.values() for need in purpose.needs}
    with register(company, 1500) as connection:
        for name, table in datamap.tables.items():
            rows = connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[name])).scalar_one()
            assert not rows or table.record_class in classes
            assert rows or table.record_class not in classes
            for column in table.columns.values():
                stored = sa.select(sa.func.count(metadata.tables[name].c[column.name]))
                if connection.execute(stored).scalar_one():
                    needs = [p.needs_category(table.record_class, column.category) for p in policy.purposes.values()]
                    assert any(needs), f"{name}.{column.name}"


def rows_at(connection: sa.Connection, datamap: DataMap, work: Works, clock: Clock) -> set[date]:
    """Return the dates that the clock shows on the rows of a purpose, on ancestors and descendants alike.

    Written apart from ``examples.edges``: one join for every route, in either direction.
    """
    found: set[date] = set()
    for table in datamap.of_class(work.record_class):
        up: list[tuple[str, Route]] = [(table.name, ()), *datamap.routes_up(table.name)]
        for owner, route, down in [(*way, False) for way in up] + [
            (*way, True) for way in datamap.routes_down(table.name)
        ]:
            mapped = datamap.tables[owner]
            if clock.name not in mapped.clocks or clock.record_class not in ("", mapped.record_class):
                continue
            source: sa.FromClause = metadata.tables[table.name]
            for edge in reversed(route) if down else route:
                child, parent = metadata.tables[edge.child], metadata.tables[edge.parent]
                source = source.join(child if down else parent, child.c[edge.columns[0]] == parent.c.id)
            column = metadata.tables[owner].c[mapped.clocks[clock.name].column]
            query = sa.select(column).select_from(source).where(column.is_not(None))
            for condition in work.conditions:
                if not condition.record_class or condition.record_class == work.record_class:
                    tested = metadata.tables[table.name].c[table.conditions[condition.name]]
                    value = condition.values[0]
                    if condition.operator == "is":
                        query = query.where(tested.is_(None) if value is None else tested == value)
                    elif condition.operator == "in":
                        query = query.where(tested.in_(condition.values))
                    else:
                        query = query.where(tested.is_not(None) if value is None else tested != value)
            for value in connection.execute(query).scalars():
                local = value.astimezone(ZoneInfo("Europe/Oslo")).date() if isinstance(value, datetime) else value
                found.add(local)
    return found


@pytest.mark.parametrize("company", COMPANIES)
def test_every_limit_is_reached_on_both_sides_by_one_day(company: str) -> None:
    policy = policy_of(company)
    with register(company, 0) as connection:
        for purpose, limit in policy.limits():
            ran_out = cutoff(limit.duration, AS_OF, limit.year)
            broken = cutoff(limit.within, AS_OF, limit.year)
            assert ran_out is not None
            assert broken is not None
            for work in purpose.works_on:
                shown = rows_at(connection, data_map(), work, limit.clocks[-1])
                wanted = {ran_out, ran_out + DAY, broken, broken + DAY}
                assert wanted <= shown, f"{purpose.id}: {limit}"


@pytest.mark.parametrize(
    "at", [date(2024, 2, 29), date(2025, 2, 28), date(2026, 3, 1), date(2026, 12, 31), date(2027, 1, 1)]
)
def test_starts_are_the_last_due_and_the_first_not_due(at: date) -> None:
    for _, limit in small().limits():
        found = starts(limit, at)
        due = [start for start in found if start and last_day(start, limit.duration, limit.year) < at]
        held = [start for start in found if start and last_day(start, limit.duration, limit.year) >= at]
        assert min(held) - max(due) == DAY
        assert found[max(due)]
        assert None in found


def test_the_cast_follows_the_numbers_of_the_policy() -> None:
    other = load(SMALL.replace("at_most: 6 months}\n  relation", "at_most: 7 months}\n  relation"))
    with register("se-gruppen", 0, policy=small()) as before, register("se-gruppen", 0, policy=other) as after:
        limit, moved = ({p.id: limit for p, limit in policy.limits()}["enquiries"] for policy in (small(), other))
        for connection, one, another in ((before, limit, moved), (after, moved, limit)):
            sent = set(
                connection.exec_driver_sql("SELECT sent_on FROM correspondence WHERE relation_id IS NULL").scalars()
            )
            assert {str(start) for start in starts(one, AS_OF) if start} <= sent
            assert not {str(start) for start in starts(another, AS_OF) if start} & sent


def test_edges_meet_conditions_on_the_row_and_on_its_ancestors() -> None:
    with register("se-gruppen", 0, policy=small()) as connection:
        kinds = connection.exec_driver_sql(
            "SELECT DISTINCT r.kind FROM correspondence c JOIN relations r ON r.id = c.relation_id WHERE c.accounting"
        ).scalars()
        assert set(kinds) == {"customer"}
    made = [edge for edge in edges(small(), data_map(), AS_OF) if edge.purpose == "bookkeeping"]
    assert {edge.table for edge in made} == {"invoices", "correspondence"}
    assert any(edge.start is None for edge in made if edge.table == "correspondence")


def test_moments_stand_at_the_controllers_midnight() -> None:
    with register("se-gruppen", 0, policy=small()) as connection:
        shown = set(connection.exec_driver_sql("SELECT requested_at FROM web_log").scalars())
    # 23 November minus six months: what was asked on the 22nd of May in Oslo (two hours before UTC) is due.
    assert {"2026-05-22 21:59:59", "2026-05-22 22:00:00"} <= shown


def test_the_first_person_is_the_worked_example() -> None:
    with register("clienti", 0) as connection:

        def dates(query: str) -> list[Any]:
            return list(connection.exec_driver_sql(query).scalars())

        assert dates("SELECT ended_on FROM relations WHERE person_id = 1") == ["2023-03-10"]
        assert dates("SELECT issued_on FROM invoices i JOIN relations r ON r.id = relation_id WHERE person_id = 1") == [
            "2022-11-02"
        ]
        assert dates("SELECT withdrawn_on FROM subscriptions WHERE person_id = 1") == ["2026-06-01"]
        assert dates("SELECT accounting FROM correspondence WHERE person_id = 1 ORDER BY 1") == [0, 1]
        assert dates("SELECT count(*) FROM notes WHERE person_id = 1") == [1]
        assert dates(
            "SELECT a.ended_on FROM agreements a JOIN relations r ON r.id = relation_id WHERE person_id = 1"
        ) == ["2023-03-10"]
        phone, title, email = connection.exec_driver_sql("SELECT phone, title, email FROM persons WHERE id = 1").one()
        assert phone
        assert title
        assert email


def test_the_cast_has_its_neighbours() -> None:
    with register("clienti", 0) as connection:

        def number(query: str) -> int:
            return int(connection.exec_driver_sql(query).scalar_one())

        assert number("SELECT max(ended_on) < '2018' FROM relations WHERE person_id = 2") == 1
        assert number("SELECT count(*) FROM persons GROUP BY email HAVING count(*) > 1 AND email LIKE '%office%'") == 2
        shared = "SELECT count(*) FROM persons GROUP BY phone, address HAVING count(*) > 1 AND phone IS NOT NULL"
        assert number(f"{shared} AND address IS NOT NULL LIMIT 1") == 2
        assert number("SELECT count(*) FROM (SELECT 1 FROM relations GROUP BY person_id HAVING count(*) = 2)") >= 1
        unpaid = (
            "SELECT count(*) FROM invoices i JOIN relations r ON r.id = relation_id WHERE paid_on IS NULL AND ended_on"
        )
        assert number(unpaid) >= 1
        assert number("SELECT count(*) FROM relations WHERE ended_on LIKE '%-02-29'") >= 2
        assert number("SELECT count(*) FROM relations WHERE ended_on LIKE '%-08-31'") >= 1
        assert number("SELECT count(*) FROM relations WHERE ended_on IS NULL") >= 3
        assert number("SELECT count(*) FROM persons WHERE email IS NULL AND phone IS NULL") >= 1
        assert number("SELECT count(*) FROM participations WHERE event_id IS NULL") >= 1


@pytest.mark.parametrize("company", COMPANIES)
def test_histories_span_ten_years_and_end_today(company: str) -> None:
    with register(company, 3000) as connection:
        cast = "SELECT max(id) FROM persons WHERE email LIKE '%@cast.example'"
        begun = f"SELECT min(started_on), max(started_on) FROM relations WHERE person_id > ({cast})"
        first, last = connection.exec_driver_sql(begun).one()
        assert "2016-11-23" <= first <= "2017-06-01"
        assert "2026-06-01" <= last <= "2026-11-23"
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, sa.Date) and column.name not in ("event_held_on", "held_on"):
                    latest = connection.execute(sa.select(sa.func.max(column))).scalar_one()
                    assert latest is None or latest <= AS_OF, column


def test_nobody_can_be_reached_or_mistaken_for_somebody() -> None:
    patterns = {
        "email": r".+\.example",
        "phone": r"\+4[57] 00 \d\d \d\d \d\d",
        "national_number": r"\d\d[89]\d{8}|\d{6}-0000",
        "bank_account": r"0000[. ].+",
        "card": r"4111 1111 1111 1111",
        "social_profile": r"https://social\.example/.+",
    }
    for company in COMPANIES:
        with register(company, 1500) as connection:
            for column, pattern in patterns.items():
                stored = sa.select(metadata.tables["persons"].c[column]).where(sa.column(column).is_not(None))
                assert all(re.fullmatch(pattern, value) for value in connection.execute(stored).scalars())
            addresses = connection.exec_driver_sql("SELECT ip FROM web_log").scalars()
            assert all(value.startswith(("192.0.2.", "198.51.100.", "203.0.113.")) for value in addresses)


@pytest.mark.parametrize("serial", [0, 131, 499])
def test_norwegian_test_numbers_have_good_check_digits(serial: int) -> None:
    for birth in (date(1950, 1, 31), date(1999, 12, 31), date(2004, 2, 29)):
        number = [int(digit) for digit in national_number("NO", birth, serial)]
        assert len(number) == 11
        assert number[2] in (8, 9)
        assert sum(a * b for a, b in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), number, strict=False)) % 11 == 0
        assert sum(a * b for a, b in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), number, strict=True)) % 11 == 0


def test_memory_does_not_grow_with_the_population(tmp_path: Path) -> None:
    peaks = []
    policy = policy_of("clienti")
    for people in (2_000, 10_000):
        engine = sa.create_engine(f"sqlite:///{tmp_path / str(people)}.db")
        metadata.create_all(engine)
        tracemalloc.start()
        populate(engine, "clienti", people, as_of=AS_OF, policy=policy)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        engine.dispose()
    assert peaks[1] < 1.25 * peaks[0]
    assert peaks[1] < 32_000_000


def test_a_register_with_people_is_left_alone() -> None:
    with register("clienti", 0) as connection, pytest.raises(ValueError, match="empty"):
        populate(connection, "clienti", 10, as_of=AS_OF)


def test_unknown_company_is_refused() -> None:
    with register("clienti", 0) as connection, pytest.raises(ValueError, match="se-gruppen"):
        populate(connection, "nobody", 10, as_of=AS_OF)


def test_progress_and_counts_are_told() -> None:
    engine, told = sa.create_engine("sqlite://"), list[int]()
    metadata.create_all(engine)
    with engine.begin() as connection:
        counts = populate(connection, "clienti", 1200, as_of=AS_OF, progress=told.append)
        assert counts["persons"] == told[-1] == 1200
        for name, rows in counts.items():
            assert (
                connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[name])).scalar_one() == rows
            )
    engine.dispose()


@pytest.mark.postgres
def test_postgresql_holds_the_same_people_and_counts_on(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    metadata.create_all(engine)
    populate(engine, "clemco-norge", 600, as_of=AS_OF)
    with engine.begin() as connection, register("clemco-norge", 600) as other:
        assert fingerprint(connection, 600) == fingerprint(other, 600)
        persons = metadata.tables["persons"]
        added = connection.execute(persons.insert().values(collected_on=AS_OF).returning(persons.c.id)).scalar_one()
        assert added == 601
        first = connection.execute(sa.select(sa.func.min(metadata.tables["web_log"].c.requested_at))).scalar_one()
        assert first.tzinfo is UTC
    engine.dispose()
