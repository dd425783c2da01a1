"""How a text is refused that ``write`` did not write: with the first line that is not understood."""

from holdord.errors import NoticeError, Problem

_LONGEST = 80


def not_understood(number: int, text: str, why: str = "") -> NoticeError:
    """Return the error for a line.

    Args:
        number: Of the line, counted from 1.
        text: What it says; empty where the notice ends too early.
        why: More about it, as a sentence; empty where the line says it all.
    """
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    what = f"This line was not written by holdord: {shown!r}." if text else "Here something is missing."
    remedy = "Change the facts and write the notice anew."
    return NoticeError([Problem(what=f"{what} {why}".rstrip(), remedy=remedy, line=number)])
