from django.apps import AppConfig


class MasteryConfig(AppConfig):
    name = "milepost.mastery"
    label = "mastery"
