"""What waits for a person: the tasks of the policy, and the proof that somebody did one."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from holdord.errors import Refused
from holdord.now import now, today
from holdord.run import reviews
from holdord.run import tasks as work
from holdord.web.called import english, purpose
from holdord.web.office.answers import name_of
from holdord.web.say import said
from holdord.web.staff.roles import staff_only

_SAYS = 2000


class Proof(forms.Form):
    """What was done, when, and a file that shows it, of which only a digest is kept."""

    says = forms.CharField(max_length=_SAYS, widget=forms.Textarea(attrs={"rows": 4}))
    given = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    file = forms.FileField(required=False, allow_empty_file=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = said(f"office.proof_{name}")
            field.help_text = said(f"office.proof_{name}_help")


@require_GET
@staff_only("general_manager", "case_handler")
def tasks(request: HttpRequest) -> HttpResponse:
    """List the tasks, broken ones first, then those that wait."""
    with settings.HOLDORD_FOLDER.company() as company:
        found, told = work.listed(company, now()), company.policy.told.language
        looked = [(one.purpose, purpose(company, one.purpose)) for _, _, one in reviews.named_in(company.policy)]
    waiting = [(one, said(f"office.task_{one.state}")) for one in found if one.state != "kept"]
    kept = [(one, said("office.task_kept")) for one in found if one.state == "kept"]
    given = {"waiting": waiting, "kept": kept, "told": told, "looked": looked, "here": "tasks"}
    return render(request, "office/tasks.html", given)


@require_http_methods(["GET", "POST"])
@staff_only("general_manager", "case_handler")
def prove(request: HttpRequest, promise: str, part: str) -> HttpResponse:
    """Give the proof of a task."""
    with settings.HOLDORD_FOLDER.company() as company:
        moment, told = now(), company.policy.told.language
        at = today(company.policy.controller.zone, moment)
        known = {(one.promise, one.part): one for one in work.listed(company, moment)}
        if (promise, part) not in known:
            raise Http404
        form = Proof(request.POST or None, request.FILES or None, initial={"given": at})
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                work.give(
                    company,
                    moment,
                    promise,
                    part,
                    by_whom=name_of(request),
                    says=given["says"],
                    file=given["file"],
                    given=given["given"],
                )
            except Refused as error:
                form.add_error(None, english(error))
            else:
                messages.success(request, said("office.done_proof"))
                return redirect("office:tasks")
    given = {"one": known[promise, part], "form": form, "told": told, "here": "tasks"}
    return render(request, "office/prove.html", given)
