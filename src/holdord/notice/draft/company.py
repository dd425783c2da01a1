"""The controller of a drafted policy: name, country, how to reach it, the officer, and where requests go.

What the notice does not say is a question where a policy cannot do without it (name, country, an officer's address),
and left out where it can. The country is certain where the form of company, a number or an address tells it.
"""

import re
from datetime import date
from typing import Any

from holdord.notice.draft.draft import QUESTION, Note, Notes
from holdord.notice.draft.seen import NAMES, Seen
from holdord.notice.draft.times import answers_within
from holdord.notice.draft.words import Words
from holdord.notice.model import Fact, Kind
from holdord.policy.duration import Duration
from holdord.policy.terms import COUNTRIES

_WAYS = ("address", "email", "phone", "web")
_THEIRS: frozenset[Kind] = frozenset(("authority", "recipient", "processor_role", "cookie", "transfer"))
_ADDRESS_GAP = 3
_ADDRESS_LINE = 50  # characters
_MONTH = Duration(months=1, days=0)
_AWAY = re.compile(r"unsubscri|avmeld|afmeld|avregistr|no-?reply|ingen-?svar", re.IGNORECASE)
_ANYBODYS = frozenset(("gmail", "icloud", "hotmail", "outlook", "live", "online", "yahoo", "me", "msn", "mail"))
_FULL_DATE, _MONTH_DATE = 10, 7


def company(seen: Seen, notes: Notes, *, by_year: bool) -> dict[str, Any]:
    """Return the ``controller`` of the policy; ``by_year`` tells whether a limit counts from its financial year."""
    made: dict[str, Any] = {"name": _name(seen, notes), "country": _country(seen, notes)}
    number = next((fact for fact in _own(seen, "register_number")), None)
    if number is not None:
        made["register_number"] = number.value
        notes["controller", "register_number"] = (seen.said(number.segment),)
    wrong = next((fact for fact in _own(seen, "register_number_wrong")), None)
    if number is None and wrong is not None:
        text = f"the notice's register number {wrong.value} cannot be right, for its check digit does not fit."
        notes["controller", "name"] = (*notes["controller", "name"], Note("guess", text))
    if by_year:
        text = "on which day does the financial year end? Month and day; the law counts from it. Usual: 12-31."
        notes["controller", "financial_year_ends"] = (Note("question", text, usual="12-31"),)
        made["financial_year_ends"] = QUESTION
    contact = {way: found for way in _WAYS if (found := _contact(seen, way))}
    if contact:
        made["contact"] = {way: text for way, (text, _) in contact.items()}
        at = dict.fromkeys(segment for _, segment in contact.values())
        notes["controller", "contact"] = tuple(seen.said(segment) for segment in at)
    else:
        text = "how is the company reached? An e-mail address, or phone:, address: or web: in its place."
        made["contact"] = {"email": QUESTION}
        notes["controller", "contact", "email"] = (Note("question", text),)
    made["officer"] = _officer(seen, notes, {way: text for way, (text, _) in contact.items()})
    return made


def _name(seen: Seen, notes: Notes) -> str:
    name = seen.reading.controller
    if name:
        sentence = next((n for n in seen.of_kind("controller") if name in seen.text(n)), None)
        if sentence is None:
            sentence = next((n for n, one in enumerate(seen.reading.segments) if name in one.text), None)
        note = seen.said(sentence) if sentence is not None else Note("guess", "the name that stands at most places.")
        notes["controller", "name"] = (note,)
        return name
    email = next(iter(_own(seen, "email")), None)
    domain = email.value.rpartition("@")[2].rpartition(".")[0] if email else ""
    domain = "" if domain in _ANYBODYS else domain
    offered = domain.title() if domain else "the company"
    text = f"what is the company's registered name? The notice does not give it. Offered: {offered}."
    notes["controller", "name"] = (Note("question", text),)
    return QUESTION


def _country(seen: Seen, notes: Notes) -> str:
    path = ("controller", "country")
    if seen.certain_country in COUNTRIES:
        where = NAMES[seen.certain_country]
        notes[path] = (Note("guess", f"{where}, told by the name or the addresses in the notice."),)
        return seen.certain_country
    found = f"The notice seems to be from {seen.certain_country}. " if seen.certain_country else ""
    text = (
        f"in which country is the company? {found}Its language does not tell. Policies are kept in NO, DK and "
        f"SE, whose laws are known; the answers below are those of {NAMES[seen.country]}. Offered: {seen.country}."
    )
    notes[path] = (Note("question", text),)
    return QUESTION


def _own(seen: Seen, what: str) -> list[Fact]:
    """Return facts that are the controller's own: contact first, never an authority's or a recipient's."""
    facts = [fact for fact in seen.reading.facts if fact.what == what and not seen.kinds(fact.segment) & _THEIRS]
    facts = [fact for fact in facts if not _AWAY.search(fact.value)]
    near: frozenset[Kind] = frozenset(("contact", "controller"))
    own = [fact for fact in facts if seen.kinds(fact.segment) & near]
    return own or ([] if what in ("web", "address") else facts)


def _contact(seen: Seen, way: str) -> tuple[str, int] | None:
    facts = _own(seen, way)
    if not facts:
        return None
    first = facts[0]
    if way != "address":
        return first.value, first.segment
    parts: list[str] = []
    for fact in facts:
        if fact.segment - first.segment > _ADDRESS_GAP:
            break
        line = seen.text(fact.segment)
        whole = line if line.startswith(fact.value) and len(line) <= _ADDRESS_LINE else fact.value
        if not any(whole in part for part in parts):
            parts.append(whole)
    return ", ".join(parts), first.segment


def _officer(seen: Seen, notes: Notes, contact: dict[str, str]) -> dict[str, str] | str:
    """Return the data protection officer, "none" where the notice says that there is none, or a question."""
    facts = [fact for fact in seen.reading.facts if fact.what == "dpo"]
    path = ("controller", "officer")
    none = next((fact for fact in facts if fact.value == "none"), None)
    if none is not None:
        notes[path] = (seen.said(none.segment),)
        return "none"
    if not facts:
        text = "is there a data protection officer? Write none, or their e-mail below officer:. Usual: none."
        notes[path] = (Note("question", text, usual="none"),)
        return QUESTION
    for fact in facts:
        near = range(fact.segment, min(fact.segment + _ADDRESS_GAP, len(seen.reading.segments)))
        for way in ("email", "phone"):
            values = (value for n in near for value in seen.values(n, way))
            value = next((value for value in values if not _AWAY.search(value)), "")
            if value:
                notes[path] = (seen.said(fact.segment),)
                return {way: value}
    offered = contact.get("email", "personvern@example.com")
    text = f"how is the data protection officer reached by e-mail? Offered: {offered}."
    notes[path] = (seen.said(facts[0].segment),)
    notes[(*path, "email")] = (Note("question", text),)
    return {"email": QUESTION}


def requests(seen: Seen, words: Words, notes: Notes, contact: dict[str, str]) -> dict[str, Any]:
    """Return where people turn with their rights, and how soon they are answered."""
    contact = {way: text for way, text in contact.items() if text != QUESTION}
    asked = [fact for fact in seen.reading.facts if fact.what == "email" and "right" in seen.kinds(fact.segment)]
    asked = [fact for fact in asked if "authority" not in seen.kinds(fact.segment) and not _AWAY.search(fact.value)]
    if asked:
        to, note = asked[0].value, seen.said(asked[0].segment)
    else:
        to = next((contact[way] for way in ("email", "phone", "address", "web") if way in contact), "")
        note = Note("guess", "the notice does not say where to turn with one's rights; its contact stands here.")
    if not to:
        text = "where do people turn with their rights? An address, e-mail or name. Offered: the general manager."
        notes["requests", "to"] = (Note("question", text),)
        to = QUESTION
        made: dict[str, Any] = {"to": to}
    else:
        notes["requests", "to"] = (note,)
        made = {"to": {"any": to} if len(words.languages) > 1 else to}
    answered = answers_within(seen)
    if answered:
        within, segment = answered
        time = Duration.parse(within)
        if time.longer_than(_MONTH) and not (time.months == 0 and time.days <= 31):
            text = f"the law's month stands, for the notice's {within} is longer (GDPR art. 12(3))."
            notes["requests",] = (seen.said(segment), Note("guess", text))
        else:
            made["within"] = within
            notes["requests", "within"] = (seen.said(segment),)
    return made


def version(seen: Seen, notes: Notes, today: date | None) -> date | str:
    """Return when the notice was last changed: of a month its first day, as a guess; else a question."""
    found = _version(seen, notes)
    if found is not None:
        return found
    text = "of which day is this version of the notice? The notice does not say."
    offer = f" Offered: {today.isoformat()}." if today else ""
    notes["version",] = (Note("question", f"{text}{offer}"),)
    return QUESTION


def _version(seen: Seen, notes: Notes) -> date | None:
    text = seen.reading.version_date
    segment = next((fact.segment for fact in seen.reading.facts if fact.what == "version_date"), None)
    if segment is None or len(text) < _MONTH_DATE:
        return None
    try:
        found = date.fromisoformat(text if len(text) == _FULL_DATE else f"{text}-01")
    except ValueError:
        return None
    more = () if len(text) == _FULL_DATE else (Note("guess", "the notice gives the month alone."),)
    notes["version",] = (seen.said(segment), *more)
    return found
