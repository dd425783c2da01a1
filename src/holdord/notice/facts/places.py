"""Where words of a segment stand in the notice's plain text.

Segments have their white space collapsed, the plain text has not; so offsets are translated.
"""

from holdord.notice.model import Segment


def places(segment: Segment, plain: str) -> list[int] | None:
    """Translate offsets of a segment's text to those of the plain text.

    Returns:
        For each character of ``segment.text``, and one past it, its place in the plain text; None where the two
        have the same length, so that ``segment.start`` is all there is to add.
    """
    if len(segment.text) == segment.end - segment.start or not plain:
        return None
    at = segment.start
    found: list[int] = []
    for letter in segment.text:
        while at < segment.end - 1 and not (plain[at] == letter or (letter == " " and plain[at].isspace())):
            at += 1
        found.append(min(at, segment.end - 1))
        at += 1
        if letter == " ":
            while at < segment.end and plain[at].isspace():
                at += 1
    found.append(segment.end)
    return found


def in_plain(segment: Segment, place: list[int] | None, start: int, end: int) -> tuple[int, int]:
    """Return where ``segment.text[start:end]`` stands in the plain text, never outside the segment."""
    if place is None:
        return min(segment.start + start, segment.end), min(segment.start + end, segment.end)
    return place[start], (place[end - 1] + 1 if end > start else place[end])
