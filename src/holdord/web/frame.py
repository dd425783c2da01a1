"""What every page has around its own content: whose it is, in which languages, and where one can go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject

from holdord.web.say import LANGUAGE_NAMES, language
from holdord.web.staff.roles import doors, home


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page's frame; who asks is looked up by pages for staff alone."""
    with settings.HOLDORD_FOLDER.company() as company:
        name = company.policy.controller.name
    here = request.get_full_path()
    return {
        "company_name": name,
        "may": SimpleLazyObject(lambda: doors(request)),
        "staff_home": SimpleLazyObject(lambda: reverse(home(request))),
        "page_language": language(),
        "languages": [
            {"code": code, "name": LANGUAGE_NAMES[code], "url": translate_url(here, code), "here": code == language()}
            for code in LANGUAGE_NAMES
        ],
    }
