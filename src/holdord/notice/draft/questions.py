"""The questions of a draft: with their lines, the same ones together, and those that have a usual answer answered.

Many places of a policy ask the same: how long, of thirteen purposes; what a recipient is, of each. A person answers one
question in a table of its places. What only custom answers (:attr:`Note.usual`) can be taken at once, as guesses to
look at; what the notice hedges, contradicts or says for other data is never among that.
"""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from holdord.document import Path, read
from holdord.notice.draft.draft import Draft, Note

_OFFER = re.compile(r"(.*)(?<!\S)(Usual(?: in [A-Z][a-z]+)?|Offered): (.+)\.$")
_OPEN = "The notice says"
_SILENT = "The notice gives no time. "
_NAMED = frozenset(("purposes", "recipients", "cookies", "sensitive"))
"""Parts of a policy whose entries have a name of their own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question of a draft, and where its answer goes.

    Attributes:
        line: Of the question mark in the file.
        where: What it is about: a purpose, a recipient, a cookie, or a key of the file.
        about: What is particular here: the moment that a time counts from.
        ask: The question, as all its places share it.
        answer: What is offered, or empty.
        usual: Whether that is usual, and not what the notice says.
    """

    line: int
    where: str
    about: str
    ask: str
    answer: str
    usual: bool


def offer(question: str) -> str:
    """Return the answer that a question offers at its end; empty where it offers none."""
    return _parts(question)[2]


def questions(draft: Draft, text: str) -> list[Question]:
    """Return the questions of a draft in the order of its file."""
    places = read(text, "policy.yaml").places
    found = [
        Question(
            line=places[path][0],
            where=_where(path),
            about=note.about,
            ask=note.ask or _parts(note.text)[0],
            answer=offer(note.text),
            usual=bool(note.usual),
        )
        for path, notes in draft.notes.items()
        for note in notes
        if note.kind == "question"
    ]
    return sorted(found, key=lambda one: one.line)


def together(asked: Sequence[Question]) -> list[list[Question]]:
    """Put the places of each question together, in the order of the file."""
    found: dict[str, list[Question]] = {}
    for one in asked:
        found.setdefault(one.ask, []).append(one)
    return list(found.values())


def listed(asked: Sequence[Question]) -> list[str]:
    """Return the lines that list questions for a person: each once, and below it the table of its places."""
    lines = []
    for number, places in enumerate(together(asked), start=1):
        lines += ["", f"{number}. {places[0].ask[:1].upper()}{places[0].ask[1:]}"]
        cells = [
            (
                f"line {one.line}",
                one.where,
                f"from {one.about}" if one.about else "",
                f"{'usual' if one.usual else 'offered'}: {one.answer}" if one.answer else "",
            )
            for one in places
        ]
        widths = [max(len(row[column]) for row in cells) for column in range(4)]
        for row in cells:
            padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width]
            lines.append(f"     {'  '.join(padded)}".rstrip())
    return lines


def settled(draft: Draft) -> Draft:
    """Return a draft in which each question that has a usual answer has it, marked as a guess."""
    policy = copy.deepcopy(dict(draft.policy))
    made: dict[Path, tuple[Note, ...]] = {}
    for path, notes in draft.notes.items():
        made[path] = tuple(_chosen(note) if note.usual else note for note in notes)
        for note in notes:
            if note.usual:
                node: Any = policy
                for part in path[:-1]:
                    node = node[part]
                node[path[-1]] = note.usual
    return replace(draft, policy=policy, notes=made)


def _chosen(note: Note) -> Note:
    """Return what stands beside an answer that ``--usual`` chose."""
    asked, usual, _ = _parts(note.text)
    advice = asked.partition("? ")[2] if note.about else ""
    if advice.startswith(_OPEN):
        return Note("guess", f"{usual}, chosen by --usual. {advice}")
    return Note("guess", f"{usual}, chosen by --usual; the notice says nothing. {advice.removeprefix(_SILENT)}".strip())


def _parts(text: str) -> tuple[str, str, str]:
    """Return a question without its offer, whether that is usual and where, and what it is."""
    plain = " ".join(text.split())
    match = _OFFER.fullmatch(plain)
    return (match[1].rstrip(), match[2], match[3]) if match else (plain, "", "")


def _where(path: Path) -> str:
    if len(path) > 1 and path[0] in _NAMED:
        return str(path[1])
    return ".".join(str(part) for part in path)
