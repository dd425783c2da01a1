"""What a person of the shop gets to read: a page, a PDF file and a bundle, in each of five languages."""

import csv
import io
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from holdord.notice.write.words import words_of
from holdord.policy.model import Record
from holdord.policy.terms import LANGUAGES, Language
from holdord.run.requests import erasure
from holdord.run.requests.access import access
from holdord.run.requests.answer import document
from holdord.run.requests.page.bundle import bundle, table
from holdord.run.requests.page.html import page
from holdord.run.requests.page.pdf import pdf
from tests.foreign.conftest import FORUM, SHOP, Empty, Open
from tests.foreign.shopping import address, customer, edit, employee, order, payment, subscription, ticket
from tests.foreign.story import Change, Story, day
from tests.foreign.test_forum import like, member, post

TODAY = "2026-06-01"
HOSTILE = '<script>alert("x")</script> \u202e& =1+1 \x00'
EACH = pytest.mark.parametrize("language", LANGUAGES)

Json = dict[str, Any]


@pytest.fixture
def opens(sqlite_empty: Empty, tmp_path: Path) -> Iterator[Open]:
    """Opens the shop with changes of its policy, on SQLite: what a page says does not hang on the database."""
    opened: list[Story] = []

    def begin(*policy: Change) -> Story:
        opened.append(Story(SHOP, sqlite_empty(SHOP), tmp_path / f"at-{len(opened)}", policy=policy))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


DISPUTE = ("scope: {customer: 2}", "scope: {order: 2}")


@pytest.fixture
def ida(opens: Open) -> Story:
    return filled(opens(DISPUTE))


def filled(shop: Story) -> Story:
    """Put one customer who has a bit of everything; one of her orders is in dispute."""
    home, away = address(shop, 1), address(shop, 2)
    employee(shop, 1)
    customer(shop, 1, "2024-01-10", at=home)
    customer(shop, 3, "2026-01-01", at=home)
    order(shop, 1, 1, "2026-05-20", to=home, delivered="2026-05-25")
    order(shop, 2, 1, "2026-05-28", to=away)
    order(shop, 3, 3, "2026-05-20", to=home)
    order(shop, 4, 1, "2023-11-02", to=home, delivered="2023-11-09")
    payment(shop, 1, 1, "2026-05-20")
    payment(shop, 2, 2)
    edit(shop, 1, 1, "2026-05-01")
    ticket(shop, 1, "2026-05-28", customer_id=1, order_id=1, staff_id=1)
    subscription(shop, "ida1@home.example", by=1)
    return shop


def who(number: int = 1) -> Record:
    return Record(record_class="customer", key=(number,))


def told(shop: Story, number: int = 1) -> Json:
    """Return the answer as a reader of its file has it."""
    said: Json = json.loads(json.dumps(document(access(shop.company, who(number), day(TODAY)))))
    return said


class Read(HTMLParser):
    """A page as a program reads it: its elements, its text, and what is in another language."""

    ALONE = frozenset({"meta"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[tuple[str, str]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in self.ALONE:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open and not any(tag == "style" for tag, _ in self.open):
            lang = next(str(said["lang"]) for _, said in reversed(self.open) if "lang" in said)
            self.words.append((lang, data))

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(text for _, text in self.words))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [said for name, said in self.elements if name == tag]


def said(html: str) -> str:
    """Return what a page says, its marks taken out and white space made single."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.split("</style>")[1])).replace("&amp;", "&")


# Words


@cache
def words(language: str) -> dict[str, dict[str, Any]]:
    file = files("holdord.run.requests.page") / f"words.{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def patterns(language: str) -> dict[tuple[str, str], str]:
    return {
        (family, key): one if isinstance(one, str) else " / ".join(one)
        for family, lines in words(language).items()
        for key, one in lines.items()
    }


@EACH
def test_every_word_is_there_in_every_language_with_the_same_slots(language: Language) -> None:
    mine, english = patterns(language), patterns("en")
    assert mine.keys() == english.keys()
    for key, pattern in mine.items():
        slots, wanted = (Counter(re.findall(r"\{(\w+)\}", one)) for one in (pattern, english[key]))
        assert slots == wanted, key
        assert pattern.strip() == pattern != "", key


def test_every_name_is_there_in_every_language() -> None:
    named = tomllib.loads((files("holdord.run.requests.page") / "names.toml").read_text(encoding="utf-8"))
    for lines in named.values():
        for name, each in lines.items():
            assert len(each) == len(LANGUAGES), name
            assert all(each), name


FOREIGN = {
    "nb": "ikkje kva kvar frå opplysningar hvad oplysninger ikke-noe uppgifter och inte blei the",
    "nn": "ikke hva hvor hvorfor fra noe noen opplysninger opplysningene formål oplysninger och inte the vert",
    "da": "hva opplysninger opplysningene ikkje etter fortsatt begrenset uppgifter och inte the",
    "sv": "ikke ikkje og opplysninger oplysninger hva hvor formål slettet the",
    "en": "og och ikke inte opplysninger uppgifter oplysninger formål",
}
"""Words that a language does not have, and a neighbour has."""


@EACH
def test_no_table_has_words_of_a_neighbour(language: Language) -> None:
    mine = set(re.findall(r"\w+", " ".join(patterns(language).values()).lower()))
    assert not mine & set(FOREIGN[language].split())
    for other in set(LANGUAGES) - {language}:
        others = set(fragments(other))
        same = {one for one in fragments(language) if one in others and len(one) > 25}
        assert not same or {language, other} <= {"nb", "nn", "da"}, same


def fragments(language: str) -> Iterator[str]:
    """Yield what a language's table has between its slots, where it is long enough to know a language by."""
    for pattern in patterns(language).values():
        yield from (part.strip(" .:,") for part in re.split(r"\{\w+\}| / ", pattern) if len(part.strip(" .:,")) > 12)


@EACH
def test_a_page_has_no_words_of_another_languages_table(ida: Story, language: Language) -> None:
    done = erasure.document(erasure.preview(ida.company, who(), day(TODAY)))
    found = [Read(page(one, language)) for one in (told(ida), done)]
    text = " ".join(words for one in found for lang, words in one.words if lang == language)
    known = " ".join(patterns(language).values()) + json.dumps(words_of(language).table, ensure_ascii=False)
    for other in set(LANGUAGES) - {language}:
        for fragment in set(fragments(other)):
            assert fragment in known or fragment not in text, (other, fragment)


# Access


@EACH
def test_the_page_tells_all_of_article_15(ida: Story, language: Language) -> None:
    answer = told(ida)
    assert answer["missing"] == []
    text = said(page(answer, language))
    for one in answer["purposes"]:  # 15(1)(a), and the interest that stands behind one
        for key in ("for", "interest", "law"):
            assert (one[key] or "")[1:] in text
        assert words_of(language).line("purpose", one["basis"]) in text
        assert one["promises"][0]["says"] in text
    for category in answer["categories"]:  # 15(1)(b)
        assert words_of(language).label("data", category).lower() in text.lower()
    for one in (*answer["recipients"], *(source for source in answer["sources"] if source["id"] != "person")):
        assert one["name"][1:] in text  # 15(1)(c) and (g)
    for item in answer["items"]:  # 15(1)(d)
        if item["goes"]:
            assert words_of(language).write_date(date.fromisoformat(item["goes"])) in text
    for right in answer["rights"]:  # 15(1)(e)
        assert words_of(language).line("rights", right) in text
    assert "Datatilsynet" in text  # 15(1)(f)
    assert "https://www.datatilsynet.no" in text
    assert words_of(language).line("decisions", "none") in text  # 15(1)(h)
    assert words_of(language).line("transfers", "none") in text  # 15(2)
    assert "personvern@shop.example" in text


def test_every_piece_of_data_stands_on_the_page_but_what_is_withheld(ida: Story) -> None:
    ticket(ida, 9, "2026-05-28", customer_id=1, order_id=1, subject="Hei", email="ida@away.example")
    answer = told(ida)
    text = said(page(answer, "en"))
    assert f"We hold {sum(len(one['data']) for one in answer['items'])} pieces of data about you" in text
    for value in ("Ida Prøve 1", "ida1@home.example", "+47 00 00 00 01", "17 May 1990", "Prøveveien 2", "Hos naboen.",
                  "Gratulerer!", "Til Bo", "0000.00.00001", "249", "ida@away.example"):  # fmt: skip
        assert value in text
    for value in ("no-hash", "Ida Prøve 3", "Bo Prøve 1"):
        assert value not in text
    assert "not shown: secret" in text


def test_a_record_about_others_as_well_is_told_and_not_shown(ida: Story) -> None:
    answer = told(ida)
    for item in answer["items"]:
        if item["table"] == "tickets":
            item["shared"] = True
            for one in item["data"]:
                one.update(withheld=True, value=None, day=None)
    text = said(page(answer, "en"))
    assert "Some records are about other people as well." in text
    assert "not shown: about others too" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Slettes 2. mai 2027", "til og med 31. desember 2031"]),
        ("nn", ["Blir sletta 2. mai 2027", "til og med 31. desember 2031"]),
        ("da", ["Slettes den 2. maj 2027", "til og med den 31. december 2031"]),
        ("sv", ["Raderas den 2 maj 2027", "till och med den 31 december 2031"]),
        ("en", ["Erased on 2 May 2027", "until 31 December 2031"]),
    ],
)
def test_days_are_said_as_the_language_says_them(ida: Story, language: Language, words: list[str]) -> None:
    text = said(page(told(ida), language))
    for one in (*words, words_of(language).label("day", "account_opened")[1:]):
        assert one in text


def test_a_clock_is_told_as_a_day_and_one_that_has_not_started_in_words(story: Open) -> None:
    answer = told(filled(story(SHOP, policy=[DISPUTE])))
    by_name = {(item["table"], one["name"]): one for item in answer["items"] for one in item["data"]}
    paid, closed = by_name["payments", "paid_at"], by_name["customers", "deleted_at"]
    assert (paid["clock"], closed["clock"], closed["day"]) == ("paid", "account_closed", None)
    days = {one["day"] for item in answer["items"] for one in item["data"] if one["name"] == "paid_at"}
    assert days == {"2026-05-20", None}
    text = said(page(answer, "en"))
    assert text.count("The day the account was opened") == 1  # a ticket is opened too, and is no account
    assert re.search(r"The day the account was closed.{0,40}not yet", text)
    assert str(paid["value"] or 1_779_000_000) not in text
    assert "Å sende nyhetsbrevet på e-post: så lenge du vil ha nyhetsbrevet" in text
    assert "Å levere det du bestiller: til bestillingen er levert, and then for 3 months" in text


def test_a_clock_without_words_of_the_companys_is_told_by_the_vocabulary(opens: Open) -> None:
    shop = opens(("      open_ended: til vi har notert dagen da du slettet kontoen\n", ""))
    customer(shop, 1, "2026-01-01", deleted=1)
    assert "until the account is closed, and then for 30 days" in said(page(told(shop), "en"))


def test_a_legal_hold_and_what_is_made_coarser_are_told(ida: Story) -> None:
    text = said(page(told(ida), "en"))
    assert "Not erased while a claim or a dispute lasts" in text
    assert "is made coarser then, and kept" in text
    assert "Records about others lead here too." in text


def test_what_nothing_needs_is_told_to_go_next(ida: Story) -> None:
    assert "Goes the next time we clear up No purpose needs it any more." in Read(page(told(ida), "en")).text


def test_words_that_are_given_in_one_language_alone_are_marked(opens: Open) -> None:
    both = "{nb: å sende nyhetsbrevet på e-post, en: to send the newsletter}"
    shop = opens(("for: å sende nyhetsbrevet på e-post", f"for: {both}"))
    customer(shop, 1, "2026-01-01")
    subscription(shop, "ida1@home.example", by=1)
    english = page(told(shop), "en")
    assert "<h3>To send the newsletter</h3>" in english
    assert '<h3><span lang="nb">Å gi deg en konto i nettbutikken</span></h3>' in english
    assert "<h3>Å gi deg en konto i nettbutikken</h3>" in page(told(shop), "nb")


def test_a_kind_of_data_of_the_companys_own_has_its_own_label(opens: Open) -> None:
    change = "categories:\n  demographic.birth_date: {after: generalise}"
    label = "{after: generalise, label: {nb: bursdagen din, en: your birthday}}"
    shop = opens((change, f"categories:\n  demographic.birth_date: {label}"))
    customer(shop, 1, "2026-01-01")
    assert "Your birthday" in page(told(shop), "en")
    assert '<span lang="nb">Bursdagen din</span>' in page(told(shop), "sv")


def test_what_the_policy_does_not_say_is_said_to_be_missing(opens: Open) -> None:
    shop = opens(
            ("    recipients: [payment_service]\n    sources: [person, payment_service]\n",
             "    recipients: [payment_service]\n"),
            ("decisions: none\n", ""),
            ("  hosting: {says: selskapet som drifter nettbutikken for oss, role: processor}",
             "  hosting: {says: selskapet som drifter nettbutikken for oss}"),
    )  # fmt: skip
    customer(shop, 1, "2026-01-01")
    order(shop, 1, 1, "2026-05-20", to=address(shop, 1))
    payment(shop, 1, 1, "2026-05-20")
    answer = told(shop)
    assert {one["article"]: one["of"] for one in answer["missing"]} == {
        "15(1)(c)": ["hosting"], "15(1)(g)": ["payments"], "15(1)(h)": [],
    }  # fmt: skip
    text = said(page(answer, "en"))
    assert "What this answer lacks" in text
    assert "on whose behalf they use the data: selskapet som drifter nettbutikken for oss" in text
    assert "that we use for this: å ta betalt og gi penger tilbake" in text
    assert "whether there are decisions about you" in text
    assert "We take no automated decisions" not in text


def test_that_nothing_is_held_is_a_page_too(ida: Story) -> None:
    text = said(page(told(ida, 99), "en"))
    assert "We hold no personal data about you." in text
    assert "You can complain to Datatilsynet." in text


def test_a_record_with_nothing_but_keys_is_told(story: Open) -> None:
    forum = story(FORUM)
    for number in (1, 2):
        member(forum, number)
    post(forum, 1, 2, "2026-05-01")
    like(forum, 1, 1)
    found = access(forum.company, Record(record_class="member", key=(1, 1)), day(TODAY))
    (mine,) = [item for item in found.items if item.table == "likes"]
    assert mine.values == ()
    assert not mine.bare
    assert "This record holds nothing but that it is tied to you." in said(page(document(found), "en"))


# The page as such


@EACH
@pytest.mark.parametrize("kind", ["access", "erasure"])
def test_a_page_is_one_whole_file_that_everybody_can_read(ida: Story, language: Language, kind: str) -> None:
    made = told(ida) if kind == "access" else erasure.document(erasure.preview(ida.company, who(), day(TODAY)))
    read = Read(page(made, language))
    assert read.all("html") == [{"lang": language}]
    assert [len(read.all(tag)) for tag in ("title", "style", "main", "header", "h1")] == [1, 1, 1, 1, 1]
    assert not {"script", "img", "link", "iframe", "form", "object"} & {tag for tag, _ in read.elements}
    for tag, attributes in read.elements:
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes), tag
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [str(one["id"]) for _, one in read.elements if "id" in one]
    assert len(ids) == len(set(ids))
    leads = [str(one["href"])[1:] for one in read.all("a") if str(one["href"]).startswith("#")]
    assert set(leads) <= set(ids)
    labelled = {str(one["aria-labelledby"]) for one in read.all("section")}
    assert labelled <= set(ids)
    assert all(one.get("scope") in ("row", "col") for one in read.all("th"))
    assert len(read.all("caption")) == len(read.all("table"))
    assert {str(one["lang"]) for _, one in read.elements if "lang" in one} <= set(LANGUAGES)


def test_whatever_somebody_is_called_stays_text(ida: Story) -> None:
    ida.change("customers", {"id": 1}, name=HOSTILE.replace("\x00", ""), phone='"><img src=x onerror=alert(1)>')
    answer = told(ida)
    answer["controller"]["name"] = HOSTILE
    answer["purposes"][0]["for_by"] = {'"><b>': HOSTILE}
    for language in LANGUAGES:
        html = page(answer, language)
        read = Read(html)
        assert "<script" not in html
        assert "<img" not in html
        assert "\x00" not in html
        assert '<script>alert("x")</script>' in read.text
    assert "<bdi>&lt;script&gt;" in html


def test_the_contrast_of_the_colours_is_enough() -> None:
    style = (files("holdord.run.requests.page") / "page.css").read_text(encoding="utf-8")
    for scheme in re.findall(r":root \{([^}]*--paper[^}]*)\}", style):
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]+);", scheme))
        for ground in ("paper", "card", "wash", "warmwash", "heldwash"):
            for ink in ("text", "muted", "accent"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground, colours)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# Erasure


def test_a_preview_says_what_would_be_done_and_that_nothing_was(ida: Story) -> None:
    made = erasure.document(erasure.preview(ida.company, who(), day(TODAY)))
    assert made["preview"] is True
    text = said(page(made, "en"))
    assert "Nothing has been changed yet." in text
    assert "We have erased" not in text
    assert "What would stay, and why" in text


def test_what_was_erased_and_what_stays_until_when_is_told(ida: Story) -> None:
    made = erasure.document(erasure.erase(ida.company, lambda: ida.noon(TODAY), who(), confirmed=True))
    assert made["preview"] is False
    text = Read(page(made, "nb")).text
    assert "Vi har slettet det du har rett til å få slettet." in text
    assert "Abonnement hele oppføringen 1" in text
    assert "Å oppbevare regnskapet slik loven krever : til og med 31. desember 2031" in text
    assert "Du kan også gå til domstolene" in text
    assert "Å sende nyhetsbrevet på e-post" not in text


def test_that_an_erasure_waits_for_an_approval_is_told(opens: Open) -> None:
    plain = "    kept_by: software\n    parts:\n      storage: {keep: [closed_accounts]}\n"
    waits = plain.replace("    parts:", "    approval: 1\n    approvers: [Kari]\n    parts:")
    shop = opens((plain, waits))
    customer(shop, 1, "2026-01-01", deleted=1, deleted_at="2026-01-02T12:00:00")
    made = erasure.document(erasure.erase(shop.company, lambda: shop.noon(TODAY), who(), confirmed=True))
    text = said(page(made, "en"))
    assert "We have erased what we could." in text
    assert "Somebody here must approve the erasure first. It concerns: Customer." in text


# Other letters

AUTHORITY: Json = {"controller": {"name": "Butikken", "country": "SE", "email": "post@shop.example"},
                   "authority": {"name": "IMY", "web": "https://www.imy.se"}, "at": TODAY}  # fmt: skip
PLACE: Json = {"class": "customer", "table": "customers", "category": "contact.name", "before": "Ida", "after": "Ada"}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            {"holdord_rectification": 1, "places": [PLACE], "notified": [{"id": "x", "name": "banken"}]},
            ["Customer", "Ida", "Ada", "corrected", "article 19): banken"],
        ),
        (
            {"holdord_rectification": 1, "places": [], "left": [PLACE | {"reason": "duty"}], "notified": []},
            ["not changed: the law says", "nobody else to tell"],
        ),
        (
            {"holdord_rectification": 1, "places": [PLACE | {"state": "news", "why": "x"}], "preview": True},
            ["one of us has to look"],
        ),
        (
            {"holdord_restriction": 1, "ground": "accuracy", "purpose": "support", "review": "2026-07-01"},
            ["article 18(1)(a)", "1 July 2026", "we only store the data", "Support"],
        ),
        ({"holdord_restriction": 1, "ended_on": "2026-05-01"}, ["The restriction ended on 1 May 2026."]),
        (
            {"holdord_objection": 1, "decision": "rejected", "purposes": [{"for": "kataloger"}], "reason": "Fordi."},
            ["We have weighed your objection and go on", "Kataloger", "Fordi."],
        ),
        ({"holdord_objection": 1, "decision": "upheld"}, ["You are right."]),
        (
            {"holdord_refusal": 1, "asks_for": "erasure", "reason": "Den hundrede.", "language": "da"},
            ["We cannot do what you asked for.", "Den hundrede.", "erasure", "take the matter to court"],
        ),
        (
            {"holdord_extension": 1, "reason": "Many <requests>", "due": "2026-09-01"},
            ["by 1 September 2026 at the latest", "Many &lt;requests&gt;", "two months more"],
        ),
    ],
)
def test_shorter_letters_say_what_was_decided_and_where_to_complain(made: Json, words: list[str]) -> None:
    html = page(AUTHORITY | made, "en")
    text = said(html)
    for one in (*words, "You can complain to IMY.", "https://www.imy.se", "Butikken"):
        assert one in text, one
    for language in LANGUAGES:
        assert Read(page(AUTHORITY | made, language)).all("h1")


def test_there_is_no_page_for_what_nobody_knows() -> None:
    with pytest.raises(ValueError, match="There is no page for this"):
        page({"holdord_dance": 1}, "en")


# Files


@pytest.mark.parametrize("language", ["nn", "en"])
def test_a_pdf_file_is_the_same_each_time_and_takes_any_name(ida: Story, language: Language) -> None:
    pytest.importorskip("typst")
    ida.change("customers", {"id": 1}, name="Ida \U0001f600 إيدا \u202e ❤\ufe0f 字\nhjemme")
    made = told(ida)
    found = pdf(made, language)
    assert found.startswith(b"%PDF")
    assert found == pdf(made, language)


def test_a_bundle_has_the_page_the_document_and_the_table(ida: Story) -> None:
    made = told(ida)
    found = bundle(made, "sv")
    assert found == bundle(made, "sv")
    with ZipFile(io.BytesIO(found)) as file:
        assert file.namelist() == ["access.html", "access.json", "access.csv"]
        assert file.read("access.html").decode() == page(made, "sv")
        assert json.loads(file.read("access.json")) == made
        rows = list(csv.reader(io.StringIO(file.read("access.csv").decode("utf-8-sig"), newline="")))
    assert len(rows) - 1 == sum(len(item["data"]) or 1 for item in made["items"])
    assert {len(row) for row in rows} == {len(rows[0])}
    assert "no-hash" not in str(rows)


@pytest.mark.parametrize("value", ["=1+1", "+47 1", "-1+cmd", "@SUM(1)", "\t=1", "\r=1", '=HYPERLINK("x","y")'])
def test_no_cell_of_the_table_is_a_formula(ida: Story, value: str) -> None:
    made = told(ida)
    made["items"][0]["data"][0]["value"] = value
    rows = list(csv.DictReader(io.StringIO(table(made, "en")[1:], newline="")))
    assert rows[0]["value"] == f"'{value}"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())


def test_the_table_follows_rfc_4180(ida: Story) -> None:
    made = told(ida)
    value = 'She said "hei",\nand left'
    made["items"][0]["data"][0]["value"] = value
    text = table(made, "en")
    assert text.startswith("\ufeffclass,table,")
    assert text.endswith("\r\n")
    assert '"She said ""hei"",\nand left"' in text
    assert next(csv.DictReader(io.StringIO(text[1:], newline="")))["value"] == value
