"""Shorter letters: what was corrected, what is restricted, what became of an objection, a refusal, an extension.

Their JSON forms name what was decided; a key that is absent is not said. Words of the company's, such as a reason,
stand below a key or, by language, below the same key with ``_by``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from holdord.run.requests.page.blocks import Facts, Figure, Letter, Row, Section, Table, Text
from holdord.run.requests.page.grounds import Json, complaint, controller
from holdord.run.requests.page.says import Says, first_up


def made(
    says: Says,
    document: Json,
    kind: str,
    lead: Iterable[Text],
    figures: Iterable[Figure],
    sections: Iterable[Section],
) -> Letter:
    """Return a letter of one kind, with its title and its sender."""
    day = document.get("at")
    return Letter(
        title=says.word("title", kind),
        sender=str((document.get("controller") or {}).get("name") or ""),
        law=says.word("law", kind, date=says.date(day)) if day else "",
        lead=tuple(lead),
        figures=tuple(figures),
        sections=tuple(sections),
    )


def _short(says: Says, document: Json, kind: str, lead: Iterable[Text], sections: Iterable[Section]) -> Letter:
    after = (complaint(says, document), *controller(says, document))
    return made(says, document, kind, lead, (), (*sections, *after))


def _rectification(says: Says, document: Json) -> Letter:
    places = [*document["places"], *document.get("left", ())]
    sections = []
    if places:
        names = ("where", "before", "after", "state")
        rows = tuple(_place(says, document, one) for one in places)
        title = says.line("section", "places")
        table = Table(about=title, head=tuple(says.line("label", name) for name in names), rows=rows)
        sections.append(Section(id="places", title=title, blocks=(table,)))
    unfound = [one for one in document.get("changes", ()) if not one.get("found", True)]
    lead = [says.line("rectification", "some")]
    if unfound:
        names_ = [says.category(one["category"], document.get("categories") or {}) for one in unfound]
        lead.append(says.line("rectification", "unfound", list=says.joined(names_)))
    lead.append(told(says, document))
    return _short(says, document, "rectification", lead, sections)


def told(says: Says, document: Json) -> Text:
    """Write who else is told (art. 19)."""
    names = [_name(says, one) for one in document.get("notified", ())]
    if not names:
        return says.line("rectification", "nobody")
    return says.line("rectification", "told", list=says.joined(names))


def _name(says: Says, one: Json | str) -> Text:
    return says.own({"name": one}, "name") if isinstance(one, str) else says.own(one, "name")


def _place(says: Says, document: Json, one: Json) -> Row:
    where = first_up(says.record(one.get("table", ""), one["class"]))
    kind = first_up(says.category(one["category"], document.get("categories") or {}))
    planned = "would" if document.get("preview") else "changed"
    state = str(one.get("reason") or one.get("state") or planned)
    result = says.line("state", state if says.has("state", state) else "open")
    return Row(head=where, note=kind, cells=(says.value(one.get("before")), says.value(one.get("after")), result))


def _restriction(says: Says, document: Json) -> Letter:
    ended = document.get("ended_on") or document.get("ended")
    lead = [says.line("restriction", "ended", date=says.date(ended)) if ended else says.line("restriction", "granted")]
    if not ended:
        lead += [says.line("restriction", "stored"), says.line("restriction", "notice"), told(says, document)]
    return _short(says, document, "restriction", lead, _decided(says, document))


def _objection(says: Says, document: Json) -> Letter:
    state = str(document.get("decision") or document.get("state") or "open")
    lead = [says.line("objection", state if says.has("objection", state) else "open")]
    if state == "rejected" and document.get("until"):
        lead.append(says.line("objection", "until", date=says.date(document["until"])))
    decided = _each(says, document) if len(document.get("decisions", ())) > 1 else _decided(says, document)
    return _short(says, document, "objection", lead, decided)


def _each(says: Says, document: Json) -> Iterator[Section]:
    """Write what was decided on each of several purposes."""
    rows = []
    for one in document["decisions"]:
        lines = [says.line("objection", one["decision"])]
        if one.get("reason"):
            lines.append(_reason(says, {"reason": one["reason"], "language": document.get("language")}))
        if one.get("until"):
            lines.append(says.line("objection", "until", date=says.date(one["until"])))
        rows.append((first_up(_purpose(says, one)), tuple(lines)))
    yield Section(id="decision", title=says.line("section", "decision"), blocks=(Facts(rows=tuple(rows)),))


def _decided(says: Says, document: Json) -> Iterator[Section]:
    """Write what was decided, point by point."""
    rows = [(says.line("label", name), lines) for name, lines in _points(says, document) if lines]
    if rows:
        facts = Facts(rows=tuple(rows))
        yield Section(id="decision", title=says.line("section", "decision"), blocks=(facts,))


def _points(says: Says, document: Json) -> Iterator[tuple[str, tuple[Text, ...]]]:
    ground = document.get("ground")
    if ground:
        known = says.has("ground", ground)
        yield "ground", (says.line("ground", ground) if known else says.value(ground),)
    some = document.get("purposes") or ([document["purpose"]] if document.get("purpose") else [])
    yield "purpose", tuple(first_up(_purpose(says, one)) for one in some)
    for name in ("since", "review", "until", "due"):
        if document.get(name):
            yield name, (says.value(document[name]),)
    if document.get("reason"):
        yield "again" if document.get("decision") == "renewed" else "reason", (_reason(says, document),)


def _purpose(says: Says, one: Json | str) -> Text:
    return says.own({"for": one}, "for") if isinstance(one, str) else says.own(one, "for")


def _reason(says: Says, document: Json) -> Text:
    """Write a reason: it is in the company's language where nothing else is said."""
    language = document.get("language")
    if document.get("reason_by") or not language:
        return says.own(document, "reason")
    return says.own({"reason_by": {language: document["reason"]}}, "reason")


def _portability(says: Says, document: Json) -> Letter:
    portable = document["portable"]
    found = sum(len(one["data"]) for one in portable["records"])
    lead = [says.line("portability", "ready" if found else "nothing", pieces=says.count("pieces", found))]
    if document.get("host"):
        lead.append(says.line("portability", "sent", server=document["host"]))
    if portable["withheld"]:
        lead.append(says.line("portability", "others"))
    return _short(says, document, "portability", lead, ())


def _refusal(says: Says, document: Json) -> Letter:
    lead = [says.line("refusal", "refused")]
    return _short(says, document, "refusal", lead, _because(says, document, "refusal"))


def _extension(says: Says, document: Json) -> Letter:
    lead = [says.line("extension", "more")]
    if document.get("due"):
        lead.append(says.line("extension", "due", date=says.date(document["due"])))
    return _short(says, document, "extension", lead, _because(says, document, "extension"))


def _because(says: Says, document: Json, kind: str) -> Iterator[Section]:
    rows = []
    asks = document.get("asks_for") or document.get("for")
    if asks and says.has("asks", asks):
        rows.append((says.line("label", "asked"), (says.line("asks", asks),)))
    if document.get("received"):
        rows.append((says.line("label", "since"), (says.value(document["received"]),)))
    if document.get("reason"):
        rows.append((says.line("label", "reason"), (_reason(says, document),)))
    if document.get("due"):
        rows.append((says.line("label", "due"), (says.value(document["due"]),)))
    yield Section(id="decision", title=says.line("section", "decision"), blocks=(Facts(rows=tuple(rows)),))


LETTERS: Mapping[str, Callable[[Says, Json], Letter]] = {
    "rectification": _rectification,
    "restriction": _restriction,
    "objection": _objection,
    "portability": _portability,
    "refusal": _refusal,
    "extension": _extension,
}
