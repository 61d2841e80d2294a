from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "milepost.learning"
    label = "learning"
