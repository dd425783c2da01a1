"""Who is in the portal, for half an hour after their link was opened. Nothing of it can be read from the session.

The session's cookie is a random name; what it stands for is sealed with the folder's own key (``holdord.run.links``),
so that a copy of ``staff.db`` tells nobody who asked.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from holdord.now import now
from holdord.policy.model import Record
from holdord.run import links

_NAME = "portal"
LASTS = timedelta(minutes=30)
Page = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Somebody who opened a link.

    Attributes:
        email: The address that the link was sent to.
        record_class: Of the person whose address it is; empty where it may be several people's, or a shared mailbox.
        key: Theirs.
        since: When the link was opened, as a text with its time zone.
        asked: The day on which the link was asked for: a request is of that day (GDPR art. 12(3)).
        wanted: What they were about to ask for; empty where they came to look.
        sure: Whether they named a second fact.
        behalf: Whether they ask for that person: they see what they asked for, and nothing else of it.
    """

    email: str
    record_class: str
    key: tuple[str | int, ...]
    since: str
    asked: str
    wanted: str = ""
    sure: bool = False
    behalf: bool = False

    @property
    def person(self) -> Record | None:
        """Who it is, or None where the address tells nobody apart."""
        return Record(record_class=self.record_class, key=self.key) if self.record_class else None

    @property
    def asked_on(self) -> date:
        """The day on which the link was asked for."""
        return date.fromisoformat(self.asked)


def begin(request: HttpRequest, visit: Visit) -> None:
    """Begin a visit; whatever the browser was signed in to before ends."""
    request.session.flush()
    keep(request, visit)
    request.session.set_expiry(LASTS)


def keep(request: HttpRequest, visit: Visit) -> None:
    """Write a visit down as it is now."""
    with settings.HOLDORD_FOLDER.company() as company:
        request.session[_NAME] = links.seal(company, asdict(visit))


def end(request: HttpRequest) -> None:
    """End the visit."""
    request.session.flush()


def of(request: HttpRequest) -> Visit | None:
    """Return the visit, or None where there is none any more."""
    sealed = request.session.get(_NAME)
    if not isinstance(sealed, str):
        return None
    with settings.HOLDORD_FOLDER.company() as company:
        said: dict[str, Any] | None = links.unseal(company, sealed)
    if said is None:
        return None
    visit = Visit(**{**said, "key": tuple(said["key"])})
    return visit if timedelta(0) <= now() - datetime.fromisoformat(visit.since) <= LASTS else None


def with_visit(page: Page) -> Page:
    """Open a page to who came by a link."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        visit = of(request)
        if visit is None:
            return render(request, "portal/over.html", status=403)
        return page(request, visit, *args, **kwargs)

    return guarded


def with_known(page: Page) -> Page:
    """Open a page to who has named a second fact."""

    @wraps(page)
    def guarded(request: HttpRequest, visit: Visit, *args: object, **kwargs: object) -> HttpResponse:
        if visit.person is None or not visit.sure:
            return redirect("portal:sure")
        return page(request, visit, *args, **kwargs)

    return with_visit(guarded)


def with_person(page: Page) -> Page:
    """Open a page to who has named a second fact, and is the person."""

    @wraps(page)
    def guarded(request: HttpRequest, visit: Visit, *args: object, **kwargs: object) -> HttpResponse:
        if visit.behalf:
            raise Http404
        return page(request, visit, *args, **kwargs)

    return with_known(guarded)
