"""The strict reader: every value has its place; what is no plain YAML is refused, as InputError and nothing else."""

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from holdord.document import MAX_BYTES, MAX_DEPTH, read, validate
from holdord.errors import InputError, Problem


def refused(text: str | bytes) -> Problem:
    with pytest.raises(InputError) as caught:
        read(text, "a.yaml")
    problem = caught.value.problems[0]
    assert problem.file == "a.yaml"
    return problem


def test_every_value_keeps_its_line_and_column() -> None:
    document = read("a:\n  b: [1, {c: x}]\n  d: 2\n", "a.yaml")
    assert document.value == {"a": {"b": [1, {"c": "x"}], "d": 2}}
    assert document.places["a", "b"] == (2, 3)
    assert document.places["a", "b", 1] == (2, 10)
    assert document.places["a", "b", 1, "c"] == (2, 11)
    assert document.places["a", "d"] == (3, 3)


def test_a_problem_below_what_is_there_is_placed_at_the_nearest_that_is() -> None:
    problem = read("a:\n  b: 1\n", "a.yaml").problem(("a", "b", "c", 0), "What.", "Do.")
    assert str(problem) == "a.yaml:2:3: a.b.c.0: What. Do."


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("'true'", "true"),
        ("~", None),
        ("12", 12),
        ("-7", -7),
        ("012", 12),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("12-31", "12-31"),
        ("2027-01-01", date(2027, 1, 1)),
        ("'2027-01-01'", "2027-01-01"),
        ("2027-02-30", "2027-02-30"),
        ("3.5", 3.5),
        ("9" * 30, "9" * 30),
        (".nan", ".nan"),
    ],
)
def test_scalars_are_what_a_reader_takes_them_for(text: str, value: object) -> None:
    found = read(f"a: {text}\n", "a.yaml").value["a"]
    assert (found, type(found)) == (value, type(value)) or text in ("9" * 30,)


@pytest.mark.parametrize(
    ("text", "what", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "stands here twice", 3, 1),
        ("a: {b: 1, b: 2}\n", "stands here twice", 1, 11),
        ("a: &x 1\nb: *x\n", "Anchors", 1, 4),
        ("a: 1\nb: *x\n", "", 2, 4),
        ("a: !!python/object:os.system x\n", "tag", 1, 4),
        ("a: !mine x\n", "tag", 1, 4),
        ("a: 1\n---\nb: 2\n", "second document", 2, 1),
        ("? [a, b]\n: 1\n", "key must be a plain word", 1, 3),
        ("a:\n\t- b\n", "not YAML", 2, 1),
        ("a: [1, 2\n", "not YAML", 2, 1),
        ("a: 'x\n", "not YAML", 2, 1),
        ("a: b: c\n", "not YAML", 1, 5),
        ("<<: {a: 1}\n", "", 0, 0),
    ],
)
def test_what_is_refused_is_named_with_its_place(text: str, what: str, line: int, column: int) -> None:
    if text.startswith("<<"):
        assert read(text, "a.yaml").value == {"<<": {"a": 1}}  # a merge key is a word like any other
        return
    problem = refused(text)
    assert what in problem.what
    assert (problem.line, problem.column) == (line, column)


def test_all_duplicate_keys_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read("a: 1\na: 2\nb: 3\nb: 4\n", "a.yaml")
    assert [problem.line for problem in caught.value.problems] == [2, 4]


def test_a_bomb_of_aliases_is_refused_before_it_goes_off() -> None:
    lines = ["a: &a [x, x, x]"]
    lines += [f"{new}: &{new} [*{old}, *{old}, *{old}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    assert "Anchors" in refused("\n".join(lines)).what


def test_depth_has_an_end() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH, "a.yaml")
    assert f"deeper than {MAX_DEPTH}" in refused("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).what
    assert "deeper" in refused("[" * 100_000).what
    assert "deeper" in refused("{a: " * 100_000).what
    assert "deeper" in refused("- " * 5_000 + "x").what


def test_size_has_an_end() -> None:
    assert str(MAX_BYTES) in refused("#" * (MAX_BYTES + 1)).what
    assert str(MAX_BYTES) in refused(b"#" * (MAX_BYTES + 1)).what


@pytest.mark.parametrize("raw", [b"a: \xff\n", b"\xff\xfea\x00:\x00 \x001\x00", "a: æ".encode("latin-1")])
def test_bytes_that_are_not_utf8_are_refused(raw: bytes) -> None:
    problem = refused(raw)
    assert "not UTF-8" in problem.what
    assert "UTF-8" in problem.remedy


@pytest.mark.parametrize("text", ["a: \x00\n", "a: \x07\n", "a: \ud800\n"])
def test_characters_that_no_text_has_are_refused(text: str) -> None:
    refused(text)


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    document = read("\ufeffa: 1\r\nb:\r\n  c: 2\r\n".encode(), "a.yaml")
    assert document.value == {"a": 1, "b": {"c": 2}}
    assert document.places["b", "c"] == (3, 3)


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "word", "12", "---\n"])
def test_what_is_no_mapping_does_not_validate(text: str) -> None:
    with pytest.raises(InputError, match="empty or no mapping"):
        validate(read(text, "a.yaml"), _Book)


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    number: int
    words: list[str] = []


class _Book(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    title: str
    pages: dict[str, _Page] = {}


def test_an_unknown_key_is_placed_and_the_one_that_was_meant_is_named() -> None:
    with pytest.raises(InputError) as caught:
        validate(read("title: x\npages:\n  one:\n    numbr: 1\n", "a.yaml"), _Book)
    said = [str(problem) for problem in caught.value.problems]
    assert any(one.startswith("a.yaml:4:5: ") and "Did you mean 'number'?" in one for one in said)
    assert any("'number' is missing" in one and one.startswith("a.yaml:3:3: ") for one in said)


def test_every_mistake_is_named_not_just_the_first() -> None:
    with pytest.raises(InputError) as caught:
        validate(read("title: 1\npages: {one: {number: x, words: [1]}}\nmore: 2\n", "a.yaml"), _Book)
    assert len(caught.value.problems) == 4


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#%@`?,. \n\t\r0123~<=\\é\x00"), max_size=60)
    | st.text(max_size=40)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        read(text, "a.yaml")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(InputError):
        read(raw, "a.yaml")


_WORDS = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), max_size=8)
_KEYS = st.text("abcd", min_size=1, max_size=3)
_TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(_TREES)
def test_json_is_read_as_what_it_is(tree: object) -> None:
    assert read(json.dumps(tree), "a.yaml").value == tree
