"""Serves the pages of a folder: one process with a few threads.

What may be reached from elsewhere is said to the reverse proxy in front, which also speaks TLS: by itself the server
listens on this machine alone.
"""

import os
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

THREADS = 4


def serve(path: Path, *, host: str, port: int, address: str) -> None:
    """Serve until the program is stopped.

    Args:
        path: The company's folder.
        host: The address to listen on.
        port: Its port.
        address: How people write it: the proxy's address, or this one's.
    """
    os.environ["HOLDORD_FOLDER"] = str(path.resolve())
    os.environ["HOLDORD_ADDRESS"] = address
    Granian(
        "holdord.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
