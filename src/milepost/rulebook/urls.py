"""Addresses of the rulebook room."""

from django.urls import path

from milepost.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("", views.rules, name="rules"),
    path("import/", views.bring, name="import"),
    path("<uuid:rule>/", views.rule, name="rule"),
]
