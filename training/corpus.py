"""Sentences of our own making, labelled by the reading guide: what the weights of the kinds stage are learnt from.

``corpus/<language>*.txt`` hold made-up notices. ``=== name`` begins one; ``#`` and ``##`` are headings; ``:`` is a
lead-in and the ``*`` below it are its items; ``-`` is a sentence, ``|`` a table row. After the mark stand the letters
of the kinds, then the text::

    : I You have the right to:
    * I see your data
    - IK Write to us to use your rights.
"""

from dataclasses import dataclass
from pathlib import Path

from holdord.notice.model import Kind, Role, Segment
from holdord.policy.terms import LANGUAGES, Language

LETTERS: dict[str, Kind] = {
    "C": "controller", "K": "contact", "D": "data_category", "G": "data_subject", "S": "source", "P": "purpose",
    "B": "legal_basis", "R": "retention", "T": "recipient", "X": "transfer", "I": "right", "L": "deadline",
    "O": "consent", "W": "cookie", "U": "security", "F": "profiling", "A": "authority", "V": "change",
    "Q": "processor_role", "N": "sensitive", "Z": "definition_or_filler",
}  # fmt: skip
_ROLES: dict[str, Role] = {"#": "heading", "##": "heading", ":": "lead_in", "*": "item", "|": "item", "-": "sentence"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A made-up notice: its language, its segments and their kinds."""

    name: str
    language: Language
    segments: tuple[Segment, ...]
    kinds: tuple[frozenset[Kind], ...]


def corpus(folder: Path | None = None) -> tuple[Made, ...]:
    """Return the made-up notices of every language.

    Raises:
        ValueError: If a line has no known mark or letter.
    """
    folder = folder or Path(__file__).parent / "corpus"
    made: list[Made] = []
    for language in LANGUAGES:
        for file in sorted(folder.glob(f"{language}*.txt")):
            for part in file.read_text(encoding="utf-8").split("=== ")[1:]:
                name, _, body = part.partition("\n")
                made.append(_notice(f"{language}:{name.strip()}", language, body.splitlines()))
    return tuple(made)


def _notice(name: str, language: Language, lines: list[str]) -> Made:
    segments: list[Segment] = []
    labels: list[frozenset[Kind]] = []
    headings: list[int] = []
    lead_in: int | None = None
    for line in (line for line in lines if line.strip()):
        mark, _, rest = line.partition(" ")
        if mark not in _ROLES:
            raise ValueError(f"{name}: no such mark: {line}")
        role = _ROLES[mark]
        letters, text = ("Z", rest) if role == "heading" else (rest.partition(" ")[0], rest.partition(" ")[2])
        if not text or set(letters) - set(LETTERS):
            raise ValueError(f"{name}: no such kinds: {line}")
        number = len(segments)
        if role == "heading":
            headings = headings[:1] if mark == "##" else []
        if mark != "*":
            lead_in = None
        segments.append(
            Segment(
                start=0,
                end=len(text),
                text=f"| {text} |" if mark == "|" else text,
                role=role,
                block=number,
                headings=tuple(headings),
                lead_in=lead_in,
            )
        )
        labels.append(frozenset(LETTERS[letter] for letter in letters))
        if role == "heading":
            headings = [*headings, number]
        if role == "lead_in":
            lead_in = number
    return Made(name=name, language=language, segments=tuple(segments), kinds=tuple(labels))
