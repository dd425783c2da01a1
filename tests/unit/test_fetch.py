"""Asking a server: what it drips, floods or never ends is cut off in time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_server
from threading import Event, Thread

import pytest

from holdord.run import fetch as fetching
from holdord.run.fetch import fetch


@contextmanager
def answering(first: bytes, drip: bytes = b"") -> Iterator[str]:
    """A server that says something, and then a little again and again until nobody listens."""
    over = Event()
    with create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            talk, _ = server.accept()
            with talk:
                talk.recv(65_536)
                try:
                    talk.sendall(first)
                    while drip and not over.wait(0.05):
                        talk.sendall(drip)
                except OSError:
                    pass

        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/here?a=1"
        finally:
            over.set()
            thread.join(5)


def test_an_answer_is_read_whole() -> None:
    with answering(b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nHello") as address:
        assert fetch("GET", address, {"Accept": "text/plain"}) == (201, b"Hello")


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"], ids=["head", "body"]
)
def test_what_drips_is_cut_off_in_time(monkeypatch: pytest.MonkeyPatch, first: bytes) -> None:
    monkeypatch.setattr(fetching, "WHOLE", 0.5)
    drip = b"X-More: 1\r\n" if first.endswith(b"OK\r\n") else b"x"
    begun = time.monotonic()
    with answering(first, drip) as address, pytest.raises(OSError):
        fetch("GET", address, {})
    assert time.monotonic() - begun < 3


def test_too_much_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 10)
    with (
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000) as address,
        pytest.raises(OSError),
    ):
        fetch("GET", address, {})


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://[::bad/", "https://127.0.0.1:1/"])
def test_nobody_there_is_an_error_of_the_system(address: str) -> None:
    with pytest.raises(OSError):
        fetch("GET", address, {})
