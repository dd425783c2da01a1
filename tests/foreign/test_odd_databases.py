"""What databases of others are like: odd names, types of their own, columns that nobody may write, other schemas."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from sqlalchemy import event

from holdord.errors import DataMapError, StoreError
from holdord.stores.database import Database, connect
from tests.foreign.conftest import Empty
from tests.foreign.story import Story, day, local

POLICY = """\
holdord: 1
controller: {name: Eksempel AS, country: "NO"}
purposes:
  membership:
    for: having members
    basis: contract
    works_on: member
    needs: [member.*]
    keep: {from: member.ended, at_most: 30 days, open_ended: as long as you are a member}
  letters:
    for: answering letters
    basis: contract
    works_on: letter
    needs: [letter.*, member.contact.name]
    keep: {from: letter.sent, at_most: 2 years}
promises:
  OD-1:
    says: We erase members after 30 days and letters after two years.
    kept_by: software
    parts: {storage: {keep: [membership, letters]}}
"""

Make = Callable[[str, str], Story]

postgres = pytest.mark.parametrize("empty", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def make(empty: Empty, tmp_path: Path) -> Iterator[Make]:
    """Makes a company out of a schema and the tables of a data map."""
    opened: list[Story] = []

    def of(schema: str, tables: str) -> Story:
        source = tmp_path / "source"
        source.mkdir()
        (source / "schema.sql").write_text(dedent(schema), "utf-8")
        (source / "policy.yaml").write_text(POLICY, "utf-8")
        (source / "datamap.yaml").write_text(
            f"holdord_datamap: 1\nstore: odd\nzone: Europe/Oslo\ntables:\n{tables}", "utf-8"
        )
        opened.append(Story(source, empty(source), tmp_path / "at", opened=False))
        return opened[-1]

    yield of
    for one in opened:
        one.close()


LETTERS = """
  letters:
    class: letter
    default: communication.message
    clocks: {sent: sent_on}
    refers_to: {member_id: members}
"""
LETTERS_SQL = """
    CREATE TABLE letters (
        id INTEGER PRIMARY KEY,
        member_id INTEGER NOT NULL REFERENCES members (id),
        body TEXT,
        sent_on DATE NOT NULL
    );
    CREATE INDEX letters_member ON letters (member_id);
"""
MEMBERS = """
  members:
    class: member
    default: record.remark
    columns: {name: contact.name}
    clocks: {ended: ended_on}
"""


def erases_in_two_steps(odd: Story, member: str, letter: str, name: str, key: object = 1) -> None:
    """The member is stripped to the name, which the letter needs; then both go."""
    odd.keeps("2026-06-01")
    left = odd.row(member, key)
    assert left is not None
    assert left[name] == "Ida"
    assert odd.keys(letter) != set()
    odd.keeps("2027-01-02")
    assert odd.count() == {}


@pytest.mark.parametrize(
    ("member", "letter", "name", "key"),
    [
        ("Members", "LetterBox", "fullName", "memberId"),
        ("user", "order", "group", "select"),
        ("våre medlemmer", "brev til oss", "fullt navn", "medlem nr."),
        ('a"b', "a'b", 'the "name"', "its key"),
        ("m" * 62, "m" * 61 + "x", "n" * 63, "k" * 63),
    ],
    ids=["mixed case", "reserved", "blanks", "quotes", "long"],
)
def test_names(make: Make, member: str, letter: str, name: str, key: str) -> None:
    named(make, member, letter, name, key)


@pytest.mark.parametrize(
    ("member", "letter", "name", "key"),
    [("rabatt %", "%s", "rabatt%", "%(key)s"), ("a:b", "c::d", "first:name", "the:key")],
    ids=["percent", "colons"],
)
def test_names_that_sql_takes_for_something_else(make: Make, member: str, letter: str, name: str, key: str) -> None:
    """They are kept like any other, or refused in words before anything is planned."""
    with suppress(DataMapError):
        named(make, member, letter, name, key)


def named(make: Make, member: str, letter: str, name: str, key: str) -> None:
    """Tables and columns of these names are kept like any other."""

    def quoted(said: str) -> str:
        return '"' + said.replace('"', '""') + '"'

    def told(said: str) -> str:
        return "'" + said.replace("'", "''") + "'"

    odd = make(
        f"""
        CREATE TABLE {quoted(member)} (
            {quoted(key)} INTEGER PRIMARY KEY, {quoted(name)} TEXT, email TEXT NOT NULL UNIQUE, "Ended on" DATE
        );
        CREATE TABLE {quoted(letter)} (
            id INTEGER PRIMARY KEY, {quoted(name)} INTEGER NOT NULL REFERENCES {quoted(member)} ({quoted(key)}),
            body TEXT, "Sent on" DATE NOT NULL
        );
        CREATE INDEX odd_index ON {quoted(letter)} ({quoted(name)});
        """,
        f"""
  {told(member)}:
    class: member
    default: record.remark
    columns: {{{told(name)}: contact.name, email: {{category: contact.email, erased_as: "x-{{key}}@y.example"}}}}
    clocks: {{ended: Ended on}}
  {told(letter)}:
    class: letter
    default: communication.message
    clocks: {{sent: Sent on}}
    refers_to: {{{told(name)}: {told(member)}}}
""",
    )
    odd.put(member, **{key: 1, name: "Ida", "email": "ida@home.example", "Ended on": day("2026-01-01")})
    odd.put(letter, **{"id": 1, name: 1, "body": "Hei", "Sent on": day("2025-01-01")})
    erases_in_two_steps(odd, member, letter, name)


def test_placeholders_of_many_types(make: Make) -> None:
    odd = make(
        """
        CREATE TABLE members (
            id INTEGER PRIMARY KEY, name TEXT, ended_on DATE,
            seen_at TIMESTAMP NOT NULL, born_on DATE NOT NULL, weight REAL NOT NULL, gift BOOLEAN NOT NULL,
            visits BIGINT NOT NULL, code CHAR(4) NOT NULL
        );"""
        + LETTERS_SQL,
        MEMBERS.replace(
            "{name: contact.name}",
            "{name: contact.name, seen_at: {category: record.remark, erased_as: 1970-01-01}, "
            "born_on: {category: demographic.birth_date, erased_as: 1900-01-01}, "
            "weight: {category: record.remark, erased_as: 0}, gift: {category: record.remark, erased_as: 0}, "
            'visits: {category: record.remark, erased_as: -1}, code: {category: record.remark, erased_as: "0000"}}',
        )
        + LETTERS,
    )
    odd.put(
        "members", id=1, name="Ida", ended_on=day("2026-01-01"), seen_at=local("2025-05-05"), born_on=day("1990-05-17"),
        weight=70.5, gift=True, visits=7, code="1234",
    )  # fmt: skip
    odd.put("letters", id=1, member_id=1, body="Hei", sent_on=day("2025-01-01"))
    odd.keeps("2026-06-01")
    left = odd.row("members", 1)
    assert left is not None
    assert left["name"] == "Ida"
    assert (left["born_on"], left["weight"], left["gift"], left["visits"], left["code"]) == (
        date(1900, 1, 1), 0, False, -1, "0000"
    )  # fmt: skip
    assert str(left["seen_at"]) == "1970-01-01 00:00:00"
    odd.keeps("2027-01-02")
    assert odd.count() == {}


def test_a_column_that_the_database_computes_follows_what_it_is_made_of(make: Make) -> None:
    odd = make(
        """
        CREATE TABLE members (
            id INTEGER PRIMARY KEY, name TEXT, nick TEXT, ended_on DATE,
            shouted TEXT GENERATED ALWAYS AS (upper(nick)) STORED
        );"""
        + LETTERS_SQL,
        MEMBERS + LETTERS,
    )
    odd.run("INSERT INTO members (id, name, nick, ended_on) VALUES (1, 'Ida', 'idalito', '2026-01-01')")
    odd.put("letters", id=1, member_id=1, body="Hei", sent_on=day("2025-01-01"))
    odd.keeps("2026-06-01")
    left = odd.row("members", 1)
    assert left is not None
    assert (left["name"], left["nick"], left["shouted"]) == ("Ida", None, None)


def test_a_reference_to_what_is_no_primary_key(make: Make) -> None:
    odd = make(
        """
        CREATE TABLE members (id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, name TEXT, ended_on DATE);
        CREATE TABLE letters (
            id INTEGER PRIMARY KEY, member_id TEXT NOT NULL REFERENCES members (number), body TEXT,
            sent_on DATE NOT NULL
        );
        CREATE INDEX letters_member ON letters (member_id);
        """,
        MEMBERS.replace("{ended: ended_on}", "{ended: ended_on}\n    conditions: {number: number}") + LETTERS,
    )
    odd.put("members", id=1, number="M-1", name="Ida", ended_on=day("2026-01-01"))
    odd.put("letters", id=1, member_id="M-1", body="Hei", sent_on=day("2025-01-01"))
    erases_in_two_steps(odd, "members", "letters", "name")


def test_columns_in_another_order_than_the_key_they_refer_to(make: Make) -> None:
    """The map names a reference's columns the other way round: it must mean the same, or be refused."""
    odd = make(
        """
        CREATE TABLE members (tenant INTEGER, id INTEGER, name TEXT, ended_on DATE, PRIMARY KEY (tenant, id));
        CREATE TABLE letters (
            id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, member_id INTEGER NOT NULL, body TEXT,
            sent_on DATE NOT NULL, FOREIGN KEY (tenant, member_id) REFERENCES members (tenant, id)
        );
        CREATE INDEX letters_member ON letters (tenant, member_id);
        """,
        MEMBERS + LETTERS.replace("{member_id: members}", "[{columns: [member_id, tenant], table: members}]"),
    )
    odd.put("members", tenant=1, id=7, name="Ida", ended_on=day("2026-01-01"))
    odd.put("letters", id=1, tenant=1, member_id=7, body="Hei", sent_on=day("2025-01-01"))
    try:
        odd.keeps("2026-06-01")
    except DataMapError:
        return
    left = odd.row("members", 1, 7)
    assert left is not None
    assert left["name"] == "Ida"


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_tables_without_row_numbers_and_keys_of_text(make: Make) -> None:
    odd = make(
        """
        CREATE TABLE members (id TEXT PRIMARY KEY COLLATE NOCASE, name TEXT, ended_on DATE) WITHOUT ROWID;
        CREATE TABLE letters (
            id INTEGER PRIMARY KEY, member_id TEXT NOT NULL REFERENCES members (id), body TEXT, sent_on DATE NOT NULL
        );
        CREATE INDEX letters_member ON letters (member_id);
        """,
        MEMBERS + LETTERS,
    )
    odd.put("members", id="Ida", name="Ida", ended_on=day("2026-01-01"))
    odd.put("letters", id=1, member_id="IDA", body="Hei", sent_on=day("2025-01-01"))
    erases_in_two_steps(odd, "members", "letters", "name", "Ida")


# PostgreSQL


@postgres
def test_types_of_postgresql(make: Make) -> None:
    odd = make(
        """
        CREATE TYPE mood AS ENUM ('glad', 'none');
        CREATE DOMAIN mail AS TEXT CHECK (VALUE LIKE '%@%');
        CREATE TABLE members (
            id UUID PRIMARY KEY, name TEXT, ended_on TIMESTAMPTZ,
            mood mood NOT NULL, mail mail NOT NULL UNIQUE, notes JSONB, tags TEXT[], ip INET, raw BYTEA
        );
        CREATE TABLE letters (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, member_id UUID NOT NULL REFERENCES members (id),
            body JSONB NOT NULL, sent_on TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX letters_member ON letters (member_id);
        CREATE VIEW names AS SELECT name FROM members;
        INSERT INTO members VALUES ('00000000-0000-0000-0000-000000000001', 'Ida', '2026-01-01 12:00+01', 'glad',
            'ida@home.example', '{"a": 1}', '{a,b}', '192.0.2.1', 'x');
        INSERT INTO letters (member_id, body, sent_on)
            VALUES ('00000000-0000-0000-0000-000000000001', '{}', '2024-12-31 23:30Z');
        """,
        MEMBERS.replace(
            "{name: contact.name}",
            "{name: contact.name, mood: {category: record.remark, erased_as: none}, "
            'mail: {category: contact.email, erased_as: "x-{key}@y.example"}}',
        )
        + LETTERS,
    )
    odd.keeps("2026-06-01")
    with odd.engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT * FROM members").mappings().one()
    assert (left["name"], left["mood"], left["notes"], left["tags"], left["ip"], left["raw"]) == (
        "Ida", "none", None, None, None, None
    )  # fmt: skip
    assert left["mail"] == "x-00000000-0000-0000-0000-000000000001@y.example"
    odd.keeps("2027-01-01")
    assert odd.keys("members") != set()
    odd.keeps("2027-01-02")
    assert odd.count() == {}


@postgres
def test_a_condition_on_an_enumeration(make: Make) -> None:
    odd = make(
        """
        CREATE TYPE kind AS ENUM ('full', 'guest');
        CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, kind kind NOT NULL, ended_on DATE);
        """
        + LETTERS_SQL,
        MEMBERS.replace("clocks:", "conditions: {kind: kind}\n    clocks:") + LETTERS,
    )
    file = odd.folder / "policy.yaml"
    file.write_text(file.read_text("utf-8").replace("works_on: member\n", "works_on: {member: {kind: [full]}}\n"))
    for number, kind in ((1, "full"), (2, "guest")):
        odd.run(f"INSERT INTO members VALUES ({number}, 'Ida', '{kind}', NULL)")
        odd.put("letters", id=number, member_id=number, body="Hei", sent_on=day("2025-01-01"))
    odd.swept("2027-01-02", confirm=odd.plan("2027-01-02").digest)
    assert odd.keys("members") == {1}


@postgres
@pytest.mark.parametrize("action", ["", " ON DELETE CASCADE", " ON DELETE SET NULL"])
def test_a_table_in_another_schema_that_refers_to_a_row(make: Make, action: str) -> None:
    """Every foreign key counts, wherever its table lies: the row stays bare, and nothing there is reached."""
    odd = make(
        f"""
        CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, ended_on DATE);
        {LETTERS_SQL}
        CREATE SCHEMA audit;
        CREATE TABLE audit.marks (id INTEGER PRIMARY KEY, member_id INTEGER REFERENCES members (id){action});
        CREATE INDEX marks_member ON audit.marks (member_id);
        INSERT INTO members VALUES (1, 'Ida', '2026-01-01');
        INSERT INTO audit.marks VALUES (1, 1);
        """,
        MEMBERS + LETTERS,
    )
    odd.swept("2026-06-01")
    with odd.engine.connect() as connection:
        marks = connection.exec_driver_sql("SELECT id, member_id FROM audit.marks").all()
    assert [tuple(mark) for mark in marks] == [(1, 1)]
    assert odd.keys("members") == {1}


@postgres
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("", (True, False)),
        ("ALTER TABLE audit.marks DISABLE TRIGGER ALL", (False, False)),
        ("ALTER TABLE audit.marks ALTER CONSTRAINT marks_member DEFERRABLE INITIALLY DEFERRED", (True, True)),
    ],
    ids=["kept", "disabled", "deferred"],
)
def test_whether_a_key_of_another_schema_is_kept_at_once(make: Make, change: str, said: tuple[bool, bool]) -> None:
    odd = make(
        f"""
        CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, ended_on DATE);
        {LETTERS_SQL}
        CREATE SCHEMA audit;
        CREATE TABLE audit.marks (id INTEGER PRIMARY KEY, member_id INTEGER);
        ALTER TABLE audit.marks ADD CONSTRAINT marks_member FOREIGN KEY (member_id) REFERENCES members (id);
        {change};
        """,
        MEMBERS + LETTERS,
    )
    (key,) = odd.company.store.schema["audit.marks"].foreign_keys
    assert (key.enforced, key.deferred) == said


@postgres
def test_a_rule_of_the_database_is_no_reason_to_say_that_something_went(make: Make) -> None:
    odd = make(
        f"""
        CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, ended_on DATE);
        {LETTERS_SQL}
        CREATE RULE never AS ON DELETE TO members DO INSTEAD NOTHING;
        INSERT INTO members VALUES (1, 'Ida', '2026-01-01');
        """,
        MEMBERS + LETTERS,
    )
    kept = odd.swept("2026-06-01")
    assert kept.left.rows or kept.left.stopped
    assert not odd.board("2026-06-01").is_well


@postgres
def test_partitions(make: Make) -> None:
    odd = make(
        """
        CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, ended_on DATE);
        CREATE TABLE letters (
            id INTEGER NOT NULL, member_id INTEGER NOT NULL REFERENCES members (id), body TEXT, sent_on DATE NOT NULL,
            PRIMARY KEY (id, sent_on)
        ) PARTITION BY RANGE (sent_on);
        CREATE TABLE letters_2024 PARTITION OF letters FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE letters_2025 PARTITION OF letters FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE INDEX letters_member ON letters (member_id);
        INSERT INTO members VALUES (1, 'Ida', '2026-01-01');
        INSERT INTO letters VALUES (1, 1, 'Hei', '2024-05-05'), (2, 1, 'Hei', '2025-01-01');
        """,
        MEMBERS + LETTERS,
    )
    odd.keeps("2026-06-01")
    with odd.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id FROM letters").scalars().all() == [2]
        assert connection.exec_driver_sql("SELECT name FROM members").scalars().all() == ["Ida"]
    odd.keeps("2027-01-02")
    assert odd.count() == {}


@postgres
@pytest.mark.parametrize(
    ("change", "enforced"),
    [
        ("", True),
        ("ALTER TABLE letters_2024 DISABLE TRIGGER ALL", False),
        ("ALTER TABLE members_few DISABLE TRIGGER ALL", False),
    ],
    ids=["all", "not for one that refers", "not for one referred to"],
)
def test_a_key_is_kept_where_every_partition_keeps_it(make: Make, change: str, enforced: bool) -> None:
    odd = make(
        f"""
        CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, ended_on DATE) PARTITION BY RANGE (id);
        CREATE TABLE members_few PARTITION OF members FOR VALUES FROM (0) TO (9);
        CREATE TABLE letters (
            id INTEGER NOT NULL, member_id INTEGER NOT NULL REFERENCES members (id), body TEXT, sent_on DATE NOT NULL,
            PRIMARY KEY (id, sent_on)
        ) PARTITION BY RANGE (sent_on);
        CREATE TABLE letters_2024 PARTITION OF letters FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE INDEX letters_member ON letters (member_id);
        {change};
        """,
        MEMBERS + LETTERS,
    )
    assert [key.enforced for key in odd.company.store.schema["letters"].foreign_keys] == [enforced]


def test_a_sqlite_that_enforces_no_keys_is_not_written_to() -> None:
    class Deaf(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            return super().execute("SELECT 1" if sql == "PRAGMA foreign_keys=ON" else sql, *values)

    engine = connect("sqlite://")
    event.listen(engine, "do_connect", lambda *_: sqlite3.connect(":memory:", factory=Deaf))
    with pytest.raises(StoreError, match="foreign keys"), Database(name="odd", engine=engine).writing():
        pass
