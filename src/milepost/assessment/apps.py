from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "milepost.assessment"
    label = "assessment"
