"""What is held about the visitor, as it is now: all of it, or for one purpose, with what can be put right at once.

A value that rests on their consent alone is theirs to change: it is put right in the moment in which they say so, and a
list gets shorter by what they drop. Any other value becomes a request for rectification, which staff look at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from holdord.errors import Refused
from holdord.now import now, today
from holdord.policy.model import Record
from holdord.run import doors, reviews
from holdord.run.company import Company
from holdord.run.requests import incoming, rectification
from holdord.run.requests.access import access
from holdord.run.requests.answer import document
from holdord.run.requests.at_once import at_once
from holdord.run.requests.booked import Request
from holdord.web import called
from holdord.web.held import ALL, Held, Line, Piece, held
from holdord.web.portal.pages import registered
from holdord.web.portal.visit import Visit, with_person
from holdord.web.say import language, said

_COMMA = ", "
_LISTS = ("behaviour.profile", "job.interests")
"""Categories of which a value may be a list of topics."""
_BEHAVIOUR = "behaviour."
_LONGEST = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """What a visitor wants put right."""

    category: str
    old: str = field(repr=False)
    new: str = field(repr=False)


@require_http_methods(["GET", "POST"])
@with_person
def everything(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show all that is held."""
    return _page(request, visit, "")


@require_http_methods(["GET", "POST"])
@with_person
def held_for(request: HttpRequest, visit: Visit, purpose: str) -> HttpResponse:
    """Show what is held for a purpose that a promise opens to people."""
    return _page(request, visit, purpose)


def _page(request: HttpRequest, visit: Visit, purpose: str) -> HttpResponse:
    assert visit.person is not None  # noqa: S101 (with_person says so)
    with settings.HOLDORD_FOLDER.company() as company:
        policy = company.policy
        if purpose and purpose not in doors.shown(policy):
            raise Http404
        answer = document(access(company, visit.person, today(policy.controller.zone, now())))
        serves = frozenset((purpose,) if purpose else policy.purposes)
        seen = held(answer, serves, everything=not purpose, full=ALL)
        if request.method == "POST" and "still" in request.POST:
            return _still_right(request, company, visit.person)
        if request.method == "POST":
            return _put_right(request, visit, company, purpose, seen)
        given = {
            "held": seen,
            "purpose": purpose,
            "label": called.purpose(company, purpose) if purpose else "",
            "asked": not purpose and bool(reviews.of_person(company, visit.person)),
            "promises": list(_promises(company, purpose)),
            "consented": bool(purpose) and policy.purposes[purpose].basis == "consent",
            "kinds": [
                (kind, [(one.title, [(piece, _offered(piece)) for piece in one.pieces]) for one in kind.records])
                for kind in seen.kinds
            ],
        }
    return render(request, "portal/held.html", given)


def _still_right(request: HttpRequest, company: Company, person: Record) -> HttpResponse:
    """Take the word of somebody who was asked that what is held still fits (GDPR art. 5(1)(d))."""
    try:
        for review in reviews.of_person(company, person):
            reviews.done(company, now, review, person, "seen", "the person")
        messages.success(request, said("portal.still_done"))
    except Refused as error:
        messages.error(request, called.english(error))
    return redirect("portal:held")


def _put_right(request: HttpRequest, visit: Visit, company: Company, purpose: str, seen: Held) -> HttpResponse:
    """Take a value that is wrong, or a word that is dropped from a list."""
    here = redirect("portal:held_for", purpose=purpose) if purpose else redirect("portal:held")
    wanted = _wanted(request, seen)
    if wanted is None:
        messages.error(request, said("portal.held_wrong"))
        return here
    assert visit.person is not None  # noqa: S101 (with_person says so)
    try:
        made = _received(company, visit, visit.person, wanted)
    except incoming.TooMany:
        messages.error(request, said("portal.too_many", count=incoming.MOST_OPEN))
        return here
    except Refused as error:
        messages.error(request, called.english(error))
        return here
    if _is_theirs(company, made):
        made = at_once(company, now, made)
    messages.success(request, registered(made))
    return here if made.state == "answered" else redirect("portal:followed", number=made.number)


def _received(company: Company, visit: Visit, person: Record, wanted: _Wanted) -> Request:
    return incoming.receive_from_portal(
        company,
        now(),
        asks_for="rectification",
        person=person,
        received=today(company.policy.controller.zone, now()),
        wish={"changes": [{"category": wanted.category, "old": wanted.old, "new": wanted.new}]},
        language=language(),
        email=visit.email,
    )


def _wanted(request: HttpRequest, seen: Held) -> _Wanted | None:
    """Return what is to be put right, where it stands on the page as it is now."""
    category, shown, new = (_lines_of(request.POST.get(name, "")) for name in ("category", "old", "new"))
    here = (line.said for line in _lines(seen) if line.said and line.category == category)
    old = next((one for one in here if _lines_of(one) == shown), None)
    if old is None:
        return None
    if (drop := request.POST.get("drop", "")) and category in _LISTS:
        new = _COMMA.join(word for word in old.split(_COMMA) if word != drop)
    new = new.strip()
    return _Wanted(category=category, old=old, new=new) if new and new != old and len(new) <= _LONGEST else None


def _lines_of(text: str) -> str:
    """Return a text as it was before a browser sent it, which ends lines as letters over the net do."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _offered(piece: Piece) -> list[tuple[Line, bool, list[str]]]:
    """Return the lines of a piece: whether each can be put right here, and its words where it is a list of topics.

    What somebody did is not offered: that a page was opened is no matter of opinion.
    """
    offered = []
    for line in piece.lines:
        words = line.said.split(_COMMA) if line.category in _LISTS else []
        is_done = line.category.startswith(_BEHAVIOUR) and line.category not in _LISTS
        offered.append((line, bool(line.said) and not is_done, words if len(words) > 1 else []))
    return offered


def _lines(seen: Held) -> Iterator[Line]:
    for record in seen.records:
        for piece in record.pieces:
            yield from piece.lines


def _is_theirs(company: Company, made: Request) -> bool:
    """Tell whether a value rests on the person's consent alone, in each place in which it would be put right.

    It is asked of the very places: an address is put right in whatever letters it is written.
    """
    at = today(company.policy.controller.zone, now())
    found = rectification.preview(company, made.person, rectification.changes_of(made.wish), at)
    consented = (bool(place.purposes) and all(one.basis == "consent" for one in place.purposes) for place in found.goes)
    return bool(found.goes) and not found.left and all(consented)


def _promises(company: Company, purpose: str) -> Iterator[tuple[str, str]]:
    """Yield what is promised about a purpose, and in which language it is said."""
    for promise in company.policy.promises.values():
        if any(purpose in part.purposes for part in promise.parts):
            said_so = promise.says.within(language())
            yield said_so or str(promise.says), "" if said_so else company.policy.told.language
