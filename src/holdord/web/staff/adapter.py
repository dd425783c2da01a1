"""What accounts may do, and what is said when something is not right: nobody signs up, who comes is invited."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from holdord.web.say import said
from holdord.web.staff.roles import home

_PASSWORD = {"password_too_short": "too_short", "password_too_common": "too_common"}


class _Said:
    """Errors in our own words, by the code that allauth gives them."""

    ours: ClassVar[dict[str, str]]

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """Return what is said about an error."""
        if code in self.ours:
            return ValidationError(said(f"staff.{self.ours[code]}"), code=code)
        error: ValidationError = super().validation_error(code, *args)  # type: ignore[misc]
        return error


class Closed(_Said, DefaultAccountAdapter):  # type: ignore[misc] # comes without types
    """Accounts are made by an invitation alone (``holdord.web.staff.invite``)."""

    ours: ClassVar = {
        "username_password_mismatch": "wrong_login",
        "invalid_login": "wrong_login",
        "incorrect_password": "wrong_password",
        "enter_current_password": "wrong_password",
        "incorrect_code": "wrong_code",
        "too_many_login_attempts": "too_many",
        "rate_limited": "too_many",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Tell that nobody can sign up."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody begins: at a page that their role may open."""
        return reverse(home(request))

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Refuse a password that is short or common.

        Raises:
            ValidationError: It is, with why.
        """
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError([said(f"staff.{_PASSWORD[one.code or '']}") for one in error.error_list]) from error
        return password


class Second(_Said, DefaultMFAAdapter):  # type: ignore[misc] # comes without types
    """The second factor."""

    ours: ClassVar = {"incorrect_code": "wrong_code", "cannot_generate_recovery_codes": "needs_second"}

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002 (allauth's name)
        """Return what a passkey is called where nobody says."""
        return said("staff.passkey_nr", number=1 + Authenticator.objects.filter(user=user, type=type).count())
