"""Reads a notice: its plain text becomes segments with kinds, durations, facts, and the items of GDPR art. 13.

The stages run in this order because each looks at what the one before found. Nothing is judged here: what is missing or
contradicts itself is for :mod:`holdord.notice.check`.
"""

from holdord.notice.facts.art13 import art13
from holdord.notice.facts.controller import controller_of
from holdord.notice.facts.found import facts, version_date_of
from holdord.notice.model import Language, Reading
from holdord.notice.parts.language import language_of
from holdord.notice.parts.segment import segment
from holdord.notice.sense.kinds import kinds
from holdord.notice.times.durations import durations


def read(plain: str, language: Language | None = None) -> Reading:
    """Return a notice as read; offsets count characters of ``plain``.

    Args:
        plain: The notice's text.
        language: Its language; else it is told from the text.

    Raises:
        NoticeError: When no language was given, and the text has no words or is in none of the five.
    """
    spoken = language if language is not None else language_of(plain)
    segments = segment(plain, spoken)
    told = kinds(segments, spoken)
    times = durations(segments, spoken, told, plain)
    said = facts(segments, spoken, told, plain)
    controller = controller_of(segments, said, spoken, told)
    return Reading(
        plain=plain,
        language=spoken,
        controller=controller,
        version_date=version_date_of(segments, said),
        segments=segments,
        kinds=told,
        durations=times,
        facts=said,
        art13=art13(segments, told, said, times, spoken, controller).given,
    )
