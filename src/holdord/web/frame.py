"""What every page has around its own content: whose it is, in which languages, and where one can go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url

from holdord.web.say import LANGUAGE_NAMES, language


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page's frame."""
    with settings.HOLDORD_FOLDER.company() as company:
        name = company.policy.controller.name
    here = request.get_full_path()
    return {
        "company_name": name,
        "page_language": language(),
        "languages": [
            {"code": code, "name": LANGUAGE_NAMES[code], "url": translate_url(here, code), "here": code == language()}
            for code in LANGUAGE_NAMES
        ],
    }
