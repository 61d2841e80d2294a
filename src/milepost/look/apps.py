from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "milepost.look"
    label = "look"
