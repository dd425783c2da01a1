"""What the server loads: the pages of the folder that ``HOLDORD_FOLDER`` names, at ``HOLDORD_ADDRESS``.

A thread beside the pages does what must happen between them (``holdord.run.worker``): letters, reminders, what is over.
"""

import logging
import os
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from holdord.now import now
from holdord.run import worker
from holdord.web.site import set_up

set_up(Path(os.environ["HOLDORD_FOLDER"]), os.environ["HOLDORD_ADDRESS"])
from holdord.web.staff.invite import address, has_accounts  # noqa: E402 (needs Django set up)

IDLE = timedelta(seconds=10)
_LOG = logging.getLogger(__name__)


def _told(did: worker.Did) -> None:
    for finding in did.findings:
        _LOG.warning("%s: %s", finding.piece, finding.text)


application = get_wsgi_application()
Thread(
    target=worker.run, args=(settings.HOLDORD_FOLDER.company, now, Event(), IDLE, _told), name="worker", daemon=True
).start()
if not has_accounts():
    print(f"Nobody has an account yet. Make yours, within a day: {address('general_manager', first=True)}", flush=True)
