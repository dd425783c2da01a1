"""Where each page of it is."""

import re

from django.urls import URLPattern, path, re_path

from holdord.web.api import views
from holdord.web.api.openapi import ROUTES

app_name = "api"


def _at(path: str) -> URLPattern:
    pattern = re.escape(path).replace(r"\{number\}", "(?P<number>[1-9][0-9]{0,8})")
    return re_path(rf"^v1/{pattern}\Z", views.serve, {"path": path})


urlpatterns = [
    path("v1/openapi.json", views.described),
    *map(_at, dict.fromkeys(route.path for route in ROUTES)),
    re_path("", views.unknown),
]
