"""A notice as a page, ours and what others make of the Markdown: well-formed, its words, and nothing slipped in."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.unit.notice.write.anything import any_facts
from tests.unit.notice.write.written import EXAMPLES

from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.html import html
from holdord.notice.write.layout import Block, Heading, Items, Paragraph, Table, markdown
from holdord.notice.write.page import blocks
from holdord.notice.write.parts import one_line
from holdord.policy.terms import LANGUAGES, Language

_VOID = {"meta"}
_KNOWN = {
    "html", "head", "meta", "title", "style", "body", "main", "section", "nav", "div", "h1", "h2", "h3", "p", "ul",
    "li", "a", "table", "tr", "th", "td", "thead", "tbody",
}  # fmt: skip


class _Page(HTMLParser):
    """Reads a page strictly: every tag is known and closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, f"{self.open} are not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _KNOWN, tag
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if (self.open and self.open[0] != "html") or ("main" in self.open and "nav" not in self.open):
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def _letters(text: str) -> str:
    """Leave out all blanks: they stand between the sentences of a paragraph, and between tags."""
    return "".join(text.split())


def _said(block: Block) -> str:
    match block:
        case Heading(text=text):
            return text
        case Paragraph(lines=lines) | Items(lines=lines):
            return "".join(lines)
        case Table(head=head, rows=rows):
            return "".join(cell for row in (head, *rows) for cell in row)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(facts=any_facts())
def test_page_says_what_the_notice_says_and_no_more(language: Language, facts: NoticeFacts) -> None:
    page = _Page(html(facts, language))
    assert _letters("".join(page.texts)) == _letters("".join(map(_said, blocks(facts, language))))


@pytest.mark.parametrize("name", EXAMPLES)
def test_page_is_whole_in_itself(name: str) -> None:
    facts, language = EXAMPLES[name]
    page = _Page(html(facts, language))
    assert ("html", {"lang": language}) in page.tags
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = [str(attrs["href"]) for tag, attrs in page.tags if tag == "a"]
    assert {target[1:] for target in targets if target.startswith("#")} <= set(ids)
    assert all(re.match(r"#part-|https://|mailto:", target) for target in targets)
    assert not any(key == "src" or key.startswith("on") for _, attrs in page.tags for key in attrs)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@settings(max_examples=200, deadline=None)
@given(words=st.text("<>&\"' @.:/ahtps", min_size=1, max_size=40))
def test_links_take_nothing_out_of_the_text_and_put_nothing_in(words: str) -> None:
    facts = EXAMPLES["bikes"][0]
    if requests_to := one_line(words):
        page = _Page(html(replace(facts, requests_to=requests_to), "nb"))
        assert _letters(requests_to) in _letters("".join(page.texts))


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(facts=any_facts())
def test_markdown_is_rendered_with_the_words_as_they_are(language: Language, facts: NoticeFacts) -> None:
    written = list(blocks(facts, language))
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown(written))
    assert _letters("".join(_Page(rendered).texts)) == _letters("".join(map(_said, written)))


@pytest.mark.parametrize(
    "text",
    [
        "*a*", "_a_", "`a`", "~~a~~", "<b>a</b>", "&amp;", "[a](b)", "![a](b)", "# a", "- a", "+ a", "1. a", "2) a",
        "> a", "===", "---", "***", "a | b", "\\*", "a\\", "<a@b.no>", "{a}", "[a]: b", "```",
    ],
)  # fmt: skip
def test_markdown_takes_nothing_for_its_own(text: str) -> None:
    written = [Heading(2, text), Paragraph((text, text)), Items((text, text)), Table((text, text), ((text, text),))]
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown(written))
    page = _Page(rendered)
    assert _letters("".join(page.texts)) == _letters(text) * 9
    assert [tag for tag, _ in page.tags] == [
        "h2", "p", "ul", "li", "li", "table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td",
    ]  # fmt: skip
