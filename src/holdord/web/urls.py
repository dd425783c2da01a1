"""Where each page is. Pages for people begin with their language; programs have addresses without one."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from holdord.web import health, metrics
from holdord.web.board.pages import public, public_state
from holdord.web.portal.openid import back

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics.metrics),
    path("notice.json", public_state),
    path("openid/back", back),
    path("api/", include("holdord.web.api.urls")),
    *i18n_patterns(
        path("account/", include("holdord.web.staff.doors")),
        path("", include("holdord.web.staff.urls")),
        path("board/", include("holdord.web.board.urls")),
        path("notice/", public, name="notice"),
        path("office/", include("holdord.web.office.urls")),
        path("", include("holdord.web.portal.urls")),
    ),
]
