"""What a notice promises about time: how long data are kept, and how soon something is done.

GDPR art. 13(2)(a) asks for "the period for which the personal data will be stored, or if that is not possible, the
criteria used to determine that period"; art. 12(3) gives a month for an answer; art. 33(1) gives 72 hours for telling
of a breach. A time is a promise where the sentence says what happens to data, or answers a request, and its action is
that of the nearest such word. Ages (art. 8(1)), experience, prices and opening hours are none. Criteria without a
number ("as long as necessary") are facts, not durations: see :mod:`holdord.notice.facts.found`.
"""

import re
from collections.abc import Sequence, Set

from holdord.notice.facts.law import acts
from holdord.notice.facts.phrases import Hit, words_of
from holdord.notice.facts.places import in_plain, places
from holdord.notice.model import Duration, Kind, Segment
from holdord.notice.times.actions import action_from_above, action_of, below_cookies, cues_of, is_of_a_life
from holdord.notice.times.spans import Span, may_hold_time, spans
from holdord.notice.times.triggers import trigger_of
from holdord.policy.terms import Language

_STORING: frozenset[Kind] = frozenset(("retention", "deadline"))
_BREAK = re.compile(r"[,;:|]|\s[-–—]\s")


def durations(
    segments: Sequence[Segment],
    language: Language,
    kinds: Sequence[Set[Kind]] | None = None,
    plain: str = "",
) -> tuple[Duration, ...]:
    """Return the times that a notice promises, in the order of the text.

    Args:
        segments: Of the whole notice, in order.
        language: What it is written in.
        kinds: For each segment its kinds, where they are known; a time in a sentence on retention is believed sooner.
        plain: The notice's text, for exact offsets where a segment runs over several lines.
    """
    found: list[Duration] = []
    for number, segment in enumerate(segments):
        if not may_hold_time(segment.text):
            continue
        own = kinds[number] if kinds is not None else frozenset()
        if segment.role == "heading" and not own & _STORING:
            continue
        found += _of_segment(segments, number, language, own, plain)
    return tuple(found)


def _of_segment(
    segments: Sequence[Segment], number: int, language: Language, kinds: Set[Kind], plain: str
) -> list[Duration]:
    segment = segments[number]
    text = segment.text[:_LONGEST]
    read = [span for span in spans(text, language) if not is_of_a_life(text, span)]
    if not read:
        return []
    words = words_of(text)
    cues = cues_of(words)
    place = places(segment, plain)
    named = acts(text)
    found: list[Duration] = []
    for span in read:
        near = _in_its_cell(text, span, cues) if "|" in text and "retention" in kinds else cues
        action = action_of(text, span, near, kinds, words) or action_from_above(segments, number, span, cues)
        if action is None:
            continue
        if action in ("keep", "keep_max") and "retention" not in kinds and below_cookies(segments, number):
            action = "cookie_expiry"
        start, end = in_plain(segment, place, span.start, span.end)
        found.append(
            Duration(
                value=float(span.value), unit=span.unit, trigger=trigger_of(text, span, action, cues, words),
                action=action, data=_data(text, span, cues), law=named[0][0] if named else "",
                start=start, end=end, segment=number,
            )
        )  # fmt: skip
    return found


def _in_its_cell(text: str, span: Span, cues: Sequence[Hit]) -> list[Hit]:
    """Return the words of doing that stand before the time in its cell of a table; other cells name other things."""
    cell = text.rfind("|", 0, span.start)
    return [cue for cue in cues if cell < cue.start < span.start]


_LONGEST = 4_000
"""Characters of a sentence in which times are looked for: what is longer is no sentence, and the work grows fast."""

_LEADING = re.compile(r"^[\s|•*\-–—\d.)]+")


def _data(text: str, span: Span, cues: Sequence[Hit]) -> str:
    """Return the words that say what it is about: what stands before the verb, or between the verb and the time."""
    if "|" in text:
        return next((cell.strip() for cell in text.split("|") if cell.strip() and not spans(cell, "nb")), "")
    done = [cue for cue in cues if cue.what == "action" and cue.end <= span.start]
    if not done:
        head = text[: span.start]
        return _LEADING.sub("", head.split(":")[0] if ":" in head else "").strip(" ,:")
    cue = done[-1]
    before = _LEADING.sub("", _BREAK.split(text[: cue.start])[-1]).strip()
    behind = re.split(
        r"\b(?:i|for|in|etter|efter|after|innen|inden|inom|within|senest|senast|under|til|till|opptil|inntil)\b",
        text[cue.end : span.start],
    )[0].strip(" ,:")
    short = before.split()
    if len(short) <= 1 and behind:
        return behind
    trimmed = re.sub(
        r"\s+(?:vil|skal|kan|blir|bliver|kommer|att|bli|blive|will|shall|may|is|are|be|vert|automatisk|vi|we)\b.*$",
        "",
        before,
        flags=re.IGNORECASE,
    )
    return trimmed.strip(" ,:")
