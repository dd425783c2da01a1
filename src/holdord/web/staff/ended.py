"""What is over in ``staff.db`` goes: sessions whose time has run out, and the marks of invitations that were used.

Django leaves both where they are. Of allauth's tables none has rows that end: letters with codes are not sent, and a
second factor lasts as long as its account.
"""

import logging
from datetime import timedelta
from threading import Event

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connections

from holdord.now import now
from holdord.web.staff.invite import DAY

EACH = timedelta(days=1)
_LOG = logging.getLogger(__name__)


def clear() -> int:
    """Erase what is over; return how many rows."""
    sessions, _ = Session.objects.filter(expire_date__lt=now()).delete()
    marks, _ = User.objects.filter(is_active=False, date_joined__lt=now() - timedelta(seconds=DAY)).delete()
    return sessions + marks


def run(over: Event) -> None:
    """Erase what is over at once and then each day, until ``over`` is set; what fails is tried on the next day."""
    while not over.is_set():
        try:
            clear()
        except DatabaseError as error:
            _LOG.warning("%s: sessions that are over were not erased", type(error).__name__)
        finally:
            connections.close_all()
        over.wait(EACH.total_seconds())
