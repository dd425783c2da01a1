"""What a segment says that must be the same in another version: terms, articles, acts, times, numbers, dates, contacts.

Each is an :class:`Item`, with a class, the values it may have, and its place in the segment's text. An act that is in
no table keeps its words, with a question mark: what it is called in another language cannot be known.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from holdord.notice.compare.terms import terms, words_of
from holdord.notice.facts.contacts import contacts
from holdord.notice.facts.dates import dates
from holdord.notice.facts.law import acts, articles
from holdord.notice.facts.phrases import table
from holdord.notice.times.spans import spans
from holdord.policy.terms import Language

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,\u00a0 ]\d+)*(?![\w])")
_LISTED = re.compile(r"^\s*(?:#\s*)?\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z])[.)]\s")
_DIGITS = re.compile(r"\d+")
_NOTICE_NEAR = 24
_UNKNOWN = "?"
_LEGISLATION = re.compile(r"lovg|lovverk|lagstift|legislation", re.IGNORECASE)
_BARE_ACT = re.compile(
    r"(?:(?<=norske )|(?<=danske )|(?<=svenske ))\w{5,}lov\b|\b(?:Executive Order|Ordinance|Statute)\b"
)


class Item(NamedTuple):
    """Something said: its class, the values it may have, where it stands, and whether nobody would miss it."""

    of: str
    means: frozenset[str]
    start: int
    end: int
    weak: bool = False

    def agrees(self, other: "Item") -> bool:
        """Tell whether two items may be the same thing in two versions."""
        if self.of != other.of:
            return False
        if self.of in ("duration", "interval"):
            return _alike(self, other)
        if self.of == "phone":
            return _same_phone(*(next(iter(item.means)) for item in (self, other)))
        if self.of == "date":
            return any(one == two for one in self.means for two in other.means)
        return bool(self.means & other.means)


def _alike(one: Item, other: Item) -> bool:
    """Tell whether two times are about as long: a month and 30 days, a year and 12 months."""
    first, second = (float(next(iter(item.means)).split("|")[1]) for item in (one, other))
    return abs(first - second) <= 0.02 * max(first, second)


def _same_phone(one: str, other: str) -> bool:
    """Tell whether two numbers are one, the country's code given or not."""
    if one[0] == "+" == other[0]:
        return one == other
    return one.removeprefix("+").endswith(other[-7:]) if one[0] == "+" else other.removeprefix("+").endswith(one[-7:])


def items_of(text: str, language: Language) -> list[Item]:
    """Return what a text says, in order."""
    taken: list[tuple[int, int]] = []
    found: list[Item] = []

    def take(of: str, value: str, start: int, end: int) -> None:
        taken.append((start, end))
        found.append(Item(of, frozenset({value}), start, end))

    for what, value, start, end in contacts(text):
        if what == "web":
            take("web", _site(value), start, end)
        elif what == "email" or what == "phone":
            take(what, value, start, end)
        elif what.startswith("register_number"):
            take("register_number", re.sub(r"\D", "", value), start, end)
    for value, start, end in dates(text):
        if not _within(taken, start):
            take("date", value, start, end)
    for of, value, start, end in _articles(text):
        take(of, value, start, end)
    for span in spans(text, language):
        if not _within(taken, span.start):
            taken.append((span.start, span.end))
            of = "interval" if span.recurring else "duration"
            value = f"{_said(span.value, span.unit)}|{span.hours:.4f}"
            found.append(
                Item(of, frozenset({value}), span.start, span.end, span.article or (span.recurring and span.value == 1))
            )
    found += _numbers(text, taken)
    addresses = [(item.start, item.end) for item in found if item.of in ("email", "web")]
    known = [term for term in terms(language).find(words_of(text)) if not _within(addresses, term.start)]
    named = [term for term in known if term.of in ("act", "authority", "body")]
    for term in known:
        inside = any(one is not term and one.start <= term.start < one.end for one in named)
        hidden = term.of not in ("act", "authority", "body") and any(s <= term.start < e for s, e in taken)
        if not (hidden or (inside and term.of in ("place", "category", "party", "purpose", "right", "group"))):
            weak = term.weak or (term.of == "act" and bool(_LEGISLATION.search(text, term.start, term.end)))
            found.append(Item(term.of, term.means, term.start, term.end, weak))
    for value, start, end in (*acts(text), *((match[0], *match.span()) for match in _BARE_ACT.finditer(text))):
        if not any(term.start < end and start < term.end for term in named):
            found.append(Item("act", frozenset({_UNKNOWN + value}), start, end))
    return sorted(found, key=lambda item: (item.start, item.end, item.of))


def unknown(item: Item) -> bool:
    """Tell whether an act is in no table."""
    return any(value.startswith(_UNKNOWN) for value in item.means)


def _said(value: float, unit: str) -> str:
    return f"{value:g} {unit}{'' if value == 1 else 's'}"


def _site(address: str) -> str:
    """Return the site of a web address: its host, for a language's pages may stand elsewhere on it."""
    host = re.sub(r"^https?://", "", address)
    return host.split("/")[0].removeprefix("www.")


def _within(taken: Iterable[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in taken)


def _articles(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Give the articles that a text names, and where it names the notice itself as what they stand in."""
    bases, others = articles(text)
    notices = table("compare.words.toml")["notice"]["words"]
    for value, start, end in bases:
        yield "article", value, start, end
    for value, start, end in others:
        digits = _DIGITS.findall(value)
        letter = re.search(r"(?<=\d)\)?\s*(?:\(|bokstav|litra|lit\.|point)?\s*([a-j])\)?$", value)
        yield (
            "article",
            digits[0] + "".join(f"({digit})" for digit in digits[1:]) + (f"({letter[1]})" if letter else ""),
            start,
            end,
        )
    small = text.lower()
    for _, start, end in (*bases, *others):
        before, after = small[max(0, start - _NOTICE_NEAR) : start], small[end : end + _NOTICE_NEAR]
        for words in notices:
            if re.search(rf"\b{words}s?(?:'s|’s)?[\s,]*$", before) or re.match(
                rf"\s*(?:of|in|i|av|af)\s+(?:the\s+|our\s+|this\s+)?{words}\b", after
            ):
                yield "instrument", "the notice itself", start, end


def _numbers(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Item]:
    """Give the numbers that are nothing else, those that only count a list left out."""
    listed = _LISTED.match(text)
    for match in _NUMBER.finditer(text):
        if _within(taken, match.start()) or (listed and match.start() < listed.end()):
            continue
        value = re.sub(r"[\s\u00a0]", "", match[0])
        value = re.sub(r"[.,](?=\d{3}(?!\d))", "", value).replace(",", ".")
        yield Item("number", frozenset({value}), match.start(), match.end())
