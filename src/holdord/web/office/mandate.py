"""Mandates: somebody asks for another, and the paper is looked at before anything is told (GDPR art. 12(6))."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from holdord.errors import Refused
from holdord.now import now
from holdord.run.requests import incoming
from holdord.web.called import english
from holdord.web.office.forms import Reason
from holdord.web.say import said
from holdord.web.staff.roles import staff_only


@require_POST
@staff_only("general_manager", "case_handler")
def seen(request: HttpRequest, number: int) -> HttpResponse:
    """Write down what was seen of a mandate."""
    form = Reason("mandate", request.POST)
    if not form.is_valid():
        messages.error(request, said("office.mandate_what"))
        return redirect("office:request", number=number)
    with settings.HOLDORD_FOLDER.company() as company:
        try:
            incoming.accept_mandate(company, now(), number, form.cleaned_data["reason"])
            messages.success(request, said("office.done_mandate"))
        except Refused as error:
            messages.error(request, english(error))
    return redirect("office:request", number=number)
