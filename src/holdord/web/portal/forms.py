"""What people fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms

from holdord.run.requests.second import FACTS
from holdord.run.requests.wish import ASKS_FOR
from holdord.web.say import said


class Ask(forms.Form):
    """What for, and where the link goes."""

    wanted = forms.ChoiceField(widget=forms.RadioSelect)
    email = forms.EmailField(max_length=254)

    def __init__(self, seen: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """Take the purposes of which people may see what is held for them, and what each is called."""
        super().__init__(*args, **kwargs)
        rights = [(one, said(f"portal.ask_{one}")) for one in ("look", *ASKS_FOR)]
        pages = [(one, said("portal.ask_held", purpose=name)) for one, name in seen]
        self.fields["wanted"].choices = [*rights, *pages]  # type: ignore[attr-defined]
        self.fields["wanted"].label = said("portal.what")
        self.fields["email"].label = said("portal.email")
        self.fields["email"].help_text = said("portal.email_help")
        self.fields["email"].widget.attrs["autocomplete"] = "email"


class Sure(forms.Form):
    """A second fact."""

    fact = forms.ChoiceField(widget=forms.RadioSelect)
    said = forms.CharField(max_length=60)

    def __init__(self, facts: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"].choices = [(one, said(f"portal.fact_{one}")) for one in FACTS if one in facts]  # type: ignore[attr-defined]
        self.fields["fact"].label = said("portal.fact")
        self.fields["said"].label = said("portal.fact_said")
        self.fields["said"].widget.attrs["autocomplete"] = "off"


class Wish(forms.Form):
    """What exactly is asked for: by kind, one field more or none."""

    def __init__(self, wanted: str, choices: Iterable[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        if wanted in ("objection", "withdrawal"):
            self._choose("purposes", choices, forms.MultipleChoiceField, forms.CheckboxSelectMultiple)
        if wanted == "restriction":
            grounds = [(one, said(f"portal.ground_{one}")) for one in ("accuracy", "unlawful", "claims")]
            self._choose("ground", grounds, forms.ChoiceField, forms.RadioSelect)
        if wanted == "rectification":
            self._choose("category", choices, forms.ChoiceField, forms.Select)
            self._write("old", required=False)
            self._write("new")
        if wanted == "portability":
            self.fields["address"] = forms.URLField(
                required=False,
                max_length=500,
                assume_scheme="https",
                label=said("portal.address"),
                help_text=said("portal.address_help"),
            )

    def document(self) -> dict[str, Any]:
        """Return the wish as a request keeps it."""
        found = self.cleaned_data
        if self.wanted == "rectification":
            return {"changes": [{"category": found["category"], "old": found["old"] or None, "new": found["new"]}]}
        return {name: value for name, value in found.items() if value}

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]], field: Any, widget: Any) -> None:
        self.fields[name] = field(choices=list(choices), widget=widget, label=said(f"portal.{name}"))

    def _write(self, name: str, *, required: bool = True) -> None:
        self.fields[name] = forms.CharField(
            max_length=500, required=required, label=said(f"portal.{name}"), help_text=said(f"portal.{name}_help")
        )


class Back(forms.Form):
    """What somebody answers to an answer."""

    words = forms.CharField(max_length=2000, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = said("portal.back_words")
