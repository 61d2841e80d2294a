"""Fixtures that every room's tests share."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from absl import logging as absl_logging
from django.core.management import call_command
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, settings

from milepost.roster.models import Person
from tests.cast import Cast, assemble
from tests.site.terminal import keep_set_up

ROOT = Path(__file__).resolve().parent.parent

# OR-Tools brings absl, whose log handler holds the sys.stderr of its import: here the capture of
# pytest, which it would close whenever Django sets its logs up anew.
absl_logging.get_absl_handler().python_handler.stream = sys.__stderr__

# A test is never timed: a busy machine is no mistake.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Make what migrations do not: the table of the shared cache. Keep a copy of it all, as new.

    On SQLite the trigger that forbids deleting evidence goes, because tests that commit are cleaned
    up there by DELETE; `tests/evidence/test_append_only.py` puts it back for its own test.
    """
    with ExitStack() as until_the_end:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            call_command("createcachetable")
            until_the_end.enter_context(keep_set_up())
            if connection.vendor == "sqlite":
                connection.cursor().execute("DROP TRIGGER evidence_no_delete")
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Gather the static files as `milepost serve` does: pages name them by their hash."""
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture
def cast(db: None) -> Cast:
    """The people in every test."""
    return assemble()


@pytest.fixture
def client_of(client: Client) -> Callable[[Person | None], Client]:
    """Return a browser without a screen, signed in as a person (None: nobody)."""

    def sign_in(person: Person | None) -> Client:
        fresh = Client()
        if person:
            fresh.force_login(person.account)
        return fresh

    return sign_in


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real input; the test is skipped where it is not there."""
    folder = Path(os.environ.get("MILEPOST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real input is not here (MILEPOST_DATA={folder})")
    return folder
