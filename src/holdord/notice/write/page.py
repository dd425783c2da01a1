"""The notice as a whole: a short layer, and the details in numbered sections below it.

GDPR art. 12(1) asks for "a concise, transparent, intelligible and easily accessible form, using clear and plain
language"; the Article 29 Working Party's guidelines on transparency (WP260 rev. 01, paragraphs 35 and 36) answer with
layers, of which the first has the purposes, the controller and the rights. Of many purposes the short layer lists
``SHOWN``, and says how many more there are; it counts them and not their words, so that it is alike in all languages.

Everything follows from the facts and the language: the same facts are the same text.
"""

from collections.abc import Iterator

from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.layout import Block, Heading, Items, Paragraph, markdown
from holdord.notice.write.limits import period
from holdord.notice.write.parts import Limit
from holdord.notice.write.purposes import overview, purpose_blocks
from holdord.notice.write.sections import WRITERS, Parts, objection
from holdord.notice.write.words import Words, words_of
from holdord.policy.terms import SECTIONS, Language, Section

SHOWN = 5
_DAYS_A_MONTH = 30.4369


def write(facts: NoticeFacts, language: Language) -> str:
    """Write a notice in Markdown.

    Args:
        facts: What it says. Words that the controller supplies are in ``language`` already.
        language: One of ``terms.LANGUAGES``.
    """
    return markdown(tuple(blocks(facts, language)))


def blocks(facts: NoticeFacts, language: Language) -> Iterator[Block]:
    """Write a notice as headings, paragraphs, lists and tables."""
    words = words_of(language)
    parts = _parts(facts)
    yield Heading(1, words.line("title", "notice", words=facts.controller.name))
    yield Heading(2, words.line("title", "short"))
    yield from _short(facts, words, parts)
    for section, number in parts.items():
        yield Heading(2, f"{number}. {words.line('title', section)}")
        if section == "purposes":
            yield Paragraph((words.line("purpose", "intro"), words.line("purpose", "gdpr")))
            yield overview(facts.purposes, number, words)
        else:
            yield from WRITERS[section](facts, words, parts)
        if extras := tuple(extra.text for extra in facts.extras if extra.section == section):
            yield Paragraph((words.line("extra", "lead"),))
            yield Items(extras)
        if section == "purposes":
            for place, purpose in enumerate(facts.purposes, start=1):
                yield from purpose_blocks(purpose, f"{number}.{place}", words)
        if section == "rights":
            yield from objection(facts, words, f"{number}.1")


def layers(facts: NoticeFacts, language: Language) -> tuple[Heading, list[Block], list[Block]]:
    """Write a notice as its title, its short layer and its numbered sections, for pages that set them apart."""
    title, *rest = blocks(facts, language)
    assert isinstance(title, Heading)  # noqa: S101 (blocks begins with it)
    start = next(place for place, block in enumerate(rest[1:], start=1) if is_section(block))
    return title, rest[:start], rest[start:]


def is_section(block: Block) -> bool:
    """Tell whether a block is the heading of the short layer or of a numbered section."""
    return isinstance(block, Heading) and block.level == 2


def _parts(facts: NoticeFacts) -> Parts:
    """Number the sections; that on security is there only where it has something to say."""
    empty = not facts.security and not any(extra.section == "security" for extra in facts.extras)
    there: list[Section] = [section for section in SECTIONS if section != "security" or not empty]
    return {section: number for number, section in enumerate(there, start=1)}


def _short(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write the short layer; where the purposes are too many for it, the first ones, and how many more there are."""
    who = words.line("short", "who", words=facts.controller.name)
    rest = (Paragraph(tuple(_rest(facts, words))), Paragraph((words.line("short", "details"),)))
    more = len(facts.purposes) - SHOWN
    if more <= 1:  # one more takes no more room than to say so
        yield Paragraph((who, words.line("short", "purposes")))
        yield Items(tuple(purpose.words for purpose in facts.purposes))
    else:
        yield Paragraph((who, words.line("short", "many", number=str(more), part=str(parts["purposes"]))))
        yield Items(tuple(purpose.words for purpose in facts.purposes[:SHOWN]))
    yield from rest


def _rest(facts: NoticeFacts, words: Words) -> Iterator[str]:
    yield words.line("short", "limits")
    if longest := _longest(facts):
        yield words.line("short", "longest", period=period(longest, words))
    yield words.line("short", "rights")
    if "objection" in facts.rights:
        yield words.line("short", "object")
    officer = facts.officer
    contact = (officer.email or officer.phone) if officer else facts.controller.contact
    yield words.line("short", "ask", words=contact)


def _longest(facts: NoticeFacts) -> Limit | None:
    """Return the longest limit, months taken at their mean; None where all end with an event."""

    def days(limit: Limit) -> float:
        return limit.duration.months * _DAYS_A_MONTH + limit.duration.days

    limits = (limit for purpose in facts.purposes for limit in purpose.limits)
    return max((limit for limit in limits if days(limit) > 0), key=days, default=None)
