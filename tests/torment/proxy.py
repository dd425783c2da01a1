"""A wire to a PostgreSQL server that can be cut right after the server was asked something."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import make_url


class Wire:
    """Carries bytes both ways; once it is told to, it swallows the next answer and hangs up."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.cut = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def through(self) -> str:
        """Return a URL that leads through the wire."""
        port = self._listening.getsockname()[1]
        query = {key: value for key, value in self.url.query.items() if key not in ("host", "port")}
        return self.url.set(host="127.0.0.1", port=port, query=query).render_as_string(hide_password=False)

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self._listening.accept()[0]
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, suppress(OSError), self._far() as far:
            asked = threading.Event()
            answering = threading.Thread(target=self._answer, args=(near, far, asked), daemon=True)
            answering.start()
            self._ask(near, far, asked)
            answering.join()

    def _far(self) -> socket.socket:
        host, port = str(self.url.query.get("host") or self.url.host or "localhost"), self.url.port or 5432
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{host}/.s.PGSQL.{port}")
        return far

    def _ask(self, near: socket.socket, far: socket.socket, asked: threading.Event) -> None:
        with suppress(OSError):
            while said := near.recv(1 << 16):
                if self.cut.is_set():
                    self.cut.clear()
                    asked.set()
                far.sendall(said)
        _hang_up(far)

    def _answer(self, near: socket.socket, far: socket.socket, asked: threading.Event) -> None:
        with suppress(OSError):
            while said := far.recv(1 << 16):
                if asked.is_set():
                    break
                near.sendall(said)
        _hang_up(near)
        _hang_up(far)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A wire to the server of ``url``."""
    made = Wire(url)
    try:
        yield made
    finally:
        made.close()
