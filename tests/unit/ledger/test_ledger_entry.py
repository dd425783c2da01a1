import json
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import entry

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_members_are_sorted_by_utf16_code_units_as_in_rfc_8785_section_3_2_3():
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    names = list(json.loads(entry.canonical(value)))
    assert names == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_and_literals_are_written_as_in_rfc_8785_section_3_2_2():
    value = {"string": '\u20ac$\u000f\u000aA\'B"\\\\"/', "literals": [None, True, False]}
    assert entry.canonical(value).decode() == (
        '{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_every_control_character_has_its_shortest_escape():
    short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
    for number in range(32):
        text = chr(number)
        escape = short.get(text, "\\u" + format(number, "04x"))
        assert entry.canonical(text).decode() == f'"{escape}"'
    assert entry.canonical("\x7f") == b'"\x7f"'


def test_numbers_keep_to_what_every_language_holds():
    assert entry.canonical([0, -1, 2**53 - 1, -(2**53) + 1]) == b"[0,-1,9007199254740991,-9007199254740991]"
    for wrong in (2**53, -(2**53), 1.0, 0.5, float("nan"), float("inf")):
        with pytest.raises(LedgerError):
            entry.canonical({"number": wrong})


@pytest.mark.parametrize("wrong", [b"bytes", {1: "one"}, {None: 1}, {"set": {1}}, object(), "\ud800", {"\udfff": 1}])
def test_what_has_no_place_in_an_entry_is_refused(wrong):
    with pytest.raises(LedgerError):
        entry.canonical(wrong)


def test_an_error_never_repeats_the_value():
    with pytest.raises(LedgerError) as caught:
        entry.canonical({"name": "Kari Nordmann\ud800"})
    assert "Kari" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_nesting_has_an_end():
    value: object = 1
    for _ in range(40):
        value = [value]
    with pytest.raises(LedgerError):
        entry.canonical(value)
    with pytest.raises(VerificationError):
        entry.parse(b'{"a":' * 20_000 + b"1" + b"}" * 20_000)


def test_texts_of_an_enumeration_are_texts():
    class Kind(StrEnum):
        ERASED = "erased"

    assert entry.canonical({"kind": Kind.ERASED, Kind.ERASED: 1}) == b'{"erased":1,"kind":"erased"}'


@given(VALUES)
def test_parsing_gives_back_what_was_written(value):
    assert entry.parse(entry.canonical({"value": value})) == {"value": value}


@given(VALUES)
def test_canonical_form_agrees_with_the_standard_library_where_names_are_ascii(value):
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    if text.isascii():
        assert entry.canonical(value).decode() == text


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"[]",
        b"1",
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5_000 + b"}",
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1}\n',
        b'{"a":1',
    ],
)
def test_a_body_that_is_not_canonical_is_refused(wrong):
    with pytest.raises(VerificationError):
        entry.parse(wrong)


def test_a_body_carries_kind_time_and_format():
    body = entry.body_of({"kind": "swept", "rows": 3}, time="2026-11-22T09:30:00Z")
    assert body == b'{"format":1,"kind":"swept","rows":3,"time":"2026-11-22T09:30:00Z"}'
    assert entry.check(entry.parse(body)) == "swept"


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"kind": ""},
        {"kind": "Erased"},
        {"kind": 3},
        {"kind": "a" * 65},
        {"kind": "a", "time": "x"},
        {"kind": "a", "format": 1},
        {"kind": "a", "sealed": {}},
    ],
)
def test_an_entry_without_a_kind_or_with_a_reserved_member_is_refused(facts):
    with pytest.raises(LedgerError):
        entry.body_of(facts, time="2026-11-22T09:30:00Z")


def test_an_entry_has_a_largest_size():
    with pytest.raises(LedgerError):
        entry.body_of({"kind": "a", "text": "x" * entry.LARGEST_BODY}, time="2026-11-22T09:30:00Z")


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"format": True},
        {"format": None},
        {"kind": "NO"},
        {"kind": 1},
        {"time": "2026-11-22 09:30:00"},
        {"time": "2026-13-22T09:30:00Z"},
        {"time": 5},
        {"sealed": "x"},
        {"sealed": {"case": "ABC"}},
    ],
)
def test_an_entry_with_ill_formed_members_does_not_verify(change):
    value = {"format": 1, "kind": "swept", "time": "2026-11-22T09:30:00Z"} | change
    with pytest.raises(VerificationError):
        entry.check(value)


def test_times_are_utc_to_the_second_and_never_naive():
    oslo = timezone(timedelta(hours=1))
    assert entry.stamp(datetime(2026, 11, 22, 10, 30, 0, 999_999, tzinfo=oslo)) == "2026-11-22T09:30:00Z"
    assert entry.moment_of("2026-11-22T09:30:00Z") == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    with pytest.raises(LedgerError):
        entry.stamp(datetime(2026, 11, 22))  # noqa: DTZ001
    with pytest.raises(VerificationError):
        entry.moment_of("2026-02-30T09:30:00Z")


def test_a_commitment_opens_to_its_value_only():
    salt = entry.new_salt()
    sealed = entry.commitment(salt, {"case": "K-17"})
    entry.check_opening(sealed, salt, {"case": "K-17"})
    for other_salt, value in ((salt, {"case": "K-18"}), (entry.new_salt(), {"case": "K-17"}), (b"", {"case": "K-17"})):
        with pytest.raises(VerificationError):
            entry.check_opening(sealed, other_salt, value)
    with pytest.raises(LedgerError):
        entry.commitment(b"short", 1)
    assert entry.commitment(entry.new_salt(), 1) != entry.commitment(entry.new_salt(), 1)


def test_the_commitment_is_what_the_description_says():
    assert entry.commitment(bytes(32), "K-17") == (
        sha256(b"holdord commitment 1\n" + bytes(32) + b'"K-17"').hexdigest()
    )
