"""What the next sweep does, what it waits for, and the letters that wait. Nothing is carried out from here."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from holdord.errors import Refused
from holdord.now import now, today
from holdord.plan.statements import Awaiting, Meant, Statement
from holdord.policy.terms import same_name
from holdord.run import approve, outbox_lines, sweep
from holdord.run.company import Company
from holdord.run.requests.page.blocks import plain
from holdord.run.requests.page.says import says_in
from holdord.web.called import category, english, listed, own
from holdord.web.office.answers import name_of
from holdord.web.office.does import action
from holdord.web.say import language, said
from holdord.web.staff.roles import staff_only

_REASON = 2000


class Decision(forms.Form):
    """Yes or no to what a promise lets go, with a reason."""

    says = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    plan = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["says"].choices = [(one, said(f"office.says_{one}")) for one in ("yes", "no")]  # type: ignore[attr-defined]
        self.fields["says"].label = said("office.says")
        self.fields["reason"].label = said("office.approve_reason")


@require_GET
@staff_only("general_manager", "case_handler")
def plan(request: HttpRequest) -> HttpResponse:
    """Show what the next sweep does and asks first."""
    return _page(request)


@require_POST
@staff_only("general_manager", "case_handler")
def decide(request: HttpRequest, promise: str) -> HttpResponse:
    """Say yes or no to what a promise lets go, as one of its approvers."""
    with settings.HOLDORD_FOLDER.company() as company:
        known = company.policy.promises.get(promise)
        if known is None or not known.approval:
            raise Http404
        form = Decision(request.POST, auto_id=f"{promise}_%s")
        if form.is_valid():
            at = today(company.policy.controller.zone, now())
            given = form.cleaned_data
            try:
                approve.decide(company, now(), at, promise=promise, by=name_of(request), **given)
            except Refused as error:
                form.add_error(None, english(error))
            else:
                messages.success(request, said(f"office.done_{given['says']}"))
                return redirect("office:plan")
    return _page(request, wrong=(promise, form))


@require_GET
@staff_only("general_manager", "case_handler")
def outbox(request: HttpRequest) -> HttpResponse:
    """List the letters that wait or were given up, or all."""
    everything = request.GET.get("show") == "all"
    with settings.HOLDORD_FOLDER.company() as company, company.state.snapshot() as connection:
        found = outbox_lines.listed(connection, everything=everything)
        zone = company.policy.controller.zone
    rows = [
        {
            "one": one,
            "what": said(f"office.letter_{one.kind}"),
            "state": said(f"office.message_{one.state}"),
            "queued": one.queued.astimezone(zone),
            "next": one.next_try.astimezone(zone) if one.next_try else None,
        }
        for one in found
    ]
    return render(request, "office/outbox.html", {"rows": rows, "everything": everything, "here": "outbox"})


def _page(request: HttpRequest, wrong: tuple[str, Decision] | None = None) -> HttpResponse:
    with settings.HOLDORD_FOLDER.company() as company:
        moment = now()
        looked = sweep.look(company, today(company.policy.controller.zone, moment), moment)
        found = looked.due.plan
        given = {
            "plan": found,
            "statements": _by_promise(company, found.statements),
            "stops": [one for one in found.findings if one.severity == "stop"],
            "asks": looked.open,
            "awaiting": [_awaiting(request, company, one, found.digest, wrong) for one in found.awaiting],
            "command": "holdord keep .",
            "confirm": f"holdord keep . --confirm {found.digest}",
            "here": "plan",
        }
    return render(request, "office/plan.html", given)


def _shown(company: Company, one: Statement | Meant) -> dict[str, Any]:
    table = company.bound.datamap.tables[one.table]
    names = {column.name: column.category for column in company.bound.columns.get(one.table, ())}
    columns = [column if isinstance(column, str) else column.name for column in one.columns]
    words = dict.fromkeys(category(company, names[name]) if name in names else name for name in columns)
    return {
        "what": plain(says_in(language()).record(one.table, table.record_class)),
        "how": action(one.action, listed(words)),
        "rows": one.rows,
    }


def _by_promise(company: Company, statements: Iterable[Statement]) -> list[dict[str, Any]]:
    """Return what goes by the promise that accounts for it."""
    found: dict[str, list[Statement]] = {}
    for one in statements:
        found.setdefault(one.promise, []).append(one)
    return [
        {
            "promise": name,
            "says": own(company, company.policy.promises[name].says) if name in company.policy.promises else "",
            "count": sum(one.rows for one in each),
            "rows": [_shown(company, one) for one in each],
        }
        for name, each in found.items()
    ]


def _awaiting(
    request: HttpRequest, company: Company, one: Awaiting, digest: str, wrong: tuple[str, Decision] | None
) -> dict[str, Any]:
    promise = company.policy.promises[one.promise]
    form = Decision(initial={"plan": digest}, auto_id=f"{one.promise}_%s")
    return {
        "one": one,
        "says": own(company, promise.says),
        "meant": [_shown(company, meant) for meant in one.meant],
        "approvers": ", ".join(promise.approvers),
        "may": same_name(name_of(request)) in map(same_name, promise.approvers),
        "form": wrong[1] if wrong is not None and wrong[0] == one.promise else form,
    }
