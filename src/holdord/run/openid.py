"""Signing in at somebody who knows people: OpenID Connect, such as BankID or MitID through a broker.

The authorization code flow with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700). What comes back is believed
only where state, nonce, issuer, audience, times and signature are right; no token is kept. The provider is who the
settings name, over TLS; what it answers is read up to a limit, and no redirect of it is followed.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import BoundedSemaphore, Lock
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt

from holdord.config import Identity
from holdord.errors import IdentityError, InputError
from holdord.files import read_file
from holdord.run.fetch import fetch

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key of which the provider shows one half: no shared secret, and never none."""
_ASKING = BoundedSemaphore(2)
"""How many may wait for the provider at once: the others' pages go on."""
_AWAY = 30
"""Seconds for which a provider that did not answer is not asked again."""
_SECRET_BYTES = 4_096
_LEEWAY = 60
"""Seconds that the provider's clock may be off."""
_GOOD_FOR = 3600
"""Seconds for which a provider's document is believed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """Where a provider is asked, as its discovery document says.

    Attributes:
        names_itself: Whether it says in its answers who it is (RFC 9207).
    """

    issuer: str
    authorize: str
    token: str
    keys: str
    names_itself: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """What must be known again when somebody comes back: it belongs to one browser, and is used once."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back: str
    """The address that they come back to."""


_known: dict[str, tuple[float, Provider | IdentityError]] = {}
_lock = Lock()


def provider(settings: Identity) -> Provider:
    """Return the provider that the settings name, asked for its document once an hour (OpenID Connect Discovery 1.0).

    Raises:
        IdentityError: It does not answer, or is somebody else.
    """
    with _lock:
        at, known = _known.get(settings.issuer, (0.0, None))
    age = time.monotonic() - at
    if isinstance(known, Provider) and age < _GOOD_FOR:
        return known
    if isinstance(known, IdentityError) and age < _AWAY:
        raise known
    try:
        found: Provider | IdentityError = _discovered(settings)
    except IdentityError as error:
        found = error
    with _lock:
        _known[settings.issuer] = (time.monotonic(), found)
    if isinstance(found, IdentityError):
        raise found
    return found


def _discovered(settings: Identity) -> Provider:
    said = _get(f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != settings.issuer:
        raise IdentityError("The provider calls itself otherwise than the settings do: identity.issuer.")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    places = [str(said.get(name, "")) for name in names]
    for name, place in zip(names, places, strict=True):
        if not is_safe(place):
            raise IdentityError(f"The provider's {name} is no address over TLS.")
    return Provider(
        issuer=settings.issuer,
        authorize=places[0],
        token=places[1],
        keys=places[2],
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def begin(settings: Identity, back: str) -> tuple[str, Pending]:
    """Return where somebody is sent to sign in, and what must be known when they come back to ``back``.

    Raises:
        IdentityError: The provider does not answer.
    """
    pending = Pending(
        state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(64), back=back
    )
    at = provider(settings).authorize
    challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": settings.client,
        "redirect_uri": back,
        "scope": settings.scope,
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    } | ({"acr_values": settings.acr} if settings.acr else {})
    return f"{at}{'&' if urlsplit(at).query else '?'}{urlencode(query)}", pending


def finish(settings: Identity, pending: Pending, answer: Mapping[str, str]) -> dict[str, Any]:
    """Return what the provider says of who came back, by the query that they came back with.

    Raises:
        IdentityError: They did not sign in, or something does not fit: it is somebody else's answer, or an old one.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
        raise IdentityError("This answer belongs to another visit.")
    if answer.get("error") or not answer.get("code"):
        raise IdentityError("Nobody signed in.")
    at = provider(settings)
    if answer.get("iss", at.issuer if not at.names_itself else "") != at.issuer:
        raise IdentityError("This answer comes from another provider.")
    sent = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": pending.back,
        "code_verifier": pending.verifier,
    }
    known = f"{quote(settings.client, safe='')}:{quote(_secret(settings), safe='')}"  # RFC 6749, 2.3.1
    head = {"Authorization": f"Basic {base64.b64encode(known.encode()).decode()}"}
    token = _json("POST", at.token, head | {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(sent))
    return _read(settings, at, pending, str(token.get("id_token", "")))


def identifies(settings: Identity, claims: Mapping[str, Any]) -> str:
    """Return the value by which a person is looked for; empty where the provider does not vouch for it.

    An address or a number that somebody typed in there says nothing: those must be verified (OpenID Connect Core 5.1).
    """
    value = claims.get(settings.claim)
    is_vouched = claims.get(f"{settings.claim}_verified", settings.claim not in ("email", "phone_number")) is True
    return value.strip() if isinstance(value, str) and is_vouched else ""


def is_safe(address: str) -> bool:
    """Tell whether what is sent there can be read by nobody on the way: TLS, or this very machine."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and " " not in address and port != 0
    return plain and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _read(settings: Identity, at: Provider, pending: Pending, token: str) -> dict[str, Any]:
    """Return what an ID token says (OpenID Connect Core 3.1.3.7)."""
    try:
        key = _key(at, jwt.get_unverified_header(token))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=settings.client,
            issuer=at.issuer,
            leeway=_LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise IdentityError(f"What the provider says does not hold: {type(error).__name__}.") from error
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), pending.nonce.encode()):
        raise IdentityError("What the provider says belongs to another visit.")
    parties = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if (len(parties) > 1 or "azp" in claims) and claims.get("azp") != settings.client:
        raise IdentityError("What the provider says was made for somebody else.")
    if settings.acr and claims.get("acr") not in settings.acr.split():  # asking is a wish: OpenID Connect Core 5.5.1.1
        raise IdentityError("The provider does not know them as surely as identity.acr asks.")
    return claims


def _key(at: Provider, head: Mapping[str, Any]) -> jwt.PyJWK:
    """Return the provider's key that a token names, asked for each time: it may have changed a moment ago.

    A key need not say for which algorithm it is (RFC 7517, 4.4); then the token says it, among those that are good.
    """
    shown, algorithm, wanted = _get(at.keys).get("keys"), head.get("alg"), head.get("kid")
    keys = [one for one in shown if isinstance(one, dict)] if isinstance(shown, list) else []
    keys = [one for one in keys if one.get("use", "sig") == "sig" and one.get("alg", algorithm) == algorithm]
    found = [one for one in keys if one.get("kid") == wanted] if wanted is not None else keys
    if len(found) != 1 or algorithm not in _ALGORITHMS:
        raise IdentityError("The provider shows no key by which what it says was signed.")
    return jwt.PyJWK(found[0], algorithm=algorithm)


def _secret(settings: Identity) -> str:
    if settings.secret or settings.secret_file is None:
        return settings.secret
    try:
        return read_file(settings.secret_file, limit=_SECRET_BYTES).decode().strip()
    except (InputError, UnicodeDecodeError):
        raise IdentityError(f"The file of the provider's secret cannot be read: {settings.secret_file.name}.") from None


def _get(address: str) -> dict[str, Any]:
    return _json("GET", address, {})


def _json(method: str, address: str, head: Mapping[str, str], body: str | None = None) -> dict[str, Any]:
    """Ask for a JSON object; redirects are no answer."""
    if not is_safe(address):
        raise IdentityError("The provider's address is none over TLS.")
    if not _ASKING.acquire(timeout=1):
        raise IdentityError("The provider is slow, and others wait for it.")
    try:
        status, read = fetch(method, address, {"Accept": "application/json", **head}, body)
    except OSError as error:
        raise IdentityError(f"The provider does not answer: {type(error).__name__}.") from error
    finally:
        _ASKING.release()
    if status != 200:
        raise IdentityError(f"The provider answered {status}.")
    try:
        said = json.loads(read)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise IdentityError("The provider answered what is no JSON object.")
    return said
