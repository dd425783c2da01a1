"""The door of the API: token, scope, rate, method, content, and then the route's function.

A token stands in the header ``Authorization`` and nowhere else: no cookie is read, so no page of another site can make
a browser call, and none may read what is answered (no CORS).
"""

import json
import logging
import time
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from holdord.errors import HoldordError, StoreError
from holdord.now import now
from holdord.web.api.call import Call, Route
from holdord.web.api.models import Sent
from holdord.web.api.openapi import BASE, ROUTES, document, names
from holdord.web.api.problem import Wrong, of_error, of_validation, told
from holdord.web.api.rate import Rate
from holdord.web.api.tokens import Token, known

MOST_BYTES = 1 << 20
_MOST_MEMBERS = 20
_LONGEST_KEY = 255
_BEARER = {"WWW-Authenticate": 'Bearer realm="holdord"'}
_LOG = logging.getLogger(__name__)
_rate = Rate()


@csrf_exempt
def serve(request: HttpRequest, path: str, number: str = "0") -> HttpResponse:
    """Answer a call.

    Args:
        request: What was sent.
        path: The route's, as ``Route.path`` writes it.
        number: What stands in it.
    """
    try:
        return _served(request, path, int(number))
    except Wrong as wrong:
        return told(wrong)
    except Exception as error:
        _LOG.error("%s at the API", type(error).__name__)  # what it says may hold values
        return told(Wrong(500, "Please report it, with what was asked and without what was sent."))


@csrf_exempt
def described(request: HttpRequest) -> HttpResponse:
    """Return the document of the API; anybody may read it."""
    if request.method != "GET":
        return told(_not_here(("GET",)))
    return _json(json.dumps(document(), ensure_ascii=False))


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Say that there is nothing here."""
    return told(Wrong(404, f"The addresses are in {BASE}/openapi.json."))


def _served(request: HttpRequest, path: str, number: int) -> HttpResponse:
    token = _token(request)
    here = {route.method: route for route in ROUTES if route.path == path}
    route = next((one for method, one in here.items() if method == request.method), None)
    if route is None:
        raise _not_here(tuple(here))
    if route.scope not in token.scopes:
        raise Wrong(403, f"This needs a token for {route.scope}.")
    sent, key = _sent(request, route), _key(request) if route.once else ""
    try:
        with settings.HOLDORD_FOLDER.company() as company:
            given = route.does(Call(company=company, token=token, number=number, sent=sent, key=key, clock=now))
    except HoldordError as error:
        _LOG.warning("%s at the API", type(error).__name__)
        raise of_error(error, sent.model_dump(mode="json") if sent else None) from error
    return _json(given.model_dump_json(), route.status)


def _token(request: HttpRequest) -> Token:
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    try:
        token = known(settings.HOLDORD_FOLDER.path, now(), shown.strip()) if kind.lower() == "bearer" else None
    except StoreError as error:
        raise of_error(error, None) from error
    if token is None:
        raise Wrong(401, "Send a token of this company that is good: holdord token new.", headers=_BEARER)
    if wait := _rate.wait(token.id, time.monotonic()):
        raise Wrong(429, f"Call again in {wait} seconds.", headers={"Retry-After": str(wait)})
    return token


def _sent(request: HttpRequest, route: Route) -> Sent | None:
    if request.method == "GET":
        return _query(request, route.takes)
    if request.META.get("QUERY_STRING"):
        raise Wrong(422, "There is no query here.")
    if request.content_type != "application/json":
        raise Wrong(415, "Send JSON as application/json in UTF-8.")
    assert route.takes is not None  # noqa: S101 (every POST takes something: a test)
    try:
        return route.takes.model_validate_json(_body(request))
    except ValidationError as error:
        raise of_validation(error, _members(route.takes)) from error


def _key(request: HttpRequest) -> str:
    """Return what a repeat of the call is known by (IETF draft httpapi-idempotency-key-header)."""
    said = request.headers.get("Idempotency-Key", "")
    if len(said) > _LONGEST_KEY or not said.isascii() or not (said.isprintable() or not said):
        raise Wrong(422, f"An Idempotency-Key has {_LONGEST_KEY} letters of ASCII at most.")
    return said


def _query(request: HttpRequest, takes: type[Sent] | None) -> Sent | None:
    # Not request.GET, which reads as the content type says; an address is UTF-8.
    try:
        said = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True, max_num_fields=_MOST_MEMBERS)
    except ValueError as error:
        raise Wrong(422, "The query has too many members.") from error
    sent: dict[str, Any] = dict(said)
    if len(sent) != len(said):
        raise Wrong(422, "A member of the query is said once.")
    if takes is None:
        if sent:
            raise Wrong(422, "There is no query here.")
        return None
    try:
        return takes.model_validate_strings(sent)
    except ValidationError as error:
        raise of_validation(error, _members(takes)) from error


def _body(request: HttpRequest) -> bytes:
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal():  # a body in chunks would be read as none
        raise Wrong(411, "Say how many bytes the body has: Content-Length.")
    try:
        if int(length) > MOST_BYTES:
            raise RequestDataTooBig
        body = request.body
    except (RequestDataTooBig, ValueError) as error:
        raise Wrong(413, f"A body has at most {MOST_BYTES} bytes.") from error
    except UnreadablePostError as error:
        raise Wrong(400, "The body did not come to its end.") from error
    if len(body) > MOST_BYTES:
        raise Wrong(413, f"A body has at most {MOST_BYTES} bytes.")
    return body


@cache
def _members(takes: type[Sent]) -> frozenset[str]:
    return names((takes,))


def _not_here(allowed: tuple[str, ...]) -> Wrong:
    said = ", ".join(allowed)
    return Wrong(405, f"What can be done here: {said}.", headers={"Allow": said})


def _json(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="application/json")
