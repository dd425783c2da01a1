"""Who has an account and what they may do: for the general manager alone, each act in the ledger."""

from typing import get_args

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from holdord.now import now
from holdord.web.say import said
from holdord.web.staff import invite
from holdord.web.staff.noted import noted
from holdord.web.staff.roles import ROLES, Role, staff_only

_MANAGER = "general_manager"
_INVITED = "staff_invited"


@never_cache
@require_GET
@staff_only("general_manager")
def listed(request: HttpRequest) -> HttpResponse:
    """List the accounts; an address that was just made is shown once."""
    people = [
        {"user": user, "roles": set(user.groups.values_list("name", flat=True)), "own": user == request.user}
        for user in User.objects.filter(is_active=True).order_by("username")
    ]
    address = request.session.pop(_INVITED, "")
    return render(request, "staff/accounts.html", {"people": people, "roles": _roles(), "address": address})


@never_cache
@require_POST
@staff_only("general_manager")
def invited(request: HttpRequest) -> HttpResponse:
    """Make an address that gives a role to who opens it."""
    role = request.POST.get("role", "")
    for known in get_args(Role):
        if known == role:
            request.session[_INVITED] = invite.address(known, by=int(request.user.pk or 0))
            _note(request, "invited", "")
    return redirect("staff:accounts")


@never_cache
@require_POST
@staff_only("general_manager")
def changed(request: HttpRequest, who: int) -> HttpResponse:
    """Give an account other roles; one keeps one's own, so that a general manager is always left."""
    wanted = [role for role in ROLES if role in request.POST.getlist("role")]
    with transaction.atomic():
        user = get_object_or_404(User, pk=who, is_active=True)
        if why := _why_not(request, user) or ("" if wanted else "one_role"):
            messages.error(request, said(f"staff.{why}"))
            return redirect("staff:accounts")
        _note(request, "roles", user.username)
        user.groups.set([Group.objects.get_or_create(name=role)[0] for role in wanted])
    messages.success(request, said("staff.changed"))
    return redirect("staff:accounts")


@never_cache
@require_POST
@staff_only("general_manager")
def removed(request: HttpRequest, who: int) -> HttpResponse:
    """Remove an account and end its visits; never one's own."""
    with transaction.atomic():
        user = get_object_or_404(User, pk=who, is_active=True)
        if why := _why_not(request, user):
            messages.error(request, said(f"staff.{why}"))
            return redirect("staff:accounts")
        _note(request, "removed", user.username)
        invite.remove(user)
    messages.success(request, said("staff.removed"))
    return redirect("staff:accounts")


def _why_not(request: HttpRequest, user: User) -> str:
    """Return why an account may not be changed: nobody's own, and a general manager is left when two act at once."""
    if user == request.user:
        return "not_own"
    managers = User.objects.filter(groups__name=_MANAGER, is_active=True)
    return "" if managers.exclude(pk=user.pk).exists() else "not_last"


def _roles() -> list[tuple[str, str]]:
    return [(role, said(f"staff.role_{role}")) for role in ROLES]


def _note(request: HttpRequest, does: str, of: str) -> None:
    with settings.HOLDORD_FOLDER.company() as company:
        noted(company, now(), does, by=request.user.get_username(), of=of)
