"""Which letter an answer's JSON form makes. Access and erasure stand here, the others in ``decisions``."""

from collections.abc import Callable, Iterator, Sequence

from holdord.policy.terms import Language
from holdord.run.requests.page import decisions
from holdord.run.requests.page.blocks import Block, Figure, Items, Letter, Paragraph, Piece, Row, Section, Table, Text
from holdord.run.requests.page.data import calendar, open_ones, pieces, records, withheld
from holdord.run.requests.page.grounds import Json, complaint, controller, kinds, purposes, recipients, rights
from holdord.run.requests.page.says import Says, first_up, says_in

_MISSING = {"15(1)(c)": "c", "15(1)(g)": "g", "15(1)(h)": "h"}


def kind_of(document: Json) -> str:
    """Return what an answer is about, by its first key: ``holdord_access`` is ``access``.

    Raises:
        ValueError: It is none that there is a page for.
    """
    known = {name: f"holdord_{name}" for name in _LETTERS}
    found = next((name for name, key in known.items() if key in document), None)
    if found is None:
        raise ValueError(f"There is no page for this: its keys have none of {', '.join(known.values())}.")
    return found


def letter(document: Json, language: Language) -> Letter:
    """Return what a person gets to read of an answer.

    Raises:
        ValueError: There is no page for it.
    """
    return _LETTERS[kind_of(document)](says_in(language), document)


def _access(says: Says, document: Json) -> Letter:
    items = document["items"]
    sections = list(_missing(says, document))
    if items:
        data: tuple[Block, ...] = (Paragraph(lines=(says.line("data", "intro"),)), *records(says, document, items))
        sections += [
            calendar(says, document),
            purposes(says, document),
            Section(id="data", title=says.line("section", "data"), blocks=data),
            _withheld(says, items),
        ]
        if document["purposes"]:
            sections.append(recipients(says, document))
    sections += _views(says, document)
    sections += [rights(says, document), *_decisions(says, document), complaint(says, document)]
    sections += controller(says, document)
    return decisions.made(says, document, "access", _lead(says, document), _figures(says, document), sections)


def _lead(says: Says, document: Json) -> Iterator[Text]:
    items = document["items"]
    if not items:
        yield says.line("short", "nothing")
        return
    number = says.count("pieces", pieces(items))
    if document["purposes"]:
        purposes_ = says.count("purposes", len(document["purposes"]))
        yield says.line("short", "holds", pieces=number, purposes=purposes_)
    else:
        yield says.line("short", "holds_bare", pieces=number)
    days = [item["goes"] for item in items]
    if all(days):
        yield says.line("short", "last", date=says.date(max(days)))
    for name, some in (
        ("open", open_ones(items)),
        ("held", [item for item in items if item["legal_hold"]]),
        ("due", [item for item in items if item["due"]]),
    ):
        if some:
            yield says.line("short", name, pieces=says.count("pieces", pieces(some)))
    if kept := withheld(items):
        section = says.word("section", "withheld")
        yield says.line("short", "withheld", pieces=says.count("pieces", len(kept)), section=section)
    yield says.line("short", "kinds", list=kinds(says, document, (one["category"] for i in items for one in i["data"])))
    yield says.line("short", "copy")


def _figures(says: Says, document: Json) -> Iterator[Figure]:
    items = document["items"]
    if not items:
        return
    yield Figure(value=str(pieces(items)), label=says.word("figure", "pieces"))
    yield Figure(value=str(len(document["purposes"])), label=says.word("figure", "purposes"))
    days = [item["goes"] for item in items if item["goes"]]
    if len(days) == len(items):
        yield Figure(value=says.date(max(days)), label=says.word("figure", "last"))
    elif found := open_ones(items):
        yield Figure(value=str(pieces(found)), label=says.word("figure", "open"))


def _missing(says: Says, document: Json) -> Iterator[Section]:
    if not document["missing"]:
        return
    named = {one["id"]: says.own(one, "for") for one in document["purposes"]}
    named |= {one["id"]: says.own(one, "name") for one in document["recipients"]}
    lines = []
    for one in document["missing"]:
        name = _MISSING.get(one["article"])
        if name is None:
            lines.append(says.line("missing", "other", words=one["text"], article=one["article"]))
        else:
            lines.append(says.line("missing", name, list=says.joined([named[of] for of in one["of"]])))
    blocks = (Paragraph(lines=(says.line("missing", "intro"),)), Items(lines=tuple(lines)))
    yield Section(id="missing", title=says.line("section", "missing"), blocks=blocks, warns=True)


def _withheld(says: Says, items: Sequence[Json]) -> Section:
    kept = withheld(items)
    lines = []
    if any(one["withheld"] and not item["shared"] for item in items for one in item["data"]):
        lines.append(says.line("withheld", "secret"))
    if any(item["shared"] for item in items):
        lines.append(says.line("withheld", "shared"))
    if any(item["shared"] or item["also_others"] for item in items):
        lines.append(says.line("withheld", "others"))
    if not kept and not lines:
        lines.append(says.line("withheld", "none"))
    blocks = tuple(Paragraph(lines=(line,)) for line in lines)
    return Section(id="withheld", title=says.line("section", "withheld"), blocks=blocks)


def _views(says: Says, document: Json) -> Iterator[Section]:
    """Write when the data were looked at and what for; an answer that is older than that does not say."""
    if "views" not in document:
        return
    since, views = says.date(document["views"]["since"]), document["views"]["days"]
    title = says.line("section", "views")
    blocks: tuple[Block, ...] = (Paragraph(lines=(says.line("views", "none", date=since),)),)
    if views:
        head = (says.line("label", "day"), says.line("label", "purpose"))
        rows = tuple(Row(head=(Piece(says.date(one["day"])),), cells=(_view(says, one),)) for one in views)
        intro = Paragraph(lines=(says.line("views", "intro", date=since),))
        blocks = (intro, Table(about=title, head=head, rows=rows), Paragraph(lines=(says.line("views", "who"),)))
    yield Section(id="views", title=title, blocks=blocks)


def _view(says: Says, one: Json) -> Text:
    return first_up(says.own(one, "for")) if one["for"] else says.line("views", one["does"])


def _decisions(says: Says, document: Json) -> Iterator[Section]:
    """Write about automated decisions; where the policy is silent, the page has said that it is."""
    lines: tuple[Text, ...]
    if document["decisions"]:
        some = says.told("decisions", "some", words=says.own(document, "decisions"))
        lines = (some, says.told("decisions", "human"))
    elif "15(1)(h)" in {one["article"] for one in document["missing"]}:
        return
    else:
        lines = (says.told("decisions", "none"),)
    yield Section(id="decisions", title=says.told("title", "decisions"), blocks=(Paragraph(lines=lines),))


def _erasure(says: Says, document: Json) -> Letter:
    preview, stays = document["preview"], document["stays"]
    sections = [_goes(says, document)]
    if document["left"] or document["stops"] or document["awaiting"]:
        sections.append(_left(says, document))
    if stays:
        title = says.line("section", "stays_preview" if preview else "stays")
        sections.append(Section(id="stays", title=title, blocks=records(says, document, stays)))
        sections += [purposes(says, document)] if document["purposes"] else []
    sections += [complaint(says, document), *controller(says, document)]
    kind = "preview" if preview else "withdrawal" if document.get("withdrawn") else "erasure"
    return decisions.made(
        says, document, kind, _erasure_lead(says, document), _erasure_figures(says, document), sections
    )


def _erasure_lead(says: Says, document: Json) -> Iterator[Text]:
    preview, stays = document["preview"], document["stays"]
    withdrawn = [says.own(one, "for") for one in document.get("withdrawn", ())]
    if withdrawn and not preview:
        yield says.line("withdrawal", "done", list=says.joined(withdrawn))
    if preview:
        yield says.line("erasure", "preview")
    elif not document["done"]:
        yield says.line("erasure", "not_done")
    elif not withdrawn:
        yield says.line("erasure", "done")
    elif document["goes"]:
        yield says.line("withdrawal", "gone")
    if not stays and not document["left"] and not preview:
        yield says.line("erasure", "all_gone")
    if stays:
        yield says.line("erasure", "stays", pieces=says.count("pieces", pieces(stays)))
        yield says.line("erasure", "goes_later")
    if not preview:
        if not withdrawn:
            yield says.line("erasure", "withdrawn")
        if document["goes"]:
            yield decisions.told(says, document)


def _erasure_figures(says: Says, document: Json) -> Iterator[Figure]:
    touched = sum(one["rows"] for one in document["goes"]) if document["preview"] else document["rows"]
    yield Figure(value=str(touched), label=says.word("figure", "would" if document["preview"] else "erased"))
    if document["stays"]:
        yield Figure(value=str(pieces(document["stays"])), label=says.word("figure", "stays"))
        days = [item["goes"] for item in document["stays"]]
        if all(days):
            yield Figure(value=says.date(max(days)), label=says.word("figure", "last"))


def _goes(says: Says, document: Json) -> Section:
    preview = document["preview"]
    title = says.line("section", "goes" if preview else "goes_done")
    block: Block = Paragraph(lines=(says.line("erasure", "nothing_preview" if preview else "nothing"),))
    if document["goes"]:
        head = tuple(says.line("label", name) for name in ("where", "what", "rows"))
        rows = tuple(_gone(says, document, one) for one in document["goes"])
        block = Table(about=title, head=head, rows=rows)
    return Section(id="goes", title=title, blocks=(block,))


def _gone(says: Says, document: Json, one: Json) -> Row:
    what = says.line("erasure", "whole")
    if one["columns"]:
        what = says.line("erasure", one["action"], list=kinds(says, document, one["categories"]))
    cells = (what, says.value(one["rows"]))
    return Row(head=says.record(one["table"], one["class"]), cells=cells)


def _left(says: Says, document: Json) -> Section:
    """Write what nothing holds and is still there, and what it waits for."""
    classes = {item["table"]: item["class"] for item in document["left"]}

    def named(tables: Sequence[str]) -> Text:
        return says.joined([says.record(table, classes.get(table, table)) for table in dict.fromkeys(tables)])

    lines = []
    if document["stops"]:
        lines.append(says.line("erasure", "stop", list=named([one["table"] for one in document["stops"]])))
    if document["awaiting"]:
        tables = [some["table"] for one in document["awaiting"] for some in one["statements"]]
        lines.append(says.line("erasure", "waits", list=named(tables)))
    if any(item["shared"] for item in document["left"]):
        lines.append(says.line("erasure", "left_shared"))
    if not lines:
        lines.append(says.line("erasure", "left_other"))
    lead = says.line("erasure", "left_preview" if document["preview"] else "left")
    blocks: tuple[Block, ...] = (Paragraph(lines=(lead,)), Items(lines=tuple(lines)))
    blocks += records(says, document, document["left"])
    return Section(id="left", title=says.line("section", "left"), blocks=blocks, warns=not document["preview"])


_LETTERS: dict[str, Callable[[Says, Json], Letter]] = {"access": _access, "erasure": _erasure, **decisions.LETTERS}
