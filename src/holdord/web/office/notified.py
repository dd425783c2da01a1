"""Recipients who must be told what was corrected, erased or restricted (GDPR art. 19)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from sqlalchemy import Connection

from holdord.errors import Refused
from holdord.now import now
from holdord.run.company import Company
from holdord.run.requests import notified
from holdord.web.called import english, own
from holdord.web.office.forms import Reason
from holdord.web.say import said
from holdord.web.staff.roles import staff_only


@require_POST
@staff_only("general_manager", "case_handler")
def told(request: HttpRequest, number: int, recipient: str) -> HttpResponse:
    """Write down that a recipient was told."""
    return _done(request, number, recipient, "")


@require_POST
@staff_only("general_manager", "case_handler")
def cannot(request: HttpRequest, number: int, recipient: str) -> HttpResponse:
    """Write down why a recipient cannot be told."""
    form = Reason("told", request.POST)
    if not form.is_valid():
        messages.error(request, said("office.notified_why"))
        return redirect("office:request", number=number)
    return _done(request, number, recipient, form.cleaned_data["reason"])


def _done(request: HttpRequest, number: int, recipient: str, why_not: str) -> HttpResponse:
    with settings.HOLDORD_FOLDER.company() as company:
        try:
            notified.told(company, now(), number, recipient, why_not)
            messages.success(request, said("office.done_notified"))
        except Refused as error:
            messages.error(request, english(error))
    return redirect("office:request", number=number)


def rows(company: Company, connection: Connection, number: int) -> list[dict[str, Any]]:
    """Return whom a request must be told to, or was, as its page shows them."""
    return [
        {"is": one, "name": _name(company, one.recipient), "form": Reason("told", auto_id=f"told_{one.recipient}_%s")}
        for one in notified.of(connection, number)
    ]


def _name(company: Company, recipient: str) -> str:
    known = company.policy.recipients.get(recipient)
    return own(company, known.says) if known else recipient
