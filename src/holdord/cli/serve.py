"""``holdord serve``: the pages."""

from pathlib import Path
from typing import Annotated

import typer

from holdord.cli.plan import Folder
from holdord.cli.say import say
from holdord.errors import Refused


def serve(
    folder: Folder,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen on.")] = 8000,
    host: Annotated[str, typer.Option("--host", help="The address to listen on; this machine alone.")] = "127.0.0.1",
    address: Annotated[
        str | None, typer.Option("--address", help="How people reach it, through a proxy: https://privacy.example.")
    ] = None,
) -> int:
    """Serve the board, the portal and the back office until it is stopped."""
    from contextlib import closing

    try:
        from holdord.web.serve import serve
    except ImportError as error:
        raise Refused("The pages need more packages: pip install 'holdord[web]'.") from error
    from holdord.run.folder import open_company

    with closing(open_company(Path(folder), install=True)):  # what is wrong is said here, once, in words
        pass
    at = address or f"http://{'localhost' if host in ('127.0.0.1', '::1') else host}:{port}"
    if not at.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise Refused(f"{at} would carry personal data over the network unencrypted. Put a proxy in front: https://…")
    say(f"Open {at}. Stop with Ctrl-C.")
    serve(folder, host=host, port=port, address=at)
    return 0
