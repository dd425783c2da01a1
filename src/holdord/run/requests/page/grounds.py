"""Why data are held, for and from whom, until when, and where to turn: what most answers say (GDPR art. 12(4), 15)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from holdord.notice.write.limits import limit_lines
from holdord.notice.write.parts import Limit
from holdord.notice.write.vocabulary import CLOCK_OF, CLOCKS, Clock
from holdord.policy.terms import EEA
from holdord.run.requests.page.blocks import Block, Facts, Items, Paragraph, Part, Piece, Section, Text
from holdord.run.requests.page.says import Says, first_up

Json = Mapping[str, Any]

_CONTACT = ("address", "email", "phone", "web")
_AUTHORITY = {"NO": "nb", "DK": "da", "SE": "sv"}
"""Country → the language in which its authority has its name."""


def anchor(document: Json, purpose: str) -> str:
    """Return what links to a purpose lead to; empty where it is not told."""
    ids = [one["id"] for one in document.get("purposes", ())]
    return f"purpose-{ids.index(purpose) + 1}" if purpose in ids else ""


def purposes(says: Says, document: Json) -> Section:
    """Write why data are held, purpose by purpose."""
    parts = tuple(_purpose(says, document, one) for one in document["purposes"])
    return Section(id="why", title=says.line("section", "purposes"), blocks=parts)


def _purpose(says: Says, document: Json, one: Json) -> Part:
    rows: list[tuple[str, list[Text]]] = [
        ("basis", [says.told("purpose", one["basis"])]),
        ("interest", [first_up(says.own(one, "interest"))] if one["interest"] else []),
        ("law", [first_up(says.own(one, "law"))] if one["law"] else []),
        ("kinds", [first_up(_kinds(says, document, one["id"]))]),
        ("sources", list(_sources(says, document, one))),
        ("recipients", [_shared(says, document, one)]),
        ("keeps", list(_keeps(says, document, one))),
        ("promise", [_promise(says, promise) for promise in one["promises"][:1]]),
    ]
    facts = tuple(
        (says.line("label", name), tuple(line for line in lines if line)) for name, lines in rows if any(lines)
    )
    return Part(title=first_up(says.own(one, "for")), id=anchor(document, one["id"]), blocks=(Facts(rows=facts),))


def _promise(says: Says, promise: Json) -> Text:
    return (*says.own(promise, "says"), Piece(f" ({promise['id']})"))


def _kinds(says: Says, document: Json, purpose: str) -> Text:
    """Return the kinds of data that a purpose holds of this person."""
    items = [*document.get("items", ()), *document.get("stays", ())]
    held = [item for item in items if purpose in {one["id"] for one in item["purposes"]}]
    return kinds(says, document, (value["category"] for item in held for value in item["data"]))


def kinds(says: Says, document: Json, names: Iterable[str]) -> Text:
    """Write a list of kinds of data."""
    return says.joined([says.category(name, document.get("categories") or {}) for name in dict.fromkeys(names)])


def _sources(says: Says, document: Json, one: Json) -> Iterator[Text]:
    known = {source["id"]: source for source in document["sources"]}
    named = [known[name] for name in one["sources"] if name != "person"]
    if "person" in one["sources"]:
        yield says.told("purpose", "person")
    private = [says.own(source, "name") for source in named if not source["public"]]
    if private:
        name = "sources_also" if "person" in one["sources"] else "sources_only"
        yield says.told("purpose", name, list=says.joined(private))
    if public := [says.own(source, "name") for source in named if source["public"]]:
        yield says.told("purpose", "public_sources", list=says.joined(public))


def _shared(says: Says, document: Json, one: Json) -> Text:
    known = {recipient["id"]: recipient for recipient in document["recipients"]}
    if not one["recipients"]:
        return says.told("purpose", "nobody")
    return first_up(says.joined([says.own(known[name], "name") for name in one["recipients"]]))


def _keeps(says: Says, document: Json, one: Json) -> Iterator[Text]:
    """Yield how long a purpose keeps data, as its notice says it."""
    own: list[Text] = []
    limits = [_limit(says, document, keep, own) for keep in one["keeps"]]
    for line in limit_lines(limits, says.notice):
        yield _put_back(line, own)
    if one["ends_on_request"]:
        yield says.told("purpose", "request")


def _limit(says: Says, document: Json, keep: Json, own: list[Text]) -> Limit:
    """Return a limit as notices write it; the company's words are kept apart and named by their number."""

    def apart(words: Text) -> str:
        own.append(words)
        return f"⟦{len(own) - 1}⟧"

    clocks, others = _starts(says, document, keep)
    counted = bool(keep["duration"]["months"] or keep["duration"]["days"])
    return Limit(
        kind=keep["kind"],
        duration=says.duration(keep["duration"]),
        clocks=clocks,
        from_words=tuple(apart(words) for words in others),
        counted_from=keep["counted_from"],
        within=says.duration(keep["within"]) if keep["within"] else None,
        open_ended=apart(says.own(keep, "open_ended")) if keep["open_ended"] and counted else "",
    )


def _starts(says: Says, document: Json, keep: Json) -> tuple[tuple[Clock, ...], list[Text]]:
    """Return the moments that a limit counts from: terms of the vocabulary, and other words."""
    known = document["clocks"]
    terms: list[Clock] = []
    others: list[Text] = []
    for name in dict.fromkeys(keep["clocks"]):
        bare = name.rpartition(".")[2]
        term = CLOCK_OF.get(name) or CLOCK_OF.get(bare) or next((one for one in CLOCKS if one == bare), None)
        if name in known or bare in known or term is None:
            others.append(says.clock(name.rpartition(".")[0], name, known) or (Piece(name, of="name"),))
        elif term not in terms:
            terms.append(term)
    return tuple(terms), others


def _put_back(line: str, own: Sequence[Text]) -> Text:
    found: list[Piece] = []
    for at, piece in enumerate(line.replace("⟧", "⟦").split("⟦")):
        found += own[int(piece)] if at % 2 else (Piece(piece),)
    return tuple(one for one in found if one.text)


def waits(says: Says, document: Json, purpose: Json, limit: int) -> tuple[Text, str]:
    """Return until what a clock has not begun, and how long the data are kept after it; empty for no time at all."""
    keep = purpose["keeps"][limit]
    counted = keep["duration"]["months"] or keep["duration"]["days"]
    then = says.notice.write_duration(says.duration(keep["duration"])) if counted and not keep["counted_from"] else ""
    if keep["open_ended"]:
        return says.own(keep, "open_ended"), then
    terms, others = _starts(says, document, keep)
    if len(terms) == 1 and not others:
        return (Piece(says.notice.label("until", terms[0])),), then
    if len(others) == 1 and not terms:
        return says.line("data", "waits_words", words=others[0]), then
    return says.line("data", "some_day"), then


def recipients(says: Says, document: Json) -> Section:
    """Write who gets the data, by name, and on what a transfer out of the EEA rests (art. 15(1)(c), 15(2))."""
    found = document["recipients"]
    blocks: list[Block] = []
    if found:
        blocks.append(Items(lines=tuple(_recipient(says, one) for one in found)))
        away = [one for one in found if one["country"] and one["country"] not in EEA]
        blocks.append(Paragraph(lines=(says.told("transfers", "some" if away else "none"),)))
        if away:
            blocks.append(Items(lines=tuple(_transfer(says, one) for one in away)))
    else:
        blocks.append(Paragraph(lines=(says.line("recipients", "none"),)))
    return Section(id="recipients", title=says.told("title", "recipients"), blocks=tuple(blocks))


def _recipient(says: Says, one: Json) -> Text:
    name = first_up(says.own(one, "name"))
    if one["role"] is None:
        return says.line("recipients", "unknown", words=name)
    return says.told("recipients", one["role"], words=name)


def _transfer(says: Says, one: Json) -> Text:
    safeguard = one["safeguard"] if one["safeguard"] and one["safeguard"] != "none" else "no_safeguard"
    name = "adequacy_us" if safeguard == "adequacy" and one["country"] == "US" else safeguard
    country = says.notice.table["countries"].get(one["country"], one["country"])
    return says.told("transfers", name, words=first_up(says.own(one, "name")), country=country)


def rights(says: Says, document: Json) -> Section:
    """Write the rights, and the one to object apart from the rest (art. 15(1)(e), 21(4))."""
    blocks: list[Block] = [
        Paragraph(lines=(says.told("rights", "some"),)),
        Items(lines=tuple(says.told("rights", name) for name in document["rights"])),
        Paragraph(lines=tuple(_asking(says, document))),
    ]
    if "objection" in document["rights"]:
        lines = tuple(says.told("rights", name) for name in ("object", "stop", "marketing"))
        blocks.append(Part(title=says.told("title", "objection"), blocks=(Paragraph(lines=lines),)))
    return Section(id="rights", title=says.told("title", "rights"), blocks=tuple(blocks))


def _asking(says: Says, document: Json) -> Iterator[Text]:
    asked = document.get("requests")
    if asked:
        yield says.told("rights", "ask", words=says.own(asked, "to"))
    days = asked["within"] if asked else None
    if days:
        yield says.told("rights", "days", duration=says.notice.write_duration(says.duration(days)))
    else:
        yield says.told("rights", "month")
    yield says.told("rights", "free")


def complaint(says: Says, document: Json) -> Section:
    """Write where people can complain, and that courts are open (art. 12(4), 15(1)(f), 77, 79)."""
    lines: list[Text] = []
    asked = document.get("requests")
    if asked:
        lines.append(says.line("complaint", "disagree", words=says.own(asked, "to")))
    authority = document.get("authority")
    if authority:
        lang = _AUTHORITY.get((document.get("controller") or {}).get("country", ""), says.language)
        foreign = "" if {lang, says.language} <= {"nb", "nn"} or lang == says.language else lang
        lines.append(says.told("complaint", "where", words=(Piece(authority["name"], foreign),)))
        lines.append((*says.told("complaint", "web", words=authority["web"]), Piece(".")))
        lines.append(says.told("complaint", "abroad"))
    lines.append(says.line("complaint", "court"))
    return Section(id="complaint", title=says.told("title", "complaint"), blocks=(Paragraph(lines=tuple(lines)),))


def controller(says: Says, document: Json) -> Iterator[Section]:
    """Write who is responsible and how to reach them; nothing where the answer does not say it."""
    who = document.get("controller")
    if not who:
        return
    lines = [says.told("controller", "responsible", words=who["name"])]
    ways = [says.told("contact", name, words=who[name]) for name in _CONTACT if who.get(name)]
    blocks: list[Block] = [Paragraph(lines=tuple(lines)), Items(lines=tuple(ways))]
    officer = document.get("officer")
    if officer:
        reach = [
            says.told("contact", name, words=officer[name]) for name in ("name", "email", "phone") if officer[name]
        ]
        blocks += [Paragraph(lines=(says.told("controller", "officer"),)), Items(lines=tuple(reach))]
    yield Section(id="controller", title=says.told("title", "controller"), blocks=tuple(blocks))
