"""Handing a document over to another controller's server: HTTPS, once, and never to a machine of one's own network.

The name is looked up once, every address that it has must be a public one, and the connection goes to the very address
that was looked at: a name that changes meanwhile leads nowhere else. The certificate must be good for the name.
Redirects are not followed. Nothing of the answer is read but its status.
"""

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from holdord.errors import Refused

_LONGEST_ADDRESS = 2_000
_HIDING = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
"""IPv6 networks whose addresses stand for an IPv4 address, which may be anybody's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """How a server is reached.

    Attributes:
        inside: Whether addresses of one's own network are allowed; for tests and closed networks.
        trust: Whom certificates must come from; None for whom the machine trusts.
        patience: Seconds that one step may take.
        whole: Seconds that all of it may take.
        most: Bytes that are sent at most.
    """

    inside: bool = False
    trust: ssl.SSLContext | None = field(default=None, repr=False)
    patience: float = 20.0
    whole: float = 120.0
    most: int = 50_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What became of it.

    Attributes:
        status: What the server answered; None where it did not.
        why: What went wrong, or empty.
    """

    status: int | None
    why: str

    @property
    def ok(self) -> bool:
        """Whether the server says that it has it."""
        return not self.why


def checked(address: str) -> SplitResult:
    """Return an address in its parts.

    Raises:
        Refused: It is not that of a server to which something can be sent safely.
    """
    if not address.isascii() or not address.isprintable() or " " in address or len(address) > _LONGEST_ADDRESS:
        raise Refused("The address must be written in plain letters, without spaces.")
    try:
        parts = urlsplit(address)
        known = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused("The address must be of the form https://server/path, without a password or a fragment.")
    return parts


def post(parts: SplitResult, body: bytes, headers: dict[str, str], line: Line) -> Answered:
    """Send a document, and return what became of it.

    Raises:
        Refused: It is too large, or the name leads to a machine that is not public. Nothing was sent.
    """
    if len(body) > line.most:
        raise Refused(f"The document has {len(body)} bytes, and {line.most} are sent at most. Hand it over otherwise.")
    host, port = str(parts.hostname), parts.port or 443
    try:
        where = _public(host, port, line)
    except (OSError, UnicodeError):
        return Answered(status=None, why="The server's name leads nowhere.")
    connection = _Pinned(host, port, where, line)
    timer = Timer(line.whole, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body, headers=headers)
        status = connection.getresponse().status
        if connection.is_over:  # its end looks like that of the answer
            raise TimeoutError
    except ssl.SSLCertVerificationError:
        return Answered(status=None, why="The server's certificate is not good for its name.")
    except (OSError, HTTPException) as error:
        slow = connection.is_over or isinstance(error, TimeoutError)
        what = "The server did not answer in time." if slow else "The connection broke."
        return Answered(status=None, why=f"{what} It may have got the document.")
    finally:
        timer.cancel()
        connection.close()
    return Answered(status=status, why=_why(status))


def _why(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"The server answered {status}: it wants the document elsewhere, and it is sent nowhere else unasked."
    return f"The server answered {status} and did not take the document."


def _public(host: str, port: int, line: Line) -> tuple[Any, ...]:
    """Return the address to connect to, having looked at all that the name has."""
    found = [one[4] for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not line.inside and not all(_is_public(str(one[0])) for one in found):
        raise Refused("The address leads to a machine that is not on the public network. Nothing was sent.")
    return found[0]


def _is_public(address: str) -> bool:
    known: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            known = known.ipv4_mapped
        elif any(known in network for network in _HIDING):
            return False
    return known.is_global and not known.is_multicast and not known.is_reserved


class _Pinned(HTTPSConnection):
    """A connection to an address that is known, under a name that the certificate must be good for."""

    def __init__(self, host: str, port: int, where: tuple[Any, ...], line: Line) -> None:
        context = line.trust or ssl.create_default_context()
        super().__init__(host, port, timeout=line.patience, context=context)
        self._where = where
        self._trust = context
        self.is_over = False

    def connect(self) -> None:
        """Connect to the address, not to the name."""
        plain = socket.create_connection(self._where[:2], timeout=self.timeout)
        try:
            wrapped = self._trust.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        except BaseException:
            plain.close()
            raise
        self.sock = wrapped
        if not self.is_over:
            wrapped.do_handshake()

    def cut(self) -> None:
        """End it from another thread, whatever it waits for."""
        self.is_over = True
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
