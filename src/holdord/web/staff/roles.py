"""Roles by purpose, and who may see a page (GDPR art. 25(2), 32(1)).

Who signs in shows a second factor, always: an authenticator or a passkey must be set up before the first page opens.
"""

from collections.abc import Callable
from functools import wraps
from typing import Literal, get_args

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

Role = Literal["general_manager", "case_handler", "sales", "accounts", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
Page = Callable[..., HttpResponse]


def roles_of(request: HttpRequest) -> frozenset[str]:
    """Return the roles of who asks for a page."""
    user = request.user
    return frozenset(user.groups.values_list("name", flat=True)) if isinstance(user, User) else frozenset()


def staff_only(*roles: Role) -> Callable[[Page], Page]:
    """Let a page be seen by these roles alone; by all staff where none is named."""
    allowed = frozenset(roles or ROLES)

    def wrap(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not is_mfa_enabled(request.user):
                return redirect("mfa_index")
            if not allowed & roles_of(request):
                raise PermissionDenied
            return page(request, *args, **kwargs)

        return login_required(guarded)

    return wrap
