"""What must happen later or again: each step asks what is due, and does one piece of it.

There is no queue. That something is due is read from the policy, the book, the outbox and the log each time, so a kill
at any point costs one piece repeated, and every piece may be repeated. Where one cannot be done, the others go on, and
a finding says so without personal data; it is tried again after a while.

The worker sweeps only where ``[worker] sweep`` says so, and only what nobody must say yes to. What it enters in the log
by itself does not count as a sign that the machine's clock is right: it holds its date against the last sweep.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from holdord.errors import HoldordError
from holdord.run.company import Company
from holdord.run.pieces import PIECES, Clock, Piece

Opener = Callable[[], AbstractContextManager[Company]]

REST = timedelta(minutes=15)
"""How long a piece rests that failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What could not be done.

    Attributes:
        text: Why, without personal data.
    """

    piece: Piece
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Did:
    """What a step did.

    Attributes:
        piece: Which piece; None where nothing was due.
        text: What of it, without personal data.
        findings: What was due and could not be done.
    """

    piece: Piece | None = None
    text: str = ""
    findings: tuple[Finding, ...] = ()


def step(company: Company, now: Clock, resting: frozenset[Piece] = frozenset()) -> Did:
    """Do one piece of what is due.

    Args:
        company: The folder.
        now: Reads the time.
        resting: Pieces that are passed by, since they failed a moment ago.
    """
    findings: list[Finding] = []
    for piece, do in PIECES.items():
        if piece in resting:
            continue
        try:
            said = do(company, now)
        except Exception as error:
            findings.append(_finding(piece, error))
        else:
            if said:
                return Did(piece=piece, text=said, findings=tuple(findings))
    return Did(findings=tuple(findings))


def run(
    opener: Opener, now: Clock, stop: Event, idle: timedelta, told: Callable[[Did], None] = lambda did: None
) -> None:
    """Do what is due until ``stop`` is set, and look again each time ``idle`` has passed.

    Args:
        opener: Opens the folder; anew each time, so that a policy that was edited is seen.
        now: Reads the time.
        stop: Ends it after the piece at hand.
        idle: How long nothing is asked where nothing was due.
        told: Told after each step that did or found something.
    """
    rests: dict[Piece, datetime] = {}
    while not stop.is_set():
        did = Did()
        try:
            with opener() as company:
                while not stop.is_set():
                    at = now()
                    rests = {piece: until for piece, until in rests.items() if at < until <= at + REST}
                    did = step(company, now, frozenset(rests))
                    rests |= {one.piece: at + REST for one in did.findings}
                    if did.piece or did.findings:
                        told(did)
                    if did.piece is None:
                        break
        except Exception as error:  # the folder itself; it may be mended meanwhile
            told(Did(findings=(_finding("open", error),)))
        stop.wait(idle.total_seconds())


def once(company: Company, now: Clock) -> Iterator[Did]:
    """Do all that is due now, yielding each step; a piece that fails is tried once."""
    resting: frozenset[Piece] = frozenset()
    while True:
        did = step(company, now, resting)
        resting |= {one.piece for one in did.findings}
        if did.piece or did.findings:
            yield did
        if did.piece is None:
            return


def _finding(piece: Piece, error: Exception) -> Finding:
    """Return what went wrong: the worker goes on whatever it is, and what is no error of holdord's may name data."""
    known = isinstance(error, HoldordError)
    return Finding(piece=piece, text=str(error) if known else f"{type(error).__name__}; this should not happen.")
