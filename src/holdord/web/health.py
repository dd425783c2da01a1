"""Whether the program lives, and whether it can answer: for whoever watches it. No personal data, no login."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from holdord.errors import HoldordError


def alive(request: HttpRequest) -> HttpResponse:
    """Say that the program runs."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """Say whether the policy loads and both databases answer; 503 where they do not."""
    try:
        with settings.HOLDORD_FOLDER.company() as company, company.reading():
            return JsonResponse({"ready": True})
    except HoldordError as error:
        return JsonResponse({"ready": False, "why": type(error).__name__}, status=503)
