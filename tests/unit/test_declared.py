"""What the text of a declaration says, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.stores.declared import asks_presence, checks, folded, generated, parts, read_by, tokens

TABLE = """CREATE TABLE "a (CHECK" (
  id INTEGER PRIMARY KEY, -- CHECK (no)
  "check" TEXT CHECK ("check" <> 'it''s :) ("'), /* CHECK (neither) , */
  [b c] INTEGER CONSTRAINT "b, c" CHECK([b c] > 0 AND (id < 9 OR `check` IN ('a)', 'b'))),
  low TEXT GENERATED ALWAYS AS (lower("check") || ',') STORED,
  twice INTEGER AS (id * (1 + 1)) VIRTUAL,
  CHECK (low IS NOT NULL)
)"""


def test_checks_are_found_with_their_names_whatever_stands_in_them() -> None:
    assert list(checks(TABLE)) == [
        ("", "\"check\" <> 'it''s :) (\"'"),
        ("b, c", "[b c] > 0 AND (id < 9 OR `check` IN ('a)', 'b'))"),
        ("", "low IS NOT NULL"),
    ]


def test_generated_columns_are_found_with_what_makes_them() -> None:
    assert list(generated(TABLE)) == [("low", "lower(\"check\") || ','"), ("twice", "id * (1 + 1)")]


def test_columns_are_read_in_any_case_and_quotes_and_not_in_strings() -> None:
    columns = ("email", "Name", "b c", "id")
    assert read_by("EMAIL <> 'id' AND \"name\" = [b c] -- id", columns) == {"email", "Name", "b c"}


@pytest.mark.parametrize(
    ("sql", "column"),
    [
        ("lower(email)", "email"),
        ("lower((email)::text)", "email"),
        ('UPPER( "Name" )', "Name"),
        ("lower(email) || name", ""),
        ("lower(trim(email))", ""),
        ("email", ""),
    ],
)
def test_what_leaves_case_out_and_nothing_else(sql: str, column: str) -> None:
    assert folded(sql, ("email", "Name")) == column


def test_an_index_is_cut_into_its_parts() -> None:
    sql = "CREATE UNIQUE INDEX \"i (x)\" ON t (lower(a), b COLLATE NOCASE, coalesce(c, ',')) WHERE (d > 1)"
    assert parts(sql) == (["lower(a)", "b COLLATE NOCASE", "coalesce(c, ',')"], "(d > 1)")
    assert parts("CREATE INDEX i ON t (a)") == (["a"], "")


@pytest.mark.parametrize(
    ("sql", "so"),
    [
        ("email IS NOT NULL", True),
        ("(email IS NOT NULL)", True),
        ('("e mail" is not null)', True),
        ("email IS NULL", False),
        ("email IS NOT NULL AND deleted", False),
        ("(coalesce(email, name) IS NOT NULL)", False),
    ],
)
def test_what_only_asks_whether_there_is_something(sql: str, so: bool) -> None:
    assert asks_presence(sql) is so


@given(st.text(alphabet="abCHECK(AS) ,'\"[]`-/*\n", max_size=60))
def test_any_text_is_cut_and_nothing_is_lost(sql: str) -> None:
    found = tokens(sql)
    assert all(one.start < one.end for one in found)
    assert [one.start for one in found] == sorted({one.start for one in found})
    list(checks(sql))
    list(generated(sql))
