"""The page that makes an account out of an invitation."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.utils import perform_login
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from holdord.errors import Refused
from holdord.web.say import said
from holdord.web.staff import invite


class Start(forms.Form):
    """A name and a password."""

    name = forms.RegexField(r"^[\w.@ +-]{2,60}$", max_length=60)
    password = forms.CharField(widget=forms.PasswordInput, max_length=200)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.error_messages["required"] = said("staff.needed")
        self.fields["name"].error_messages["invalid"] = said("staff.name_wrong")
        self.fields["name"].label = said("staff.name")
        self.fields["name"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].label = said("staff.password")
        self.fields["password"].help_text = said("staff.password_help")
        self.fields["password"].widget.attrs["autocomplete"] = "new-password"

    def clean_password(self) -> str:
        """Refuse a password that is short or common."""
        return cast(str, get_adapter().clean_password(self.cleaned_data["password"]))


def start(request: HttpRequest, token: str) -> HttpResponse:
    """Make an account, sign in, and go on to the second factor."""
    found = invite.read(token)
    form = Start(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = invite.accept(token, form.cleaned_data["name"], form.cleaned_data["password"])
        except Refused as error:
            form.add_error("name", str(error))
        else:
            perform_login(request, user, email_verification="none")
            reauthenticate_by_password(request)
            return redirect("mfa_index")
    return render(
        request,
        "staff/start.html",
        {"form": form, "role": f"staff.role_{found.role}", "cancel": reverse("board:board")},
    )
