"""The look needs no district: its own two addresses."""

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def alone(settings: Settings) -> None:
    """Serve the look's own pages, and files as they lie in the source."""
    settings.ROOT_URLCONF = "tests.look.urls"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
