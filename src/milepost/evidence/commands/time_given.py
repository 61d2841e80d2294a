"""Keeping the time that learners gave, by month: sums over evidence, right at every commit."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    F,
    FloatField,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Floor, Least

from milepost.audit.models import ImportRun
from milepost.evidence.commands.ledger import take_positions
from milepost.evidence.dosage import CAPPED_KINDS, LONGEST_SECONDS, month_of, next_month
from milepost.evidence.models import MonthGiven, Observation
from milepost.roster.models import LearnerKey, Organisation

COUNTED = Q(batch=None) | Q(batch__status=ImportRun.Status.APPLIED)
"""Rows of a response log count when the whole log is in: adding them up chunk by chunk would cost
as much again as writing them, because a chunk holds a row or two of each learner."""


Span = tuple[datetime, datetime]
"""The first instant and the last."""


def add(
    rows: QuerySet[Observation], *, district: UUID, sign: int = 1, span: Span | None = None
) -> None:
    """Add the time of some evidence of a district, or with ``sign=-1`` take it away.

    Call it in the transaction that writes the evidence. Corrections among ``rows`` are passed over;
    the caller leaves out what was taken back. Months are added to in order of learner and month, so
    that two writers never wait for each other. ``span``: between what instants they lie, where the
    caller knows.
    """
    rows = rows.exclude(kind=Observation.Kind.VOID)
    first, last = span or rows.aggregate(a=Min("occurred_at"), b=Max("occurred_at")).values()
    if first is None:
        return
    zone = ZoneInfo(Organisation.objects.values_list("time_zone", flat=True).get(pk=district))
    sums = (
        rows.order_by()
        .annotate(month=_month(first, last, zone))
        .values("learner", "month")
        .annotate(milliseconds=Sum(_milliseconds()), pieces=Count("pk"), timed=Count("seconds"))
    )
    sql, parameters = sums.query.sql_with_params()
    table = MonthGiven._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (learner, month, milliseconds, pieces, timed)"  # noqa: S608
            " SELECT learner, month, %s * coalesce(milliseconds, 0), %s * pieces, %s * timed"
            f" FROM ({sql}) AS sums WHERE true ORDER BY learner, month"
            " ON CONFLICT (learner, month) DO UPDATE SET"
            f" milliseconds = {table}.milliseconds + excluded.milliseconds,"
            f" pieces = {table}.pieces + excluded.pieces, timed = {table}.timed + excluded.timed",
            (sign, sign, sign, *parameters),
        )


def add_batch(run: ImportRun, rows: QuerySet[Observation], span: Span) -> None:
    """Add what a response log brought in, once, in the transaction that says it is in.

    The caller holds the run: whoever adopts its rows or takes one back waits.
    """
    assert run.district
    add(rows.filter(voided_by=None), district=run.district, span=span)


def hold(runs: QuerySet[ImportRun]) -> None:
    """Wait until nobody is finishing these imports: whether their rows count must not change.

    Call it before positions are taken, as an import does, or the two could wait for each other.
    """
    list(runs.order_by("pk").select_for_update().values_list("pk"))


@transaction.atomic
def rebuild_time_given(*, district: UUID) -> int:
    """Add all evidence of a district up anew; return how many months of learners it made.

    Needed when its time zone changed, or when rows came in by a road of their own. Nothing else
    writes evidence of the district meanwhile.
    """
    hold(ImportRun.objects.filter(district=district))
    take_positions(district, 0)
    keys = LearnerKey.objects.filter(district=district)
    ours = MonthGiven.objects.filter(learner__in=keys.values("pk"))
    ours.delete()
    add(Observation.objects.filter(COUNTED, district=district, voided_by=None), district=district)
    return ours.count()


def _month(first: datetime, last: datetime, zone: ZoneInfo) -> Case:
    """Return the local month of a row, found by instants: SQLite knows no time zones."""
    month, until = month_of(first.astimezone(zone).date()), last.astimezone(zone).date()
    whens: list[When] = []
    while month <= until:
        ends = next_month(month)
        begin = datetime(ends.year, ends.month, 1, tzinfo=zone)
        whens.append(When(occurred_at__lt=begin, then=Value(month, DateField())))
        month = ends
    return Case(*whens, output_field=DateField())


def _milliseconds() -> Combinable:
    capped = Case(
        # PostgreSQL's LEAST skips a missing value and would make it the cap.
        When(seconds=None, then=Value(None)),
        When(kind__in=CAPPED_KINDS, then=Least(F("seconds"), Value(float(LONGEST_SECONDS)))),
        default=F("seconds"),
        output_field=FloatField(),
    )
    return Cast(Floor(capped * 1000.0 + 0.5), BigIntegerField())
