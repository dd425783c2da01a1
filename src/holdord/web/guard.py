"""Around every page: nothing is stored on the way, and an error of holdord's is a page in words with the right status.

Nobody is told more than they may know: what is wrong with a policy or a database is for staff, everybody else reads
that it is noticed.
"""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from holdord.errors import HoldordError, NeedsConfirmation, Refused, StoreError
from holdord.web.measured import MEASURED

Answer = Callable[[HttpRequest], HttpResponse]
_LOG = logging.getLogger(__name__)
_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class Guard:
    """The middleware."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, say that nobody may keep it, and measure how long it took."""
        began = time.perf_counter()
        response = self._answer(request)
        MEASURED.add(response.status_code, time.perf_counter() - began)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", _POLICY)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Make an error of holdord's a page; any other is Django's to answer."""
        if not isinstance(error, HoldordError):
            return None
        status = (
            409 if isinstance(error, Refused | NeedsConfirmation) else 503 if isinstance(error, StoreError) else 500
        )
        staff = getattr(request, "user", None)
        may_know = status == 409 or (staff is not None and staff.is_authenticated)
        _LOG.warning("%s at a page: status %d", type(error).__name__, status)
        return render(request, "error.html", {"why": str(error) if may_know else "", "status": status}, status=status)


guard = Guard
