"""Serves the pages of a folder: one process with a few threads, and the worker beside them.

What may be reached from elsewhere is said to the reverse proxy in front, which also speaks TLS: by itself the server
listens on this machine alone. Several processes may serve the same folder on PostgreSQL, each on a port of its own.
"""

import logging
import signal
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from waitress.server import create_server

from holdord.errors import Refused
from holdord.now import now
from holdord.run import worker
from holdord.web.site import set_up

THREADS = 4
MOST_BYTES = 2 << 20
"""Of one request; more than any page takes."""
CONNECTIONS = 500
PATIENCE = 30
"""Seconds that somebody may send nothing and keep a connection, and that the last piece of work may take."""
IDLE = timedelta(seconds=10)
_LOG = logging.getLogger(__name__)


def serve(path: Path, *, host: str, port: int, address: str) -> None:
    """Serve until the program is told to stop: by Ctrl-C or SIGTERM.

    Args:
        path: The company's folder.
        host: The address to listen on.
        port: Its port.
        address: How people write it: the proxy's address, or this one's.

    Raises:
        Refused: Nobody may listen there, or somebody else does.
    """
    set_up(path.resolve(), address)
    from holdord.web.staff import ended  # needs Django set up
    from holdord.web.staff.invite import address as invitation
    from holdord.web.staff.invite import has_accounts

    behind = urlsplit(address).scheme == "https"  # a proxy of this machine, which says who calls: logins are counted
    try:
        server = create_server(
            get_wsgi_application(),
            host=host,
            port=port,
            threads=THREADS,
            url_scheme=urlsplit(address).scheme,
            ident=None,
            max_request_body_size=MOST_BYTES,
            connection_limit=CONNECTIONS,
            channel_timeout=PATIENCE,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=True,
            **({"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": {"x-forwarded-for"}} if behind else {}),
        )
    except OSError as error:
        raise Refused(f"{host}:{port} cannot be listened on: {error.strerror}.") from error
    if not has_accounts():
        first = invitation("general_manager", first=True)
        print(f"Nobody has an account yet. Make yours, within a day: {first}", flush=True)
    signal.signal(signal.SIGTERM, _leave)
    over = Event()
    beside = Thread(target=worker.run, args=(settings.HOLDORD_FOLDER.company, now, over, IDLE, _told), name="worker")
    beside.daemon = True
    beside.start()
    Thread(target=ended.run, args=(over,), name="ended", daemon=True).start()
    try:
        server.run()  # returns at SystemExit and KeyboardInterrupt
    finally:
        over.set()
        beside.join(PATIENCE)
        settings.HOLDORD_FOLDER.close()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _told(did: worker.Did) -> None:
    for finding in did.findings:
        _LOG.warning("%s: %s", finding.piece, finding.text)
