"""Letters: complete in five languages, without personal data in their subjects, and pages that hold no one's markup."""

from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from holdord.policy.terms import LANGUAGES, Language
from holdord.run.letters.letter import _SLOT, KINDS, Fact, Kind, Letter, letter, needs, words

FACTS: dict[str, Fact] = {
    "company": "Clienti & Co",
    "number": 12,
    "what": "access",
    "due": date(2026, 6, 1),
    "day": date(2026, 6, 1),
    "until": date(2026, 12, 31),
    "reason": "Line one.\nLine <two>.",
    "link": "https://privacy.example/nb/link/abc?a=1&b=2",
    "minutes": 15,
    "authority": "Datatilsynet",
    "web": "https://www.datatilsynet.no",
    "late": (3, 7),
    "urgent": (),
    "soon": (9,),
    "holds": ("dispute-1",),
    "recipients": (7,),
    "people": 12,
    "letters": (4,),
    "restrictions": (),
    "new": (12, 13),
    "back": (),
    "count": 2,
}
EVERY = [(kind, language) for kind in KINDS for language in LANGUAGES]


def made(kind: Kind, language: Language, **changed: Fact) -> Letter:
    return letter(kind, language, {name: {**FACTS, **changed}[name] for name in needs(kind)})


def shape(value: Any) -> Any:
    """Return the keys of a table, and the slots of its patterns."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return [shape(one) for one in value] if isinstance(value, list) else sorted(_SLOT.findall(value))


class Seen(HTMLParser):
    """The tags of a page, its texts, and its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.links: list[str | None] = []
        self.language: str | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.texts += ["\n"] if tag == "br" else []
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.language = dict(attributes).get("lang", self.language)
        self.links += [dict(attributes)["href"]] if tag == "a" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_slots(language: Language) -> None:
    english, other = dict(words("en")), dict(words(language))
    assert shape(other) == shape(english)
    assert set(KINDS) < set(other)
    assert len(set(other["months"])) == 12


def test_no_language_says_anothers_words() -> None:
    for kind in KINDS:
        bodies = [tuple(words(language)[kind]["body"]) for language in LANGUAGES]
        assert len(set(bodies)) == len(LANGUAGES), kind
    assert "ikkje" in str(words("nn"))
    for foreign in (" ikke ", "Vennlig", "lenken", "opplysningene", " en gang", "noen "):
        assert foreign not in str(words("nn"))


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_letter_says_all_facts_in_text_and_page(kind: Kind, language: Language) -> None:
    one = made(kind, language)
    page = Seen(one.html)
    shown = " ".join("".join(page.texts).split())
    assert not page.open
    assert page.language == language
    assert "{" not in one.subject + one.plain
    assert "{" not in shown
    for name in needs(kind) - {
        "what",
        "due",
        "day",
        "until",
        "late",
        "urgent",
        "soon",
        "holds",
        "restrictions",
        "recipients",
        "letters",
        "new",
        "back",
        "reason",
    }:
        assert str(FACTS[name]) in one.plain + one.subject
        assert str(FACTS[name]) in shown
    for text in one.plain.split("\n\n"):
        assert " ".join(text.split()) in shown, text
    assert page.links == [str(FACTS[name]) for name in ("link", "web") if name in needs(kind)]
    assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("title") == 1


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_subject_is_one_line_with_a_name_of_the_company_and_a_number_at_most(kind: Kind, language: Language) -> None:
    assert set(_SLOT.findall(words(language)[kind]["subject"])) <= {"company", "number"}
    assert made(kind, language, company="Clienti\r\nBcc: eve@example.org").subject.isprintable()


def test_what_people_wrote_is_text_and_no_markup_or_pattern() -> None:
    reason = '<script>alert("x")</script> {number} & <b>'
    one = made("refused", "en", reason=reason)
    assert "script" not in Seen(one.html).tags
    assert reason in "".join(Seen(one.html).texts)
    assert reason in one.plain


def test_days_and_lists_are_written_as_the_language_has_them() -> None:
    assert [made("extended", language).plain.count(said) for language, said in (
        ("nb", "1. juni 2026"), ("nn", "1. juni 2026"), ("da", "1. juni 2026"), ("sv", "den 1 juni 2026"),
        ("en", "1 June 2026"),
    )] == [1] * 5  # fmt: skip
    staff = made("staff_due", "nb").plain
    assert "Over fristen: 3, 7" in staff
    assert "innen to dager: ingen" in staff


def test_a_missing_fact_or_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError):
        letter("received", "nb", {"company": "Clienti", "number": 1, "due": date(2026, 6, 1)})
    with pytest.raises(ValueError, match="written in nb"):
        letter("received", "de", FACTS)  # type: ignore[arg-type]


def test_everything_that_people_can_ask_for_has_words() -> None:
    from holdord.run.requests.wish import ASKS_FOR

    assert set(ASKS_FOR) <= set(words("en")["what"])


def test_letters_travel_with_the_package() -> None:
    from holdord.run.letters import letter as module

    assert {file.stem for file in Path(module.__file__).parent.glob("*.toml")} == set(LANGUAGES)
