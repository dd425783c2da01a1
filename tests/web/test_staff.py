"""Accounts: sign-in in every language, from the first address to the board, and who may change whose account."""

import re
from pathlib import Path
from time import time

import pytest
from django.test import Client

from holdord.ledger import log
from holdord.policy.terms import LANGUAGES
from holdord.run.folder import open_company
from holdord.web.say import said
from tests.web.conftest import Member

PASSWORD = "en lang setning"
ENGLISH = re.compile(r"\b(the|your|sign|you|password|username|recovery|authenticator|security|code|are|not)\b", re.I)


def words_of(page: str) -> str:
    """Return what a page says in its own language: no markup, no script, no names of languages."""
    inner = page.partition("<main")[2].partition("</main>")[0]
    inner = re.sub(r"<script.*?</script>|<code.*?</code>", "", inner, flags=re.DOTALL)
    labels = re.findall(r'(?:placeholder|title|aria-label|alt)="([^"]*)"', inner)
    return " ".join([re.sub(r"<[^>]*>", " ", inner), *labels])


@pytest.fixture
def again(member: Member) -> Client:
    """Somebody who has just shown again who they are, without an app so that one can be set up."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    client = member("general_manager")
    authenticator = Authenticator.objects.get()
    RecoveryCodes.activate(authenticator.user)
    authenticator.delete()
    assert client.post("/en/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["account/login/", "account/2fa/", "account/2fa/totp/activate/"])
def test_the_pages_of_sign_in_are_whole_in_every_language(again: Client, language: str, path: str) -> None:
    client = Client(HTTP_HOST="localhost") if path.endswith("login/") else again
    answer = client.get(f"/{language}/{path}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("<h1>") == 1
    assert "style=" not in page
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)


@pytest.mark.parametrize(
    "path", ["2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "2fa/recovery-codes/generate/", "password/change/"]
)
def test_nynorsk_pages_hold_no_english(again: Client, path: str) -> None:
    answer = again.get(f"/nn/account/{path}")
    assert answer.status_code == 200
    assert ENGLISH.findall(words_of(answer.content.decode())) == []


def test_the_nynorsk_login_and_what_it_says_is_wrong_hold_no_english(visitor: Client) -> None:
    page = visitor.post("/nn/account/login/", {"login": "nobody", "password": "wrong"}).content.decode()
    assert said("staff.wrong_login", "nn") in page
    assert ENGLISH.findall(words_of(page)) == []


def test_only_the_general_manager_sees_who_has_an_account(member: Member) -> None:
    for role in ("case_handler", "sales", "accounts", "auditor"):
        client = member(role, name=role)
        assert client.get("/en/accounts/").status_code == 403
        for act in ("invite/", "1/roles/", "1/remove/"):
            assert client.post(f"/en/accounts/{act}", {"role": "general_manager"}).status_code == 403


def test_no_page_of_accounts_is_kept_by_a_browser(member: Member) -> None:
    answer = member("general_manager").get("/en/accounts/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_an_act_without_its_token_is_refused(member: Member) -> None:
    from django.contrib.auth.models import User

    member("general_manager")
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert strict.post("/en/accounts/invite/", {"role": "auditor"}).status_code == 403


def test_an_invitations_address_is_shown_once(member: Member, site: Path) -> None:
    manager = member("general_manager")
    assert manager.post("/en/accounts/invite/", {"role": "sales"}).status_code == 302
    assert "/start/" in manager.get("/en/accounts/").content.decode()
    assert "/start/" not in manager.get("/en/accounts/").content.decode()
    assert acts(site) == ["invited"]


def test_roles_are_changed_and_nobody_changes_their_own(member: Member, site: Path) -> None:
    from django.contrib.auth.models import User

    manager, _ = member("general_manager", name="leder"), member("sales", name="ola")
    own, other = User.objects.get(username="leder"), User.objects.get(username="ola")
    manager.post(f"/en/accounts/{other.pk}/roles/", {"role": ["auditor", "sales"]})
    manager.post(f"/en/accounts/{other.pk}/roles/", {"role": []})
    manager.post(f"/en/accounts/{own.pk}/roles/", {"role": ["auditor"]})
    assert {group.name for group in other.groups.all()} == {"auditor", "sales"}
    assert {group.name for group in own.groups.all()} == {"general_manager"}
    assert acts(site) == ["roles"]


def test_who_is_removed_is_out_at_once_and_nobody_removes_themselves(member: Member, site: Path) -> None:
    from django.contrib.auth.models import User

    manager, ola = member("general_manager", name="leder"), member("auditor", name="ola")
    manager.post(f"/en/accounts/{User.objects.get(username='ola').pk}/remove/")
    manager.post(f"/en/accounts/{User.objects.get(username='leder').pk}/remove/")
    assert [user.username for user in User.objects.all()] == ["leder"]
    assert ola.get("/en/board/").status_code == 302
    assert acts(site) == ["removed"]


def acts(folder: Path) -> list[str]:
    """Return what the log says of accounts; no name is readable in it."""
    company = open_company(folder)
    with company.state.snapshot() as connection:
        found = [one.value for one in log.read(connection)]
    company.close()
    assert not any(name in str(found) for name in ("leder", "ola", "kari"))
    return [one["does"] for one in found if one["kind"] == "account"]


def invited(role: str, by: int = 0) -> str:
    """Return the address of an invitation, without its host."""
    from holdord.web.staff.invite import address

    return address(role, by=by).removeprefix("http://localhost")  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "password/set/", "email/", "login/code/", "inactive/"])
def test_no_other_door_leads_to_an_account(visitor: Client, path: str) -> None:
    assert visitor.get(f"/en/account/{path}").status_code == 404


@pytest.mark.parametrize("language", ["nn", "sv"])
def test_the_way_from_the_first_address_holds_no_english(visitor: Client, language: str) -> None:
    at = invited("auditor").replace("/en/", f"/{language}/")
    wrong = visitor.post(at, {"name": "", "password": "password"}).content.decode()
    assert ENGLISH.findall(words_of(wrong)) == []
    assert said("staff.too_short", language) in wrong  # type: ignore[arg-type]
    assert visitor.post(at, {"name": "leder", "password": PASSWORD}).status_code == 302
    for path in ("2fa/totp/activate/", "2fa/webauthn/add/", "password/change/", "logout/"):
        page = visitor.get(f"/{language}/account/{path}")
        assert page.status_code == 200, "who has just chosen a password is not asked for it again"
        assert ENGLISH.findall(words_of(page.content.decode())) == []
    wrong = visitor.post(f"/{language}/account/2fa/totp/activate/", {"code": "000000"}).content.decode()
    assert said("staff.wrong_code", language) in wrong  # type: ignore[arg-type]
    assert ENGLISH.findall(words_of(wrong)) == []


@pytest.mark.parametrize("language", ["nn", "sv"])
def test_recovery_codes_and_the_second_step_hold_no_english(again: Client, language: str) -> None:
    from allauth.mfa.models import Authenticator
    from django.contrib.auth.models import User

    user = User.objects.get()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
    shown = again.get(f"/{language}/account/2fa/recovery-codes/").content.decode()
    assert shown.count("<code>") == 10
    stranger = Client(HTTP_HOST="localhost")
    asked = stranger.post(f"/{language}/account/login/", {"login": "kari", "password": PASSWORD}, follow=True)
    wrong = stranger.post(f"/{language}/account/2fa/authenticate/", {"code": "1"}).content.decode()
    assert asked.redirect_chain[-1][0] == f"/{language}/account/2fa/authenticate/"
    for page in (shown, asked.content.decode(), wrong):
        assert ENGLISH.findall(words_of(page)) == []
    assert stranger.get("/en/board/").status_code == 302, "a password alone opens nothing"


def test_a_right_password_is_refused_after_many_wrong_ones(member: Member) -> None:
    from django.core.cache import cache

    member("auditor", name="kari")
    cache.clear()
    visitor = Client(HTTP_HOST="localhost")
    for _ in range(6):
        visitor.post("/nn/account/login/", {"login": "kari", "password": "wrong"})
    locked = visitor.post("/nn/account/login/", {"login": "kari", "password": PASSWORD})
    cache.clear()
    assert locked.status_code == 200, "the page again, not the second step"
    assert said("staff.too_many", "nn") in locked.content.decode()


def test_a_session_has_a_new_name_after_the_login_and_ends_with_the_browser(visitor: Client) -> None:
    visitor.get(invited("auditor"))
    visitor.post("/en/account/login/", {"login": "nobody", "password": "wrong"})
    session = visitor.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    visitor.cookies["sessionid"] = planted or ""
    visitor.post(invited("auditor"), {"name": "leder", "password": PASSWORD})
    cookie = visitor.cookies["sessionid"]
    assert cookie.value not in ("", planted)
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
    assert visitor.session.get_expiry_age() == 8 * 3600


def test_one_leaves_by_a_button_and_not_by_a_link(member: Member) -> None:
    client = member("auditor")
    assert client.get("/nn/account/logout/").status_code == 200
    assert client.get("/nn/board/").status_code == 200
    assert client.post("/nn/account/logout/")["Location"] == "/nn/account/login/"
    assert client.get("/nn/board/").status_code == 302


def test_fields_that_were_changed_give_no_role(visitor: Client, member: Member) -> None:
    from django.contrib.auth.models import User

    more = {"role": "general_manager", "groups": "1", "is_superuser": "on", "is_staff": "on"}
    visitor.post(invited("auditor"), {"name": "ola", "password": PASSWORD, **more})
    ola = User.objects.get(username="ola")
    assert [group.name for group in ola.groups.all()] == ["auditor"]
    assert (ola.is_superuser, ola.is_staff) == (False, False)
    member("general_manager").post(f"/en/accounts/{ola.pk}/roles/", {"role": ["auditor", "owner"]})
    assert [group.name for group in ola.groups.all()] == ["auditor"]


def test_an_invitation_works_once_even_when_its_account_is_gone(visitor: Client, member: Member) -> None:
    from django.contrib.auth.models import User

    at, manager = invited("auditor"), member("general_manager")
    visitor.post(at, {"name": "ola", "password": PASSWORD})
    assert Client(HTTP_HOST="localhost").get(at).status_code == 409
    manager.post(f"/en/accounts/{User.objects.get(username='ola').pk}/remove/")
    assert Client(HTTP_HOST="localhost").get(at).status_code == 409
    assert not User.objects.filter(username="ola").exists()
    assert manager.get("/en/accounts/").content.decode().count("<h3>") == 1


def test_an_invitation_ends_after_a_day_and_with_who_gave_it(visitor: Client, member: Member) -> None:
    from unittest.mock import patch

    from django.contrib.auth.models import User

    manager = member("general_manager")
    at = invited("general_manager", by=User.objects.get().pk)
    assert visitor.get(at).status_code == 200
    with patch("django.core.signing.time.time", return_value=time() + 24 * 3600 + 5):
        assert visitor.get(at).status_code == 409
    manager_user = User.objects.get()
    manager_user.groups.clear()
    assert visitor.get(at).status_code == 409
    assert manager.get("/en/accounts/").status_code == 403, "and a role that was taken is gone at once"


@pytest.mark.parametrize("path", ["accounts/invite/", "accounts/{}/roles/", "accounts/{}/remove/", "account/logout/"])
def test_no_act_is_done_without_its_token(member: Member, path: str) -> None:
    from django.contrib.auth.models import User

    member("general_manager"), member("auditor", name="ola")
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="kari"))
    answer = strict.post(f"/en/{path.format(User.objects.get(username='ola').pk)}", {"role": "sales"})
    assert answer.status_code == 403
    assert strict.get("/en/accounts/").content.decode().count("<h3>") == 2


@pytest.mark.parametrize("name", ["BERIT ÅS", "berit  ås", " Berit Ås"])
def test_nobody_takes_a_name_that_counts_as_another_ones(visitor: Client, member: Member, name: str) -> None:
    from django.contrib.auth.models import User

    member("general_manager", name="Berit Ås")
    answer = visitor.post(invited("case_handler"), {"name": name, "password": PASSWORD})
    assert said("staff.taken", "en") in answer.content.decode()
    assert User.objects.count() == 1, "who signs in so could say yes for her"
