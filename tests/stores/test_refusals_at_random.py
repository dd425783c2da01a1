"""Random checks, unique constraints, placeholders and rows: no sweep fails, and a second one finds nothing more."""

from random import Random

import pytest
from tests.stores.members import NEW, OLD, POLICY, Club

from holdord.errors import StoreError
from holdord.run.execute import carry_out

WORLDS = 12
DUE = POLICY.replace(
    "  books:",
    "  calls: {for: x, basis: contract, works_on: member, needs: [member.job], keep: {from: joined, at_most: 1 year}}\n"
    "  deals: {for: x, basis: contract, works_on: member, needs: [member.commercial], "
    "keep: {from: joined, at_most: 14 months}}\n  books:",
)
"""Columns of three kinds are stripped by three statements."""

CATEGORIES = ("contact.email", "contact.phone", "job.assessment", "commercial.order")
PLACEHOLDERS = ("", "", "erased_as: 'gone-{key}'", "erased_as: x", "erased_as: g")


def condition(random: Random) -> str:
    column, number = random.choice("abcd"), random.randint(0, 2)
    return random.choice(
        (
            f"{column} IS NULL",
            f"{column} IS NOT NULL",
            f"{column} <> 'x'",
            f"length({column}) > 1",
            f"{column} LIKE 'g%'",
            f"id % 3 = {number}",
        )
    )


def check(random: Random) -> str:
    either = [condition(random) for _ in range(random.randint(1, 3))]
    return (
        f"CHECK ({' OR '.join(f'({one} AND {condition(random)})' if random.random() < 0.4 else one for one in either)})"
    )


def table(random: Random) -> str:
    demands = [check(random) for _ in range(random.randint(1, 4))]
    if random.random() < 0.6:
        demands.append(f"UNIQUE ({', '.join(random.sample('abcd', random.randint(1, 2)))})")
    columns = [f"{name} VARCHAR(9)" for name in ("name", *"abcd")]
    if random.random() < 0.4:
        columns.append("made VARCHAR(99) GENERATED ALWAYS AS (coalesce(a, '') || coalesce(b, '')) STORED")
        demands.append("CHECK (length(made) < 12)")
    return f"CREATE TABLE member (id INTEGER PRIMARY KEY, {', '.join([*columns, 'joined DATE NOT NULL', *demands])})"


def said(random: Random) -> str:
    placeholder = random.choice(PLACEHOLDERS)
    return f"{{category: {random.choice(CATEGORIES)}{f', {placeholder}' if placeholder else ''}}}"


def fill(club: Club, random: Random) -> None:
    for number in range(1, 31):
        values = [random.choice(("x", "g", f"v{number}", f"gone-{random.randint(1, 30)}", None)) for _ in "abcd"]
        listed = ", ".join("NULL" if value is None else f"'{value}'" for value in values)
        joined = random.choice((OLD, OLD, NEW))
        for name in ("a, b, c, d", "d, c, b, a"):  # what the table does not take is tried once more, and given up
            try:
                club.do(f"INSERT INTO member (id, name, {name}, joined) VALUES ({number}, 'n', {listed}, '{joined}')")
                break
            except Exception:
                continue


@pytest.mark.parametrize("batch", range(4))
def test_no_sweep_is_refused_in_its_middle(database_url: str, batch: int) -> None:
    for seed in range(batch * WORLDS, (batch + 1) * WORLDS):
        random = Random(seed)
        made = table(random)
        columns = ", ".join(f"{name}: {said(random)}" for name in "abcd")
        club = Club(
            database_url, f"DROP TABLE IF EXISTS member;\n{made}", f"{{name: contact.name, {columns}}}", policy=DUE
        )
        try:
            fill(club, random)
            sweep_until_nothing_is_left(club, seed)
        finally:
            club.close()


def sweep_until_nothing_is_left(club: Club, seed: int) -> None:
    """One sweep is enough, unless a row had to wait for another one to let go of its placeholder."""
    for _ in range(5):
        plan = club.plan()
        try:
            done = carry_out(club.store, plan)
        except StoreError as error:
            pytest.fail(f"World {seed}: {error}")
        assert all(done[one.number] <= one.rows for one in plan.statements), seed
        waited = "unique" in [one.code for one in plan.findings]
        left = club.plan().statements
        assert waited or not left, seed
        if not left:
            return
    pytest.fail(f"World {seed}: it never ends")
