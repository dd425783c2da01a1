"""What stands before the notice in a picture of it: figures, findings, stated times, the items of GDPR art. 13, kinds.

Each table links to the sentences that say it. For the items of art. 13 a reading tells only whether they are given;
where, is looked up in the facts, and where no fact fits in the kinds. An item that has no kind of its own then has no
link.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from holdord.notice.model import Kind, Reading
from holdord.notice.picture.looks import ACTIONS, KINDS, LANGUAGE_NAMES, SEVERITIES, STATES, icon, label, text
from holdord.notice.picture.sheet import Places, finding_note, in_words

_MOST_LINKS = 4
_COLUMNS = ("Time", "What is done", "From when", "Data", "Law", "Where")


class Item(NamedTuple):
    """An item that a notice must give: its words, its place in art. 13, and the fact and the kind that tell where."""

    label: str
    article: str
    fact: tuple[str, str] | None = None
    kind: Kind | None = None


ITEMS: dict[str, Item] = {
    "controller_identity": Item("Who the controller is", "13(1)(a)", ("controller", ""), "controller"),
    "contact": Item("How to reach the controller", "13(1)(a)", ("email", ""), "contact"),
    "dpo": Item("The data protection officer", "13(1)(b)", ("dpo", "")),
    "purposes": Item("What the data are for", "13(1)(c)", None, "purpose"),
    "legal_basis": Item("The legal basis", "13(1)(c)", ("basis", ""), "legal_basis"),
    "legitimate_interest_named": Item("Which legitimate interest", "13(1)(d)", ("basis", "6(1)(f)")),
    "recipients": Item("Who receives the data", "13(1)(e)", None, "recipient"),
    "third_country_transfer": Item("Transfers to third countries", "13(1)(f)", ("transfer", ""), "transfer"),
    "retention": Item("How long the data are stored", "13(2)(a)", None, "retention"),
    "right_access": Item("Right of access", "13(2)(b)", ("right", "access")),
    "right_rectification": Item("Right to rectification", "13(2)(b)", ("right", "rectif")),
    "right_erasure": Item("Right to erasure", "13(2)(b)", ("right", "eras")),
    "right_restriction": Item("Right to restriction", "13(2)(b)", ("right", "restrict")),
    "right_objection": Item("Right to object", "13(2)(b)", ("right", "object")),
    "right_portability": Item("Right to data portability", "13(2)(b)", ("right", "portab")),
    "right_withdraw_consent": Item("Right to withdraw consent", "13(2)(c)", ("right", "withdraw")),
    "complaint_authority": Item("Where to lodge a complaint", "13(2)(d)", ("authority", ""), "authority"),
    "statutory_contractual_requirement": Item("Whether one must give the data", "13(2)(e)", ("statutory", "")),
    "automated_decisions": Item("Automated decisions, profiling", "13(2)(f)", ("automated", ""), "profiling"),
}


def head(reading: Reading, there: Places, name: str) -> str:
    """Return the title, what is known of the notice, and the figures."""
    said = {
        "Notice": text(name),
        "Language": LANGUAGE_NAMES[reading.language],
        "Controller": text(reading.controller) or '<span class="none">not found</span>',
        "Version": text(reading.version_date) or '<span class="none">no date found</span>',
    }
    known = "".join(f"<div><dt>{word}</dt><dd><bdi>{value}</bdi></dd></div>" for word, value in said.items())
    sentences = sum(segment.role != "heading" for segment in reading.segments)
    figures = [_figure(str(sentences), "sentence", sentences, "#notice")]
    if reading.durations:
        figures.append(_figure(str(len(reading.durations)), "stated time", len(reading.durations), "#times"))
    if reading.art13:
        asked = [given for given in reading.art13.values() if given is not None]
        figures.append(_figure(f"{sum(asked)}<small> of {len(asked)}</small>", "items of art. 13 given", 1, "#items"))
    if there.findings:
        figures.append(_figure(str(len(there.findings)), "finding", len(there.findings), "#findings"))
    return (
        '<p class="over">A privacy notice, sentence by sentence</p>\n'
        f'<h1><bdi>{text(reading.controller or name)}</bdi></h1>\n<dl class="known">{known}</dl>\n'
        f'<nav aria-label="Parts"><ul class="figures">{"".join(figures)}</ul></nav>'
    )


def _figure(number: str, word: str, count: int, target: str) -> str:
    return f'<li><a href="{target}"><b>{number}</b> <span>{_plural(word, count)}</span></a></li>'


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def findings(reading: Reading, there: Places) -> str:
    """Return the findings: those without a place in full, the others as a list of links into the notice."""
    if not there.findings:
        return ""
    grades = Counter(finding.severity for finding in there.findings)
    counts = "".join(
        f'<li class="{grade}">{icon(grade)}{grades[grade]} {_plural(grade, grades[grade])}</li>'
        for grade in SEVERITIES
        if grades[grade]
    )
    out = [f'<h2 id="findings">Findings</h2>\n<ul class="grades">{counts}</ul>']
    if there.missing:
        notes = "\n".join(
            f"<li>{finding_note(there, number, None, reading.language)}</li>" for number in range(1, there.missing + 1)
        )
        out.append(f'<h3 id="missing">Missing</h3>\n<ul class="missing">\n{notes}\n</ul>')
    placed = "\n".join(
        _pointer(there, number, segment) for segment, numbers in there.findings_at.items() for number in numbers
    )
    if placed:
        out.append(f'<h3 id="in-the-text">In the text</h3>\n<ul class="pointers">\n{placed}\n</ul>')
    return _part("findings", "\n".join(out))


def _pointer(there: Places, number: int, segment: int) -> str:
    finding = there.findings[number - 1]
    name = text(finding.code.replace("_", " "))
    return (
        f'<li class="{finding.severity}"><a href="#f{number}">{icon(finding.severity)}<b>F{number}</b> '
        f'{finding.severity}</a> <span class="what">{name}</span> <bdi class="article">{text(finding.article)}</bdi> '
        f"{there.link(segment)}</li>"
    )


def times(reading: Reading, there: Places) -> str:
    """Return the table of stated times."""
    if not reading.durations:
        return ""
    language = reading.language
    rows = []
    for duration in reading.durations:
        trigger = _words(duration.trigger, language) if duration.trigger else '<span class="none">not said</span>'
        cells = (
            ACTIONS[duration.action],
            trigger,
            _words(duration.data, language),
            _words(duration.law, language),
            there.link(duration.segment),
        )
        told = "".join(
            f'<td data-l="{word}">{cell}</td>' if cell else "<td></td>"
            for word, cell in zip(_COLUMNS[1:], cells, strict=True)
        )
        rows.append(f'<tr><th scope="row">{in_words(duration)}</th>{told}</tr>')
    columns = "".join(f'<th scope="col">{word}</th>' for word in _COLUMNS)
    table = f"<table>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{chr(10).join(rows)}\n</tbody>\n</table>"
    return _part("times", f'<h2 id="times">Stated times</h2>\n{table}')


def _words(words: str, language: str) -> str:
    return f'<bdi lang="{language}">{text(words)}</bdi>' if words else ""


def items(reading: Reading, there: Places) -> str:
    """Return the checklist of art. 13."""
    if not reading.art13:
        return ""
    by_fact: dict[tuple[str, str], list[int]] = defaultdict(list)
    for fact in reading.facts:
        by_fact[fact.what, fact.value].append(fact.segment)
    by_kind = dict(occurring(there))
    rows = []
    for name, given in reading.art13.items():
        item = ITEMS.get(name, Item(name.replace("_", " ").capitalize(), ""))
        word, _ = STATES[given]
        found = sorted(set(_where(item, by_fact, by_kind))) if given else []
        where = [at for at in found if there.is_sentence(at)] or found
        links = ", ".join(there.link(segment) for segment in where[:_MOST_LINKS])
        more = f" and {len(where) - _MOST_LINKS} more" if len(where) > _MOST_LINKS else ""
        told = f'<span class="where">{links}{more}</span>' if links else ""
        state = word.replace(" ", "-")
        rows.append(
            f'<li class="{state}">{icon(state)}<span>{text(item.label)} <span class="article">{item.article}</span>'
            f'</span> <span class="state">{word}</span> {told}</li>'
        )
    listed = "\n".join(rows)
    return _part("items", f'<h2 id="items">What article 13 asks for</h2>\n<ul class="items">\n{listed}\n</ul>')


def _where(item: Item, by_fact: dict[tuple[str, str], list[int]], by_kind: dict[Kind, list[int]]) -> list[int]:
    if item.fact:
        what, value = item.fact
        found = [at for (said, form), here in by_fact.items() if said == what and form.startswith(value) for at in here]
        if found:
            return found
    return by_kind.get(item.kind, []) if item.kind else []


def legend(there: Places) -> str:
    """Return the kinds that occur, how often, where first, and a choice of one to bring out."""
    if not occurring(there):
        return ""
    entries = [_entry("all", "everything", [], there)]
    entries += [_entry(kind, label(kind), at, there) for kind, at in occurring(there)]
    found = sorted(there.findings_at)
    if found:
        entries.append(_entry("finding", f"{icon('warning')}with a finding", found, there))
    return (
        '<nav class="legend" aria-labelledby="kinds">\n<h2 id="kinds">What it tells</h2>\n<fieldset>'
        '<legend class="radio">Choose one to bring it out.</legend>\n<ul>\n'
        f"{chr(10).join(entries)}\n</ul></fieldset>\n</nav>"
    )


def _entry(key: str, words: str, at: list[int], there: Places) -> str:
    checked = " checked" if key == "all" else ""
    choice = f'<input type="radio" name="only" id="only-{key}"{checked}>'
    first = f"#{there.anchors[at[0]]}" if at else "#notice"
    spelled = f'<span class="w">, first: {" ".join(there.name(at[0]))}</span>' if at else ""
    count = f'<a href="{first}" aria-label="{len(at)}, go to the first">{len(at)}{spelled}</a>' if at else ""
    return f'<li>{choice}<label for="only-{key}">{words}</label>{count}</li>'


def occurring(there: Places) -> list[tuple[Kind, list[int]]]:
    """Return each kind that occurs and the numbers of its segments, in the order in which kinds lead."""
    at: dict[Kind, list[int]] = defaultdict(list)
    for number, kinds in enumerate(there.kinds):
        for kind in kinds:
            at[kind].append(number)
    return [(kind, at[kind]) for kind in KINDS if kind in at]


def _part(name: str, inner: str) -> str:
    return f'<section class="part {name}" aria-labelledby="{name}">\n{inner}\n</section>'
