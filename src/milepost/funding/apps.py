from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "milepost.funding"
    label = "funding"
