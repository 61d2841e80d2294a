"""What has been kept long enough: found, counted, and destroyed when told to.

Evidence, acts on record and rosters are not kept for a time but for good; erasure is the way for
one person (`site.erasure`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from milepost.audit.commands import record_event
from milepost.audit.models import ImportRun, Read, RefusedRow
from milepost.evidence.models import WaitingRow
from milepost.roster import commands as roster
from milepost.roster import queries as people
from milepost.roster.models import Organisation, Person


@dataclass(frozen=True)
class Due:
    """Rows of one kind that a district has kept long enough."""

    setting: str
    words: str
    days: int
    rows: QuerySet[Any]


def due(district: Organisation, now: datetime) -> list[Due]:
    """Return what a district has kept for longer than its settings say, kind by kind."""
    return list(_due(district, now))


def _due(district: Organisation, now: datetime) -> Iterator[Due]:
    for setting, words, rows_before in (
        ("retention.read_log_days", "looks at learners' records", _reads),
        ("retention.refused_rows_days", "rows that imports refused", _refused),
        ("retention.held_files_days", "imports that wait, with their files", _held),
        ("retention.waiting_rows_days", "rows kept aside for learners", _waiting),
    ):
        days = int(people.setting(district.pk, setting, timezone.localdate(now)))
        if days:
            yield Due(setting, words, days, rows_before(district.pk, now - timedelta(days=days)))


def _reads(district: UUID, before: datetime) -> QuerySet[Read]:
    """By whole months, which is how the log may be partitioned."""
    month = timezone.localdate(before).replace(day=1)
    staff = Person.objects.filter(district=district).values("pk")
    return Read.objects.filter(month__lt=month, by__in=staff)


def _refused(district: UUID, before: datetime) -> QuerySet[RefusedRow]:
    runs = ImportRun.objects.filter(district=district, started_at__lt=before)
    return RefusedRow.objects.filter(run__in=runs.values("pk"))


def _held(district: UUID, before: datetime) -> QuerySet[ImportRun]:
    held = ImportRun.objects.filter(district=district, kind="oneroster", status="held")
    return held.filter(started_at__lt=before)


def _waiting(district: UUID, before: datetime) -> QuerySet[WaitingRow]:
    never_came = Q(adopted_at=None, run__started_at__lt=before)
    return WaitingRow.objects.filter(never_came | Q(adopted_at__lt=before), district=district)


def destroy(
    *, by: UUID | None, district: Organisation, now: datetime, keep_in: Path
) -> dict[str, int]:
    """Destroy what is due; return how much of what. `keep_in`: where held imports keep files."""
    counts: dict[str, int] = {}
    for one in due(district, now):
        if one.setting == "retention.held_files_days":
            counts[one.words] = _decline(by, one, now, keep_in)
            continue
        with transaction.atomic():
            counts[one.words] = one.rows.count()
            one.rows.delete()
            record_event(
                action="site.retain",
                by=by,
                district=district.pk,
                target_kind="setting",
                why=f"{one.setting} is {one.days} days",
                detail={"setting": one.setting, "destroyed": counts[one.words]},
                now=now,
            )
    return counts


def _decline(by: UUID | None, due: Due, now: datetime, keep_in: Path) -> int:
    runs = list(due.rows)
    why = f"nobody decided for {due.days} days"
    for run in runs:
        roster.decline_import(by=by, run=run, why=why, now=now, keep_in=keep_in)
    return len(runs)


def left_behind(keep_in: Path) -> list[Path]:
    """Return kept files whose import no longer waits: a crash may leave one."""
    held = {str(pk) for pk in ImportRun.objects.filter(status="held").values_list("pk", flat=True)}
    return [path for path in sorted(keep_in.glob("*.zip")) if path.stem not in held]
