"""People whose data must be looked at again (GDPR art. 5(1)(d)): who they are, masked, and what staff found."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from holdord.errors import Refused
from holdord.now import now, today
from holdord.policy.part import Review
from holdord.run import reviews
from holdord.run.company import Company
from holdord.run.requests.access import access
from holdord.run.requests.answer import document
from holdord.run.requests.seen import glanced
from holdord.web.called import english
from holdord.web.called import purpose as called
from holdord.web.held import held
from holdord.web.office import named
from holdord.web.office.answers import name_of
from holdord.web.say import said
from holdord.web.staff.roles import staff_only

MOST = 20
"""People on a page."""


@require_GET
@staff_only("general_manager", "case_handler")
def listed(request: HttpRequest, purpose: str) -> HttpResponse:
    """List who waits, the latest first; that somebody saw them stands in the log, as for a page of their own."""
    with settings.HOLDORD_FOLDER.company() as company:
        at, member = today(company.policy.controller.zone, now()), int(request.user.pk or 0)
        found = reviews.due(company, _review(company, purpose), at)
        for one in found[:MOST]:  # before anything of theirs is shown
            glanced(company, now(), one.person, name_of(request))
        rows = [(one, named.name(one.person, member, now()), _record(company, one, purpose)) for one in found[:MOST]]
        given = {"rows": rows, "count": len(found), "most": MOST, "purpose": purpose, "here": "tasks"}
        given["label"] = called(company, purpose)
    return render(request, "office/reviews.html", given)


@require_POST
@staff_only("general_manager", "case_handler")
def done(request: HttpRequest, purpose: str, letters: str, found: str) -> HttpResponse:
    """Write down what somebody found."""
    person = named.person_of(letters, int(request.user.pk or 0), now())
    if person is None or found not in ("seen", "over"):
        raise Http404
    with settings.HOLDORD_FOLDER.company() as company:
        review = _review(company, purpose)
        try:
            reviews.done(company, now, review, person, "over" if found == "over" else "seen", name_of(request))
            messages.success(request, said(f"office.done_{found}"))
        except Refused as error:
            messages.error(request, english(error))
    return redirect("office:reviews", purpose=purpose)


def _review(company: Company, purpose: str) -> Review:
    try:
        return reviews.of_purpose(company.policy, purpose)
    except Refused as error:
        raise Http404 from error


def _record(company: Company, one: reviews.Due, purpose: str) -> object:
    """Return a person's own record, masked."""
    at = today(company.policy.controller.zone, now())
    seen = held(document(access(company, one.person, at)), frozenset((purpose,)), everything=False)
    return seen.records[0] if seen.records else None
