"""What staff fill in."""

from typing import Any

from django import forms

from holdord.errors import Refused
from holdord.policy.model import Record
from holdord.policy.terms import LANGUAGES
from holdord.run.company import Company
from holdord.run.requests.who import by_email, person_of
from holdord.web.called import english
from holdord.web.say import said

_WAYS = ("letter", "phone", "email", "in_person")
_REASON = 2000


class Register(forms.Form):
    """Who asks, how and when it came, and where they are answered.

    Args:
        company: The folder; an address or a key is looked up in its store.
    """

    channel = forms.ChoiceField(widget=forms.RadioSelect)
    received = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    email = forms.EmailField(max_length=254, required=False)
    key = forms.CharField(max_length=200, required=False)
    sure = forms.BooleanField()
    language = forms.ChoiceField(required=False)
    answer_to = forms.EmailField(max_length=254, required=False)
    mandate = forms.CharField(max_length=500, required=False)

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._company = company
        self.person = Record(record_class="", key=())
        ways = [(one, said(f"office.by_{one}")) for one in _WAYS]
        self.fields["channel"].choices = ways  # type: ignore[attr-defined]
        languages = [("", said("office.in_unknown")), *((one, said(f"office.in_{one}")) for one in LANGUAGES)]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.label = said(f"office.new_{name}")
        for name in ("received", "email", "key", "sure", "answer_to", "mandate"):
            self.fields[name].help_text = said(f"office.new_{name}_help")
        for name in ("email", "key", "answer_to"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """Find out whom it is about: by one address that one person has, or by a key."""
        given: dict[str, Any] = super().clean() or {}
        email, key = given.get("email", ""), given.get("key", "").strip()
        if "email" in self.errors:
            return given
        if bool(email) == bool(key):
            self.add_error("email", said("office.new_who_one"))
        elif key:
            self._by_key(key)
        else:
            self._by_email(email)
        return given

    def _by_key(self, key: str) -> None:
        try:
            self.person = person_of(self._company, key)
        except Refused as error:
            self.add_error("key", english(error))

    def _by_email(self, email: str) -> None:
        found = by_email(self._company, email)
        if found.is_one:
            (self.person,) = found.people
            return
        why = "mailbox" if found.is_mailbox else "many" if found.people else "nobody"
        self.add_error("email", said(f"office.new_email_{why}"))


class Reason(forms.Form):
    """Why: the person is told, or whoever looks at it later.

    Args:
        does: What it is a reason for; the key of its words.
    """

    reason = forms.CharField(max_length=_REASON, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, does: str, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{does}_%s")
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = said(f"office.{does}_reason")
        self.fields["reason"].help_text = said(f"office.{does}_reason_help")


class Sure(forms.Form):
    """A tick that must be set before data go, or before it is said that none do.

    Args:
        word: As ``Does.word`` is.
        clock: Whether it must be said, too, that the machine's clock is right.
    """

    sure = forms.BooleanField()
    plan = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, word: str, *args: Any, clock: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = said(f"office.{word}_sure")
        if clock:
            self.fields["clock"] = forms.BooleanField(label=said("office.erase_clock"))
