"""What a foreign schema refuses is found out before anything is touched; no sweep fails in its middle."""

from collections.abc import Callable, Iterator

import pytest
from tests.stores.members import NEW, OLD, POLICY, Club

from holdord.errors import DataMapError

Open = Callable[..., Club]

POSTGRES = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TABLE = """\
CREATE TABLE member (id INTEGER PRIMARY KEY, tenant INTEGER, name VARCHAR(50), {columns}, joined DATE NOT NULL{rest});
"""


@pytest.fixture
def plain(database_url: str) -> Iterator[Open]:
    """Opens a club with tables of its own."""
    clubs: list[Club] = []

    def opened(tables: str = "", *said: str, **others: str) -> Club:
        clubs.append(Club(database_url, tables, *said, **others))
        return clubs[-1]

    yield opened
    for one in clubs:
        one.close()


@pytest.fixture
def club(plain: Open) -> Open:
    """Opens a club: columns of its member table, what stands behind them, further SQL, and the data map's columns."""

    def opened(columns: str, rest: str = "", *more: str, said: str = "", **others: str) -> Club:
        tables = ";\n".join([TABLE.format(columns=columns, rest=rest).removesuffix(";\n"), *more])
        said = "{name: contact.name, tenant: financial.account" + (f", {said}" if said else "") + "}"
        return plain(tables, said, **others)

    return opened


def fill(club: Club, *rows: tuple[object, ...]) -> None:
    """Add rows: id, tenant, then further columns, then joined."""
    for id_, tenant, *others, joined in rows:
        values = ", ".join("NULL" if one is None else repr(one) for one in (id_, tenant, "Zebedee", *others, joined))
        club.do(f"INSERT INTO member VALUES ({values})")


# Values that must differ

UNIQUES = [
    pytest.param("", "UNIQUE (tenant, email)", id="several columns"),
    pytest.param("CREATE UNIQUE INDEX i ON member (email)", "", id="index"),
    pytest.param("CREATE UNIQUE INDEX i ON member (email) WHERE joined > '2000-01-01'", "", id="partial"),
    pytest.param("CREATE UNIQUE INDEX i ON member (lower(email))", "", id="lower"),
    pytest.param("CREATE UNIQUE INDEX i ON member (tenant, upper(email))", "", id="several, upper"),
]


@pytest.mark.parametrize(("index", "rest"), UNIQUES)
def test_a_fixed_placeholder_where_values_must_differ_stops_its_column(club: Open, index: str, rest: str) -> None:
    opened = club(
        "email VARCHAR(50)", f", {rest}" if rest else "", *[index] * bool(index),
        said="email: {category: contact.email, erased_as: gone}",
    )  # fmt: skip
    fill(opened, (1, 1, "a@x.example", OLD), (2, 1, "b@x.example", OLD))
    ((code, words),) = opened.stops()
    assert code == "no_placeholder"
    assert "member.email is unique" in words
    assert "'{key}'" in words
    assert "x.example" not in words
    opened.sweep()
    assert opened.rows("SELECT tenant, email FROM member") == [(None, "a@x.example"), (None, "b@x.example")]


@pytest.mark.parametrize(("index", "rest"), UNIQUES)
@pytest.mark.parametrize("said", ["contact.email", "{category: contact.email, erased_as: 'gone-{key}'}"])
def test_null_and_a_placeholder_with_the_key_may_stand_there(club: Open, index: str, rest: str, said: str) -> None:
    opened = club(
        "email VARCHAR(50)", f", {rest}" if rest else "", *[index] * bool(index), said=f"email: {said}"
    )  # fmt: skip
    fill(opened, (1, 1, "a@x.example", OLD), (2, 1, "b@x.example", OLD), (3, 1, "c@x.example", NEW))
    assert opened.stops() == []
    assert opened.sweep() == {("member", "strip"): 2}
    left = ["gone-1", "gone-2"] if "key" in said else [None, None]
    assert opened.rows("SELECT email FROM member ORDER BY id") == [(left[0],), (left[1],), ("c@x.example",)]


@pytest.mark.parametrize(
    "index",
    [
        "CREATE UNIQUE INDEX i ON member (substr(email, 1, 2))",
        "CREATE UNIQUE INDEX i ON member (tenant) WHERE email IS NULL",
        "CREATE UNIQUE INDEX i ON member (coalesce(email, ''))",
    ],
)
def test_an_index_that_reads_a_column_otherwise_stops_it(club: Open, index: str) -> None:
    opened = club("email VARCHAR(50)", "", index, said="email: contact.email")
    fill(opened, (1, 1, "a@x.example", OLD), (2, 1, "b@x.example", OLD))
    found = opened.stops()
    assert [code for code, _ in found] == ["unique"]
    assert "index i" in found[0][1]
    opened.sweep()


def test_an_index_of_what_is_there_lets_it_go(club: Open) -> None:
    index = "CREATE UNIQUE INDEX i ON member (tenant) WHERE email IS NOT NULL"
    opened = club("email VARCHAR(50)", "", index, said="email: contact.email")
    fill(opened, (1, 1, "a@x.example", OLD), (2, 2, "b@x.example", OLD))
    assert opened.stops() == []
    assert opened.sweep() == {("member", "strip"): 2}


def test_what_must_differ_together_with_the_key_differs(club: Open) -> None:
    opened = club("email VARCHAR(50)", ", UNIQUE (id, email)", said="email: {category: contact.email, erased_as: gone}")
    fill(opened, (1, 1, "a@x.example", OLD), (2, 1, "b@x.example", OLD))
    assert opened.stops() == []
    assert opened.sweep() == {("member", "strip"): 2}


def test_what_is_generalised_may_come_to_be_alike(club: Open) -> None:
    opened = club("born DATE", ", UNIQUE (born)", said="born: {category: demographic.birth_date, generalise: year}")
    fill(opened, (1, 1, "1980-03-03", OLD), (2, 1, "1980-04-04", OLD))
    assert opened.codes() == ["unique"]
    opened.sweep()


def test_somebody_who_has_the_placeholder_already_stops_no_sweep(club: Open) -> None:
    opened = club(
        "email VARCHAR(50) NOT NULL", ", UNIQUE (email)",
        said="email: {category: contact.email, erased_as: 'gone-{key}@x.example'}",
    )  # fmt: skip
    fill(opened, (1, 1, "a@x.example", OLD), (2, 1, "b@x.example", OLD), (3, 1, "gone-1@x.example", NEW))
    ((code, words),) = opened.stops()
    assert (code, "in 1 rows" in words) == ("unique", True)
    opened.sweep()
    mails = [row[0] for row in opened.rows("SELECT email FROM member ORDER BY id")]
    assert mails == ["a@x.example", "gone-2@x.example", "gone-1@x.example"]


def test_letters_that_differ_in_case_only_are_alike_where_the_database_says_so(plain: Open) -> None:
    opened = plain(
        "CREATE TABLE member (id VARCHAR(9) PRIMARY KEY, name VARCHAR(9), email VARCHAR(9), joined DATE NOT NULL);\n"
        "CREATE UNIQUE INDEX i ON member (lower(email));\nINSERT INTO member VALUES ('a', 'n', 'x', '2020-01-01')",
        "{name: contact.name, email: {category: contact.email, erased_as: 'GONE-{key}'}}",
    )
    assert opened.codes() == ["unique"]
    opened.sweep()


@SQLITE
def test_a_collation_without_case_compares_as_the_database_does(plain: Open) -> None:
    opened = plain(
        "CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT, email TEXT COLLATE NOCASE UNIQUE, joined DATE);\n"
        "INSERT INTO member VALUES (1, 'n', 'x', '2020-01-01'), (2, 'n', 'gone-1', '2026-05-01')",
        "{name: contact.name, email: {category: contact.email, erased_as: 'GONE-{key}'}}",
    )
    assert opened.codes() == ["unique"]
    opened.sweep()
    assert opened.rows("SELECT email FROM member ORDER BY id") == [("x",), ("gone-1",)]


@POSTGRES
def test_null_that_may_stand_there_once_stops_its_column(club: Open) -> None:
    opened = club("email VARCHAR(50)", ", UNIQUE NULLS NOT DISTINCT (email)", said="email: contact.email")
    fill(opened, (1, 1, "a@x.example", OLD), (2, 1, "b@x.example", OLD))
    ((code, words),) = opened.stops()
    assert (code, "NULLS NOT DISTINCT" in words) == ("unique", True)
    opened.sweep()


@POSTGRES
def test_an_exclusion_constraint_stops_a_placeholder_and_lets_null_pass(club: Open) -> None:
    rest = ", EXCLUDE USING btree (email WITH =)"
    for said, codes in (("{category: contact.email, erased_as: 'gone-{key}'}", ["unique"]), ("contact.email", [])):
        opened = club("email VARCHAR(50)", rest, said=f"email: {said}")
        fill(opened, (1, 1, "a@x.example", OLD), (2, 1, "b@x.example", OLD))
        assert opened.codes() == codes
        opened.sweep()
        opened.do("DROP TABLE member")


# Checks

CHECKED = "email VARCHAR(50), phone VARCHAR(20), paying INTEGER"
SAID = "email: contact.email, phone: contact.phone, paying: commercial.order"


def test_rows_in_which_a_check_refuses_are_left_and_all_others_go(club: Open) -> None:
    opened = club(
        CHECKED,
        ", CONSTRAINT reachable CHECK (tenant = 1 OR email IS NOT NULL)",
        said=SAID,
        policy=POLICY.replace(".contact.name]", ".contact.name, member.financial.account]"),
    )
    fill(
        opened,
        (1, 1, "a@x.example", "1", 1, OLD),
        (2, 2, "b@x.example", "2", 1, OLD),
        (3, 2, "c@x.example", "3", 1, NEW),
    )
    found = opened.stops()
    assert [code for code, _ in found] == ["check"]
    assert "email cannot be stripped everywhere: the check reachable refuses it in 1 rows" in found[0][1]
    assert opened.sweep() == {("member", "strip"): 3}
    assert opened.rows("SELECT email, phone, paying FROM member ORDER BY id") == [
        (None, None, None),
        ("b@x.example", None, None),
        ("c@x.example", "3", 1),
    ]
    assert opened.codes() == ["check"]


def test_a_check_that_nothing_breaks_changes_nothing_of_the_plan(club: Open) -> None:
    opened = club(CHECKED, ", CHECK (paying IN (0, 1)), CHECK (email LIKE '%@%' AND email <> ':x')", said=SAID)
    fill(opened, (1, 1, "a@x.example", "1", 1, OLD), (2, 1, "b@x.example", None, None, OLD))
    plan = opened.plan()
    assert opened.stops() == []
    assert [len(one.columns) for one in plan.statements] == [4]
    assert opened.sweep() == {("member", "strip"): 2}


def test_a_placeholder_that_a_check_refuses_is_told_with_the_check(club: Open) -> None:
    opened = club(CHECKED, ", CONSTRAINT looks_right CHECK (email LIKE '%@%')",
                  said=SAID.replace("contact.email", "{category: contact.email, erased_as: 'gone-{key}'}"))  # fmt: skip
    fill(opened, (1, 1, "a@x.example", "1", 1, OLD))
    found = opened.stops()
    assert [code for code, _ in found] == ["check"]
    assert "looks_right" in found[0][1]
    assert "erased_as" in found[0][1]
    opened.sweep()
    assert opened.rows("SELECT email, phone FROM member") == [("a@x.example", None)]


def test_a_check_that_fails_on_what_stripping_makes_stops_what_it_reads(plain: Open) -> None:
    url = plain()
    odd = "json_extract(email, '$.x') IS NULL" if url.is_sqlite else "email::json ->> 'x' IS NULL"
    opened = plain(
        "CREATE TABLE member (id INTEGER PRIMARY KEY, name VARCHAR(9), email VARCHAR(9) NOT NULL, phone VARCHAR(9), "
        f"joined DATE NOT NULL, CONSTRAINT odd CHECK ({odd}));\n"
        "INSERT INTO member VALUES (1, 'n', '{}', '1', '2020-01-01')",
        "{name: contact.name, email: {category: contact.email, erased_as: gone}, phone: contact.phone}",
    )
    ((code, words),) = opened.stops()
    assert code == "check"
    assert "whether the check odd would allow it cannot be told" in words
    assert opened.sweep() == {("member", "strip"): 1}
    assert opened.rows("SELECT email, phone FROM member") == [("{}", None)]


CALLS = POLICY.replace(
    "  books:",
    "  calls:\n    for: x\n    basis: contract\n    works_on: member\n    needs: [member.job]\n"
    "    keep: {from: joined, at_most: 13 months}\n  books:",
)
"""With it, what belongs to the job is stripped by a statement of its own."""


def test_several_statements_for_one_row_never_break_a_check_between_them(club: Open) -> None:
    rest = ", CONSTRAINT one CHECK (email IS NOT NULL OR phone IS NOT NULL)"
    said = "email: contact.email, phone: job.assessment, paying: commercial.order"
    opened = club(CHECKED, rest, said=said, policy=CALLS)
    fill(opened, (1, 1, "a@x.example", "1", 1, OLD), (2, 1, None, "2", 1, OLD), (3, 1, "c@x.example", None, 1, OLD))
    assert set(opened.codes()) == {"check"}
    opened.sweep()
    assert set(opened.codes()) == {"check"}
    left = opened.rows("SELECT email, phone, paying FROM member ORDER BY id")
    assert left[1:] == [(None, "2", None), ("c@x.example", None, None)]
    assert sorted(left[0], key=str) in ([None, None, "a@x.example"], ["1", None, None])


@pytest.mark.parametrize("first", ["email", "phone"])
def test_what_a_check_allows_only_after_something_else_goes_after_it(club: Open, first: str) -> None:
    then = {"email": "phone", "phone": "email"}[first]
    rest = f", CONSTRAINT pair CHECK ({first} IS NULL OR {then} IS NOT NULL)"
    opened = club(CHECKED, rest, said="email: contact.email, phone: job.assessment", policy=CALLS)
    fill(opened, (1, 1, "a@x.example", "1", 1, OLD), (2, 1, None, None, 1, OLD), (3, 1, "c@x.example", "3", 1, NEW))
    assert opened.stops() == []
    opened.sweep()
    assert opened.rows("SELECT email, phone FROM member ORDER BY id")[:2] == [(None, None), (None, None)]


def test_what_is_refused_in_one_order_for_some_rows_and_in_the_other_for_others_goes_all_the_same(club: Open) -> None:
    rest = (
        ", CHECK (tenant <> 1 OR email IS NULL OR phone IS NOT NULL)"
        ", CHECK (tenant <> 2 OR phone IS NULL OR email IS NOT NULL)"
    )
    policy = CALLS.replace("[member.contact.name]", "[member.contact.name, member.financial.account]")
    opened = club(CHECKED, rest,
                  said="email: contact.email, phone: job.assessment, paying: contact.phone", policy=policy)  # fmt: skip
    fill(opened, *((number, number % 3, "a@x.example", "1", 1, OLD) for number in range(1, 10)))
    assert opened.stops() == []
    opened.sweep()
    assert set(opened.rows("SELECT email, phone, paying FROM member")) == {(None, None, None)}


@POSTGRES
def test_a_row_that_breaks_a_check_already_is_left_and_told(club: Open) -> None:
    opened = club(CHECKED, said=SAID)
    fill(opened, (1, 1, "no", "1", 1, OLD), (2, 1, "b@x.example", "2", 1, OLD))
    opened.do("ALTER TABLE member ADD CONSTRAINT odd CHECK (id > 1) NOT VALID")
    ((code, words),) = opened.stops()
    assert (code, "odd refuses it in 1 rows" in words) == ("check", True)
    opened.sweep()
    assert opened.rows("SELECT email FROM member ORDER BY id") == [("no",), (None,)]


def test_a_table_with_checks_on_generated_columns_is_asked_with_them_made_anew(club: Open) -> None:
    columns = "email VARCHAR(50), full_name VARCHAR(120) GENERATED ALWAYS AS (coalesce(email, '') || 'x') STORED"
    opened = club(columns, ", CONSTRAINT long CHECK (length(full_name) > 3)", said="email: contact.email")
    opened.do("INSERT INTO member (id, tenant, name, email, joined) VALUES (1, 1, 'n', 'a@x.example', '2020-01-01')")
    assert opened.codes() == ["check"]
    assert opened.sweep() == {("member", "strip"): 1}
    assert opened.rows("SELECT email, tenant FROM member") == [("a@x.example", None)]


# Types


@pytest.mark.parametrize(
    ("column", "said", "words"),
    [
        ("email VARCHAR(5)", "erased_as: longer", "longer than the column's 5 characters"),
        ("email VARCHAR(5)", "erased_as: 'longer-{key}'", "longer than the column's 5 characters"),
        ("email VARCHAR(5)", "generalise: year", "takes 5 characters"),
        ("email INTEGER", "erased_as: gone", "a number"),
        ("email INTEGER", "erased_as: 2020-01-01", "a number"),
        ("email INTEGER", "generalise: 'prefix:2'", "'prefix:2' does not fit"),
        ("email DATE", "erased_as: gone", "a date"),
        ("email DATE", "erased_as: 0", "a date"),
        ("email DATE", "generalise: 'prefix:4'", "'prefix:4' does not fit"),
        ("email BOOLEAN", "erased_as: 2", "true or false"),
        ("email BOOLEAN", "erased_as: gone", "true or false"),
    ],
)
def test_a_placeholder_that_the_column_does_not_take_is_refused(club: Open, column: str, said: str, words: str) -> None:
    with pytest.raises(DataMapError) as caught:
        assert club(column, said=f"email: {{category: contact.email, {said}}}").bound
    (problem,) = caught.value.problems
    assert words in problem.what
    assert problem.where.startswith("tables.member.columns.email.")


@pytest.mark.parametrize(
    ("column", "said", "left"),
    [
        ("email BOOLEAN NOT NULL", "0", False),
        ("email INTEGER NOT NULL", "-1", -1),
        ("email VARCHAR(20) NOT NULL", "1900-01-01", "1900-01-01"),
        ("email VARCHAR(20) NOT NULL", "7", "7"),
        ("email TIMESTAMP NOT NULL", "1900-01-01", "1900-01-01 00:00:00"),
    ],
)
def test_a_placeholder_that_it_takes_is_put_there_once(club: Open, column: str, said: str, left: object) -> None:
    opened = club(column, said=f"email: {{category: contact.email, erased_as: {said}}}")
    value = "1" if "INT" in column or opened.is_sqlite else "true" if "BOOL" in column else "'2001-01-01'"
    value = "'2001-01-01 01:00:00.000000'" if "STAMP" in column else value
    opened.do(f"INSERT INTO member VALUES (1, 1, 'n', {value}, '2020-01-01')")
    assert opened.stops() == []
    assert opened.sweep() == {("member", "strip"): 1}
    ((found,),) = opened.rows("SELECT email FROM member")
    assert str(found).removesuffix(".000000") == str(left) or found == left


def test_a_key_that_makes_a_placeholder_too_long_is_a_row_that_is_left(club: Open) -> None:
    opened = club("email VARCHAR(6) NOT NULL", said="email: {category: contact.email, erased_as: 'gone-{key}'}")
    fill(opened, (7, 1, "a@b.c", OLD), (77, 1, "b@b.c", OLD))
    assert opened.codes() == ["check"]
    opened.sweep()
    assert opened.rows("SELECT email FROM member ORDER BY id") == [("gone-7",), ("b@b.c",)]


@POSTGRES
@pytest.mark.parametrize(
    ("kind", "value", "said", "words"),
    [
        ("mood", "'fine'", "gone", "none of the column's values: fine, none"),
        ("smallint", "1", "40000", "too large for the column (smallint)"),
        ("uuid", "gen_random_uuid()", "gone", "The column (uuid) does not take"),
        ("inet", "'10.0.0.1'", "gone", "The column (inet) does not take"),
        ("numeric(3, 1)", "1", "1000", "The column (numeric(3,1)) does not take"),
        ("jsonb", "'{}'", "gone", "no JSON"),
        ("postcode", "'4021'", "gone", "The column (postcode) does not take"),
    ],
)
def test_what_only_the_database_can_tell_of_a_placeholder_is_asked_of_it(
    club: Open, kind: str, value: str, said: str, words: str
) -> None:
    types = "CREATE TYPE mood AS ENUM ('fine', 'none');\nCREATE DOMAIN postcode AS TEXT CHECK (VALUE ~ '^[0-9]{4}$')"
    opened = club("other INTEGER")
    opened.do("DROP TABLE member", *types.split(";\n"))
    made = club(f"email {kind} NOT NULL", said=f"email: {{category: contact.email, erased_as: {said}}}")
    made.do(f"INSERT INTO member VALUES (1, 1, 'n', {value}, '2020-01-01')")
    with pytest.raises(DataMapError) as caught:
        made.plan()
    assert words in str(caught.value)


@POSTGRES
@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("mood", "'fine'", "none"),
        ("uuid", "gen_random_uuid()", "00000000-0000-0000-0000-000000000000"),
        ("inet", "'10.0.0.1'", "0.0.0.0"),
        ("text[]", "'{a,b}'", "'{}'"),
        ("bytea", "'abc'", "''"),
        ("jsonb", "'{\"a\": 1}'", "'{\"b\":1}'"),
        ("json", "'{\"a\": 1}'", "'{\"b\":1}'"),
        ("interval", "'1 day'", "'0 days'"),
        ("postcode", "'4021'", "'0000'"),
        ("point", "'(1, 2)'", "'(0, 0)'"),
    ],
)
def test_types_of_postgresql_take_a_placeholder_that_fits(club: Open, kind: str, value: str, said: str) -> None:
    types = "CREATE TYPE mood AS ENUM ('fine', 'none');\nCREATE DOMAIN postcode AS TEXT CHECK (VALUE ~ '^[0-9]{4}$')"
    club("other INTEGER").do("DROP TABLE member", *types.split(";\n"))
    opened = club(f"email {kind} NOT NULL", said=f"email: {{category: contact.email, erased_as: {said}}}")
    opened.do(f"INSERT INTO member VALUES (1, 1, 'n', {value}, '2020-01-01')")
    assert opened.stops() == []
    assert opened.sweep() == {("member", "strip"): 1}


@POSTGRES
def test_a_domain_that_refuses_null_stops_its_column(club: Open) -> None:
    club("other INTEGER").do("DROP TABLE member", "CREATE DOMAIN mail AS TEXT NOT NULL CHECK (VALUE LIKE '%@%')")
    opened = club("email mail", said="email: contact.email")
    fill(opened, (1, 1, "a@x.example", OLD))
    ((code, words),) = opened.stops()
    assert (code, "mail" in words) == ("no_placeholder", True)
    opened.sweep()


# What is no ordinary table or column


def test_a_generated_column_goes_with_what_it_is_made_of(club: Open, plain: Open) -> None:
    columns = "email VARCHAR(50), low VARCHAR(50) GENERATED ALWAYS AS (lower(email)) STORED"
    opened = club(columns, said="email: contact.email")
    opened.do("INSERT INTO member (id, tenant, name, email, joined) VALUES (1, 1, 'n', 'A@x.example', '2020-01-01')")
    assert opened.stops() == []
    assert opened.sweep() == {("member", "strip"): 1}
    assert opened.rows("SELECT email, low FROM member") == [(None, None)]
    with pytest.raises(DataMapError, match="made of others by the database"):
        assert plain("", "{low: contact.email}").bound


def test_what_a_generated_clock_is_made_of_is_not_stripped(plain: Open) -> None:
    opened = plain(
        "CREATE TABLE member (id INTEGER PRIMARY KEY, name VARCHAR(50), card VARCHAR(50) NOT NULL, "
        "since VARCHAR(10) GENERATED ALWAYS AS (substr(card, 1, 10)) STORED);\n"
        "INSERT INTO member (id, name, card) VALUES (1, 'n', '2020-01-01 no. 5')",
        "{name: contact.name, card: {category: record.card, erased_as: ''}}",
        clock="{column: since, encoding: iso_date}",
    )
    ((code, words),) = opened.stops()
    assert (code, "since is made of it" in words) == ("generated", True)
    assert opened.sweep() == {}


@POSTGRES
def test_a_number_that_the_database_alone_gives_stays(club: Open) -> None:
    columns = "email TEXT, running INTEGER GENERATED ALWAYS AS IDENTITY"
    opened = club(columns, said="email: contact.email")
    opened.do("INSERT INTO member (id, tenant, name, email, joined) VALUES (1, 1, 'n', 'A@x.example', '2020-01-01')")
    assert opened.stops() == []
    assert opened.sweep() == {("member", "strip"): 1}
    assert opened.rows("SELECT email, running FROM member") == [(None, 1)]


def test_a_view_is_refused(club: Open, plain: Open) -> None:
    club("email VARCHAR(50)").do("CREATE VIEW people AS SELECT * FROM member")
    with pytest.raises(DataMapError, match=r"tables\.people: This is a view, and no table"):
        assert plain("", table="people").bound


def test_a_table_that_the_data_map_is_silent_on_is_told_once(club: Open) -> None:
    opened = club(
        "email VARCHAR(50)", "", "CREATE TABLE parcel (id INTEGER PRIMARY KEY)", "CREATE TABLE colour (id INTEGER)",
        "CREATE TABLE weather (id INTEGER)", "CREATE VIEW all_members AS SELECT * FROM member",
        said="email: contact.email", more="not_personal: {weather: rain}",
    )  # fmt: skip
    (told,) = [one for one in opened.plan().findings if one.code == "unmapped"]
    assert told.severity == "warning"
    assert "nothing of colour, parcel." in told.text


@POSTGRES
def test_a_partitioned_table_is_planned_once(plain: Open) -> None:
    tables = """\
CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT, joined DATE NOT NULL);
CREATE TABLE visit (id INTEGER, member_id INTEGER REFERENCES member(id), words TEXT, seen DATE NOT NULL,
  PRIMARY KEY (id, seen)) PARTITION BY RANGE (seen);
CREATE INDEX v ON visit (member_id);
CREATE TABLE visit_old PARTITION OF visit FOR VALUES FROM ('2000-01-01') TO ('2026-01-01');
CREATE TABLE visit_new PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2030-01-01');
INSERT INTO member VALUES (1, 'n', '2020-01-01'), (2, 'm', '2020-01-01');
INSERT INTO visit VALUES (1, 1, 'x', '2020-01-01'), (2, 2, 'y', '2026-05-01'), (3, 2, 'z', '2020-01-01')"""
    said = (
        "  visit: {class: visit, default: communication.note, clocks: {seen: seen}, refers_to: {member_id: member}}\n"
    )
    policy = POLICY.replace(
        "  books:",
        "  visits: {for: x, basis: contract, works_on: visit, needs: [visit.*, member.contact.name], "
        "keep: {from: seen, at_most: 12 months}}\n  books:",
    ).replace("at_least: 20 years", "at_least: 1 year")
    opened = plain(tables, more=said, policy=policy)
    assert opened.stops() == []
    assert {"unmapped", "missing_index"}.isdisjoint(one.code for one in opened.plan().findings)
    assert opened.sweep() == {("visit", "erase"): 2, ("member", "erase"): 1}
    assert opened.rows("SELECT id FROM member") == [(2,)]
    assert opened.rows("SELECT id FROM visit") == [(2,)]
    with pytest.raises(DataMapError, match=r"rows of visit as well, and would be planned twice"):
        assert plain("", more=said.replace("visit: {class", "visit_old: {class"), policy=policy).bound


@POSTGRES
def test_what_divides_a_table_is_not_stripped(plain: Open) -> None:
    opened = plain(
        "CREATE TABLE member (id INTEGER, name TEXT, joined DATE NOT NULL, city TEXT, PRIMARY KEY (id, city)) "
        "PARTITION BY LIST (city);\nCREATE TABLE member_oslo PARTITION OF member FOR VALUES IN ('Oslo');\n"
        "INSERT INTO member VALUES (1, 'n', '2020-01-01', 'Oslo')",
        "{name: contact.name, city: contact.city}",
    )
    assert opened.codes() == ["key"]


# Names


def test_a_whole_sweep_over_names_that_must_be_quoted(plain: Open) -> None:
    tables = """\
CREATE TABLE "Order" ("Id no" INTEGER PRIMARY KEY, "select" VARCHAR(50), "E-mail" VARCHAR(50) NOT NULL,
  "from" DATE NOT NULL, "Größe" VARCHAR(9), CHECK ("E-mail" <> ''), UNIQUE ("E-mail", "Größe"));
CREATE TABLE "group" ("Key" VARCHAR(9) PRIMARY KEY, "order" INTEGER NOT NULL REFERENCES "Order" ("Id no"),
  "table" VARCHAR(20), "when" DATE NOT NULL);
CREATE INDEX "an index" ON "group" ("order");
INSERT INTO "Order" VALUES (1, 'Zebedee', 'a@x.example', '2020-01-01', 'L');
INSERT INTO "Order" VALUES (2, 'Yolanda', 'b@x.example', '2020-01-01', 'M');
INSERT INTO "Order" VALUES (3, 'Xerxes', 'c@x.example', '2026-05-01', 'M');
INSERT INTO "group" VALUES ('A', 1, 'words', '2020-01-01');
INSERT INTO "group" VALUES ('B', 2, 'words', '2026-05-01')"""
    said = """\
  group:
    class: group
    default: communication.note
    clocks: {when: when}
    refers_to: {order: Order}
"""
    policy = (
        POLICY.replace(
            "  books:",
            "  groups: {for: x, basis: contract, works_on: group, needs: [group.*, member.contact.name], "
            "keep: {from: when, at_most: 12 months}}\n  books:",
        )
        .replace("at_least: 20 years", "at_least: 1 year")
        .replace("from: joined", "from: joined")
    )
    columns = '{select: contact.name, E-mail: {category: contact.email, erased_as: "gone-{key}"}, "Größe": record.size}'
    opened = plain(tables, columns, table="Order", clock='"from"', more=said, policy=policy)
    assert opened.stops() == []
    assert opened.sweep() == {("group", "erase"): 1, ("Order", "erase"): 1, ("Order", "strip"): 1}
    assert opened.rows('SELECT "Id no", "select", "E-mail", "Größe" FROM "Order" ORDER BY 1') == [
        (2, "Yolanda", "gone-2", None),
        (3, "Xerxes", "c@x.example", "M"),
    ]


def test_a_name_as_long_as_they_may_be_is_no_other_rows(plain: Open) -> None:
    long = "m" * 63
    tables = f"""\
CREATE TABLE {long} (id INTEGER PRIMARY KEY, name VARCHAR(50), note VARCHAR(50), joined DATE NOT NULL);
CREATE TABLE visit (id INTEGER PRIMARY KEY, of INTEGER REFERENCES {long}(id), seen DATE NOT NULL);
CREATE INDEX v ON visit (of);
INSERT INTO {long} VALUES (1, 'n', 'x', '2020-01-01'), (2, 'n', 'y', '2020-01-01');
INSERT INTO visit VALUES (1, 2, '2026-05-01')"""
    said = (
        f"  visit: {{class: visit, default: communication.note, clocks: {{seen: seen}}, refers_to: {{of: {long}}}}}\n"
    )
    policy = POLICY.replace("from: joined, at_most", "from: {latest_of: [member.joined, visit.seen]}, at_most").replace(
        "  books:",
        "  visits: {for: x, basis: contract, works_on: visit, needs: [visit.*], "
        "keep: {from: seen, at_most: 12 months}}\n  books:",
    )
    opened = plain(tables, table=long, more=said, policy=policy)
    assert opened.stops() == []
    assert opened.sweep() == {(long, "strip"): 1}
    assert opened.rows(f"SELECT id, note FROM {long} ORDER BY id") == [(1, None), (2, "y")]
