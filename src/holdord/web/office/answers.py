"""Answering: opening what an answer says, giving it, taking longer, refusing, opening a request again.

An answer shows personal data, so it opens by a press alone, and the log says that somebody looked. What an erasure
takes is shown with its numbers before anybody says yes, who has shown again who they are within the last ten minutes.
"""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from holdord.errors import NeedsConfirmation, Refused
from holdord.now import now, today
from holdord.run.company import Company
from holdord.run.requests import booked, draft, handed, handle
from holdord.run.requests.draft import Handled
from holdord.run.requests.seen import viewed
from holdord.web.answer import shown as answer_shown
from holdord.web.called import english
from holdord.web.office import does
from holdord.web.office.ending import erases
from holdord.web.office.forms import Reason, Sure
from holdord.web.office.pages import find, page_of
from holdord.web.office.shown import preview, shown
from holdord.web.say import said
from holdord.web.staff.roles import staff_only

_Done = Callable[[Company, str], booked.Request]


@require_POST
@staff_only("general_manager", "case_handler")
def look(request: HttpRequest, number: int) -> HttpResponse:
    """Open an answer, or what it would say; that it was opened stands in the log first."""
    with settings.HOLDORD_FOLDER.company() as company:
        one, moment = find(company, number), now()
        if one.state == "open":
            at = today(company.policy.controller.zone, moment)
            document = draft.look(company, one, at).document
        else:
            with company.state.snapshot() as connection:
                kept = handed.read(connection, moment, number)
            if kept is None:
                messages.error(request, said("office.answer_gone"))
                return redirect("office:request", number=number)
            document = kept
        viewed(company, moment, number, name_of(request))
    return answer_shown(document)


@require_POST
@staff_only("general_manager", "case_handler")
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Do what is asked for, answer, and close the request."""
    with settings.HOLDORD_FOLDER.company() as company:
        one = find(company, number)
        if one.state == "open" and erases(company, one):
            return redirect("office:erase", number=number)
        try:
            accepted = request.POST.get("accepted") == "on"
            _finish(request, company, number, handle.handle(company, now, number, accepted=accepted))
        except (Refused, NeedsConfirmation) as error:
            messages.error(request, english(error))
    return redirect("office:request", number=number)


@require_http_methods(["GET", "POST"])
@staff_only("general_manager", "case_handler")
@reauthentication_required  # type: ignore[untyped-decorator] # comes without types
def erase(request: HttpRequest, number: int) -> HttpResponse:
    """Show what goes and what stays, and erase once somebody has said yes to just that."""
    with settings.HOLDORD_FOLDER.company() as company:
        one, at = find(company, number), today(company.policy.controller.zone, now())
        if one.state != "open" or not erases(company, one):
            messages.error(request, said("office.erase_not"))
            return redirect("office:request", number=number)
        looked, stuck = preview(company, one, at)
        if looked is None:
            messages.error(request, stuck)
            return redirect("office:request", number=number)
        would = does.of(company, one, looked, at)
        form = Sure(would.word, request.POST or None, initial={"plan": would.plan}, clock="clock" in request.POST)
        if request.method == "POST" and form.is_valid():
            if form.cleaned_data["plan"] != would.plan:
                messages.warning(request, said("office.erase_moved"))
                return redirect("office:erase", number=number)
            try:
                clock = bool(form.cleaned_data.get("clock"))
                _finish(request, company, number, handle.handle(company, now, number, confirmed=clock))
                return redirect("office:request", number=number)
            except NeedsConfirmation as error:
                form = Sure(would.word, initial={"plan": would.plan}, clock=True)
                messages.warning(request, english(error))
            except Refused as error:
                messages.error(request, english(error))
                return redirect("office:request", number=number)
    given = {"row": shown(one, at, stuck=stuck), "does": would, "form": form, "here": "requests"}
    return render(request, "office/erase.html", given)


@require_POST
@staff_only("general_manager", "case_handler")
def extend(request: HttpRequest, number: int) -> HttpResponse:
    """Take two months more, and tell the person why."""
    return _with_reason(request, number, "extend", lambda company, why: handle.extend(company, now(), number, why))


@require_POST
@staff_only("general_manager", "case_handler")
def refuse(request: HttpRequest, number: int) -> HttpResponse:
    """Refuse, and tell the person why and where to complain."""
    return _with_reason(request, number, "refuse", lambda company, why: handle.refuse(company, now(), number, why))


@require_POST
@staff_only("general_manager", "case_handler")
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """Open a request again, since the person answered back."""
    return _with_reason(request, number, "reopen", lambda company, why: handle.reopen(company, now(), number, why))


def name_of(request: HttpRequest) -> str:
    """Return the name of who has signed in."""
    assert isinstance(request.user, User)  # noqa: S101 (staff_only says so)
    return request.user.get_username()


def _with_reason(request: HttpRequest, number: int, name: str, does: _Done) -> HttpResponse:
    form = Reason(name, request.POST)
    with settings.HOLDORD_FOLDER.company() as company:
        find(company, number)
        if not form.is_valid():
            return page_of(request, number, **{name: form})
        try:
            one = does(company, form.cleaned_data["reason"])
        except Refused as error:
            messages.error(request, english(error))
            return page_of(request, number, **{name: form})
    messages.success(request, said(f"office.done_{name}", day=one.due))
    _tell_by_hand(request, one, name)
    return redirect("office:request", number=number)


def _finish(request: HttpRequest, company: Company, number: int, handled: Handled) -> None:
    """Close a request whose answer is complete, or say what is missing."""
    if not handled.complete:
        messages.warning(request, said("office.still_open"))
        return
    one = handle.finish(company, now(), number, handled)
    messages.success(request, said("office.done_answer"))
    _tell_by_hand(request, one, "answer")


def _tell_by_hand(request: HttpRequest, one: booked.Request, name: str) -> None:
    """Say that the person hears nothing unless somebody writes, where no letter can be sent."""
    if not one.email and name != "reopen":
        messages.warning(request, said("office.tell_by_hand"))
