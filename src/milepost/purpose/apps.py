from django.apps import AppConfig


class PurposeConfig(AppConfig):
    name = "milepost.purpose"
    label = "purpose"
