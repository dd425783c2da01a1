"""Signing in at a provider: whoever signs in there is known here, and nobody else is, whatever comes back."""

import sqlite3
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from holdord.config import Identity, read
from holdord.errors import ConfigError, IdentityError
from holdord.now import now
from holdord.policy.terms import LANGUAGES
from holdord.run import openid
from holdord.run.folder import open_company
from tests.clock import stand_at
from tests.web.conftest import Member
from tests.web.provider import CLIENT, SECRET, Provider, provider
from tests.web.test_portal import COLUMNS, PEOPLE

IDA = {"email": "ida@home.example", "email_verified": True, "pid": "01017000027"}
"""What the provider says of her."""


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as made:
        made.claims = dict(IDA)
        yield made


@pytest.fixture
def people(site: Path, there: Provider) -> Path:
    """Three people in the register, and a provider in the settings."""
    (site / "holdord.toml").write_text(
        f'[identity]\nissuer = "{there.issuer}"\nclient = "{CLIENT}"\nsecret_file = "identity.secret"\nname = "Bank"\n'
        'claim = "pid"\ncategory = "identity.national_number"\n',
        "utf-8",
    )
    (site / "identity.secret").write_text(f"{SECRET}\n", "utf-8")
    open_company(site, install=True).close()
    with sqlite3.connect(site / "register.db") as connection:
        connection.executemany(f"INSERT INTO persons ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", PEOPLE)
        connection.execute("UPDATE persons SET national_number = '010170 00027' WHERE id = 1")
    connection.close()
    return site


def sent_to(visitor: Client, wanted: str = "access", language: str = "en") -> str:
    """Where somebody is sent who wants to sign in."""
    answer = visitor.get(f"/{language}/openid/?for={wanted}")
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def come_back(visitor: Client, query: dict[str, str]) -> Any:
    return visitor.get(f"/openid/back?{urlencode(query)}")


def test_a_name_is_no_number_and_needs_a_second_fact(visitor: Client, people: Path, there: Provider) -> None:
    settings = people / "holdord.toml"
    settings.write_text(settings.read_text("utf-8").replace("identity.national_number", "contact.name"), "utf-8")
    there.claims = IDA | {"pid": "Ida Nord"}
    assert come_back(visitor, there.sign_in(sent_to(visitor)))["Location"] == "/en/sure/"
    assert not is_in(visitor)


def is_in(visitor: Client) -> bool:
    return bool(visitor.get("/en/mine/").status_code == 200)


def test_who_signs_in_there_asks_here_without_a_second_fact(visitor: Client, people: Path, there: Provider) -> None:
    assert "Sign in with Bank" in visitor.get("/en/ask/").content.decode()
    address = sent_to(visitor)
    assert address.startswith(f"{there.issuer}/authorize?tenant=1&")
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == ["http://localhost/openid/back"]
    assert asked["scope"] == ["openid email"]
    answer = come_back(visitor, there.sign_in(address))
    assert answer["Location"] == "/en/mine/new/access/"
    assert is_in(visitor)
    assert visitor.post("/en/mine/new/access/", {"go": "1"}).status_code == 302
    assert "access" in visitor.get("/en/mine/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_come_back_in_their_language(visitor: Client, people: Path, there: Provider, language: str) -> None:
    answer = come_back(visitor, there.sign_in(sent_to(visitor, "look", language)))
    assert answer["Location"] == f"/{language}/mine/"


@pytest.mark.parametrize("pid", ["01017000028", None, "", ["01017000027"], 7])
def test_whoever_is_nobody_here_sees_what_an_unknown_address_sees(
    visitor: Client, people: Path, there: Provider, pid: object
) -> None:
    there.claims = IDA | {"pid": pid}
    answer = come_back(visitor, there.sign_in(sent_to(visitor)))
    assert answer["Location"] == "/en/sure/"
    assert 'name="said"' not in visitor.get("/en/sure/").content.decode()
    assert visitor.get("/en/mine/")["Location"] == "/en/sure/"


@pytest.fixture
def by_mail(people: Path) -> Path:
    """The settings as they are where nobody says otherwise: people are known by their address."""
    file = people / "holdord.toml"
    file.write_text(file.read_text("utf-8").partition("claim")[0], "utf-8")
    return people


def test_an_address_alone_is_as_good_as_a_link_and_no_better(visitor: Client, by_mail: Path, there: Provider) -> None:
    assert come_back(visitor, there.sign_in(sent_to(visitor)))["Location"] == "/en/sure/"
    assert 'name="said"' in visitor.get("/en/sure/").content.decode()
    assert visitor.get("/en/mine/")["Location"] == "/en/sure/"
    visitor.post("/en/sure/", {"fact": "phone", "said": "4455"})
    assert is_in(visitor)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@home.example", "email_verified": True},
        {"email": "ida@home.example", "email_verified": False},
        {"email": "ida@home.example", "email_verified": "true"},
        {"email": "ida@home.example", "email_verified": None},
        {"email": "post@firm.example", "email_verified": True},
        {"email": None, "email_verified": None},
    ],
)
def test_an_address_that_nobody_vouches_for_opens_nothing(
    visitor: Client, by_mail: Path, there: Provider, claims: dict[str, Any]
) -> None:
    there.claims = claims
    come_back(visitor, there.sign_in(sent_to(visitor)))
    assert 'name="said"' not in visitor.get("/en/sure/").content.decode()


def test_what_two_have_opens_neither(visitor: Client, people: Path, there: Provider) -> None:
    with sqlite3.connect(people / "register.db") as connection:
        connection.execute("UPDATE persons SET national_number = '01017000027' WHERE id = 2")
    connection.close()
    assert come_back(visitor, there.sign_in(sent_to(visitor)))["Location"] == "/en/sure/"


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "head"),
    [
        ({"nonce": "another"}, {}),
        ({"nonce": None}, {}),
        ({"aud": "somebody-else"}, {}),
        ({"aud": [CLIENT, "somebody-else"]}, {}),
        ({"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"}, {}),
        ({"azp": "somebody-else"}, {}),
        ({"iss": "https://evil.example"}, {}),
        ({"exp": NOW - 3600}, {}),
        ({"exp": None}, {}),
        ({"iat": NOW + 3600}, {}),
        ({"iat": None}, {}),
        ({"sub": None}, {}),
        ({}, {"alg": "none"}),
        ({}, {"alg": "HS256"}),
        ({}, {"kid": "another"}),
    ],
)
def test_what_does_not_hold_opens_nothing(
    visitor: Client, people: Path, there: Provider, claims: dict[str, Any], head: dict[str, Any]
) -> None:
    there.claims |= claims
    there.head = head
    answer = come_back(visitor, there.sign_in(sent_to(visitor)))
    assert answer["Location"] == "/en/ask/"
    assert there.tokens == 1, "it was the token that did not hold"
    assert "You were not signed in with Bank." in visitor.get("/en/ask/").content.decode()
    assert not is_in(visitor)


def test_a_token_signed_by_another_key_of_the_same_name_opens_nothing(
    visitor: Client, people: Path, there: Provider
) -> None:
    shown = there.keys()
    kid = there.kid
    there.rotate()
    there.kid = kid
    there.keys = lambda: shown  # type: ignore[method-assign]
    assert come_back(visitor, there.sign_in(sent_to(visitor)))["Location"] == "/en/ask/"
    assert not is_in(visitor)


def test_a_new_key_is_seen_at_once(visitor: Client, people: Path, there: Provider) -> None:
    come_back(visitor, there.sign_in(sent_to(visitor)))
    there.rotate()
    assert come_back(visitor, there.sign_in(sent_to(visitor)))["Location"] == "/en/mine/new/access/"


def test_an_answer_opens_one_visit_once(visitor: Client, people: Path, there: Provider) -> None:
    query = there.sign_in(sent_to(visitor))
    come_back(visitor, query)
    assert is_in(visitor)
    again = come_back(visitor, query)
    assert again.status_code == 403
    assert there.tokens == 1


def test_the_answer_of_another_browser_opens_nothing(visitor: Client, people: Path, there: Provider) -> None:
    """Who is lured into an attacker's answer must not come into the attacker's visit (RFC 9700, 4.7)."""
    query = there.sign_in(sent_to(Client(HTTP_HOST="localhost")))
    assert come_back(visitor, query).status_code == 403
    sent_to(visitor)
    assert come_back(visitor, query)["Location"] == "/en/ask/"
    assert not is_in(visitor)
    assert there.tokens == 0


def test_an_answer_that_names_another_provider_opens_nothing(visitor: Client, people: Path, there: Provider) -> None:
    query = there.sign_in(sent_to(visitor))
    assert come_back(visitor, query | {"iss": "https://evil.example"})["Location"] == "/en/ask/"
    assert there.tokens == 0


@pytest.mark.parametrize("query", [{"error": "access_denied"}, {"code": ""}, {}])
def test_who_does_not_sign_in_is_told_so(visitor: Client, people: Path, there: Provider, query: dict[str, str]) -> None:
    state = there.sign_in(sent_to(visitor))["state"]
    assert come_back(visitor, query | {"state": state})["Location"] == "/en/ask/"
    assert not is_in(visitor)


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/.well-known/openid-configuration", 500, b"{}"),
        ("/.well-known/openid-configuration", 302, b""),
        ("/.well-known/openid-configuration", 200, b"[]"),
        ("/.well-known/openid-configuration", 200, b"{" + b" " * (1 << 20) + b"}"),
        ("/.well-known/openid-configuration", 200, b'{"issuer": "https://evil.example"}'),
    ],
)
def test_a_provider_that_is_away_leaves_the_link_by_mail(
    visitor: Client, people: Path, there: Provider, path: str, status: int, body: bytes
) -> None:
    there.wrong[path] = (status, body)
    assert visitor.get("/en/openid/?for=access")["Location"] == "/en/ask/"
    page = visitor.get("/en/ask/").content.decode()
    assert "Bank does not answer just now." in page
    assert 'name="email"' in page


@pytest.mark.parametrize(("path", "status"), [("/token", 500), ("/token", 302), ("/keys", 500), ("/keys", 302)])
def test_a_provider_that_fails_amid_it_opens_nothing(
    visitor: Client, people: Path, there: Provider, path: str, status: int
) -> None:
    query = there.sign_in(sent_to(visitor))
    there.wrong[path] = (status, b"{}")
    assert come_back(visitor, query)["Location"] == "/en/ask/"
    assert not is_in(visitor)


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "PS256"])
def test_a_key_need_not_say_for_which_algorithm_it_is(
    visitor: Client, people: Path, there: Provider, algorithm: str
) -> None:
    shown = there.keys()
    del shown["keys"][0]["alg"]
    there.keys = lambda: shown  # type: ignore[method-assign]
    there.head = {"alg": algorithm}
    assert come_back(visitor, there.sign_in(sent_to(visitor)))["Location"] == "/en/mine/new/access/"


def test_a_provider_that_was_away_is_not_asked_again_at_once(
    visitor: Client, people: Path, there: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.wrong["/.well-known/openid-configuration"] = (500, b"{}")
    visitor.get("/en/openid/")
    there.wrong.clear()
    assert visitor.get("/en/openid/")["Location"] == "/en/ask/"
    monkeypatch.setattr(openid, "_AWAY", 0)
    assert sent_to(visitor).startswith(there.issuer)


def test_others_do_not_wait_behind_who_waits_for_the_provider(
    visitor: Client, people: Path, there: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "_ASKING", BoundedSemaphore(1))
    assert openid._ASKING.acquire()
    assert visitor.get("/en/openid/")["Location"] == "/en/ask/"


def test_without_a_provider_in_the_settings_there_is_no_such_way(visitor: Client, site: Path) -> None:
    open_company(site, install=True).close()
    assert "openid" not in visitor.get("/en/ask/").content.decode()
    assert visitor.get("/en/openid/").status_code == 404
    assert visitor.get("/openid/back").status_code == 404


def test_what_must_be_known_again_is_sealed_in_a_cookie_and_leaves_nothing_here(
    visitor: Client, people: Path, there: Provider
) -> None:
    from django.contrib.sessions.models import Session

    before = Session.objects.count()
    state = there.sign_in(sent_to(visitor))["state"]
    cookie = visitor.cookies["openid"]
    assert state not in cookie.value
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/openid/back")
    assert Session.objects.count() == before


def test_a_member_of_the_staff_who_leaves_for_the_provider_stays_signed_in(
    member: Member, people: Path, there: Provider
) -> None:
    client = member("case_handler")
    before = client.session.get_expiry_age()
    assert client.get("/en/openid/").status_code == 302
    assert client.get("/en/office/").status_code == 200
    assert client.session.get_expiry_age() == pytest.approx(before, abs=60)


def test_a_sign_in_that_took_too_long_opens_nothing(
    visitor: Client, people: Path, there: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = there.sign_in(sent_to(visitor))
    stand_at(monkeypatch, now() + timedelta(minutes=31))
    assert visitor.get("/openid/back", back).status_code == 403


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ('issuer = "http://broker.example"\nclient = "x"\nname = "x"', "identity.issuer"),
        ('issuer = "https://broker.example"\nname = "x"', "identity.client"),
        ('issuer = "https://broker.example"\nclient = "x"', "identity.name"),
        ('issuer = "https://broker.example"\nclient = "x"\nname = "x"\nscope = "email"', "identity.scope"),
        ('secret = "x"', "identity.secret"),
    ],
)
def test_settings_that_would_be_unsafe_are_refused(tmp_path: Path, said: str, where: str) -> None:
    (tmp_path / "holdord.toml").write_text(f"[identity]\n{said}\n", "utf-8")
    with pytest.raises(ConfigError, match=where):
        read(tmp_path, {})


def test_the_secret_comes_from_the_environment_or_its_file_and_is_never_shown(tmp_path: Path) -> None:
    text = '[identity]\nissuer = "https://broker.example"\nclient = "x"\nname = "x"\nsecret_file = "gone"\n'
    (tmp_path / "holdord.toml").write_text(text, "utf-8")
    settings = read(tmp_path, {"HOLDORD_IDENTITY_SECRET": "geheim"})
    assert settings.identity is not None
    assert settings.identity.secret == "geheim"
    assert "geheim" not in f"{settings} {settings.identity}"


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://broker.example/token", True),
        ("http://127.0.0.1:9/token", True),
        ("http://localhost/token", True),
        ("http://[::1]/token", True),
        ("http://localhost.evil.example/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://broker.example/", False),
        ("ftp://localhost/", False),
        ("https:///token", False),
        ("", False),
        ("https://[", False),
        ("https://broker.example:99999/keys", False),
        ("https://broker example/keys", False),
        ("https://broker.example/nøkler", False),
    ],
)
def test_what_may_be_asked(address: str, safe: bool) -> None:
    assert openid.is_safe(address) is safe


def test_an_endpoint_that_is_read_on_the_way_is_refused(there: Provider) -> None:
    said = there.document()
    there.document = lambda: said | {"token_endpoint": "http://broker.example/token"}  # type: ignore[method-assign]
    identity = Identity(issuer=there.issuer, client="x", name="x")
    with pytest.raises(IdentityError, match="token_endpoint"):
        openid.provider(identity)


def test_a_claim_of_another_kind_needs_no_word_that_it_is_verified() -> None:
    identity = Identity(issuer="https://x.example", client="x", name="x", claim="pid", category="identity.x")
    assert openid.identifies(identity, {"pid": " 01017012345 "}) == "01017012345"
    assert openid.identifies(identity, {"pid": "01017012345", "pid_verified": False}) == ""
    assert openid.identifies(identity, {"pid": 7}) == ""


@pytest.mark.parametrize(("acr", "opens"), [("high", True), ("substantial", True), ("low", False), (None, False)])
def test_who_is_not_known_surely_enough_does_not_get_in(
    visitor: Client, people: Path, there: Provider, acr: str | None, opens: bool
) -> None:
    settings = people / "holdord.toml"
    settings.write_text(settings.read_text("utf-8") + 'acr = "substantial high"\n', "utf-8")
    to = sent_to(visitor)
    assert parse_qs(urlsplit(to).query)["acr_values"] == ["substantial high"]
    there.claims |= {"acr": acr}
    come_back(visitor, there.sign_in(to))
    assert is_in(visitor) is opens
