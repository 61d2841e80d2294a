"""Time given, against the district's target, as pages show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from milepost.evidence import queries as evidence
from milepost.roster.models import Person
from milepost.roster.queries import local_midnight, setting, today


@dataclass(frozen=True)
class Dosage:
    """Minutes this week and hours this school year. None: no time is known, which is not zero."""

    minutes: float | None
    minutes_target: float
    hours: float | None
    hours_target: float
    known_share: float | None
    """Share of the evidence whose time is known."""


def dosage(person: Person, key: UUID, now: datetime) -> Dosage:
    """Return a learner's time given this week and this school year."""
    return _dosage(person.district_id, [key], now)


def school_dosage(school: object, keys: list[UUID], now: datetime) -> Dosage:
    """Return the average learner's time given, over learners with any known time."""
    raise NotImplementedError
