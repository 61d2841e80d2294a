from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "milepost.roster"
    label = "roster"
