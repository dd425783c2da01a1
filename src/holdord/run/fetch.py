"""Asking a server that the settings name: one answer, up to a limit in size and time; no redirect is followed."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Timer
from urllib.parse import urlsplit

PATIENCE, WHOLE = 5.0, 15.0
"""Seconds that a step of the talk may take, and all of it."""
MOST_BYTES = 1 << 20


def fetch(method: str, address: str, head: Mapping[str, str], body: str | None = None) -> tuple[int, bytes]:
    """Return the status and the body of an answer.

    Raises:
        OSError: The server does not answer, answers too much or too slowly, or the address is none.
    """
    read, end = b"", time.monotonic() + WHOLE
    try:
        parts = urlsplit(address)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with closing(kind(parts.hostname or "", parts.port, timeout=PATIENCE)) as connection:
            connection.connect()
            with _cut_off(connection.sock, end):
                connection.request(method, target, body, dict(head))
                with closing(connection.getresponse()) as answer:
                    while (some := answer.read1(MOST_BYTES)) and len(read) <= MOST_BYTES:
                        read += some
                    if len(read) > MOST_BYTES or time.monotonic() > end:
                        raise TimeoutError
                    return answer.status, read
    except (ValueError, HTTPException) as error:
        raise OSError(type(error).__name__) from error


@contextmanager
def _cut_off(talk: socket, end: float) -> Iterator[None]:
    """End a talk at a time, however little of an answer comes and how often: each piece would begin a new patience."""

    def cut() -> None:
        with suppress(OSError):
            talk.shutdown(SHUT_RDWR)

    timer = Timer(max(0.0, end - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
