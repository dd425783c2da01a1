"""The pages of the portal: ask, prove who one is, follow the request, read the answer, answer back.

Nobody has an account. A link that was sent to an address opens a visit, a second known fact opens what is held, and
what is in an address bar names nobody: requests have numbers, and a number that is not the visitor's does not exist.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdord.errors import Refused
from holdord.now import now, today
from holdord.policy.terms import COUNTRIES
from holdord.run import doors, links
from holdord.run.company import Company
from holdord.run.requests import booked, erasure, handed, handle, incoming, second
from holdord.run.requests.at_once import at_once
from holdord.run.requests.wish import ASKS_FOR
from holdord.web import called
from holdord.web.answer import handed as handed_out
from holdord.web.answer import shown
from holdord.web.portal import visit as visits
from holdord.web.portal.choices import choices
from holdord.web.portal.forms import Ask, Back, Sure, Wish
from holdord.web.portal.visit import Visit, with_known, with_person, with_visit
from holdord.web.say import language, said

ERASES = ("erasure", "withdrawal", "objection")
"""What is asked for by those of whom nothing may be left."""
AT_ONCE = ("withdrawal", "objection")
"""What nobody at the company decides about first, but for an objection that must be weighed: taking a consent back is
as easy as giving it (GDPR art. 7(3)), and who objects to marketing is in the right (21(3))."""


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """Say what one can ask for, and where else one can turn."""
    with settings.HOLDORD_FOLDER.company() as company:
        country = COUNTRIES[company.policy.controller.country]
        contact = company.policy.told.contact
    facts = {"rights": ASKS_FOR, "contact": contact, "authority": country.authority, "web": country.web}
    return render(request, "portal/front.html", facts)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Send a link; the answer is the same for every address."""
    wanted = request.GET.get("for", "")
    with settings.HOLDORD_FOLDER.company() as company:
        seen = [(name, called.purpose(company, name)) for name in doors.shown(company.policy)]
        known = ("look", *ASKS_FOR, *(name for name, _ in seen))
        form = Ask(seen, request.POST or None, initial={"wanted": wanted if wanted in known else "access"})
        if request.method == "POST" and form.is_valid():
            links.ask(company, now(), form.cleaned_data["email"], language(), form.cleaned_data["wanted"])
            return redirect("portal:sent")
        identity = company.settings.identity
    return render(request, "portal/ask.html", {"form": form, "identity": identity, "wanted": form["wanted"].value()})


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Say where to look now."""
    return render(request, "portal/sent.html")


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Open a link, once somebody presses: programs that look into letters only get the page."""
    if request.method == "GET":
        return render(request, "portal/in.html")
    try:
        with settings.HOLDORD_FOLDER.company() as company:
            opened = links.open(company, now(), token)
            asked = today(company.policy.controller.zone, opened.made)
    except Refused:
        return render(request, "portal/over.html", status=403)
    person = opened.person
    visit = Visit(
        email=opened.email,
        record_class=person.record_class if person else "",
        key=person.key if person else (),
        since=now().isoformat(),
        asked=asked.isoformat(),
        wanted=opened.what if opened.what != links.PORTAL else "",
        behalf=opened.behalf,
    )
    visits.begin(request, visit)
    return redirect("portal:sure")


@require_http_methods(["GET", "POST"])
@with_visit
def sure(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for a second known fact."""
    if visit.sure:
        return redirect("portal:mine")
    facts: tuple[second.Fact, ...] = ()
    with settings.HOLDORD_FOLDER.company() as company:
        at = today(company.policy.controller.zone, now())
        if visit.person is not None:
            facts = second.known(company, visit.person, at)
        form = Sure(facts, request.POST or None, initial={"fact": facts[0] if facts else ""})
        if request.method == "POST" and visit.person is not None and form.is_valid():
            left = second.tries_left(company, now(), visit.person)
            if left and second.fits(company, visit.person, at, form.cleaned_data["fact"], form.cleaned_data["said"]):
                second.forget_tries(company, now(), visit.person)
                known = replace(visit, sure=True)
                visits.begin(request, known)  # a new name for the session: what it opens has changed
                return onward(known)
            if left <= 1:
                visits.end(request)
                return render(request, "portal/over.html", status=403)
            form.add_error("said", said("portal.sure_wrong"))
        contact = company.policy.told.contact
        over = _gone(company, visit) if not facts else []
    given = {"form": form if facts else None, "contact": contact, "over": over}
    return render(request, "portal/sure.html", given)


def onward(visit: Visit) -> HttpResponse:
    """Lead somebody who is known now to what they came for."""
    if visit.behalf:
        return redirect("portal:mine")
    if visit.wanted in ASKS_FOR:
        return redirect("portal:wish", wanted=visit.wanted)
    with settings.HOLDORD_FOLDER.company() as company:
        is_page = visit.wanted in doors.shown(company.policy)
    return redirect("portal:held_for", purpose=visit.wanted) if is_page else redirect("portal:mine")


@require_GET
@with_known
def mine(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the visitor's requests."""
    with settings.HOLDORD_FOLDER.company() as company:
        at = today(company.policy.controller.zone, now())
        with company.state.snapshot() as connection:
            found = booked.of_person(connection, company.policy, visit.person) if visit.person else []
        found = [one for one in found if _is_theirs(visit, one)] + _gone(company, visit)
        seen = [(name, called.purpose(company, name)) for name in doors.shown(company.policy)]
    shown = [(one, one.state == "open" and one.late(at)) for one in found]
    given = {"requests": shown, "rights": ASKS_FOR, "seen": seen, "behalf": visit.behalf}
    return render(request, "portal/mine.html", given)


@require_http_methods(["GET", "POST"])
@with_person
def wish(request: HttpRequest, visit: Visit, wanted: str) -> HttpResponse:
    """Ask what exactly is wished for, and write the request down."""
    if wanted not in ASKS_FOR or visit.person is None:
        raise Http404
    with settings.HOLDORD_FOLDER.company() as company:
        at = today(company.policy.controller.zone, now())
        form = Wish(wanted, choices(company, visit.person, at, wanted), request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                made = incoming.receive_from_portal(
                    company,
                    now(),
                    asks_for=wanted,
                    person=visit.person,
                    received=min(visit.asked_on, at) if wanted == visit.wanted else at,
                    wish=form.document(),
                    language=language(),
                    email=visit.email,
                )
            except incoming.TooMany:
                form.add_error(None, said("portal.too_many", count=incoming.MOST_OPEN))
            except Refused as error:
                form.add_error(None, called.english(error))
            else:
                visits.keep(request, replace(visit, wanted=""))
                if wanted in AT_ONCE:
                    made = at_once(company, now, made)
                messages.success(request, registered(made))
                return redirect("portal:followed", number=made.number)
    return render(request, "portal/wish.html", {"form": form, "wanted": wanted, "what": said(f"portal.ask_{wanted}")})


def registered(made: booked.Request) -> str:
    """Return what somebody is told once their request is written down."""
    return said("portal.done_at_once") if made.state == "answered" else said("portal.registered", day=made.due)


@require_GET
@with_person
def preview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what an erasure would do today, and what would stay."""
    assert visit.person is not None  # noqa: S101 (with_person says so)
    with settings.HOLDORD_FOLDER.company() as company:
        at = today(company.policy.controller.zone, now())
        document = erasure.document(erasure.preview(company, visit.person, at))
    return shown(document)


def with_request(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a page to whose request it is about; one of somebody else's does not exist."""

    @wraps(page)
    @with_visit
    def guarded(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
        with settings.HOLDORD_FOLDER.company() as company, company.state.snapshot() as connection:
            one = booked.of_number(connection, company.policy, number)
        if one is not None and _is_theirs(visit, one):
            return page(request, visit, one)
        if visit.person is None or not visit.sure:
            return redirect("portal:sure")
        raise Http404

    return guarded


@require_GET
@with_request
def followed(request: HttpRequest, visit: Visit, one: booked.Request) -> HttpResponse:
    """Show a request, until when it is answered, and the answer."""
    with settings.HOLDORD_FOLDER.company() as company:
        at = today(company.policy.controller.zone, now())
        country = COUNTRIES[company.policy.controller.country]
    facts = {
        "one": one,
        "late": one.state == "open" and one.late(at),
        "what": said(f"portal.ask_{one.asks_for}"),
        "has_answer": _handed(visit, one) is not None,
        "authority": country.authority,
        "web": country.web,
        "form": Back(),
    }
    return render(request, "portal/followed.html", facts)


@require_GET
@with_request
def answer(request: HttpRequest, visit: Visit, one: booked.Request) -> HttpResponse:
    """Show the answer as a page of its own."""
    return shown(_answer(visit, one))


@require_GET
@with_request
def files(request: HttpRequest, visit: Visit, one: booked.Request) -> HttpResponse:
    """Hand the answer out as files."""
    return handed_out(_answer(visit, one), one.number)


@require_POST
@with_request
def back(request: HttpRequest, visit: Visit, one: booked.Request) -> HttpResponse:
    """Open a request again, since the person answers back."""
    form = Back(request.POST)
    if form.is_valid():
        with settings.HOLDORD_FOLDER.company() as company:
            handle.reopen(company, now(), one.number, form.cleaned_data["words"], by_person=True)
        messages.success(request, said("portal.back_sent"))
    return redirect("portal:followed", number=one.number)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit."""
    visits.end(request)
    return redirect("portal:front")


def _is_theirs(visit: Visit, one: booked.Request) -> bool:
    """Tell whether a request is the visitor's.

    Of who is erased nothing is left by which they could be known but the address that they asked from: it opens what
    tells of the erasure, which says what is gone and not what it was. Who asks for another sees what came from their
    own address by a mandate that somebody has looked at.
    """
    is_same = bool(one.email) and one.email.strip().lower() == visit.email.strip().lower()
    if visit.sure and visit.person is not None and one.person == visit.person:
        return not visit.behalf or (is_same and one.mandate_seen is not None)
    return one.gone is not None and is_same and one.asks_for in ERASES


def _gone(company: Company, visit: Visit) -> list[booked.Request]:
    """Return what tells the visitor of an erasure after which nobody can be known by their address any more."""
    with company.state.snapshot() as connection:
        found = booked.of_address(connection, company.policy, visit.email)
    return [one for one in found if one.gone is not None and _is_theirs(visit, one)]


def _answer(visit: Visit, one: booked.Request) -> dict[str, Any]:
    found = _handed(visit, one)
    if found is None:
        raise Http404
    return found


def _handed(visit: Visit, one: booked.Request) -> dict[str, Any] | None:
    """Return an answer that waits; to who is known by the address alone only one without any value."""
    with settings.HOLDORD_FOLDER.company() as company, company.state.snapshot() as connection:
        found = handed.read(connection, now(), one.number)
    if found is None or one.person == visit.person:
        return found
    told = (found, found.get("erasure") or {})
    return None if any(part.get("stays") or part.get("left") for part in told) else found
