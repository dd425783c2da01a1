"""Reads back what ``write`` wrote: the facts of a notice, from its Markdown.

Lines that carry facts are read with the same patterns that wrote them. What follows from the facts (the short layer,
the rights, the numbers) is not read at all: in the end the facts are written anew, and a text that differs from
what that gives was not written by ``write``. So what is accepted says the facts that are returned, and nothing else.
"""

import re
from collections.abc import Sequence
from dataclasses import fields
from itertools import zip_longest
from typing import Any

from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.layout import Line, read_lines
from holdord.notice.write.page import write
from holdord.notice.write.parts import Authority, Controller, Cookie, Extra, Officer, Recipient, Requirement, Sensitive
from holdord.notice.write.purposes import read_purpose
from holdord.notice.write.refusal import not_understood
from holdord.notice.write.words import Slots, Words, words_of
from holdord.policy.terms import COUNTRIES, SECTIONS, Language, Section

_SECTION = re.compile(r"[0-9]+\. (.+)")
_BELOW = re.compile(r"[0-9]+\.[0-9]+([ \u00a0].+)")
_COOKIE = 4  # columns


def parse(markdown: str, language: Language) -> NoticeFacts:
    """Return the facts that a notice says.

    Args:
        markdown: What ``write`` returned.
        language: The language that it was written in.

    Raises:
        NoticeError: Where ``write`` cannot have written it; names the first line that is not understood.
    """
    words = words_of(language)
    sections = _sections(markdown, words)
    said: dict[str, Any] = {}
    for section, lines in sections.items():
        _Reader(section, words, said).read(lines)
    facts = _facts(said, len(markdown.split("\n")))
    for number, (line, wanted) in enumerate(
        zip_longest(markdown.split("\n"), write(facts, language).split("\n")), start=1
    ):
        if line != wanted:
            why = f"Here it would say {wanted!r}." if wanted else ""
            raise not_understood(number, line or "", why)
    return facts


def _sections(markdown: str, words: Words) -> dict[Section, list[Line]]:
    """Sort the lines into their sections; those of the short layer carry no facts."""
    titles: dict[str, Section] = {words.line("title", section): section for section in SECTIONS}
    sections: dict[Section, list[Line]] = {}
    at: list[Line] | None = None
    for line in read_lines(markdown):
        if line.level == 1:
            continue
        if line.level == 2:
            numbered = _SECTION.fullmatch(line.text)
            section = titles.get(numbered[1]) if numbered else None
            if section in sections or (section is None and line.text != words.line("title", "short")):
                raise not_understood(line.number, line.text)
            at = [] if section is None else sections.setdefault(section, [])
        elif at is None:
            raise not_understood(line.number, line.text)
        else:
            at.append(line)
    return sections


def _facts(said: dict[str, Any], last: int) -> NoticeFacts:
    """Build the facts out of what was read."""
    try:
        named = {field.name for field in fields(NoticeFacts)}
        controller = Controller(**said["controller"])
        authority = None if controller.country in COUNTRIES else Authority(**said["authority"])
        officer = Officer(**said["officer"]) if "officer" in said else None
        rest = {name: value for name, value in said.items() if name in named}
        for name in ("purposes", "recipients", "sensitive", "security", "cookies", "requirements", "extras"):
            rest[name] = tuple(said.get(name, ()))
        recipients = tuple(Recipient(**one) for one in said.get("recipients", ()))
        rest |= {"controller": controller, "authority": authority, "officer": officer, "recipients": recipients}
        return NoticeFacts(**rest)
    except (KeyError, TypeError, ValueError) as error:
        raise not_understood(last, "", str(error)) from error


class _Reader:
    """Reads the lines of one section into ``said``: field → value, lists while they grow."""

    def __init__(self, section: Section, words: Words, said: dict[str, Any]) -> None:
        self._section = section
        self._words = words
        self._said = said

    def read(self, lines: Sequence[Line]) -> None:
        """Read all lines of the section."""
        lead = self._words.line("extra", "lead")
        extra = False
        for place, line in enumerate(lines):
            if line.kind == "heading":
                self._below(lines[place:])
                return
            extra = line.text == lead if line.kind == "sentence" else extra
            if extra and line.kind == "item":
                self._add("extras", Extra(section=self._section, text=line.text))
            elif not extra:
                try:
                    understood = self._line(line)
                except (KeyError, ValueError) as error:
                    raise not_understood(line.number, line.text, str(error)) from error
                if not understood:
                    raise not_understood(line.number, line.text)

    def _add(self, name: str, value: object) -> None:
        self._said.setdefault(name, []).append(value)

    def _below(self, lines: Sequence[Line]) -> None:
        """Read what stands below the headings of the third level: purposes; the rest carries no facts."""
        if self._section != "purposes":
            return
        starts = [place for place, line in enumerate(lines) if line.kind == "heading"]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            heading = lines[start]
            numbered = _BELOW.fullmatch(heading.text)
            if numbered is None:
                raise not_understood(heading.number, heading.text)
            self._add("purposes", read_purpose(numbered[1], lines[start + 1 : end], self._words, heading.number))

    def _line(self, line: Line) -> bool:
        """Read one line; False where it is not understood."""
        if self._section == "security" and line.kind == "item":
            self._add("security", line.text)
            return True
        if self._section == "purposes" and line.kind == "row":
            return True  # the overview, which says nothing of its own
        if self._section == "cookies" and line.kind == "row":
            return self._cookie(line.cells)
        family = {"purposes": "purpose", "controller": "contact"}.get(self._section, self._section)
        if self._section == "controller" and line.kind == "sentence":
            family = "controller"
        found = self._words.read(family, line.text)
        return found is not None and self._take(*found)

    def _cookie(self, cells: Sequence[str]) -> bool:
        if len(cells) != _COOKIE:
            return False
        names = [self._words.line("cookies", name) for name in ("name", "purpose", "provider", "lifetime")]
        if list(cells) == names or set(cells) == {"---"}:
            return True
        name, purpose, provider, lasts = cells
        session = lasts == self._words.line("cookies", "session")
        lifetime = None if session else self._words.read_duration(lasts)
        self._add("cookies", Cookie(name=name, purpose=purpose, provider=provider, lifetime=lifetime))
        return True

    def _transfer(self, name: str, slots: Slots) -> bool:
        """Add to a recipient where it is; False where there is none of that name."""
        for one in self._said.get("recipients", ()):
            if one["name"] == slots["words"]:
                one["country"] = self._words.term("country", slots["country"])
                one["safeguard"] = {"no_safeguard": "none", "adequacy_us": "adequacy"}.get(name, name)
                Recipient(**one)  # a country in the EEA is refused here, where the line is known
                return True
        return False

    def _take(self, name: str, slots: Slots) -> bool:
        """Add what a pattern of the section says; patterns without facts are taken as they are."""
        said, words = self._said, self._words
        match self._section, name:
            case "controller", "responsible":
                said["controller"] = {"name": slots["words"]}
            case "controller", "officer":
                said["officer"] = {}
            case "controller", "country":
                said["controller"]["country"] = words.term("country", slots["country"])
            case "controller", "register" | "register_home":
                said["controller"]["register_number"] = slots["words"]
            case "controller", "name" | "address" | "email" | "phone" | "web":
                said["officer" if "officer" in said else "controller"][name] = slots["words"]
            case "sensitive", _ if "category" in slots:
                category: Any = words.term("category", slots["category"])
                letter: Any = name
                self._add("sensitive", Sensitive(category=category, letter=letter))
            case "recipients", "processor" | "controller" | "authority":
                self._add("recipients", {"name": slots["words"], "role": name})
            case "transfers", _ if "country" in slots:
                return self._transfer(name, slots)
            case "requirements", _ if "words" in slots:
                demand: Any = name
                data = words.terms("data", slots["data"])
                self._add("requirements", Requirement(demand=demand, data=data, consequences=slots["words"]))
            case "rights", "ask":
                said["requests_to"] = slots["words"]
            case "rights", "days" | "month":
                said["answer_days"] = words.read_duration(slots["duration"]).days if "duration" in slots else 0
            case "complaint", "where":
                said["authority"] = {"name": slots["words"]}
            case "complaint", "web":
                said["authority"]["web"] = slots["words"]
            case "decisions", "some":
                said["decisions"] = slots["words"]
            case "changes", "told":
                said["changes"] = slots["words"]
            case "changes", "version":
                said["version"] = words.read_date(slots["date"])
        return True
