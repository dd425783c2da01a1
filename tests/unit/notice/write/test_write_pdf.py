"""A notice as a PDF file: what it says in the order that it says it, for eyes, ears and programs; never a word more."""

import ctypes
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import pypdfium2
import pypdfium2.raw as raw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.notice.write.anything import any_facts
from tests.unit.notice.write.written import EXAMPLES, LENDER, MUSEUM

from holdord.errors import NoticeError
from holdord.notice.formats.pdf import pdf_text
from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.html import html
from holdord.notice.write.layout import Block, Heading, Items, Paragraph, Table
from holdord.notice.write.page import blocks
from holdord.notice.write.parts import Cookie, Extra, one_line
from holdord.notice.write.pdf import LONGEST_LINK, pdf
from holdord.policy.terms import LANGUAGES, Language

ROOT = Path(__file__).parents[4]
_MARGIN = 30 / 25.4 * 72
_TYPST = (
    "#panic()", '#read("/etc/hosts")', '#import "@preview/a:0.1.0": *', "#sys.inputs", "#let a = 1", "#{1 + 1}",
    "$x^2$", "@ref", "<label>", "*a*", "_a_", "`a`", "```", "// a", "/* a", "*/", "= a", "== a", "+ a", "- a", "[a]",
    "/ a: b", "{a}", "]", "}", ")", "\\", "\\#", "\\u{41}", "a\\", "--", "---", "...", "-?", "a~b", "#", "$", '"', "'",
    '")', "«»", "“”", "&amp;", "<b>", "%28", "(c)", "https://a.no/#b", "https://a.no/%", "https://å.no/ø", "mailto:x",
    "a@b.no", "ffi", "fl", "Th", "æøå ÆØÅ", "ÅÄÖ åäö", "é ü ß", "Ωμέγα", "Привет", "№ 5", "½ €", "§ 13", "x²", "١",
)  # fmt: skip
_nasty = st.lists(
    st.one_of(st.sampled_from(_TYPST), st.text("#$@\\`*_[]{}<>\"'/=+-~^%&|!?.:;,()aBø1 ", min_size=1, max_size=20)),
    min_size=1,
    max_size=4,
).map(lambda parts: one_line(" ".join(parts)))


def _letters(text: str) -> str:
    """Leave out blanks, which are lines' ends as well; letters that are printed in one are two."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _pages(file: bytes) -> Iterator[str]:
    """Yield what each page says in the file's order, its number taken off."""
    document = pypdfium2.PdfDocument(file)
    for place, page in enumerate(document, start=1):
        text = page.get_textpage().get_text_range().replace("\r\n", "\n").replace("\ufffe", "-").rstrip()
        words, _, number = text.rpartition("\n")
        assert number == f"{place} / {len(document)}"
        yield words


def _shown(block: Block) -> list[str]:
    match block:
        case Heading(text=text):
            return [text]
        case Paragraph(lines=lines):
            return list(lines)
        case Items(lines=lines):
            return [f"• {line}" for line in lines]
        case Table(head=head, rows=rows):
            return [cell for row in (head, *rows) for cell in row]


def _expected(facts: NoticeFacts, language: Language) -> str:
    return _letters("".join(text for block in blocks(facts, language) for text in _shown(block)))


def _found(file: bytes, facts: NoticeFacts, language: Language) -> str:
    """Return the letters of all pages; the head of a table that goes on over the page stands there once."""
    heads = [_letters("".join(block.head)) for block in blocks(facts, language) if isinstance(block, Table)]
    expected, found = _expected(facts, language), ""
    for page in map(_letters, _pages(file)):
        again = [head for head in heads if page.startswith(head) and not expected.startswith(head, len(found))]
        found += page.removeprefix(max(again, key=len, default=""))
    return found


def _links(file: bytes) -> set[str]:
    return set(_each_link(pypdfium2.PdfDocument(file)))


def _each_link(document: pypdfium2.PdfDocument) -> Iterator[str]:
    for page in document:
        at, link = ctypes.c_int(0), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page, at, link):
            address = ctypes.create_string_buffer(10_000)
            raw.FPDFAction_GetURIPath(document, raw.FPDFLink_GetAction(link), address, len(address))
            yield address.value.decode("ascii")


def _tags(file: bytes) -> Iterator[str]:
    """Yield the types of all that is tagged, in the order of the pages."""
    for page in pypdfium2.PdfDocument(file):
        tree = raw.FPDF_StructTree_GetForPage(page)
        for place in range(raw.FPDF_StructTree_CountChildren(tree)):
            yield from _below(raw.FPDF_StructTree_GetChildAtIndex(tree, place))


def _below(tag: raw.FPDF_STRUCTELEMENT) -> Iterator[str]:
    name = ctypes.create_string_buffer(100)
    raw.FPDF_StructElement_GetType(tag, name, len(name))
    yield name.raw.decode("utf-16-le").partition("\0")[0]
    for place in range(raw.FPDF_StructElement_CountChildren(tag)):
        if child := raw.FPDF_StructElement_GetChildAtIndex(tag, place):
            yield from _below(child)


def _cookies(count: int) -> tuple[Cookie, ...]:
    return tuple(Cookie(name=f"c{at}", purpose="counts", provider="us", lifetime=None) for at in range(count))


@pytest.mark.parametrize("name", EXAMPLES)
def test_pdf_says_what_the_notice_says_in_its_order(name: str) -> None:
    facts, language = EXAMPLES[name]
    assert _letters("".join(_pages(pdf(facts, language)))) == _expected(facts, language)


@pytest.mark.parametrize("name", EXAMPLES)
def test_pdf_is_read_back_by_our_own_reader_sentence_for_sentence(name: str) -> None:
    facts, language = EXAMPLES[name]
    expected: list[str] = []
    for block in blocks(facts, language):
        match block:
            case Heading(level=level, text=text):
                expected.append(f"{'#' * level} {text}")
            case Items():
                expected += _shown(block)
            case Paragraph():
                expected.append(" ".join(_shown(block)))
    lines = iter(pdf_text(pdf(facts, language)).replace("\u00a0", " ").split("\n"))
    assert [one for one in expected if one not in lines] == []  # in this order; tables lie between


@settings(max_examples=25, deadline=None)
@given(words=_nasty.filter(bool), language=st.sampled_from(LANGUAGES))
def test_no_word_of_the_facts_is_taken_for_code(words: str, language: Language) -> None:
    facts = replace(
        LENDER,
        controller=replace(LENDER.controller, name=words),
        purposes=(replace(LENDER.purposes[0], words=words), *LENDER.purposes[1:]),
        cookies=(Cookie(name=words, purpose=words, provider=words, lifetime=None),),
        requests_to=words,
        extras=(Extra(section="rights", text=words),),
    )
    file = pdf(facts, language)
    assert _found(file, facts, language) == _expected(facts, language)
    assert words in unicodedata.normalize("NFC", pypdfium2.PdfDocument(file).get_metadata_value("Title"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(facts=any_facts(), language=st.sampled_from(LANGUAGES))
def test_any_facts_become_a_file_or_the_character_that_no_font_has_is_named(
    facts: NoticeFacts, language: Language
) -> None:
    try:
        file = pdf(facts, language)
    except NoticeError as error:
        if "lack a character" in str(error):
            return
        named = re.search(r"lack the character (.) \(U\+", str(error))
        assert named
        assert ord(named[1]) > 0xFF
        assert named[1] in "".join(text for block in blocks(facts, language) for text in _shown(block))
    else:
        assert raw.FPDFCatalog_IsTagged(pypdfium2.PdfDocument(file))


def test_template_reads_and_loads_nothing() -> None:
    template = (files("holdord.notice.write") / "notice.typ").read_text(encoding="utf-8")
    assert not re.search(r"#(?:import|include)\b|\b(?:read|eval|plugin|image|csv|yaml|toml|xml|cbor)\(", template)
    assert template.count("json(") == 1


def test_same_facts_are_the_same_bytes_wherever_and_whenever_they_are_written(tmp_path: Path) -> None:
    facts, language = EXAMPLES["bikes"]
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]; from tests.unit.notice.write.written import BIKES; "
        "from holdord.notice.write.pdf import pdf; sys.stdout.buffer.write(pdf(BIKES, 'nb'))"
    )
    elsewhere = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", code, str(ROOT), str(ROOT / "src")]
    other = subprocess.run(command, cwd=tmp_path, env=elsewhere, capture_output=True, check=True).stdout
    file = pdf(facts, language)
    assert file == pdf(facts, language) == other
    assert not re.search(rb"/(?:CreationDate|ModDate)|<xmp:(?:Create|Modify|Metadata)Date", file)


@pytest.mark.parametrize("name", EXAMPLES)
def test_pdf_says_its_title_and_language_and_follows_pdf_ua(name: str) -> None:
    facts, language = EXAMPLES[name]
    file = pdf(facts, language)
    document = pypdfium2.PdfDocument(file)
    title = next(blocks(facts, language))
    assert isinstance(title, Heading)
    assert document.get_metadata_value("Title") == title.text
    assert document.get_metadata_value("Author") == facts.controller.name
    assert f"/Lang({language})".encode() in file
    assert b"<pdfuaid:part>1</pdfuaid:part>" in file
    assert document.get_page_size(0) == pytest.approx((595.28, 841.89), abs=0.01)


@pytest.mark.parametrize("name", EXAMPLES)
def test_headings_are_the_bookmarks(name: str) -> None:
    facts, language = EXAMPLES[name]
    headings = [block for block in blocks(facts, language) if isinstance(block, Heading)]
    bookmarks = pypdfium2.PdfDocument(pdf(facts, language)).get_toc()
    assert [(mark.level + 1, mark.get_title()) for mark in bookmarks] == [(one.level, one.text) for one in headings]


@pytest.mark.parametrize("name", EXAMPLES)
def test_headings_lists_and_tables_are_tagged_as_what_they_are(name: str) -> None:
    facts, language = EXAMPLES[name]
    wanted: Counter[str] = Counter()
    for block in blocks(facts, language):
        match block:
            case Heading(level=level):
                wanted[f"H{level}"] += 1
            case Items(lines=lines):
                wanted["LI"] += len(lines)
            case Table(head=head, rows=rows):
                wanted += Counter(TH=len(head), TD=len(head) * len(rows))
            case Paragraph():
                wanted["P"] += 1
    tags = Counter(_tags(pdf(facts, language)))
    assert {tag: tags[tag] for tag in ("H1", "H2", "H3", "LI", "TH", "TD")} == {
        tag: wanted[tag] for tag in ("H1", "H2", "H3", "LI", "TH", "TD")
    }
    assert tags["P"] >= wanted["P"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_pdf_links_what_the_page_for_the_web_links(name: str) -> None:
    facts, language = EXAMPLES[name]
    hrefs = {unescape(href) for href in re.findall(r'href="((?:https?:|mailto:)[^"]*)"', html(facts, language))}
    assert _links(pdf(facts, language)) == hrefs
    assert hrefs


@settings(max_examples=20, deadline=None)
@given(words=st.lists(st.sampled_from((*"/.:#?&=%-+@ åø~()[]", "https://", "a.no", "b")), min_size=2, max_size=12))
def test_any_address_is_linked_as_on_the_page_for_the_web(words: list[str]) -> None:
    if text := one_line("".join(words)):
        facts = replace(MUSEUM, requests_to=text)
        hrefs = {unescape(href) for href in re.findall(r'href="((?:https?:|mailto:)[^"]*)"', html(facts, "sv"))}
        assert {unquote(link) for link in _links(pdf(facts, "sv"))} == {unquote(href) for href in hrefs}


def test_address_that_is_too_long_for_a_link_is_words() -> None:
    address = "https://a.no/" + "b/" * LONGEST_LINK
    facts = replace(LENDER, changes=address)
    file = pdf(facts, "en")
    assert not any(link.startswith("https://a.no") for link in _links(file))
    assert _letters("".join(_pages(file))) == _expected(facts, "en")


def test_columns_are_named_again_on_each_page() -> None:
    facts = replace(LENDER, cookies=_cookies(80))
    pages = [page for page in _pages(pdf(facts, "en")) if re.search(r"^c\d+ ", page, re.MULTILINE)]
    assert len(pages) >= 3
    assert all(re.search(r"^Name What it does Set by Lasts\s*$", page, re.MULTILINE) for page in pages)


def test_nothing_runs_off_the_page() -> None:
    word = "Menneskerettighetsorganisasjonssekretariatsleder" * 6
    address = "https://example.org/" + "a" * 200
    facts = replace(
        LENDER,
        controller=replace(LENDER.controller, name=word),
        purposes=(replace(LENDER.purposes[0], words=word), *LENDER.purposes[1:]),
        cookies=(Cookie(name="W" * 60, purpose=word, provider="M" * 60, lifetime=None),),
        requests_to=address,
        changes=f"{'x' * 50}@{'y' * 100}.example",
        extras=(Extra(section="rights", text=word),),
    )
    file = pdf(facts, "en")
    document = pypdfium2.PdfDocument(file)
    for page in document:
        text = page.get_textpage()
        inked = (at for at in range(text.count_chars()) if not text.get_text_range(at, 1).isspace())
        boxes = [text.get_charbox(at) for at in inked]
        assert min(left for left, _, _, _ in boxes) >= _MARGIN - 1
        assert max(right for _, _, right, _ in boxes) <= page.get_width() - _MARGIN + 1
    assert _letters("".join(_pages(file))) == _expected(facts, "en")
    assert address in _links(file)


@pytest.mark.parametrize(("letter", "code"), [("字", "U+5B57"), ("🙂", "U+1F642"), ("ก", "U+0E01")])
def test_character_that_no_font_has_is_named(letter: str, code: str) -> None:
    with pytest.raises(NoticeError, match=re.escape(f"lack the character {letter} ({code})")):
        pdf(replace(LENDER, changes=f"by e-mail {letter}"), "en")


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NoticeError, match=r"install holdord\[pdf\]"):
        pdf(LENDER, "en")
