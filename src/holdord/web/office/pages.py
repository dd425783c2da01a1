"""The requests: what is due soonest first, one of them, and writing down one that came by another way.

A request's page names nobody and shows no value: what is held about a person opens with the answer alone
(``holdord.web.office.answers``).
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from holdord.errors import Refused
from holdord.now import now, today
from holdord.run.company import Company
from holdord.run.requests import booked, handed, incoming, limited
from holdord.run.requests.access import access
from holdord.run.requests.history import history
from holdord.run.requests.wish import ASKS_FOR
from holdord.web.called import english, purpose
from holdord.web.office import does, notified
from holdord.web.office.choices import choices
from holdord.web.office.ending import erases
from holdord.web.office.forms import Reason, Register
from holdord.web.office.shown import facts, preview, shown, wish
from holdord.web.portal.forms import Wish
from holdord.web.say import said
from holdord.web.staff.roles import staff_only

_PAGE = 25
"""Requests on a page: what keeps each from being answered is asked of the store."""


@require_GET
@staff_only("general_manager", "case_handler")
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests, what is due soonest first."""
    everything = request.GET.get("show") == "all"
    with settings.HOLDORD_FOLDER.company() as company:
        at = today(company.policy.controller.zone, now())
        with company.state.snapshot() as connection:
            found = booked.listed(connection, company.policy, closed=everything)
        page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
        rows = [shown(one, at, stuck=preview(company, one, at)[1] if one.state == "open" else "") for one in page]
    given = {
        "rows": rows,
        "page": page,
        "everything": everything,
        "late": sum(one.state == "open" and one.late(at) for one in found),
        "open": sum(one.state == "open" for one in found),
        "here": "requests",
    }
    return render(request, "office/requests.html", given)


@require_GET
@staff_only("general_manager", "case_handler")
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show a request."""
    return page_of(request, number)


def page_of(request: HttpRequest, number: int, **forms: Reason) -> HttpResponse:
    """Return a request's page.

    Args:
        request: Who asks for it.
        number: The request's.
        forms: Forms that were filled in and are not right: ``refuse``, ``extend``, ``reopen``.
    """
    with settings.HOLDORD_FOLDER.company() as company:
        found = find(company, number)
        moment = now()
        at = today(company.policy.controller.zone, moment)
        looked, stuck = preview(company, found, at) if found.state == "open" else (None, "")
        with company.state.snapshot() as connection:
            events = history(connection, number)
            mine = [limit for limit in limited.listed(connection, over=True) if limit.request == number]
            answered = handed.read(connection, moment, number) is not None
            told = notified.rows(company, connection, number)
        given: dict[str, Any] = {
            "row": shown(found, at, stuck=stuck),
            "facts": [*facts(found), *wish(company, found)],
            "does": does.of(company, found, looked, at) if looked else None,
            "open_for": [english(text) for text in looked.open_for] if looked else [],
            "events": does.told(company, events),
            "limits": [
                (limit, purpose(company, limit.purpose) if limit.purpose else "", _renew(limit)) for limit in mine
            ],
            "notified": told,
            "may_open": looked is not None or answered,
            "erases": looked is not None and erases(company, found),
            "may_extend": found.state == "open" and not found.extended_for and not found.late(at),
        }
    given |= {name: forms.get(name) or Reason(name) for name in ("refuse", "extend", "reopen", "mandate")}
    return render(request, "office/request.html", given | {"wrong": next(iter(forms), ""), "here": "requests"})


@require_GET
@staff_only("general_manager", "case_handler")
def kinds(request: HttpRequest) -> HttpResponse:
    """Ask what somebody asks for."""
    found = [(name, said(f"office.kind_{name}"), said(f"office.asks_{name}")) for name in ASKS_FOR]
    return render(request, "office/kinds.html", {"kinds": found, "here": "requests"})


@require_http_methods(["GET", "POST"])
@staff_only("general_manager", "case_handler")
def new(request: HttpRequest, wanted: str) -> HttpResponse:
    """Write down that somebody asked, by a letter, by telephone, by e-mail or in person."""
    if wanted not in ASKS_FOR:
        raise Http404
    with settings.HOLDORD_FOLDER.company() as company:
        at = today(company.policy.controller.zone, now())
        form = Register(company, request.POST or None, initial={"received": at})
        wishes = Wish(wanted, choices(company, wanted), request.POST or None)
        if request.method == "POST" and all([form.is_valid(), wishes.is_valid()]):
            number = _register(request, company, wanted, form, wishes)
            if number is not None:
                return redirect("office:request", number=number)
    given = {"form": form, "wish": wishes, "what": said(f"office.kind_{wanted}"), "here": "requests"}
    return render(request, "office/new.html", given)


def find(company: Company, number: int) -> booked.Request:
    """Return a request.

    Raises:
        Http404: There is none.
    """
    try:
        with company.state.snapshot() as connection:
            return booked.find(connection, company.policy, number)
    except Refused as error:
        raise Http404 from error


def _register(request: HttpRequest, company: Company, wanted: Any, form: Register, wishes: Wish) -> int | None:
    """Write a request down and say so, or say in the form what is wrong."""
    given, person, moment = form.cleaned_data, form.person, now()
    try:
        made = incoming.receive(
            company,
            moment,
            asks_for=wanted,
            person=person,
            channel=given["channel"],
            received=given["received"],
            wish=wishes.document(),
            language=given["language"],
            email=given["answer_to"],
            mandate=given["mandate"].strip(),
        )
    except Refused as error:
        form.add_error(None, english(error))
        return None
    told = bool(made.email and company.settings.portal)
    messages.success(request, said("office.registered_told" if told else "office.registered", day=made.due))
    if not access(company, person, today(company.policy.controller.zone, moment)).items:
        messages.warning(request, said("office.registered_nothing"))
    return made.number


def _renew(one: limited.Limit) -> Reason:
    return Reason("renew", auto_id=f"renew_{one.number}_%s")
