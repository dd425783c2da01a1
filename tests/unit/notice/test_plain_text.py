"""From bytes to plain text: what a file is, its encoding, and what is refused."""

import gzip

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.notice.tiny_files import docx, paragraph, pdf

from holdord.errors import InputError, NoticeError
from holdord.notice.formats.encoding import decoded
from holdord.notice.text import LARGEST, plain_of

TEXT = "Vi lagrer navnet ditt så lenge du er kunde – og sletter det «straks» etterpå.\n"
PAGE = "<!doctype html><title>x</title><p>Vi lagrer navnet ditt.</p>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_text_is_the_same_in_every_encoding(encoding: str) -> None:
    assert plain_of(TEXT.encode(encoding), "notice.txt") == TEXT


def test_markdown_stays_as_it_is_but_for_its_line_ends() -> None:
    assert plain_of(b"# A\r\n\r\n* **b**\r\n<p>c</p><p>d</p><p>e</p>\r", "a.md") == (
        "# A\n\n* **b**\n<p>c</p><p>d</p><p>e</p>\n"
    )


@pytest.mark.parametrize("name", ["notice.html", "notice.txt", "notice.pdf", "-", ""])
def test_content_says_what_a_file_is_before_its_name_does(name: str) -> None:
    assert plain_of(PAGE.encode(), name) == "Vi lagrer navnet ditt.\n"
    assert plain_of(TEXT.encode(), name) == TEXT
    assert plain_of(docx(paragraph("Vi lagrer navnet ditt.")), name) == "Vi lagrer navnet ditt.\n"
    assert plain_of(pdf([[(72, 700, 11, "Vi lagrer navnet ditt.")]]), name) == "Vi lagrer navnet ditt.\n"


def test_a_part_of_a_page_is_html_by_its_name_or_by_many_elements() -> None:
    assert plain_of(b"Hei <b>du</b><p>Vi.</p>", "a.htm") == "Hei du\n\nVi.\n"
    assert plain_of(b"<div><p>A.</p><p>B.</p></div>", "-") == "A.\n\nB.\n"
    assert plain_of(b"<p>A.</p>", "-") == "<p>A.</p>"
    assert plain_of(b"a < b", "a.html") == "a < b"
    assert plain_of(b"a < b > c </p>", "a.txt") == "a < b > c </p>"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no text"),
        (b" \n\t\n", "holds no text"),
        (b"\xef\xbb\xbf", "holds no text"),
        (b"Vi lagrer\0navn", "NUL bytes"),
        (TEXT.encode("utf-16-le"), "NUL bytes"),
        (b"\xff\xfeV\x00i\x00\x00", "begins as utf-16-le and is not"),
        (bytes(range(1, 32)) * 20, "control characters"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word document"),
        (b"{\\rtf1 Vi lagrer}", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (gzip.compress(b"Vi lagrer", mtime=0), "compressed"),
        (TEXT.encode("utf-8").decode("windows-1252").encode("windows-1252") + b"\xe5", "cannot be told"),
        ("A\0".encode("utf-16"), "NUL bytes"),
        ("Мы храним данные".encode("koi8-r"), "cannot be told"),
        ("Vi sletter på dagen, så går du".encode("cp865"), "cannot be told"),
        ("Vi sletter før møter og bøter".encode("cp865"), "cannot be told"),
        ("Vi sletter før møter og bøter".encode("mac-roman"), "cannot be told"),
        ("Vi raderar därför på dagen".encode("mac-roman"), "cannot be told"),
        (b"<html><meta charset=utf-8><p>Vi lagrer p\xe5 sikker server", "says that it is UTF-8 and is not"),
        (b"a" * (LARGEST + 1), "larger than 10 MB"),
        (b"a" * 2_000_001, "longer than 2,000,000 characters"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"%PDF-1.7 and no more", "damaged"),
    ],
)
def test_what_is_no_notice_is_refused_with_its_reason(data: bytes, said: str) -> None:
    with pytest.raises(NoticeError, match=said):
        plain_of(data, "notice.txt")


def test_a_notice_that_cannot_be_read_is_an_error_of_input() -> None:
    assert issubclass(NoticeError, InputError)


@settings(max_examples=200)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf_8_is_never_changed(text: str) -> None:
    assert decoded(text.encode()) == text.removeprefix("\ufeff")


@settings(max_examples=300)
@given(st.binary(max_size=300).filter(lambda data: not data.startswith(b"PK") and b"%PDF-" not in data))
@example(b"<\xe6")
@example(b"\xfe\xff\xd8\x00")
def test_any_bytes_are_a_text_or_are_refused(data: bytes) -> None:
    try:
        text = plain_of(data, "notice.html")
    except NoticeError:
        return
    assert text.strip()
    text.encode()
