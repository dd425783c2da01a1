"""A second way into the portal: signing in at a provider that the settings name (``holdord.run.openid``).

Who signs in there with something that is theirs alone, such as an identity number, is known well enough for what a link
and a second fact open; by an address or a telephone number it is as good as the link. Whoever is nobody here sees the
same as who came by a link to an address that is not known.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from holdord.config import Identity
from holdord.errors import IdentityError
from holdord.now import now, today
from holdord.policy.terms import LANGUAGES
from holdord.run import doors, links, openid
from holdord.run.company import Company
from holdord.run.openid import Pending
from holdord.run.requests.who import by_value
from holdord.run.requests.wish import ASKS_FOR
from holdord.web.portal import pages
from holdord.web.portal import visit as visits
from holdord.web.portal.visit import Visit
from holdord.web.say import language, said

_NAME = "openid"
_BACK = "/openid/back"
_THEIRS_ALONE = "identity."
"""Categories of what nobody shares: names, addresses and telephone numbers are none."""


@never_cache
@require_GET
def leave_for(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider; what must be known when they come back is sealed in a cookie of its own.

    So who never comes back leaves nothing here, and a member of the staff stays signed in.
    """
    wanted = request.GET.get("for", "")
    with settings.HOLDORD_FOLDER.company() as company:
        identity = _identity(company)
        try:
            to, pending = openid.begin(identity, f"{settings.HOLDORD_ADDRESS}{_BACK}")
        except IdentityError:
            messages.error(request, said("portal.openid_away", name=identity.name))
            return redirect("portal:ask")
        known = (*ASKS_FOR, *doors.shown(company.policy))
        until = (now() + visits.LASTS).isoformat()
        kept = {"wanted": wanted if wanted in known else "", "language": language(), "until": until, **asdict(pending)}
        sealed = links.seal(company, kept)
    answer = redirect(to)
    answer.set_cookie(
        _NAME,
        sealed,
        max_age=visits.LASTS,
        path=_BACK,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
    return answer


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Begin a visit for who has signed in; each answer of the provider opens one, once."""
    answer = _came_back(request)
    answer.delete_cookie(_NAME, path=_BACK, samesite="Lax")
    return answer


def _came_back(request: HttpRequest) -> HttpResponse:
    sealed = request.COOKIES.get(_NAME)
    with settings.HOLDORD_FOLDER.company() as company:
        identity = _identity(company)
        kept: dict[str, Any] | None = links.unseal(company, sealed) if sealed else None
        if sealed is None or kept is None or datetime.fromisoformat(kept.pop("until")) < now():
            return _over(request)
        if not links.use(company, now(), sealed, visits.LASTS):
            return _over(request)
        wanted, spoken = str(kept.pop("wanted")), str(kept.pop("language"))
        if spoken in LANGUAGES:
            translation.activate(spoken)
        try:
            claims = openid.finish(identity, Pending(**kept), request.GET.dict())
        except IdentityError:
            messages.error(request, said("portal.openid_failed", name=identity.name))
            return redirect("portal:ask")
        visit = _visit(company, identity, claims, wanted)
    visits.begin(request, visit)
    if not visit.sure:
        return redirect("portal:sure")
    return pages.onward(visit)


def _visit(company: Company, identity: Identity, claims: dict[str, Any], wanted: str) -> Visit:
    """Return the visit of who signed in: of one person, where what the provider vouches for is held of one alone."""
    value, moment = openid.identifies(identity, claims), now()
    found = by_value(company, identity.category, value) if value else None
    person = found.people[0] if found is not None and found.is_one else None
    is_read = claims.get("email_verified") is True and isinstance(claims.get("email"), str)
    return Visit(
        email=str(claims["email"]) if is_read else "",
        record_class=person.record_class if person else "",
        key=person.key if person else (),
        since=moment.isoformat(),
        asked=today(company.policy.controller.zone, moment).isoformat(),
        wanted=wanted,
        sure=person is not None and identity.category.startswith(_THEIRS_ALONE),
    )


def _identity(company: Company) -> Identity:
    if company.settings.identity is None:
        raise Http404
    return company.settings.identity


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/over.html", status=403)
