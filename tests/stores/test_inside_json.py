"""Pieces of data inside of JSON columns: each held and stripped by itself, in every type that can hold JSON."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.stores.members import NEW, OLD, POLICY, Club

from holdord.errors import DataMapError

POLICY_INSIDE = POLICY.replace(
    "needs: [member.contact.name]", "needs: [member.contact.name, member.contact.phone]"
).replace(
    "  books:",
    """\
  letters:
    for: x
    basis: contract
    works_on: member
    needs: [member.contact.address]
    keep: {from: joined, at_most: 7 years}
  books:""",
)
"""The books hold phone numbers, too; addresses go after seven years, and all else after one."""

OLDER = "2018-01-01"
INSIDE = "{phone: contact.phone, address.city: contact.address, address.street: contact.address}"
FULL = {
    "phone": "12 34",
    "address": {"city": "Oslo", "street": None, "floor": 2.50},
    "notes": ["a", {"phone": "56"}],
    "seen": True,
    "big": 12345678901234567890,
    "words": 'blåbær "quoted" \\ / : %s \u2028',
}

Open = Callable[..., Club]


@pytest.fixture(params=["sqlite-TEXT", "sqlite-JSON", *(f"postgresql-{one}" for one in ("jsonb", "json", "text"))])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def club(kind: str, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens a club whose members have a profile."""
    dialect, _, declared = kind.partition("-")
    url = str(request.getfixturevalue("sqlite_url" if dialect == "sqlite" else "postgres_url"))
    clubs: list[Club] = []

    def opened(*profiles: Any, said: str = INSIDE, null: str = "", policy: str = POLICY_INSIDE, rest: str = "") -> Club:
        tables = (
            f"CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT, profile {declared}{null}, "
            f"joined DATE NOT NULL{rest})"
        )
        columns = f"{{name: contact.name, profile: {{category: record.remark, inside: {said}}}}}"
        club = Club(url, tables, columns, policy=policy)
        clubs.append(club)
        for number, (profile, joined) in enumerate(profiles, 1):
            text = profile if isinstance(profile, str) else json.dumps(profile, ensure_ascii=number % 2 == 0)
            put = "NULL" if profile is None else "'" + text.replace("'", "''") + "'"
            club.do(f"INSERT INTO member VALUES ({number}, 'n', {put}, '{joined}')")
        return club

    yield opened
    for one in clubs:
        one.close()


def profiles(club: Club) -> list[Any]:
    found = [row[0] for row in club.rows("SELECT profile FROM member ORDER BY id")]
    return [json.loads(one) if isinstance(one, str) else one for one in found]


def test_the_rest_goes_and_the_pieces_that_are_held_stay(club: Open) -> None:
    opened = club((FULL, OLD), (FULL, NEW), (FULL, OLDER), (None, OLD))
    assert opened.stops() == []
    assert sorted(one.columns[0].name for one in opened.plan().statements) == ["profile", "profile.address.city"]
    opened.sweep()
    assert profiles(opened) == [
        {"phone": "12 34", "address": {"city": "Oslo", "street": None}},
        FULL,
        {"phone": "12 34", "address": {"street": None}},
        None,
    ]


def test_a_piece_goes_and_all_else_means_what_it_meant(club: Open) -> None:
    policy = POLICY.replace("[member.contact.name]", "[member.contact.name, member.record]")
    opened = club((FULL, OLD), (FULL, NEW), ({"address": "all of it", "seen": []}, OLD), policy=policy)
    assert opened.stops() == []
    opened.sweep()
    left = {key: value for key, value in FULL.items() if key != "phone"}
    left["address"] = {"street": None, "floor": 2.5}
    assert profiles(opened) == [left, FULL, {"address": "all of it", "seen": []}]


def test_two_sweeps_leave_what_the_later_one_leaves(club: Open) -> None:
    opened = club((FULL, OLD), (FULL, OLDER), policy=POLICY)
    opened.sweep()
    assert profiles(opened) == [{"address": {"street": None}}, {"address": {"street": None}}]


@pytest.mark.parametrize(
    ("profile", "left"),
    [
        ({}, {}),
        ([], []),
        ("null", None),
        ('"words"', {}),
        ("7", {}),
        ({"phone": None}, {"phone": None}),
        ({"other": None}, {}),
        ({"address": {}}, {"address": {}}),
        ({"address": []}, {}),
        ({"address": None}, {}),
        ({"address": {"city": {"of": "Oslo"}}}, {"address": {}}),
    ],
)
def test_what_is_left_when_nothing_holds_any_of_it(club: Open, profile: Any, left: Any) -> None:
    opened = club((profile, OLD), policy=POLICY)
    assert opened.stops() == []
    opened.sweep()
    assert profiles(opened) == [left]


@pytest.mark.parametrize(
    "profile",
    [
        "no JSON at all",
        '{"phone": ',
        "",
        "{'phone': 1}",
        '{"address": [{"city": "Oslo"}]}',
        '[{"phone": "1"}]',
        '{"phone": "1", "phone": "2"}',
        '{"address": {"city": "a"}, "address": {"city": "b"}}',
        '{"note": "\\u0000", "phone": "1"}',
        '{"note": "\\ud800", "phone": "1"}',
        "[" * 3000 + "]" * 3000,
    ],
    ids=range(11),
)
def test_a_value_in_which_the_pieces_cannot_be_told_stops_its_table(club: Open, kind: str, profile: str) -> None:
    try:
        opened = club((profile, OLD), (FULL, OLD))
    except Exception:
        assert kind in ("postgresql-jsonb", "postgresql-json")
        return
    found = opened.stops()
    taken = {"postgresql-jsonb": '"phone": "2"' in profile or '"city": "b"' in profile, "sqlite": "\\u" in profile}
    if taken.get(kind, taken["sqlite"] and kind.startswith("sqlite")):
        assert found == []
        return
    assert [code for code, _ in found] == ["misfit"]
    assert "member.profile: 1 values are no JSON" in found[0][1]
    assert "Oslo" not in found[0][1]
    assert opened.sweep() == {}


def test_a_key_written_with_escapes_is_found_or_told(club: Open) -> None:
    policy = POLICY.replace("[member.contact.name]", "[member.contact.name, member.record]")
    opened = club(('{"f\\u00f8dt": "1980", "seen": 1}', OLD), said="{født: contact.phone}", policy=policy)
    if opened.codes() == ["misfit"]:
        return
    opened.sweep()
    assert profiles(opened) == [{"seen": 1}]


def test_a_column_that_refuses_null_needs_no_placeholder(club: Open) -> None:
    opened = club((FULL, OLD), null=" NOT NULL", policy=POLICY)
    assert opened.stops() == []
    opened.sweep()
    assert profiles(opened) == [{"address": {"street": None}}]


def test_names_of_keys_are_no_sql(club: Open, kind: str) -> None:
    said = """{"it's": contact.phone, "a b.$": contact.address, "x': 1, 'y": contact.phone, "%s :z": contact.phone}"""
    profile = {"it's": 1, "a b": {"$": 2, "z": 3}, "x': 1, 'y": 4, "%s :z": 5, "its": 6}
    policy = POLICY.replace("[member.contact.name]", "[member.contact.name, member.record]")
    opened = club((profile, OLD), said=said, policy=policy)
    assert opened.stops() == []
    opened.sweep()
    assert profiles(opened) == [{"a b": {"z": 3}, "its": 6}]


def test_pieces_that_no_purpose_needs_stop_their_table_while_they_are_there(club: Open) -> None:
    policy = POLICY.replace("[member.*]", "[member.contact.name, member.record]")
    opened = club(({"phone": "1"}, NEW), ({"address": {"street": None}}, NEW), policy=policy)
    ((code, words),) = opened.stops()
    assert code == "uncovered"
    assert "profile.phone (contact.phone: 1 rows)" in words
    opened.do("UPDATE member SET profile = '{\"x\": 1}'")
    assert opened.stops() == []


def test_a_check_on_the_column_is_asked_with_the_piece_gone(club: Open, kind: str) -> None:
    there = "profile LIKE '%phone%'" if kind.endswith(("TEXT", "JSON")) else "profile::text LIKE '%phone%'"
    policy = POLICY.replace("[member.contact.name]", "[member.contact.name, member.record]")
    opened = club((FULL, OLD), ({"phone": 1, "notes": "phone"}, OLD), ({"phone": 1}, OLD), policy=policy,
                  rest=f", CONSTRAINT phoned CHECK ({there})")  # fmt: skip
    ((code, words),) = opened.stops()
    assert (code, "phoned refuses it in 1 rows" in words) == ("check", True)
    opened.sweep()
    assert ["phone" in one for one in profiles(opened)] == [False, False, True]


@pytest.mark.parametrize("declared", ["INTEGER", "DATE"])
def test_a_column_that_holds_no_json_has_nothing_inside(database_url: str, declared: str) -> None:
    club = Club(
        database_url,
        f"CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT, profile {declared}, joined DATE NOT NULL)",
        f"{{name: contact.name, profile: {{category: record.remark, inside: {INSIDE}}}}}",
    )
    with pytest.raises(DataMapError, match="Nothing can be told inside of this column"):
        assert club.bound
    club.close()
