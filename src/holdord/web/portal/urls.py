"""Where each page of it is."""

from django.urls import path

from holdord.web.portal import held, openid, pages

app_name = "portal"
urlpatterns = [
    path("", pages.front, name="front"),
    path("ask/", pages.ask, name="ask"),
    path("ask/sent/", pages.sent, name="sent"),
    path("link/<str:token>", pages.link, name="link"),
    path("openid/", openid.leave_for, name="openid"),
    path("sure/", pages.sure, name="sure"),
    path("mine/", pages.mine, name="mine"),
    path("mine/held/", held.everything, name="held"),
    path("mine/held/<slug:purpose>/", held.held_for, name="held_for"),
    path("mine/preview/", pages.preview, name="preview"),
    path("mine/new/<slug:wanted>/", pages.wish, name="wish"),
    path("mine/<int:number>/", pages.followed, name="followed"),
    path("mine/<int:number>/answer/", pages.answer, name="answer"),
    path("mine/<int:number>/files/", pages.files, name="files"),
    path("mine/<int:number>/back/", pages.back, name="back"),
    path("leave/", pages.leave, name="leave"),
]
