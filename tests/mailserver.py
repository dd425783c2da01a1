"""A mail server on this machine for tests: it talks SMTP, keeps what it took, and misbehaves as it is told.

with mail_server() as server:
    server.ways = ["greylist"]          # then accepts
    deliver(server.settings(), …)
    assert server.taken[0]["Subject"] == "…"
"""

import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from holdord.config import Mail

HELD = 30
"""Seconds that a server hangs which hangs, unless it is closed before."""


class MailServer(socketserver.ThreadingTCPServer):
    """What it does.

    Attributes:
        ways: What the next connections meet, in order: ``accept``, ``greet`` (554 at the door), ``sender`` (553),
            ``greylist`` (450), ``refuse`` (550), ``content`` (554 after DATA), ``hang``, ``drop`` (amid DATA),
            ``lost`` (takes the letter and drops the line before it says so), ``rude`` (drops at the goodbye),
            ``slow``, ``password`` (535). When they are used up it accepts.
        taken: What it took.
        to: Whom each was for.
        passwords: What it was told in AUTH.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, trusted: ssl.SSLContext | None = None, *, implicit: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.trusted, self.implicit = trusted, implicit
        self.ways: list[str] = []
        self.taken: list[EmailMessage] = []
        self.to: list[str] = []
        self.passwords: list[str] = []
        self.closing = threading.Event()

    def settings(self, **said: Any) -> Mail:
        """Return the settings that lead here."""
        here = Mail(
            host="127.0.0.1",
            port=self.server_address[1],
            tls="none",
            sender="privacy@clienti.example",
            reply_to="post@clienti.example",
            timeout=5,
        )
        return replace(here, **said)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of the server's."""


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        way = self.server.ways.pop(0) if self.server.ways else "accept"
        if self.server.implicit:
            self._secure()
        if way == "hang":
            self.server.closing.wait(HELD)
            return
        self._say("554 not here" if way == "greet" else "220 here")
        while line := self.rfile.readline().decode().strip():
            if not self._answer(way, line):
                return

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()  # with TLS, it is not the socket that the server knows

    def _answer(self, way: str, line: str) -> bool:
        verb = line.split(" ")[0].upper()
        if verb in ("EHLO", "HELO"):
            tls = "250-STARTTLS\r\n" if self.server.trusted and not self.server.implicit else ""
            self._say(f"250-here\r\n{tls}250-AUTH PLAIN\r\n250 8BITMIME")
        elif verb == "STARTTLS":
            self._say("220 go on")
            self._secure()
        elif verb == "AUTH":
            self.server.passwords.append(line)
            self._say("535 no" if way == "password" else "235 yes")
        elif verb == "MAIL":
            self._say("553 not you" if way == "sender" else "250 ok")
        elif verb == "RCPT":
            self._rcpt = line.partition("<")[2].partition(">")[0]
            said = {"greylist": "450 later", "refuse": f"550 no such user {self._rcpt}"}
            self._say(said.get(way, "250 ok"))
        elif verb == "DATA":
            return self._data(way)
        elif verb == "QUIT":
            if way != "rude":
                self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _data(self, way: str) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
            if way == "drop":
                return False
        if way == "slow":
            time.sleep(0.2)
        if way == "content":
            self._say("554 I do not like it")
            return True
        self.server.to.append(self._rcpt)
        self.server.taken.append(message_from_bytes(b"".join(lines), _class=EmailMessage, policy=SMTP))  # type: ignore[arg-type]
        if way == "lost":
            return False
        self._say("250 taken")
        return True

    def _secure(self) -> None:
        assert self.server.trusted
        self.request = self.server.trusted.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(trusted: ssl.SSLContext | None = None, *, implicit: bool = False) -> Iterator[MailServer]:
    """Run a server until the block ends."""
    with MailServer(trusted, implicit=implicit) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


def certificate(folder: Path) -> Path:
    """Write a key and a certificate for 127.0.0.1 into one file; nobody trusts it by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file
