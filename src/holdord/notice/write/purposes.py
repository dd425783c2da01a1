"""A purpose in words, and back: what for, on which basis, which data, from whom, to whom, how long.

It has a heading of its own, with its words, and three paragraphs: the data (GDPR arts. 13(1)(e), 14(1)(d) and
14(2)(f)), the legal basis (13(1)(c) and (d)), and the storage duration (13(2)(a)).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from holdord.notice.write.layout import Block, Heading, Line, Paragraph, Table
from holdord.notice.write.limits import KEPT, limit_lines, period, read_limit, read_more
from holdord.notice.write.parts import Limit, Purpose
from holdord.notice.write.refusal import not_understood
from holdord.notice.write.words import HARD, Slots, Words, soft
from holdord.policy.terms import BASES

_LISTS = {
    "other_also": "other_data",
    "other_only": "other_data",
    "groups": "groups",
    "sources_also": "sources",
    "sources_only": "sources",
    "public_sources": "public_sources",
    "recipients": "recipients",
}


def purpose_blocks(purpose: Purpose, number: str, words: Words) -> tuple[Block, ...]:
    """Write a purpose below its heading."""
    return (
        Heading(3, f"{number}{capital(purpose.words)}"),
        Paragraph(tuple(_data(purpose, words))),
        Paragraph(tuple(_basis(purpose, words))),
        Paragraph(tuple(_storage(purpose, words))),
    )


def overview(purposes: Sequence[Purpose], part: int, words: Words) -> Table:
    """Write all purposes as a table: what for, on which basis, how long; what it says, the purposes say as well."""
    head = tuple(words.line("overview", name) for name in ("purpose", "basis", "time"))
    rows = [
        (
            f"{part}.{number}{capital(purpose.words)}",
            words.line("overview", purpose.basis),
            "; ".join(period(limit, words) for limit in purpose.limits),
        )
        for number, purpose in enumerate(purposes, start=1)
    ]
    return Table(head, tuple(rows))


def capital(text: str) -> str:
    """Begin a heading's words with a capital, after a blank; after a no-break space they stand as they were given."""
    first = text[0].upper()
    if first != text[0] and first.lower() == text[0]:
        return f" {first}{text[1:]}"
    return HARD + text


def small(text: str) -> str:
    """Undo ``capital``."""
    return text[1:] if text[0] == HARD else text[1].lower() + text[2:]


def _data(purpose: Purpose, words: Words) -> Iterator[str]:
    def listed(name: str, items: Sequence[str]) -> Iterator[str]:
        if items:
            yield words.line("purpose", name, list=words.join(items))

    if purpose.data:
        yield words.line("purpose", "data", list=words.data(purpose.data))
    yield from listed("other_also" if purpose.data else "other_only", purpose.other_data)
    yield from listed("groups", purpose.groups)
    if purpose.from_person:
        yield words.line("purpose", "person")
    yield from listed("sources_also" if purpose.from_person else "sources_only", purpose.sources)
    yield from listed("public_sources", purpose.public_sources)
    yield from listed("recipients", purpose.recipients)
    if not purpose.recipients:
        yield words.line("purpose", "nobody")


def _basis(purpose: Purpose, words: Words) -> Iterator[str]:
    yield words.line("purpose", purpose.basis)
    if purpose.interest:
        yield words.line("purpose", "interest", words=purpose.interest)
    if purpose.law:
        yield words.line("purpose", "law", words=purpose.law)


def _storage(purpose: Purpose, words: Words) -> Iterator[str]:
    yield from limit_lines(purpose.limits, words)
    if purpose.ends_on_request:
        yield words.line("purpose", "request")


def read_purpose(heading: str, lines: Sequence[Line], words: Words, number: int) -> Purpose:
    """Read a purpose: its heading from the blank after the number on, and the lines below it.

    Raises:
        NoticeError: Where a line, or the purpose as a whole, is not understood.
    """
    said: dict[str, Any] = {"words": small(heading), "from_person": False, "limits": ()}
    for line in lines:
        found = words.read("purpose", line.text) if line.kind == "sentence" else None
        try:
            taken = found is not None and _take(said, *found, words)
        except ValueError as error:
            raise not_understood(line.number, line.text, str(error)) from error
        if not taken:
            raise not_understood(line.number, line.text)
    try:
        return Purpose(**said)
    except (TypeError, ValueError) as error:
        raise not_understood(number, heading.strip(), str(error)) from error


def _take(said: dict[str, Any], name: str, slots: Slots, words: Words) -> bool:
    """Add what one line says; False where it says nothing that is understood."""
    limits: tuple[Limit, ...] = said["limits"]
    if name in _LISTS:
        said[_LISTS[name]] = tuple(soft(item) for item in words.split(slots["list"]))
    elif name == "data":
        terms = [words.term("data", item) for item in words.split(slots["list"])]
        said["data"] = tuple(terms)
        return None not in terms
    elif name in BASES:
        said["basis"] = name
    elif name in ("interest", "law"):
        said[name] = slots["words"]
    elif name == "person":
        said["from_person"] = True
    elif name == "request":
        said["ends_on_request"] = True
    elif name.startswith(KEPT):
        limit = read_limit(name, slots["period"], words)
        said["limits"] = (*limits, limit)
        return limit is not None
    elif name in ("within", "open_ended"):
        if not limits:
            return False
        said["limits"] = (*limits[:-1], read_more(limits[-1], name, slots, words))
    return True
