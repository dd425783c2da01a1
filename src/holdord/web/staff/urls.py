"""Where an invitation leads, and where the general manager sees who has an account."""

from django.urls import path

from holdord.web.staff import accounts, pages

app_name = "staff"
urlpatterns = [
    path("accounts/", accounts.listed, name="accounts"),
    path("accounts/invite/", accounts.invited, name="invite"),
    path("accounts/<int:who>/roles/", accounts.changed, name="roles"),
    path("accounts/<int:who>/remove/", accounts.removed, name="remove"),
    path("start/<str:token>/", pages.start, name="start"),
]
