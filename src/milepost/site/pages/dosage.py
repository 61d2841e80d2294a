"""Time given, against the district's target, as pages show it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from milepost.evidence import queries as evidence
from milepost.evidence.dosage import Given
from milepost.roster.models import Organisation, Person
from milepost.roster.queries import local_midnight, setting, today


@dataclass(frozen=True)
class Dosage:
    """Minutes this week and hours this school year, of one learner or on average.

    None where there is evidence but no time is known for it: missing is not zero.
    """

    minutes: float | None
    minutes_target: float
    hours: float | None
    hours_target: float


def dosage(person: Person, key: UUID) -> Dosage:
    """Return a learner's time given this week and this school year."""
    return _dosage(person.district, [key])


def average_dosage(district: Organisation, keys: list[UUID]) -> Dosage:
    """Return the time given on average over learners."""
    return _dosage(district, keys)


def _dosage(district: Organisation, keys: list[UUID]) -> Dosage:
    day = today(district)
    week = local_midnight(district, day - timedelta(days=day.weekday()))
    year = local_midnight(district, date(day.year - (day.month < 7), 7, 1))
    count = max(len(keys), 1)
    return Dosage(
        minutes=_average(evidence.time_given(keys, week), count),
        minutes_target=float(setting(district.pk, "dosage.minutes_a_week")),
        hours=_average(evidence.time_given(keys, year), count * 60),
        hours_target=float(setting(district.pk, "dosage.hours_a_year")),
    )


def _average(given: Given, divisor: int) -> float | None:
    return None if given.missing else given.minutes / divisor
