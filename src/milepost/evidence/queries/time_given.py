"""Reads about the time that learners gave."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from milepost.evidence.dosage import Given, by_week, total
from milepost.evidence.models import Observation


def minutes_by_week(
    learners: Collection[UUID], since: datetime, zone: ZoneInfo
) -> dict[date, Given]:
    """Return the Monday of each week since an instant → time given by these learners (keys)."""
    rows = _counting(learners, since).values_list("occurred_at", "seconds")
    return by_week(rows.iterator(), zone)


def time_given(learners: Collection[UUID], since: datetime) -> Given:
    """Return the time given by these learners (keys) since an instant."""
    return total(_counting(learners, since).values_list("seconds", flat=True).iterator())


def _counting(learners: Collection[UUID], since: datetime) -> QuerySet[Observation]:
    voided = Observation.objects.filter(learner__in=learners).exclude(voids=None).values("voids")
    return (
        Observation.objects.filter(learner__in=learners, occurred_at__gte=since)
        .exclude(kind=Observation.Kind.VOID)
        .exclude(pk__in=voided)
    )
