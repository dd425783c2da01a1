"""The numbered sections of a notice, from facts to blocks: one function for each section but that of the purposes.

What a notice must tell stands in GDPR art. 13(1) and (2); the article is quoted beside the section that answers it.
Where there is nothing to tell, the section says so: "none" is an answer, silence is not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.layout import Block, Heading, Items, Paragraph, Table
from holdord.notice.write.parts import Controller, Officer, Recipient
from holdord.notice.write.words import Words
from holdord.policy.terms import Section

REACH = ("address", "email", "phone", "web")
Parts = Mapping[Section, int]
"""The numbers of the sections."""


def controller(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write "the identity and the contact details of the controller" and of the officer (art. 13(1)(a) and (b))."""
    yield Paragraph(
        (words.line("controller", "responsible", words=facts.controller.name), words.line("controller", "reach"))
    )
    yield Items(tuple(_contact(facts.controller, words)))
    if facts.officer is None:
        yield Paragraph((words.line("controller", "no_officer"),))
        return
    yield Paragraph((words.line("controller", "officer"),))
    yield Items(tuple(_ways(facts.officer, ("name", "email", "phone"), words)))


def _contact(who: Controller, words: Words) -> Iterator[str]:
    yield words.line("contact", "country", country=words.label("country", who.country))
    if who.register_number:
        name = "register_home" if who.country == words.table["home"] else "register"
        yield words.line("contact", name, words=who.register_number)
    yield from _ways(who, REACH, words)


def _ways(who: Controller | Officer, names: Sequence[str], words: Words) -> Iterator[str]:
    for name in names:
        if way := getattr(who, name):
            yield words.line("contact", name, words=way)


def sensitive(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write the special categories, and the exception that each rests on (art. 9(2))."""
    yield from _listed(
        "sensitive",
        [
            words.line("sensitive", one.letter, category=words.label("category", one.category))
            for one in facts.sensitive
        ],
        words,
    )


def recipients(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write "the recipients or categories of recipients" (art. 13(1)(e))."""
    yield from _listed(
        "recipients", [words.line("recipients", one.role, words=one.name) for one in facts.recipients], words
    )


def transfers(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write the transfers: whether there is "an adequacy decision", or else which safeguards (art. 13(1)(f))."""
    lines = [
        words.line(
            "transfers",
            _safeguard(one),
            words=one.name,
            country=words.label("country", one.country),
        )
        for one in facts.recipients
        if one.country
    ]
    yield from _listed("transfers", lines, words)


def _safeguard(one: Recipient) -> str:
    """Name the pattern; the decision for the United States is for participants of its framework only."""
    if one.safeguard == "none":
        return "no_safeguard"
    return "adequacy_us" if (one.safeguard, one.country) == ("adequacy", "US") else str(one.safeguard)


def storage(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write what the storage durations have in common (art. 13(2)(a)); each stands below its purpose."""
    part = str(parts["purposes"])
    yield Paragraph(tuple(words.line("storage", name, part=part) for name in ("where", "longest", "after")))


def security(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write the measures (art. 32), where the facts have any."""
    if facts.security:
        yield Paragraph((words.line("security", "some"),))
        yield Items(facts.security)


def cookies(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write the cookies, with purpose, provider and lifetime."""
    if not facts.cookies:
        yield Paragraph((words.line("cookies", "none"),))
        return
    session = words.line("cookies", "session")
    yield Paragraph((words.line("cookies", "some"),))
    yield Table(
        tuple(words.line("cookies", name) for name in ("name", "purpose", "provider", "lifetime")),
        tuple(
            (
                one.name,
                one.purpose,
                one.provider,
                session if one.lifetime is None else words.write_duration(one.lifetime),
            )
            for one in facts.cookies
        ),
    )


def rights(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write the rights (art. 13(2)(b) and (c)), whom to ask, and how soon there is an answer (art. 12(3))."""
    yield Paragraph((words.line("rights", "some"),))
    yield Items(tuple(words.line("rights", right) for right in facts.rights))
    answer = "days" if facts.answer_days else "month"
    yield Paragraph(
        (
            words.line("rights", "ask", words=facts.requests_to),
            words.line("rights", answer, duration=words.write_days(facts.answer_days)),
            words.line("rights", "free"),
        )
    )


def objection(facts: NoticeFacts, words: Words, number: str) -> Iterator[Block]:
    """Write the right to object, "clearly and separately from any other information" (art. 21(4))."""
    if "objection" in facts.rights:
        yield Heading(3, f"{number} {words.line('title', 'objection')}")
        yield Paragraph(tuple(words.line("rights", name) for name in ("object", "stop", "marketing")))


def complaint(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write "the right to lodge a complaint with a supervisory authority" (art. 13(2)(d); where, art. 77(1))."""
    yield Paragraph(
        (
            words.line("complaint", "where", words=facts.complaint.name),
            words.line("complaint", "abroad"),
            words.line("complaint", "web", words=facts.complaint.web),
        )
    )


def decisions(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write "the existence of automated decision-making", its logic and consequences (art. 13(2)(f))."""
    if facts.decisions:
        yield Paragraph((words.line("decisions", "some", words=facts.decisions),))
        yield Paragraph((words.line("decisions", "human"),))
    else:
        yield Paragraph((words.line("decisions", "none"),))


def requirements(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write "whether the provision of personal data is a statutory or contractual requirement" (art. 13(2)(e))."""
    yield from _listed(
        "requirements",
        [
            words.line("requirements", one.demand, data=words.data(one.data), words=one.consequences)
            for one in facts.requirements
        ],
        words,
    )


def changes(facts: NoticeFacts, words: Words, parts: Parts) -> Iterator[Block]:
    """Write how people are told of changes, and which version this is."""
    told = (words.line("changes", "told", words=facts.changes),) if facts.changes else ()
    yield Paragraph((*told, words.line("changes", "version", date=words.write_date(facts.version))))


def _listed(family: str, lines: Sequence[str], words: Words) -> Iterator[Block]:
    """Write a list below its lead-in, or that there is none."""
    yield Paragraph((words.line(family, "some" if lines else "none"),))
    if lines:
        yield Items(tuple(lines))


WRITERS: dict[Section, Callable[[NoticeFacts, Words, Parts], Iterator[Block]]] = {
    "controller": controller,
    "sensitive": sensitive,
    "recipients": recipients,
    "transfers": transfers,
    "storage": storage,
    "security": security,
    "cookies": cookies,
    "rights": rights,
    "complaint": complaint,
    "decisions": decisions,
    "requirements": requirements,
    "changes": changes,
}
