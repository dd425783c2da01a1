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

OFFICE: tuple[Role, ...] = ("general_manager", "case_handler")
"""Who answers people: requests, restrictions, tasks, sweeps, letters."""
PEOPLE: tuple[Role, ...] = (*OFFICE, "sales", "accounts")
"""Who may see what is held about a person, for the purposes that they serve."""


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


def doors(request: HttpRequest) -> frozenset[str]:
    """Return which parts of the pages somebody may open: ``office``, ``people``, ``board``, ``accounts``."""
    roles = roles_of(request)
    parts = {"office": OFFICE, "people": PEOPLE, "board": ROLES, "accounts": ("general_manager",)}
    return frozenset(part for part, may in parts.items() if roles.intersection(may))


def home(request: HttpRequest) -> str:
    """Return the name of the page that somebody begins with."""
    may = doors(request)
    return "office:requests" if "office" in may else "office:people" if "people" in may else "board:board"
