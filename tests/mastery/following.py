"""A process that leads another, for tests. A new process imports this before Django is ready."""

import time
from multiprocessing import get_context
from multiprocessing.connection import Connection

SPAWN = get_context("spawn")
PATIENCE = 60.0
"""Seconds in which a process must be ready, or have ended."""


def lead(told: Connection) -> None:
    """Start a process that follows this one, say which, and wait to be killed."""
    follower = SPAWN.Process(target=follow)
    follower.start()
    told.send(follower.pid)
    time.sleep(PATIENCE)


def follow() -> None:
    """Begin as a process of the fold does, and wait."""
    from django.conf import settings

    from milepost.mastery.processes import begin

    begin(dict(settings.DATABASES["default"]))
    time.sleep(PATIENCE)
