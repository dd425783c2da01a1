"""A change between two policies, and which changes people must be told of before they take effect.

The measure is the Article 29 Working Party's guidelines on transparency, WP260 rev.01, which the EDPB endorsed:

- Paragraph 29: a change is material by what it means for people, their rights included, and by how little they could
  expect it. Always told: another purpose, another controller, another way to use one's rights. Not material: mended
  spelling, style and grammar.
- Paragraph 30: what alters the nature of the processing, such as more recipients, or touches people otherwise, is told
  well before it takes effect, so that they can withdraw or object in time. A further purpose: GDPR art. 13(3), 14(4).
- Paragraph 31: people are told what the change will mean for them; having told them makes nothing lawful that was not.

So ``material`` is whatever protects people less, and beside it: the identity of the controller and how it is reached
(art. 13(1)(a)), the country, and with it the authority to complain to (13(2)(d)), and a legal basis (13(1)(c)). What
protects them more is listed and need not be told beforehand.

``protects`` is judged by the worst case: what cannot be ordered, such as a purpose in other words, counts as less. Only
a legal hold is less without being material: it concerns one record, changes nothing that people in general were told,
and its person learns of it in the answer to a request (art. 12(4), 15).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from holdord.policy.diff.spelling import same_words
from holdord.policy.terms import LANGUAGES
from holdord.policy.told import Said

Kind = Literal["added", "removed", "renamed", "widened", "narrowed", "longer", "shorter", "changed", "wording"]
Protects = Literal["more", "less", "same"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing that the second policy says otherwise than the first.

    Attributes:
        path: Where it stands in the second policy, or in the first where it is gone; keys with points between them, and
            a name instead of a number for an entry of a list whose order is no matter.
        kind: What happened to it; ``wording`` where other words leave the facts alone.
        material: Whether people must be told before it takes effect.
        protects: Whether people are protected more or less than before, by the worst case.
        article: What it touches: of the GDPR where nothing else is named.
        text: The change in a sentence for people.
    """

    path: str
    kind: Kind
    material: bool
    protects: Protects
    article: str
    text: str


def changed(
    path: str, kind: Kind, protects: Protects, article: str, text: str, *, material: bool | None = None
) -> Change:
    """Return a change; where nothing else is said it is material if it protects people less."""
    told = protects == "less" if material is None else material
    text = text[:-1] if text.endswith((".”.", "!”.", "?”.")) else text
    return Change(path=path, kind=kind, material=told, protects=protects, article=article, text=text)


def reworded(
    path: str,
    lead: str,
    texts: tuple[str, str],
    article: str,
    protects: Protects = "less",
    *,
    material: bool | None = None,
) -> Iterator[Change]:
    """Yield a change where a text differs: wording only, or other words, whose meaning people must judge.

    What the policy says in other languages than its own is compared language by language.

    Args:
        path: Where the text stands.
        lead: What it is, as the beginning of the sentence.
        texts: Before and after, neither of them empty.
        article: What it touches.
        protects: What other words count as.
        material: Whether other words must be told; None as in :func:`changed`.
    """
    for where, before, after in _by_language(*texts):
        if before and after and before != after:
            said = f"{lead}{where} now reads “{after}”; before it was “{before}”"
            if same_words(before, after):
                yield changed(path, "wording", "same", article, f"{said} (wording only).")
            else:
                yield changed(path, "changed", protects, article, f"{said}.", material=material)
        elif before != after:
            text = f"{lead}{where} is now said: “{after}”." if after else f"{lead}{where} is no longer said."
            yield changed(path, "added" if after else "removed", "more" if after else "less", article, text)


def _by_language(before: str, after: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield a text before and after: as it stands, then in each language that it stands in beside that."""
    yield "", str(before), str(after)
    if isinstance(before, Said) and isinstance(after, Said):
        for language in LANGUAGES:
            was, now = before.within(language), after.within(language)
            if not (was in (None, before) and now in (None, after)):
                yield f" ({language})", was, now


def named(
    path: str, lead: str, texts: tuple[str, str], article: str, protects: Protects, *, material: bool | None = None
) -> Iterator[Change]:
    """Yield a change where a text that may be missing was added, removed or reworded.

    An empty text is one that is not there. Adding and removing tells neither more nor less by itself, and is not
    material.
    """
    before, after = texts
    if before and after:
        yield from reworded(path, lead, texts, article, protects, material=material)
    elif after:
        yield changed(path, "added", "same", article, f"{lead} is now given: “{after}”.")
    elif before:
        yield changed(path, "removed", "same", article, f"{lead} is no longer given; before it was “{before}”.")
