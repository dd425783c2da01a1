"""The data piece by piece: what stands where, when it goes, and which purposes say so (GDPR art. 15(1)(b) and (d))."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from holdord.run.requests.page.blocks import Block, Fate, Paragraph, Part, Piece, Row, Section, Table, Text, plain
from holdord.run.requests.page.grounds import Json, anchor, kinds, waits
from holdord.run.requests.page.says import Says, first_up, linked


def pieces(items: Iterable[Json]) -> int:
    """Return how many pieces of data there are; a record that has none is one."""
    return sum(len(item["data"]) or 1 for item in items)


def withheld(items: Iterable[Json]) -> list[Json]:
    """Return the pieces that are there and not shown."""
    return [one for item in items for one in item["data"] if one["withheld"]]


def records(says: Says, document: Json, items: Sequence[Json]) -> tuple[Part, ...]:
    """Write each record with its data, the person's own first."""
    own = document["person"]["class"]
    items = sorted(items, key=lambda item: bool(item["class"] != own))
    names = {item["record"]: says.record(item["table"], item["class"]) for item in items}
    often = [name for name in names.values() if list(names.values()).count(name) > 1]
    seen: dict[Text, int] = {}
    parts = []
    for record, name in names.items():
        seen[name] = seen.get(name, 0) + 1
        title = says.line("data", "record", name=name, number=str(seen[name])) if name in often else name
        mine = [item for item in items if item["record"] == record]
        blocks = tuple(block for item in mine for block in _item(says, document, item, title))
        parts.append(Part(title=first_up(title), blocks=blocks))
    return tuple(parts)


def _item(says: Says, document: Json, item: Json, title: Text) -> Iterator[Block]:
    if item["data"]:
        head = (says.line("label", "what"), says.line("label", "value"))
        rows = tuple(_row(says, document, item, one) for one in item["data"])
        yield Table(about=title, head=head, rows=rows)
    else:
        yield Paragraph(lines=(says.line("data", "no_values"),))
    yield fate(says, document, item)


def _row(says: Says, document: Json, item: Json, one: Json) -> Row:
    head = says.clock(item["class"], one["clock"], document["clocks"]) if one["clock"] else ()
    head = first_up(head or says.field(one["name"]))
    note = first_up(says.category(one["category"], document["categories"]))
    if plain(note).casefold() == plain(head).casefold():
        note = ()
    if one["afterwards"] == "generalise" and len({other["afterwards"] for other in item["data"]}) > 1:
        note = (*note, Piece("; " if note else ""), *says.line("data", "part_coarser"))
    return Row(head=head, cells=(_value(says, item, one),), note=note)


def _value(says: Says, item: Json, one: Json) -> Text:
    if one["withheld"]:
        return says.line("data", "shared" if item["shared"] else "secret")
    if one["clock"]:
        return (Piece(says.date(one["day"])),) if one["day"] else says.line("data", "not_yet")
    return says.value(one["value"])


def fate(says: Says, document: Json, item: Json) -> Fate:
    """Write what becomes of an item, and why."""
    why = tuple(_lasting(says, document, one) for one in item["purposes"])
    others = (says.line("data", "also_others"),) if item["also_others"] else ()
    if item["legal_hold"]:
        head, lines = says.line("data", "held"), (says.line("data", "held_why"), *why)
        return Fate(tone="held", head=head, lines=(*lines, *others))
    if item["bare"]:
        return Fate(tone="due", head=says.line("data", "bare"), lines=(says.line("data", "bare_why"), *others))
    if item["due"]:
        return Fate(tone="due", head=says.line("data", "due"), lines=(says.line("data", "due_why"), *others))
    if item["goes"] is None:
        return Fate(tone="open", head=says.line("data", "open"), lines=(*why, *others))
    how = {one["afterwards"] for one in item["data"]}
    name = "mixed" if len(how) > 1 else "coarser" if how == {"generalise"} else "erased"
    return Fate(tone="day", head=says.line("data", name, date=says.date(item["goes"])), lines=(*why, *others))


def _lasting(says: Says, document: Json, one: Json) -> Text:
    """Write how long one purpose holds an item."""
    purpose: dict[str, Any] = next(known for known in document["purposes"] if known["id"] == one["id"])
    name = linked(first_up(says.own(purpose, "for")), anchor(document, one["id"]))
    if one["until"]:
        return says.line("data", "until", purpose=name, date=says.date(one["until"]))
    if one.get("limit") is None:
        return says.line("data", "waits", purpose=name, words=says.line("data", "some_day"))
    words, then = waits(says, document, purpose, one["limit"])
    if then:
        return says.line("data", "waits_then", purpose=name, words=words, duration=then)
    return says.line("data", "waits", purpose=name, words=words)


def calendar(says: Says, document: Json) -> Section:
    """Write on which day what goes, the first day first."""
    items = document["items"]
    days = sorted({item["goes"] for item in items if item["goes"]})
    due = [item for item in items if item["due"] or (item["bare"] and not item["legal_hold"])]
    found = [
        (says.line("when", "due"), due),
        *(((Piece(says.date(day)),), [item for item in items if item["goes"] == day]) for day in days),
        (says.line("when", "open"), [item for item in items if _is_open(item)]),
        (says.line("when", "held"), [item for item in items if item["legal_hold"]]),
    ]
    rows = tuple(Row(head=day, cells=(_going(says, document, some),)) for day, some in found if some)
    table = Table(
        about=says.line("section", "when"), head=(says.line("label", "day"), says.line("label", "what")), rows=rows
    )
    return Section(
        id="when", title=says.line("section", "when"), blocks=(table, Paragraph(lines=(says.line("when", "intro"),)))
    )


def _is_open(item: Json) -> bool:
    return item["goes"] is None and not (item["legal_hold"] or item["due"] or item["bare"])


def _going(says: Says, document: Json, items: Sequence[Json]) -> Text:
    number = says.count("pieces", pieces(items))
    listed = kinds(says, document, (one["category"] for item in items for one in item["data"]))
    return (Piece(f"{number}: "), *listed) if listed else (Piece(number),)


def open_ones(items: Iterable[Json]) -> list[Json]:
    """Return the items of which no day can be told yet."""
    return [item for item in items if _is_open(item)]
