"""Time given, against what a district aims at."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, FloatField, QuerySet, Sum, Value, When
from django.db.models.functions import Least, TruncWeek

from milepost.evidence.dosage import (
    CAPPED_KINDS,
    LONGEST_SECONDS,
    Dosage,
    TimeGiven,
    default_year_start,
    every_week,
    mean,
    monday_of,
    month_of,
    next_month,
)
from milepost.evidence.models import MonthGiven, Observation
from milepost.roster.models import AcademicSession, Organisation
from milepost.roster.queries import local_midnight, setting


def time_given(
    learners: Collection[UUID], *, since: datetime, until: datetime
) -> dict[UUID, TimeGiven]:
    """Return each learner's time given from ``since`` to before ``until``.

    A learner without evidence in that time is there, with no pieces. What was taken back does not
    count.
    """
    rows = _summed(_counting(learners, since, until).values("learner"))
    found = {row["learner"]: _given(row) for row in rows}
    return {key: found.get(key, TimeGiven()) for key in learners}


def minutes_by_week(
    learners: Collection[UUID], *, since: date, until: date, zone: ZoneInfo
) -> dict[date, TimeGiven]:
    """Return Monday → the time that learners gave together in that week of a time zone.

    From the week of ``since`` to the week of ``until``, both whole. A week without evidence is
    there, with no pieces.
    """
    first, last = monday_of(since), monday_of(until) + timedelta(weeks=1)
    begins, ends = (datetime(d.year, d.month, d.day, tzinfo=zone) for d in (first, last))
    week = TruncWeek("occurred_at", tzinfo=zone)
    rows = _summed(_counting(learners, begins, ends).annotate(week=week).values("week"))
    return every_week({row["week"].date(): _given(row) for row in rows}, since, until)


def hours_this_year(
    district: Organisation, learners: Collection[UUID], *, now: datetime
) -> dict[UUID, TimeGiven]:
    """Return each learner's time given since the school year began.

    Whole months are read from sums, up to the end of the month of ``now``: evidence of later is
    refused when it comes. A response log counts when the whole of it is in.
    """
    began = school_year_start(district, now)
    today = now.astimezone(ZoneInfo(district.time_zone)).date()
    first = month_of(began.astimezone(ZoneInfo(district.time_zone)).date())
    if local_midnight(district, first) < began:
        first = next_month(first)
    until = min(local_midnight(district, first), _after(now))
    found = time_given(learners, since=began, until=until) if began < until else {}
    months = MonthGiven.objects.filter(learner__in=list(learners), month__range=(first, today))
    sums = months.values_list("learner").annotate(
        given=Sum("milliseconds"), count=Sum("pieces"), known=Sum("timed")
    )
    whole = {key: TimeGiven(given / 1000, *counts) for key, given, *counts in sums}
    return {key: found.get(key, TimeGiven()) + whole.get(key, TimeGiven()) for key in learners}


def dosage(district: Organisation, learners: Collection[UUID], *, now: datetime) -> Dosage:
    """Return minutes this week and hours this school year beside the district's targets.

    Of one learner, or of the average learner among those of whom it is known.
    """
    today = now.astimezone(ZoneInfo(district.time_zone)).date()
    monday = local_midnight(district, monday_of(today))
    week = time_given(learners, since=monday, until=_after(now))
    year = hours_this_year(district, learners, now=now)
    return Dosage(
        minutes=mean(given.minutes for given in week.values()),
        minutes_target=float(setting(district.pk, "dosage.minutes_a_week", today)),
        hours=mean(given.hours for given in year.values()),
        hours_target=float(setting(district.pk, "dosage.hours_a_year", today)),
        known_share=sum(year.values(), TimeGiven()).known_share,
    )


def school_year_start(district: Organisation, now: datetime) -> datetime:
    """Return the instant at which the school year that ``now`` lies in began.

    As the district's academic sessions say; where none does, the first of August.
    """
    today = now.astimezone(ZoneInfo(district.time_zone)).date()
    years = AcademicSession.objects.filter(
        district=district, kind="schoolYear", begins_on__lte=today, ends_on__gte=today
    )
    begins = years.order_by("begins_on").values_list("begins_on", flat=True).first()
    return local_midnight(district, begins or default_year_start(today))


def _after(now: datetime) -> datetime:
    """Include evidence of this very instant."""
    return now + timedelta(microseconds=1)


def _counting(
    learners: Collection[UUID], since: datetime, until: datetime
) -> QuerySet[Observation]:
    return Observation.objects.filter(
        learner__in=list(learners), occurred_at__gte=since, occurred_at__lt=until, voided_by=None
    ).exclude(kind=Observation.Kind.VOID)


def _summed(groups: QuerySet[Observation, Any]) -> QuerySet[Observation, Any]:
    capped = Case(
        # PostgreSQL's LEAST skips a missing value and would make it the cap.
        When(seconds=None, then=Value(None)),
        When(kind__in=CAPPED_KINDS, then=Least(F("seconds"), Value(float(LONGEST_SECONDS)))),
        default=F("seconds"),
        output_field=FloatField(),
    )
    return groups.order_by().annotate(given=Sum(capped), pieces=Count("pk"), timed=Count("seconds"))


def _given(row: dict[str, Any]) -> TimeGiven:
    return TimeGiven(row["given"] or 0.0, row["pieces"], row["timed"])
