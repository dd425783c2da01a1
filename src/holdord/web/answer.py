"""An answer as the portal and the back office show it: a page with a style of its own, or its files."""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from holdord.run.requests.page.bundle import bundle
from holdord.run.requests.page.html import page
from holdord.web.say import language

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def shown(document: Mapping[str, Any]) -> HttpResponse:
    """Return an answer's page, whose style the policy of the page names by its digest."""
    made = page(document, language())
    response = HttpResponse(made)
    styles = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in _STYLE.findall(made)]
    response._csp_replace = {"style-src": [f"'sha256-{one}'" for one in styles]}  # type: ignore[attr-defined]
    return response


def handed(document: Mapping[str, Any], number: int) -> HttpResponse:
    """Return an answer as files, named by the request's number."""
    response = HttpResponse(bundle(document, language()), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{number}.zip"'
    return response
