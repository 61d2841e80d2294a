"""The site's addresses with those of this room."""

from django.urls import include, path

from milepost.site.urls import handler500
from milepost.site.urls import urlpatterns as of_the_site

__all__ = ["handler500", "urlpatterns"]
urlpatterns = [path("rulebook/", include("milepost.rulebook.urls")), *of_the_site]
