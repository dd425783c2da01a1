"""The board, an entry of the log, a receipt of it."""

from django.urls import path

from holdord.web.board import pages

app_name = "board"
urlpatterns = [
    path("", pages.board, name="board"),
    path("entry/<int:number>/", pages.entry, name="entry"),
    path("entry/<int:number>/receipt/", pages.receipt, name="receipt"),
]
