"""What holds for every page: who gets in, what the answer says around itself, how it fails."""

from pathlib import Path

import pytest
from django.test import Client

from holdord.policy.terms import LANGUAGES
from tests.web.conftest import Member


def test_the_programs_health_is_told_without_a_login(visitor: Client) -> None:
    assert visitor.get("/healthz").content == b"ok\n"
    assert visitor.get("/readyz").json() == {"ready": True}


def test_a_policy_that_does_not_load_is_no_readiness(visitor: Client, site: Path) -> None:
    (site / "policy.yaml").write_text("nonsense: [", "utf-8")
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "why": "PolicyError"})
    assert "policy.yaml" not in visitor.get("/nb/board/").content.decode()


def test_the_next_page_sees_a_policy_that_was_edited(member: Member, site: Path) -> None:
    auditor = member("auditor")
    policy = site / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("name: Clemco Norge AS", "name: Andre Navn AS"), "utf-8")
    assert "Andre Navn AS" in auditor.get("/nb/board/").content.decode()


def test_a_stranger_is_sent_to_the_login(visitor: Client) -> None:
    answer = visitor.get("/nb/board/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/nb/account/login/")


def test_without_a_second_factor_nothing_opens(member: Member) -> None:
    from allauth.mfa.models import Authenticator

    client = member("general_manager")
    Authenticator.objects.all().delete()
    assert client.get("/nb/board/")["Location"] == "/nb/account/2fa/"


@pytest.mark.parametrize("path", ["/healthz", "/nb/board/", "/nb/account/login/", "/nb/nothing"])
def test_every_answer_says_what_may_be_done_with_it(visitor: Client, path: str) -> None:
    answer = visitor.get(path)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_login_has_a_page_in_every_language(visitor: Client, language: str) -> None:
    page = visitor.get(f"/{language}/account/login/").content.decode()
    assert f'<html lang="{language}">' in page
    assert "style=" not in page
    assert "<script" not in page.replace('<script src="', "") or 'src="/static' in page


def test_the_first_account_is_made_once(visitor: Client, django: None) -> None:
    from django.contrib.auth.models import User

    from holdord.web.staff.invite import address

    at = address("general_manager", first=True).removeprefix("http://localhost")
    assert at.startswith("/en/start/")
    assert visitor.get(at).status_code == 200
    wrong = visitor.post(at, {"name": "leder", "password": "kort"})
    assert (wrong.status_code, User.objects.count()) == (200, 0)
    right = visitor.post(at, {"name": "leder", "password": "en lang setning"})
    assert (right.status_code, right["Location"]) == (302, "/en/account/2fa/")
    assert [group.name for group in User.objects.get().groups.all()] == ["general_manager"]
    assert Client(HTTP_HOST="localhost").get(at).status_code == 409


def test_an_invitation_that_was_changed_gives_nothing(visitor: Client, django: None) -> None:
    from holdord.web.staff.invite import address

    at = address("auditor").removeprefix("http://localhost")
    assert visitor.get(at[:-3] + "AA/").status_code == 409
