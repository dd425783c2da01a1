"""An answer as the portal and the back office show it: a page with a style of its own, or a file for programs."""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse

from holdord.run.requests.page.bundle import bundle
from holdord.run.requests.page.html import page
from holdord.web.say import language

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_PORTABLE = "holdord_portable"
"""What is taken along is made for programs (GDPR art. 20) and has no page."""


def shown(document: Mapping[str, Any]) -> HttpResponse:
    """Return an answer's page, whose style the policy of the page names by its digest."""
    if _PORTABLE in document:
        return _portable(document)
    made = page(document, language())
    response = HttpResponse(made)
    styles = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in _STYLE.findall(made)]
    response._csp_replace = {"style-src": [f"'sha256-{one}'" for one in styles]}  # type: ignore[attr-defined]
    return response


def handed(document: Mapping[str, Any], number: int) -> HttpResponse:
    """Return an answer as files, named by the request's number."""
    if _PORTABLE in document:
        return _portable(document)
    response = HttpResponse(bundle(document, language()), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{number}.zip"'
    return response


def _portable(document: Mapping[str, Any]) -> HttpResponse:
    options = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(dict(document), json_dumps_params=options)
    response["Content-Disposition"] = 'attachment; filename="portable.json"'
    return response
