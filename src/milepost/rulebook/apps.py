from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "milepost.rulebook"
    label = "rulebook"
