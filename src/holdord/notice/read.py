"""Reads a notice: its plain text becomes segments with kinds, durations, facts, and the items of GDPR art. 13.

The stages run in this order because each looks at what the one before found. Nothing is judged here: what is missing or
contradicts itself is for :mod:`holdord.notice.check`.
"""

import re
from dataclasses import replace

from holdord.notice.facts.art13 import art13
from holdord.notice.facts.controller import controller_of
from holdord.notice.facts.found import facts, version_date_of
from holdord.notice.model import Reading, Segment
from holdord.notice.parts.language import language_of
from holdord.notice.parts.segment import segment
from holdord.notice.sense.encoder import opinion
from holdord.notice.sense.kinds import kinds
from holdord.notice.times.durations import durations
from holdord.policy.terms import Language

_NO_WORD = re.compile(r"\S{500,}")
"""Such as a picture written as letters: nobody reads it, and patterns would take a time that grows with its square."""
_DOT = "·"


def read(plain: str, language: Language | None = None, *, encoder: bool = False) -> Reading:
    """Return a notice as read; offsets count characters of ``plain``.

    Args:
        plain: The notice's text.
        language: Its language; else it is told from the text.
        encoder: Whether a sentence encoder is asked as well, which takes a thousand times as long.

    Raises:
        NoticeError: When no language was given, and the text has no words or is in none of the five; or when an encoder
            is asked for and the extra ``encoder`` is not installed.
    """
    shown = _NO_WORD.sub(lambda match: _DOT * len(match[0]), plain)
    spoken = language if language is not None else language_of(shown)
    segments = segment(shown, spoken)
    told = kinds(segments, spoken, opinion() if encoder else None)
    times = durations(segments, spoken, told, shown)
    said = facts(segments, spoken, told, shown)
    controller = controller_of(segments, said, spoken, told)
    return Reading(
        plain=plain,
        language=spoken,
        controller=controller,
        version_date=version_date_of(segments, said),
        segments=segments if shown == plain else tuple(_as_written(one, plain) for one in segments),
        kinds=told,
        durations=times,
        facts=said,
        art13=art13(segments, told, said, times, spoken, controller).given,
    )


def _as_written(segment: Segment, plain: str) -> Segment:
    return replace(segment, text=" ".join(plain[segment.start : segment.end].split()))
