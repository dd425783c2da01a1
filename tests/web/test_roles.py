"""Which role may open which page: every address of the staff's, by a table; one that is added is in it already."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.web.conftest import Member
from tests.web.test_office import ask, fresh, people  # noqa: F401 (fixtures)

ROLES = ("general_manager", "case_handler", "sales", "accounts", "auditor")
PARTS = {"office": ROLES[:2], "board": ROLES, "staff": ROLES[:1]}
OTHERWISE = {"office:people": ROLES[:4], "office:person": ROLES[:4], "office:full": ROLES[:4]}
OPEN_TO_ALL = {"staff:start"}
"""An invitation, which is its own key."""
SEEN = {
    "general_manager": ("office/", "office/people/", "office/limits/", "office/tasks/", "board/", "accounts/"),
    "case_handler": ("office/", "office/people/", "office/plan/", "office/outbox/", "office/1/", "board/"),
    "sales": ("office/people/", "board/"),
    "accounts": ("office/people/", "board/"),
    "auditor": ("board/", "board/entry/0/"),
}
BEGINS = {"general_manager": "office/", "case_handler": "office/", "sales": "office/people/", "auditor": "board/"}


def addresses() -> Iterator[tuple[str, str]]:
    """Yield the name and an address of every page of the staff's, as the program has them."""
    from django.urls import get_resolver, reverse

    for part in PARTS:
        _, resolver = next(
            (prefix, one) for prefix, one in _included(get_resolver()) if getattr(one, "app_name", None) == part
        )
        for pattern in resolver.url_patterns:
            names = pattern.pattern.converters
            given = {name: 1 if kind.regex == "[0-9]+" else "nothing" for name, kind in names.items()}
            yield f"{part}:{pattern.name}", reverse(f"{part}:{pattern.name}", kwargs=given)


def _included(resolver: object) -> Iterator[tuple[str, object]]:
    for one in getattr(resolver, "url_patterns", ()):
        yield "", one
        yield from _included(one)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_shut_to_the_roles_that_have_no_need_of_it(
    member: Member,
    ask: Callable[..., int],  # noqa: F811
    role: str,
) -> None:
    ask("erasure")
    client = fresh(member(role))
    wrong = []
    count = 0
    for name, at in addresses():
        if name in OPEN_TO_ALL:
            continue
        count += 1
        may = role in OTHERWISE.get(name, PARTS[name.partition(":")[0]])
        for status in (client.get(at).status_code, client.post(at, {"reason": ""}).status_code):
            if status != 405 and (status == 403) == may:
                wrong.append((name, at, status, may))
    assert wrong == []
    assert count > 25


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_needs_opens(member: Member, ask: Callable[..., int], role: str) -> None:  # noqa: F811
    ask("erasure")
    client = fresh(member(role))
    assert {at: client.get(f"/nn/{at}").status_code for at in SEEN[role]} == dict.fromkeys(SEEN[role], 200)


def test_a_visitor_is_sent_to_the_login_by_every_page(visitor: Client, people: Path) -> None:  # noqa: F811
    for name, at in addresses():
        if name not in OPEN_TO_ALL:
            for answer in (visitor.get(at), visitor.post(at)):
                assert answer.status_code == 405 or "/account/login/" in answer.get("Location", ""), at


@pytest.mark.parametrize("role", ROLES)
def test_no_link_at_the_top_leads_where_the_role_may_not_go(member: Member, site: Path, role: str) -> None:
    import re

    client = member(role)
    page = client.get(f"/en/{SEEN[role][0]}").content.decode()
    top = page.partition("<header")[2].partition("</header>")[0]
    links = [link for link in re.findall(r'href="(/en/[^"]*)"', top) if "/account/" not in link]
    assert len(links) >= 2
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("role", BEGINS)
def test_who_signs_in_begins_where_they_may_be(site: Path, visitor: Client, role: str) -> None:
    from django.contrib.auth.models import User

    from holdord.web.staff.invite import address

    at = address(role).removeprefix("http://localhost")  # type: ignore[arg-type]
    visitor.post(at, {"name": "ola", "password": "en lang setning"})
    visitor.logout()
    answer = visitor.post("/en/account/login/", {"login": "ola", "password": "en lang setning"})
    assert User.objects.filter(username="ola").exists()
    assert answer["Location"] == f"/en/{BEGINS[role]}"


def test_two_roles_may_do_what_either_may(member: Member, people: Path) -> None:  # noqa: F811
    from django.contrib.auth.models import Group, User

    client = member("auditor")
    assert client.get("/en/office/people/").status_code == 403
    User.objects.get().groups.add(Group.objects.get_or_create(name="sales")[0])
    assert client.get("/en/office/people/").status_code == 200
    assert client.get("/en/office/").status_code == 403
