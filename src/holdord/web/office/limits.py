"""Restrictions and objections: weigh, announce, lift; and the legal holds of the policy, which are edited there."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from holdord.errors import Refused
from holdord.now import now, today
from holdord.run.company import Company
from holdord.run.requests import limited
from holdord.run.requests import limits as acts
from holdord.run.requests.limited import Limit
from holdord.web.called import english, purpose
from holdord.web.office.forms import Reason
from holdord.web.say import said
from holdord.web.staff.roles import staff_only

_Done = Callable[[Company, str], Limit]
_TOLD = ("told", "overruled")
"""What a person knows that it will be lifted."""
_OURS = "restriction-"
"""How the id of a hold begins that is a restriction, shown among those."""


@require_GET
@staff_only("general_manager", "case_handler")
def limits(request: HttpRequest) -> HttpResponse:
    """List what stands, what must be looked at first comes first."""
    return _page(request)


@require_POST
@staff_only("general_manager", "case_handler")
def weigh(request: HttpRequest, number: int) -> HttpResponse:
    """Decide on an objection: the purpose is over for the person, or goes on for compelling reasons."""
    decision = request.POST.get("decision")
    if decision not in ("upheld", "overruled"):
        messages.error(request, said("office.weigh_which"))
        return redirect("office:limits")

    def done(company: Company, why: str) -> Limit:
        return acts.weigh(company, now(), number, upheld=decision == "upheld", reason=why)

    return _with_reason(request, number, "weigh", f"weigh_{decision}", done)


@require_POST
@staff_only("general_manager", "case_handler")
def announce(request: HttpRequest, number: int) -> HttpResponse:
    """Tell the person that a restriction will be lifted, and why."""

    def done(company: Company, why: str) -> Limit:
        told, posted = acts.announce(company, now(), number, why)
        if not posted:
            messages.warning(request, said("office.tell_by_hand"))
        return told

    return _with_reason(request, number, "announce", "announce", done)


@require_POST
@staff_only("general_manager", "case_handler")
def lift(request: HttpRequest, number: int) -> HttpResponse:
    """Lift a restriction of which the person was told."""
    with settings.HOLDORD_FOLDER.company() as company:
        _there(company, number)
        try:
            acts.lift(company, now(), number)
            messages.success(request, said("office.done_lift"))
        except Refused as error:
            messages.error(request, english(error))
    return redirect("office:limits")


@require_POST
@staff_only("general_manager", "case_handler")
def renew(request: HttpRequest, number: int) -> HttpResponse:
    """Take note that a person consents again, or takes an objection back."""
    form = Reason("renew", request.POST)
    with settings.HOLDORD_FOLDER.company() as company:
        one = _there(company, number)
        try:
            acts.renew(company, now(), number, form.cleaned_data["reason"] if form.is_valid() else "")
            messages.success(request, said("office.done_renew"))
        except Refused as error:
            messages.error(request, english(error))
    return redirect("office:limits") if one.request is None else redirect("office:request", one.request)


def _with_reason(request: HttpRequest, number: int, name: str, did: str, does: _Done) -> HttpResponse:
    form = Reason(name, request.POST, auto_id=f"{name}_{number}_%s")
    with settings.HOLDORD_FOLDER.company() as company:
        _there(company, number)
        if not form.is_valid():
            return _page(request, wrong=(number, form))
        try:
            one = does(company, form.cleaned_data["reason"])
        except Refused as error:
            form.add_error("reason", english(error))
            return _page(request, wrong=(number, form))
    messages.success(request, said(f"office.done_{did}", day=one.review))
    return redirect("office:limits")


def _page(request: HttpRequest, wrong: tuple[int, Reason] | None = None) -> HttpResponse:
    with settings.HOLDORD_FOLDER.company() as company:
        at = today(company.policy.controller.zone, now())
        with company.state.snapshot() as connection:
            found = limited.listed(connection)
        holds = [(one, one.active(at), one.review is not None and one.review < at) for one in company.policy.holds]
        rows = [(one, _row(company, one, at, wrong)) for one in found]
    given = {
        "waits": [row for one, row in rows if one.waits],
        "stands": [row for one, row in rows if not one.waits],
        "holds": [hold for hold in holds if not hold[0].id.startswith(_OURS)],
        "here": "limits",
    }
    return render(request, "office/limits.html", given)


def _row(company: Company, one: Limit, at: date, wrong: tuple[int, Reason] | None) -> dict[str, Any]:
    return {
        "one": one,
        "told": one.how in _TOLD,
        "late": one.review < at and one.how not in _TOLD,
        "may_lift": one.how in _TOLD and one.review <= at,
        "ground": said(f"office.limit_{one.ground}"),
        "purpose": purpose(company, one.purpose) if one.purpose else "",
        "form": _form(one, wrong),
    }


def _form(one: Limit, wrong: tuple[int, Reason] | None) -> Reason:
    if wrong is not None and wrong[0] == one.number:
        return wrong[1]
    name = "weigh" if one.waits else "announce"
    return Reason(name, auto_id=f"{name}_{one.number}_%s")


def _there(company: Company, number: int) -> Limit:
    """Return a restriction or objection, or raise Http404 where there is none."""
    try:
        with company.state.snapshot() as connection:
            return limited.find(connection, number)
    except Refused as error:
        raise Http404 from error
