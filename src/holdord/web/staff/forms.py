"""The forms of a sign-in in our own words: those that come with the accounts speak no nynorsk.

Each takes over a form of allauth and gives its fields a label, what helps, and what is said when nothing was entered.
"""

from typing import ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError

from holdord.web.say import said


class Said(forms.Form):
    """A form whose words are ours.

    Attributes:
        words: For each field that is seen, the key of its label and that of what helps; an empty one says nothing.
    """

    words: ClassVar[dict[str, tuple[str, str]]]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, (label, helps) in self.words.items():
            field = self.fields[name]
            field.label = said(f"staff.{label}")
            field.help_text = said(f"staff.{helps}") if helps else ""
            field.error_messages["required"] = said("staff.needed")
            field.widget.attrs.pop("placeholder", None)


class Login(Said, account.LoginForm):  # type: ignore[misc] # comes without types
    """A name and a password."""

    words: ClassVar = {"login": ("name", ""), "password": ("password", "")}


class Reauthenticate(Said, account.ReauthenticateForm):  # type: ignore[misc] # comes without types
    """The password once more."""

    words: ClassVar = {"password": ("password", "")}


class ChangePassword(Said, account.ChangePasswordForm):  # type: ignore[misc] # comes without types
    """The old password and twice the new one."""

    words: ClassVar = {
        "oldpassword": ("password_old", ""),
        "password1": ("password_new", "password_new_help"),
        "password2": ("password_again", ""),
    }

    def clean_password2(self) -> str:
        """Refuse two that differ."""
        again: str = self.cleaned_data["password2"]
        if self.cleaned_data.get("password1", again) != again:
            raise ValidationError(said("staff.too_different"))
        return again


class Code(Said, mfa.AuthenticateForm):  # type: ignore[misc] # comes without types
    """A code at the login."""

    words: ClassVar = {"code": ("code", "code_help")}


class CodeAgain(Said, mfa.ReauthenticateForm):  # type: ignore[misc] # comes without types
    """A code once more."""

    words: ClassVar = {"code": ("code", "code_help")}


class AddApp(Said, totp.ActivateTOTPForm):  # type: ignore[misc] # comes without types
    """The first code that an app shows."""

    words: ClassVar = {"code": ("code", "code_app_help")}


class AddPasskey(Said, webauthn.AddWebAuthnForm):  # type: ignore[misc] # comes without types
    """What a passkey is called, and whether it is enough alone."""

    words: ClassVar = {"name": ("passkey_name", ""), "passwordless": ("passkey_alone", "passkey_alone_help")}


class RenamePasskey(Said, webauthn.EditWebAuthnForm):  # type: ignore[misc] # comes without types
    """What a passkey is called from now on."""

    words: ClassVar = {"name": ("passkey_name", "")}
