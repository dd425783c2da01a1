"""A person's page: found by something that is held, masked, and in full for one purpose and one view.

Nothing in an address names anybody (``holdord.web.office.named``), and what was looked for is sent and never linked to.
Sales and accounts find those alone of whom something is held for a purpose that they serve; of everybody else they
learn what they would learn if nothing were held.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdord.errors import Refused
from holdord.now import now, today
from holdord.policy.model import Record
from holdord.run.company import Company
from holdord.run.requests import booked, limited
from holdord.run.requests.access import access
from holdord.run.requests.answer import document
from holdord.run.requests.seen import glanced, seen, views
from holdord.run.requests.who import FOUND_BY, Found, by_value, person_of, spelling_of, ways
from holdord.stores.spelling import plain
from holdord.web.called import english, purpose
from holdord.web.held import Held, held
from holdord.web.office import named
from holdord.web.office.answers import name_of
from holdord.web.office.serves import Use, purposes_of, unknown, uses
from holdord.web.office.shown import shown
from holdord.web.say import said
from holdord.web.staff.roles import PEOPLE, doors, roles_of, staff_only

MOST = 10
"""People that are shown at once."""
_LOOKED_AT = 50
"""Of how many it is asked at most what is held: a name may be that of hundreds."""
_LONGEST = 254
_KEY = "key"


class Find(forms.Form):
    """Something that is held about somebody, and what it is."""

    by = forms.ChoiceField(widget=forms.RadioSelect, initial=FOUND_BY[0])
    value = forms.CharField(max_length=_LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [
            *((one, said(f"people.by_{one.rpartition('.')[2]}")) for one in FOUND_BY),
            (_KEY, said("people.by_key")),
        ]
        self.fields["by"].choices = ways  # type: ignore[attr-defined]
        self.fields["by"].label = said("people.find_by")
        self.fields["value"].label = said("people.value")
        self.fields["value"].help_text = said("people.value_help")
        self.fields["value"].error_messages["required"] = said("people.value_needed")
        self.fields["value"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Looked:
    """A person as one member of the staff may see them."""

    person: Record
    answer: dict[str, Any]
    serves: frozenset[str]
    held: Held
    uses: list[Use]
    everything: bool

    @property
    def is_there(self) -> bool:
        """Whether there is anything that they may see."""
        return bool(self.held.records)

    def may_be_found(self, by: str, wanted: Collection[str]) -> bool:
        """Tell whether they may be found by something: whoever may not see a value learns nothing by trying it."""
        if self.everything or not self.is_there or by == _KEY:
            return self.everything or self.is_there
        return any(
            one["category"] == by and isinstance(one["value"], str) and plain(one["value"], spelling_of(by)) in wanted
            for item in self.answer["items"]
            if self.serves.intersection(use["id"] for use in item["purposes"])
            for one in item["data"]
        )

    @property
    def may(self) -> list[Use]:
        """The purposes that can be chosen."""
        return [one for one in self.uses if not one.why_not]


@require_http_methods(["GET", "POST"])
@staff_only(*PEOPLE)
def find(request: HttpRequest) -> HttpResponse:
    """Find a person by something that is held about them."""
    form = Find(request.POST or None)
    given: dict[str, Any] = {"form": form, "here": "people"}
    with settings.HOLDORD_FOLDER.company() as company:
        serves = purposes_of(company, request)
        given |= {"serves": bool(serves), "unknown": unknown(company) if "accounts" in doors(request) else []}
        if request.method == "POST" and form.is_valid():
            try:
                found = _found(company, form.cleaned_data["by"], form.cleaned_data["value"])
            except Refused as error:
                form.add_error("value", english(error))
                return render(request, "office/people.html", given)
            by, value = form.cleaned_data["by"], form.cleaned_data["value"]
            looked = (_look(company, request, one) for one in found.people[:_LOOKED_AT])
            wanted = ways(company, by, value)
            there = list(islice((one for one in looked if one.may_be_found(by, wanted)), MOST + 1))
            unseen = len(found.people) > _LOOKED_AT and len(there) <= MOST
            if len(there) == 1 and not unseen and not found.is_mailbox:
                return redirect("office:person", letters=_letters(request, there[0].person))
            for one in there[:MOST]:
                glanced(company, now(), one.person, name_of(request))
            given |= {
                "looked": True,
                "found": [(_letters(request, one.person), one) for one in there[:MOST]],
                "mailbox": found.is_mailbox,
                "loose": found.loose if "office" in doors(request) else 0,
                "more": MOST if len(there) > MOST else 0,
                "unseen": unseen,
            }
    return render(request, "office/people.html", given)


@require_GET
@staff_only(*PEOPLE)
def one(request: HttpRequest, letters: str) -> HttpResponse:
    """Show what is held about a person, masked."""
    return _page(request, letters)


@require_POST
@staff_only(*PEOPLE)
def full(request: HttpRequest, letters: str) -> HttpResponse:
    """Show what one purpose holds as it is, for this view; the log says so first."""
    person = _person(request, letters)
    wanted = request.POST.get("purpose", "")
    with settings.HOLDORD_FOLDER.company() as company:
        looked = _look(company, request, person)
        if wanted not in {one.purpose for one in looked.may}:
            messages.error(request, said("people.see_wrong"))
            return redirect("office:person", letters=letters)
        try:
            seen(company, now(), person, wanted, name_of(request))
        except Refused as error:
            messages.error(request, english(error))
            return redirect("office:person", letters=letters)
    return _page(request, letters, wanted)


def _page(request: HttpRequest, letters: str, wanted: str = "") -> HttpResponse:
    person = _person(request, letters)
    with settings.HOLDORD_FOLDER.company() as company:
        at = today(company.policy.controller.zone, now())
        looked = _look(company, request, person, wanted)
        if not looked.is_there and not looked.everything:
            raise Http404
        if not wanted:
            glanced(company, now(), person, name_of(request))
        with company.state.snapshot() as connection:
            stands = [limit for limit in limited.of(connection, person) if limit.holds]
            asked = booked.of_person(connection, company.policy, person) if looked.everything else []
            lately = views(connection, person)[:MOST] if "general_manager" in roles_of(request) else []
        given = {
            "letters": letters,
            "looked": looked,
            "over": [use for use in looked.uses if use.why_not],
            "stands": [(limit, said(f"office.limit_{limit.ground}")) for limit in stands],
            "wanted": purpose(company, wanted) if wanted else "",
            "lately": [(one, purpose(company, one.purpose) if one.purpose else "") for one in lately],
            "asked": [shown(one, at) for one in asked],
            "here": "people",
        }
    return render(request, "office/person.html", given)


def _look(company: Company, request: HttpRequest, person: Record, wanted: str = "") -> _Looked:
    """Return what somebody may see of a person, and for what."""
    serves, everything = purposes_of(company, request), "office" in doors(request)
    answer = document(access(company, person, today(company.policy.controller.zone, now())))
    found = held(answer, serves, everything=everything, full=wanted)
    with company.state.snapshot() as connection:
        over = limited.ended(connection, person) & serves
        names = [name for name in company.policy.purposes if name in found.purposes or name in over]
        return _Looked(
            person=person,
            answer=answer,
            serves=serves,
            held=found,
            uses=uses(company, connection, person, names),
            everything=everything,
        )


def _found(company: Company, by: str, value: str) -> Found:
    if by == _KEY:
        return Found(people=(person_of(company, value.strip()),), loose=0, is_mailbox=False)
    return by_value(company, by, value)


def _letters(request: HttpRequest, person: Record) -> str:
    return named.name(person, int(request.user.pk or 0), now())


def _person(request: HttpRequest, letters: str) -> Record:
    """Return whom an address stands for, or raise Http404."""
    person = named.person_of(letters, int(request.user.pk or 0), now())
    if person is None:
        raise Http404
    return person
