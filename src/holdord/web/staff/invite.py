"""How accounts come to be: an address that works once, for a day, and gives one role.

The first one is printed when the pages start and nobody has an account yet; there is no default password.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from holdord.errors import Refused
from holdord.now import now
from holdord.policy.terms import same_name
from holdord.web.say import said
from holdord.web.staff.roles import ROLES, Role

_SALT = "holdord.web.staff.invite"
DAY = 24 * 3600
_GONE = "#"


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """What an address gives."""

    role: Role
    first: bool
    by: int
    nonce: str


def address(role: Role, *, first: bool = False, by: int = 0) -> str:
    """Return an address that gives a role to who opens it within a day.

    Args:
        role: The role.
        first: Whether it works only while nobody has an account.
        by: The key of the general manager who invites: it ends with their account. 0 for the program itself.
    """
    token = signing.dumps({"role": role, "first": first, "by": by, "at": secrets.token_urlsafe(9)}, salt=_SALT)
    with override(settings.LANGUAGE_CODE):
        return cast(str, settings.HOLDORD_ADDRESS) + reverse("staff:start", args=[token])


def read(token: str) -> Invitation:
    """Return what an address gives.

    Raises:
        Refused: It is none of ours, a day old, was used, or who gave it may no longer invite.
    """
    try:
        told: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=DAY)
    except signing.BadSignature as error:
        raise _over() from error
    nonce = sha256(token.encode()).hexdigest()[:30]
    found = Invitation(role=told["role"], first=told["first"], by=told["by"], nonce=nonce)
    if found.role not in ROLES or (found.first and has_accounts()) or _used(found) or not _may_invite(found):
        raise _over()
    return found


def accept(token: str, name: str, password: str) -> User:
    """Make an account.

    Raises:
        Refused: As ``read``, or the name is taken.
    """
    with transaction.atomic():
        found = read(token)
        if same_name(name) in map(same_name, User.objects.values_list("username", flat=True)):
            raise Refused(said("staff.taken"))
        user = User.objects.create_user(username=name, password=password, last_name=found.nonce)
        user.groups.add(Group.objects.get_or_create(name=found.role)[0])
    return user


def has_accounts() -> bool:
    """Tell whether anybody has an account."""
    return User.objects.exists()


def remove(user: User) -> None:
    """Remove an account and end its visits.

    A row without a name stays for a day, so that the address which made the account does not make another.
    """
    key = str(user.pk)
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == key:
            session.delete()
    nonce, joined = user.last_name, user.date_joined
    user.delete()
    if nonce:
        User.objects.create(username=f"{_GONE}{nonce}", last_name=nonce, date_joined=joined, is_active=False)
    User.objects.filter(is_active=False, date_joined__lt=now() - timedelta(seconds=DAY)).delete()


def _may_invite(found: Invitation) -> bool:
    managers = User.objects.filter(groups__name="general_manager", is_active=True)
    return found.by == 0 or managers.filter(pk=found.by).exists()


def _used(found: Invitation) -> bool:
    return User.objects.filter(last_name=found.nonce).exists()


def _over() -> Refused:
    return Refused(said("staff.over"))
