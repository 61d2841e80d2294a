"""A site of two pages, so that the look is tested alone."""

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from milepost.look import gallery

PLACES = [
    SimpleNamespace(label=label, url=f"/{label}/", current=label == "Classes")
    for label in ("Classes", "Schools", "Data health", "Frameworks")
]


def signed_in(request: HttpRequest) -> HttpResponse:
    """Show the gallery in the whole shell, as somebody sees it who is signed in."""
    shell = {
        "nav": PLACES,
        "viewer": SimpleNamespace(name="Charlotte Park-Montgomery"),
        "viewer_role": "Teacher",
        "search_url": "/",
        "demo_mode": True,
    }
    return render(request, "look/gallery.html", gallery.samples() | shell)


def nothing(request: HttpRequest) -> HttpResponse:
    """Stand for the pages that the shell links to."""
    return HttpResponse("")


urlpatterns = [
    path("look/", gallery.gallery, name="look_gallery"),
    path("look/signed-in/", signed_in, name="signed_in"),
    path("", nothing, name="home"),
    path("logout/", nothing, name="account_logout"),
]
