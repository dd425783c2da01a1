"""A picture of a notice shows all of it, in order, and nothing in a notice can break out of it."""

import os
import re
import time
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from math import cos, radians, sin
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import import_commands

from holdord.cli.main import run
from holdord.notice.model import Action, Duration, Fact, Finding, Kind, Reading, Role, Segment
from holdord.notice.picture import looks
from holdord.notice.picture.front import ITEMS
from holdord.notice.picture.looks import ACTIONS, KINDS, LANGUAGE_NAMES, SEVERITIES
from holdord.notice.picture.page import picture
from holdord.policy.terms import LANGUAGES

VOID = {"meta", "input"}
LOADS = {"script", "img", "link", "iframe", "object", "embed", "video", "audio", "form", "base", "image", "source"}

NOTICE: list[tuple[int, Role, str, set[Kind]]] = [
    (0, "heading", "Sådan behandler Solhjem Kor oplysninger", {"definition_or_filler"}),
    (1, "sentence", "Solhjem Kor er dataansvarlig.", {"controller"}),
    (1, "sentence", "Skriv til os, hvis noget undrer dig.", {"contact"}),
    (2, "heading", "Opbevaring", {"definition_or_filler"}),
    (
        3,
        "sentence",
        "Medlemslisten gemmer vi i 2 år efter\n   udmeldelsen, som loven siger.",
        {"retention", "legal_basis"},
    ),
    (3, "lead_in", "Listen rummer:", {"data_category"}),
    (4, "item", "navn og stemme", {"data_category"}),
    (5, "lead_in", "helbred, hvis du vil:", {"data_category", "sensitive"}),
    (6, "item", "allergier", {"data_category", "sensitive"}),
    (7, "item", "adresse", {"data_category"}),
    (8, "sentence", "Andet gemmer vi, så længe det er rart.", {"retention"}),
    (8, "sentence", "Du kan få indsigt, og du kan klage til Datatilsynet.", {"right", "authority"}),
]
LEAD_INS = {6: 5, 7: 5, 8: 7, 9: 5}
FINDINGS = (
    Finding(code="no_basis", severity="error", article="GDPR art. 13(1)(c)", text="No basis.", proposal="Vi må det."),
    Finding(code="vague", severity="warning", article="GDPR art. 13(2)(a)", text="Says nothing.", proposal="I 2 år."),
)
MISSING, VAGUE = FINDINGS


def example() -> Reading:
    plain, segments = "", []
    for number, (block, role, words, _) in enumerate(NOTICE):
        plain += "\n\n" if number else ""
        segments.append(
            Segment(
                start=len(plain),
                end=len(plain) + len(words),
                text=" ".join(words.split()),
                role=role,
                block=block,
                headings=() if number == 0 else (0,) if number <= 3 else (0, 3),
                lead_in=LEAD_INS.get(number),
            )
        )
        plain += words
    years, vague = plain.index("2 år efter\n"), plain.index("så længe det er rart")
    return Reading(
        plain=plain,
        language="da",
        controller="Solhjem Kor",
        version_date="2026-02-01",
        segments=tuple(segments),
        kinds=tuple(frozenset(kinds) for *_, kinds in NOTICE),
        durations=(
            Duration(
                value=2, unit="year", trigger="efter udmeldelsen", action="keep", data="Medlemslisten", law="",
                start=years, end=years + 4, segment=4,
            ),
        ),
        facts=(
            Fact(what="right", value="access", start=0, end=0, segment=11),
    Fact(what="right", value="access", start=0, end=0, segment=3),
            Fact(what="right", value="objection", start=0, end=0, segment=3),
            Fact(what="basis", value="6(1)(c)", start=0, end=0, segment=4),
        ),
        art13={"retention": True, "right_access": True, "right_erasure": False, "dpo": None, "legal_basis": True,
               "legitimate_interest_named": True, "recipients": True, "complaint_authority": False,
               "right_objection": True},
        findings=(replace(VAGUE, start=vague, end=vague + 20), MISSING),
    )  # fmt: skip


def reading_of(texts: list[str], **more: object) -> Reading:
    """A reading of one paragraph."""
    starts = [sum(len(text) + 1 for text in texts[:number]) for number in range(len(texts))]
    segments = tuple(
        Segment(start=start, end=start + len(text), text=text, role="sentence", block=0)
        for start, text in zip(starts, texts, strict=True)
    )
    reading = Reading(
        plain=" ".join(texts),
        language="nb",
        controller="",
        version_date="",
        segments=segments,
        kinds=(frozenset[Kind]({"right"}),) * len(texts),
    )
    return replace(reading, **more)  # type: ignore[arg-type]


class Page(HTMLParser):
    """A document, looked at tag by tag; a tag that is not closed in its turn fails."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.document = document
        self.open: list[tuple[str, dict[str, str]]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, list[tuple[str, dict[str, str]]]]] = []
        self.feed(document)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attributes}) == len(attributes), "an attribute twice"
        found = {name: value or "" for name, value in attributes}
        self.tags.append((tag, found))
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag in ("use", "path"), "only SVG closes itself"
        self.tags.append((tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((data, list(self.open)))

    def inside(self, **wanted: str) -> str:
        """The text inside elements with an attribute, such as ``id="s1"`` or ``class_="t"``."""
        name, value = next(iter(wanted.items()))
        return "".join(
            text
            for text, around in self.texts
            if any(value in found.get(name.rstrip("_"), "").split() for _, found in around)
        )

    def sentences(self) -> list[str]:
        """What the notice's own words are, element by element."""
        found: dict[int, str] = {}
        for text, around in self.texts:
            for _, attributes in around:
                if attributes.get("class") == "t":
                    found[id(attributes)] = found.get(id(attributes), "") + text
        return list(found.values())

    def ids(self) -> list[str]:
        return [found["id"] for _, found in self.tags if "id" in found]

    def links(self) -> list[str]:
        return [found["href"] for _, found in self.tags if "href" in found]


def check(document: str) -> Page:
    """What holds for every picture of any notice."""
    page = Page(document)
    ids = page.ids()
    assert len(ids) == len(set(ids))
    assert all(link.startswith("#") and link[1:] in ids for link in page.links())
    assert not LOADS & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not {"src", "style", "srcdoc", "action"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("for", "aria-labelledby"):
            assert attributes.get(name) is None or attributes[name] in ids
    style = "".join(text for text, around in page.texts if around and around[-1][0] == "style")
    assert ".k" in style
    digest = b64encode(sha256(style.encode()).digest()).decode()
    (policy,) = [found["content"] for _, found in page.tags if found.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "unsafe" not in policy
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in style
    return page


@pytest.fixture(scope="module")
def page() -> Page:
    return check(picture(example(), "kor.md"))


def test_every_sentence_is_there_once_and_in_order(page: Page) -> None:
    assert page.sentences() == [segment.text for segment in example().segments]


def test_the_notice_keeps_its_language_and_the_report_its_own(page: Page) -> None:
    languages = {tag: found["lang"] for tag, found in page.tags if tag in ("html", "article")}
    assert languages == {"html": "en", "article": "da"}
    assert all(found.get("lang") == "en" for _, found in page.tags if found.get("class") == "m")


def test_headings_paragraphs_and_lists_keep_their_shape(page: Page) -> None:
    def around(anchor: str) -> list[str]:
        tags = next(tags for _, tags in page.texts if any(found.get("id") == anchor for _, found in tags))
        names = [tag for tag, _ in tags]
        return names[names.index("article") + 1 : names.index("span")]

    assert around("h1") == ["h3"]
    assert around("h2") == ["h4"]
    assert around("s1") == around("s2") == ["p"]
    assert around("s4") == ["p"]
    assert around("s5") == around("s6") == around("s8") == ["ul", "li"]
    assert around("s7") == ["ul", "li", "ul", "li"]
    paragraphs = [tag for tag, _ in page.tags if tag == "p"]
    assert len(paragraphs) == 1 + 3 + 1  # above the title, in the notice, in the foot


def test_all_kinds_of_a_sentence_are_words_and_one_leads(page: Page) -> None:
    (sentence,) = [found for _, found in page.tags if found.get("id") == "s3"]
    assert sentence["class"].split() == ["s", "k-retention"]
    assert sentence["data-k"].split() == ["retention", "legal_basis"]
    assert re.findall(r"how long · ?\S*|how long|legal basis", page.inside(id="s3")) == ["how long", "legal basis"]
    assert "2 years" in page.inside(id="s3")
    assert "6(1)(c)" in page.inside(id="s3")
    assert "your rights" in page.inside(id="s10")
    assert "background" not in page.inside(id="h1")


def test_the_legend_counts_the_kinds_and_leads_to_the_first(page: Page) -> None:
    legend = page.inside(class_="legend")
    assert [KINDS[kind].label in legend for kind in ("retention", "sensitive", "cookie")] == [True, True, False]
    first = [found["href"] for _, found in page.tags if found.get("aria-label", "") == "5, go to the first"]
    assert first == ["#s4"]  # which data
    assert next(found["id"] for tag, found in page.tags if tag == "input") == "only-all"
    assert "body:has(#only-retention:checked)" in page.document


def test_a_finding_stands_at_its_sentence_and_what_is_missing_above_the_notice(page: Page) -> None:
    assert page.document.index('id="f1"') < page.document.index("<article")
    for words in ("error", "No basis", "GDPR art. 13(1)(c)", "No basis.", "Vi må det."):
        assert words.lower() in page.inside(id="f1").lower()
    for words in ("warning", "vague", "GDPR art. 13(2)(a)", "Says nothing.", "I 2 år.", "sentence 9"):
        assert words in page.inside(id="f2")
    assert page.inside(id="f2") in page.inside(id="s9")
    assert page.links().count("#f2") == 2
    proposals = [found for tags in [tags for text, tags in page.texts if text == "I 2 år."] for _, found in tags]
    assert proposals[-1]["lang"] == "da"


def test_the_words_of_a_finding_and_of_a_time_are_marked_exactly(page: Page) -> None:
    marked = [text for text, around in page.texts if any(tag == "mark" for tag, _ in around)]
    assert marked == ["så længe det er rart"]
    bold = [text for text, around in page.texts if [tag for tag, _ in around][-2:] == ["bdi", "b"]]
    assert bold == ["2 år"]


def test_marks_may_overlap_and_cross_line_breaks() -> None:
    plain = "Vi gemmer  det\n i to\n\tår her."
    segment = Segment(start=0, end=len(plain), text=" ".join(plain.split()), role="sentence", block=0)
    base = reading_of(["x"], plain=plain, segments=(segment,))
    place = {"start": plain.index("det"), "end": plain.index("to") + 2}
    finding = replace(VAGUE, **place)
    time_said = Duration(
        value=2, unit="year", trigger=None, action="keep", data="", law="",
        start=plain.index("to"), end=plain.index("her") - 1, segment=0,
    )  # fmt: skip
    document = picture(replace(base, findings=(finding,), durations=(time_said,)), "x")
    assert "Vi gemmer <mark>det i </mark><mark><b>to</b></mark><b> år</b> her." in document
    assert check(document).sentences() == [segment.text]


@pytest.mark.parametrize(
    ("start", "anchor"), [(0, "s1"), (2, "s1"), (3, "s2"), (4, "s2"), (5, "s2"), (10_000, "s3"), (-5, "s1")]
)
def test_a_finding_belongs_to_its_sentence_or_else_to_the_next(start: int, anchor: str) -> None:
    reading = reading_of(["Ja.", "Nei.", "Kanskje."])
    reading = replace(reading, findings=(replace(VAGUE, start=start, end=start + 2),))
    page = check(picture(reading, "x"))
    assert page.inside(id="f1") in page.inside(id=anchor)


def test_a_finding_at_a_heading_stands_below_it() -> None:
    reading = replace(example(), findings=(replace(VAGUE, start=0, end=3),))
    page = check(picture(reading, "x"))
    around = next(tags for text, tags in page.texts if text == "Says nothing.")
    assert "h3" not in [tag for tag, _ in around]
    assert "heading 1" in page.inside(id="f1")


def test_findings_in_a_notice_without_text_are_listed() -> None:
    reading = reading_of([], findings=(replace(VAGUE, start=3, end=9), MISSING))
    page = check(picture(reading, "x"))
    assert "Says nothing." in page.inside(id="f1")
    assert "No basis." in page.inside(id="f2")


def test_nothing_says_all_is_well_where_nothing_was_checked() -> None:
    document = picture(reading_of(["Ja."]), "x")
    assert "inding" not in Page(document).inside(id="notice")
    assert 'id="findings"' not in document
    assert 'id="times"' not in document
    assert 'id="items"' not in document


def test_times_stand_in_a_table_with_a_link(page: Page) -> None:
    cells = [text for text, around in page.texts if any(tag == "tbody" for tag, _ in around) and text.strip()]
    assert cells == ["2 years", "kept", "efter udmeldelsen", "Medlemslisten", "sentence ", "3"]


def test_a_time_without_a_beginning_says_so() -> None:
    one = replace(example().durations[0], trigger=None, value=3.5, action="delete", unit="month")
    page = check(picture(replace(example(), durations=(one,)), "x"))
    cells = [text for text, around in page.texts if any(tag == "tbody" for tag, _ in around) and text.strip()]
    assert cells[:3] == ["3.5 months", "erased", "not said"]


def test_items_of_art_13_are_told_in_words_and_where(page: Page) -> None:
    told = page.inside(class_="items")
    lines = [" ".join(line.split()) for line in told.splitlines() if line.strip()]
    assert lines[1:] == [
        "How long the data are stored 13(2)(a) given sentence 3, sentence 9",
        "Right of access 13(2)(b) given sentence 10",
        "Right to erasure 13(2)(b) missing",
        "The data protection officer 13(1)(b) not applicable",
        "The legal basis 13(1)(c) given sentence 3",
        "Which legitimate interest 13(1)(d) given",
        "Who receives the data 13(1)(e) given",
        "Where to lodge a complaint 13(2)(d) missing",
        "Right to object 13(2)(b) given heading 2",
    ]
    assert "6 of 8" in page.inside(class_="figures")


def test_an_item_of_which_nobody_heard_is_shown_by_its_name() -> None:
    page = check(picture(replace(example(), art13={"pets_<named>": True}), "x"))
    assert "Pets <named>" in page.inside(class_="items")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "</span></bdi></p></article></main><img src=x onerror=alert(1)>",
        "</style></title><style>*{display:none}</style>",
        "\"><svg onload='x'>",
        "' onmouseover='x' x='\" onmouseover=\"x",
        "&lt;b&gt; &amp; &quot; &#60;i&#62; & &nbsp",
        "<!-- --> <![CDATA[ ]]> <?php ?> -->",
        "\u202etxet desrever\u202c \u2067שלום\u2069 \u200fא\u200e \u202e",
        "http://evil.example/x.png javascript:alert(1)",
        "{{ x }} {x} %s %(x)s \\ `",
    ],
)
def test_nothing_in_a_notice_becomes_markup(hostile: str) -> None:
    finding = Finding(code=hostile, severity="hint", article=hostile, text=hostile, proposal=hostile)
    reading = reading_of(
        [hostile, "Neste."],
        controller=hostile,
        version_date=hostile,
        findings=(finding, replace(finding, start=2, end=6)),
        art13={hostile: True},
        facts=(Fact(what="right", value=hostile, start=0, end=1, segment=0),),
        durations=(
            Duration(
                value=1,
                unit="day",
                trigger=hostile,
                action="keep",
                data=hostile,
                law=hostile,
                start=1,
                end=4,
                segment=0,
            ),
        ),
    )
    harmless = reading_of(
        ["Forrige.", "Neste."],
        controller="x",
        version_date="x",
        findings=(replace(finding, code="x", article="x", text="x", proposal="x"),) * 1
        + (replace(finding, code="x", article="x", text="x", proposal="x", start=2, end=6),),
        art13={"x": True},
        facts=(Fact(what="right", value="x", start=0, end=1, segment=0),),
        durations=(replace(reading.durations[0], trigger="x", data="x", law="x"),),
    )
    page, other = check(picture(reading, hostile)), check(picture(harmless, "x"))
    assert page.sentences() == [hostile, "Neste."]
    assert page.inside(class_="why") == hostile * 2
    assert "".join(text for text, around in page.texts if around and around[-1][0] == "title").startswith(hostile)
    ignored = {"b", "mark", "span"}
    assert [tag for tag, _ in page.tags if tag not in ignored] == [tag for tag, _ in other.tags if tag not in ignored]


def test_text_may_stand_in_an_attribute() -> None:
    assert looks.text("<a href=\"x\" title='&'>") == "&lt;a href=&quot;x&quot; title=&#x27;&amp;&#x27;&gt;"


def test_each_text_of_the_notice_is_isolated_from_the_direction_of_others(page: Page) -> None:
    assert {tag for tag, found in page.tags if found.get("class") in ("t", "why", "article")} <= {"bdi", "span"}
    assert all(tag == "bdi" for tag, found in page.tags if found.get("class") in ("t", "why"))


def test_what_html_has_no_place_for_is_replaced() -> None:
    document = picture(reading_of(["A\x00b\x08c\ud800d\x85e\ufffe."]), "n\udcff")
    assert check(document).sentences() == ["A\ufffdb\ufffdc\ufffdd\ufffde\ufffd."]
    document.encode()


def test_an_empty_reading_is_a_page() -> None:
    page = check(picture(reading_of([]), "empty.txt"))
    assert "There is no text in this notice." in page.inside(id="notice")
    assert page.inside(class_="legend") == ""


@pytest.mark.parametrize("lead_in", [0, 1, 2, 3, 99, -1])
def test_lists_that_cannot_be_are_lists_all_the_same(lead_in: int) -> None:
    reading = reading_of(["A:", "b", "c", "d"])
    roles: list[Role] = ["lead_in", "item", "item", "item"]
    segments = [
        replace(segment, role=role, lead_in=lead_in, block=number)
        for number, (segment, role) in enumerate(zip(reading.segments, roles, strict=True))
    ]
    assert check(picture(replace(reading, segments=tuple(segments)), "x")).sentences() == ["A:", "b", "c", "d"]


def test_a_list_in_a_list_that_was_closed_is_a_list() -> None:
    reading = reading_of(["A:", "b:", "C.", "d"])
    roles: list[tuple[Role, int | None]] = [("lead_in", None), ("lead_in", 0), ("sentence", None), ("item", 1)]
    segments = [
        replace(segment, role=role, lead_in=lead_in, block=number)
        for number, (segment, (role, lead_in)) in enumerate(zip(reading.segments, roles, strict=True))
    ]
    assert check(picture(replace(reading, segments=tuple(segments)), "x")).sentences() == ["A:", "b:", "C.", "d"]


PIECE = st.tuples(
    st.text(min_size=1, max_size=12).filter(str.strip),
    st.sampled_from(get_args(Role)),
    st.frozensets(st.sampled_from(list(KINDS)), max_size=4),
    st.integers(0, 1),
    st.none() | st.integers(0, 12),
)


@given(st.lists(PIECE, max_size=12), st.lists(st.none() | st.integers(-3, 160), max_size=4))
def test_any_reading_is_a_page_with_all_its_text(
    pieces: list[tuple[str, Role, frozenset[Kind], int, int | None]], places: list[int | None]
) -> None:
    texts = [" ".join(words.split()) for words, *_ in pieces]
    reading = reading_of(texts)
    block, segments = 0, []
    for segment, (_, role, _, step, lead_in) in zip(reading.segments, pieces, strict=True):
        block += step
        segments.append(replace(segment, role=role, block=block, lead_in=lead_in))
    found = [replace(VAGUE, start=place, end=None if place is None else place + 5) for place in places]
    kinds = tuple(kinds for _, _, kinds, _, _ in pieces)
    page = check(picture(replace(reading, segments=tuple(segments), kinds=kinds, findings=tuple(found)), "x"))
    bad = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
    assert page.sentences() == [bad.sub("\ufffd", text) for text in texts]


def test_five_thousand_sentences_take_seconds_and_a_usual_notice_is_small() -> None:
    example_sentence = "Vi sletter opplysninger om deg tre år etter at du sist var kunde hos oss, som loven sier."
    kinds = (frozenset[Kind]({"retention", "legal_basis"}),)

    def notice(count: int) -> Reading:
        reading = reading_of([f"{number} {example_sentence}" for number in range(count)])
        finding = replace(VAGUE, start=5, end=20)
        return replace(reading, kinds=kinds * count, findings=(finding,) * (count // 10))

    begun = time.perf_counter()
    document = picture(notice(5000), "x")
    assert time.perf_counter() - begun < 5
    assert document.count('class="t"') == 5000
    assert len(picture(notice(180), "x").encode()) < 150_000


def test_every_word_of_the_model_has_a_look() -> None:
    assert set(KINDS) == set(get_args(Kind))
    assert set(ACTIONS) == set(get_args(Action))
    assert set(LANGUAGE_NAMES) == set(LANGUAGES)
    assert list(SEVERITIES) == ["error", "warning", "hint"]
    assert len(ITEMS) == 19


def test_no_kind_is_told_by_its_colour_alone() -> None:
    all_looks = list(KINDS.values())
    for told in ({look.label for look in all_looks}, {look.icon for look in all_looks}):
        assert len(told) == len(all_looks)
    assert len({(look.hue, look.line) for look in all_looks}) == len(all_looks)


def linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue))  # type: ignore[return-value]


def oklch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Linear sRGB of a colour in OKLCH, as CSS Color 4 defines it, cut to the gamut."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rows = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return tuple(min(max(part, 0), 1) for part in rows)  # type: ignore[return-value]


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """WCAG 2.2, contrast ratio."""
    lights = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_has_contrast(scheme: str) -> None:
    style = (files("holdord.notice.picture") / "picture.css").read_text("utf-8")
    roots = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    told = dict(re.findall(r"--([a-z]+): (#\w{6}|[\d.]+);", roots[scheme == "dark"]))
    paper = linear(told["paper"])
    for word in ("text", "muted", "accent", "error", "warning", "hint"):
        assert contrast(linear(told[word]), paper) >= 4.5, word
    for ground in ("card", "wash", "mark"):
        assert contrast(linear(told["text"]), linear(told[ground])) >= 4.5, ground
    for ground in ("paper", "card", "wash"):
        for look in KINDS.values():
            ink = oklch(float(told["ink"]), float(told["chroma"]), look.hue)
            assert contrast(ink, linear(told[ground])) >= 4.5, (look.label, ground)
        assert contrast(linear(told["muted"]), linear(told[ground])) >= 4.5, ground


@pytest.fixture
def notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A notice that reads as the example."""
    import_commands()
    monkeypatch.setattr("holdord.cli.read.reading", lambda *_: example())
    there = tmp_path / "kor.md"
    there.write_text("Solhjem Kor er dataansvarlig.", "utf-8")
    return there


def test_read_writes_a_page(notice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.html"
    assert run(["read", str(notice), "--html", str(out)]) == 0
    assert out.read_text("utf-8") == picture(example(), "kor.md")
    said = capsys.readouterr()
    assert not said.out
    assert "out.html" in said.err.replace("\n", "")


def test_read_writes_a_page_and_prints_a_document(
    notice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["read", str(notice), "--json", "--html", str(tmp_path / "out.html")]) == 0
    assert (tmp_path / "out.html").exists()
    assert '"language": "da"' in capsys.readouterr().out


def test_read_writes_a_page_on_standard_output(
    notice: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(notice.parent)
    assert run(["read", str(notice), "--html", "-"]) == 0
    said = capsys.readouterr()
    assert said.out == picture(example(), "kor.md")
    assert not said.err
    assert [path.name for path in notice.parent.iterdir()] == ["kor.md"]


def test_a_page_and_a_document_are_not_both_on_standard_output(
    notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["read", str(notice), "--json", "--html", "-"]) == 64
    said = capsys.readouterr()
    assert not said.out
    assert "Name a file for the page." in " ".join(said.err.split())


def test_a_page_is_not_written_into_a_pipe(notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(notice.parent / "out.html")
    assert run(["read", str(notice), "--html", str(notice.parent / "out.html")]) == 2
    assert "a pipe, a device or the like. Name a file, or - for standard output." in " ".join(
        capsys.readouterr().err.split()
    )


def test_read_never_writes_over_the_notice(notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = notice.read_bytes()
    (notice.parent / "soft").symlink_to(notice)
    (notice.parent / "hard").hardlink_to(notice)
    for out in (notice, notice.parent / "soft", notice.parent / "hard", notice.parent / "." / notice.name):
        assert run(["read", str(notice), "--html", str(out)]) == 2
        assert "the notice itself" in capsys.readouterr().err.replace("\n", " ")
    assert notice.read_bytes() == before


@pytest.mark.parametrize("out", [".", "nowhere/out.html"])
def test_read_says_when_the_page_cannot_be_written(notice: Path, capsys: pytest.CaptureFixture[str], out: str) -> None:
    assert run(["read", str(notice), "--html", str(notice.parent / out)]) == 2
    assert "cannot be written" in capsys.readouterr().err.replace("\n", " ")


def test_a_page_shows_one_notice(notice: Path, tmp_path: Path) -> None:
    assert run(["read", str(notice), str(notice), "--html", str(tmp_path / "out.html")]) == 64
    assert not (tmp_path / "out.html").exists()


def test_sentences_stand_in_the_order_of_their_numbers(page: Page) -> None:
    numbers = [int(anchor[1:]) for anchor in page.ids() if re.fullmatch(r"s\d+", anchor)]
    assert all(after == before + 1 for before, after in pairwise(numbers))
    assert numbers == list(range(1, 11))
