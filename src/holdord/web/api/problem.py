"""What a program reads where it does not get what it asked for: problem details (RFC 9457), never a value.

Words of holdord's may repeat a name that was sent, such as that of a purpose that is none. Whoever reads a program's
log is not who sent it, so what was sent is taken out of them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpResponse
from pydantic import ValidationError

from holdord.errors import HoldordError, NeedsConfirmation, Refused
from holdord.web.api.models import Problem

TITLES: dict[int, str] = {
    400: "This is no JSON",
    401: "No token that is good",
    403: "The token is not for this",
    404: "There is no such thing",
    405: "This cannot be done here",
    409: "It cannot be done as things are",
    411: "How long it is is not said",
    413: "This is too long",
    415: "This is no application/json",
    422: "Something that was sent is not as it should be",
    429: "Too many requests",
    500: "This should not happen",
    503: "It cannot be answered now",
}
"""Status → title."""
MEDIA = "application/problem+json"
_MOST = 20
_KINDS = {
    "missing": "is missing",
    "extra_forbidden": "is unknown",
    "string_type": "is a text",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "string_pattern_mismatch": "is written otherwise",
    "literal_error": "is none of those that there are",
    "bool_type": "is true or false",
    "bool_parsing": "is true or false",
    "int_type": "is a number",
    "int_parsing": "is a number",
    "list_type": "is a list",
    "too_short": "has too few",
    "too_long": "has too many",
    "model_type": "is an object",
    "date_type": "is a day, as 2026-11-23",
    "date_parsing": "is a day, as 2026-11-23",
    "date_from_datetime_parsing": "is a day, as 2026-11-23",
    "date_from_datetime_inexact": "is a day, as 2026-11-23",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}


class Wrong(Exception):
    """An answer that is a problem.

    Attributes:
        headers: What the answer says besides.
    """

    def __init__(
        self, status: int, detail: str, *, errors: tuple[str, ...] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        super().__init__(detail)


def told(wrong: Wrong) -> HttpResponse:
    """Return a problem as an answer."""
    body = Problem(
        type="about:blank",
        title=TITLES[wrong.status],
        status=wrong.status,
        detail=wrong.detail,
        errors=list(wrong.errors),
    )
    return HttpResponse(body.model_dump_json(), status=wrong.status, content_type=MEDIA, headers=wrong.headers)


def of_validation(error: ValidationError, members: frozenset[str]) -> Wrong:
    """Return what is wrong with what was sent: which members, and how.

    Args:
        error: What Pydantic found.
        members: The names that may be said; whatever else was sent as a name is a value.
    """
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(one["type"] == "json_invalid" for one in found):
        return Wrong(400, "The body is no JSON in UTF-8, or lies too deep.")
    errors = tuple(dict.fromkeys(_error(one, members) for one in found))[:_MOST]
    return Wrong(422, "Mend what errors names, and send it again.", errors=errors)


def of_error(error: HoldordError, sent: object) -> Wrong:
    """Return what an error of holdord's says to programs; what was sent is taken out of it."""
    if isinstance(error, Refused | NeedsConfirmation):
        return Wrong(409, without(str(error), sent))
    return Wrong(503, "The policy does not load or a database does not answer. Whoever runs it finds out why.")


def without(text: str, sent: object) -> str:
    """Return words without any text that was sent."""
    for one in sorted(set(_texts(sent)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", "…", text)
    return text


def _error(one: Mapping[str, Any], members: frozenset[str]) -> str:
    named = [str(part) if isinstance(part, int) or part in members else "…" for part in one["loc"]]
    return f"{'.'.join(named) or 'the body'} {_KINDS.get(one['type'], 'is not as it should be')}."


def _texts(sent: object) -> Iterator[str]:
    if isinstance(sent, str):
        yield from (part for part in {sent, sent.strip()} if part)
    elif isinstance(sent, Mapping):
        for one in sent.values():
            yield from _texts(one)
    elif isinstance(sent, list | tuple):
        for one in sent:
            yield from _texts(one)
