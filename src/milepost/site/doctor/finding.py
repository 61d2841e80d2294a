"""What a check is given and what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Level(StrEnum):
    """How bad it is. Only WRONG makes `milepost doctor` end with exit code 1."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """What one check found: a sentence, and what to do when it is not well."""

    level: Level
    what: str
    advice: str = ""


@dataclass(frozen=True)
class Situation:
    """What a check may ask for. `url`: the site's address as visitors write it, when given."""

    now: datetime
    url: str = ""


Check = Callable[[Situation], Finding]


def ok(what: str) -> Finding:
    """Say that something is well."""
    return Finding(Level.OK, what)


def warning(what: str, advice: str) -> Finding:
    """Say that something works and will trouble somebody."""
    return Finding(Level.WARNING, what, advice)


def wrong(what: str, advice: str) -> Finding:
    """Say that something does not work or is not safe."""
    return Finding(Level.WRONG, what, advice)


def ago(span: timedelta) -> str:
    """Return a span of time as a person says it: 3 minutes, 2 days."""
    seconds = int(span.total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}" + ("s" if count > 1 else "")
    return f"{max(seconds, 0)} seconds"
