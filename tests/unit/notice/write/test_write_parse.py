"""Reading is the inverse of writing, for any facts in every language; nothing else is read."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.notice.write.anything import any_facts
from tests.unit.notice.write.written import BIKES, CASES, EXAMPLES

from holdord.errors import NoticeError
from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.page import write
from holdord.notice.write.parse import parse
from holdord.policy.terms import LANGUAGES, Language

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40, deadline=None, suppress_health_check=_SLOW)
@given(facts=any_facts())
def test_what_was_written_is_read_back(language: Language, facts: NoticeFacts) -> None:
    text = write(facts, language)
    read = parse(text, language)
    assert read == facts
    assert write(read, language) == text  # durations are equal in other units, too; the text is the same


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_read_back(name: str) -> None:
    facts, language = EXAMPLES[name]
    assert parse((CASES / f"{name}.{language}.md").read_text(encoding="utf-8"), language) == facts


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Fjordlys Sykkel AS har ansvaret", "Noen andre har ansvaret"),
        ("- å føre regnskap", "- å føre kontroll"),
        ("## 4. Hvem som får opplysningene", "## 4. Hvem vi selger til"),
        ("## 4. Hvem som får opplysningene", "## 5. Hvem som får opplysningene"),
        ("### 2.2 Å føre regnskap", "### 2.3 Å føre regnskap"),
        ("### 2.2 Å føre regnskap", "### Å føre regnskap"),
        ("- Land: Norge", "- Land: Atlantis"),
        ("navn og fakturaer.", "navn og skostørrelse."),
        ("i høyst 2 år etter leveringen.", "en stund."),
        ("i høyst 2 år etter leveringen.", "i høyst 2 år etter solnedgang."),
        ("i høyst 2 år etter leveringen.", "i høyst 9999 år etter leveringen."),
        ("Innen 5 dager fra den dagen er de borte.", "Innen 5 dager fra en annen dag er de borte."),
        ("Grunnlaget er at du har samtykket", "Grunnlaget er at du ikke har sagt nei"),
        ("Brevdue Inc (USA):", "Brevdue Inc (Norge):"),
        ("du kan få rettet feil og fylt ut det som mangler (artikkel 16).", "du kan ikke få rettet noe."),
        ("Det koster ingenting.", "Det koster 100 kroner."),
        ("| kurv | husker", "| kurv | glemmer | husker"),
        ("13 måneder |", "evig |"),
        ("https://www.datatilsynet.no", "https://www.datatilsynet.example"),
        ("Denne utgaven er fra 1. mars 2026.", "Denne utgaven er fra 31. februar 2026."),
        ("Vi har ikke personvernombud.", "Vi har ikke personvernombud. Vi bryr oss ikke."),
        ("- Send oss ikke", "Send oss ikke"),
    ],
)
def test_the_line_that_was_not_written_is_named(old: str, new: str) -> None:
    text = write(BIKES, "nb")
    assert old in text
    changed = text.replace(old, new)
    lines = list(zip(text.split("\n"), changed.split("\n"), strict=True))
    first = next(number for number, (was, now) in enumerate(lines, start=1) if was != now)
    with pytest.raises(NoticeError) as refused:
        parse(changed, "nb")
    assert refused.value.problems[0].line == first


def test_a_transfer_of_someone_who_is_no_recipient_is_refused() -> None:
    changed = write(BIKES, "nb").replace("- Brevdue Inc (USA)", "- Ukjent Inc (USA)")
    with pytest.raises(NoticeError, match="Ukjent Inc"):
        parse(changed, "nb")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", "\n", "# Om oss\n", "Hei.\n", "## 1. Hva\n", "- noe\n", "| a |\n"])
def test_other_texts_are_refused(text: str, language: Language) -> None:
    with pytest.raises(NoticeError):
        parse(text, language)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "nb"])
def test_another_language_is_refused(language: Language) -> None:
    with pytest.raises(NoticeError):
        parse(write(BIKES, "nb"), language)


@settings(max_examples=150, deadline=None, suppress_health_check=_SLOW)
@given(data=st.data())
def test_lines_taken_away_or_moved_are_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EXAMPLES)))
    facts, language = EXAMPLES[name]
    lines = write(facts, language).split("\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    taken = lines.pop(place)
    if data.draw(st.booleans()):
        lines.insert(data.draw(st.integers(0, len(lines))), taken)
    changed = "\n".join(lines)
    try:
        read = parse(changed, language)
    except NoticeError:
        return
    assert write(read, language) == changed  # what is left is a notice of its own, said in full


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=200))
def test_nonsense_raises_nothing_but_the_refusal(language: Language, text: str) -> None:
    with pytest.raises(NoticeError):
        parse(text, language)
