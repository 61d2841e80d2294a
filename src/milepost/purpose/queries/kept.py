"""What a district works by, kept in memory: every page needs it and it hardly ever changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from milepost.purpose.models import Competency, Framework, FrameworkVersion
from milepost.purpose.queries.graph import prerequisites
from milepost.purpose.queries.in_use import competencies_in_use

Stamp = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, eq=False)
class InUse:
    """The competencies that a district works by, in order, and what each builds on directly.

    One object for all readers until something changes: compare with `is`, and change nothing.
    """

    competencies: tuple[Competency, ...]
    by_id: Mapping[UUID, Competency]
    prerequisites: Mapping[UUID, frozenset[UUID]]


def in_use(district: UUID, on: date | None = None) -> InUse:
    """Return `competencies_in_use` and `prerequisites`, kept until a framework changes.

    To ask whether one did takes one question to the database.
    """
    on = on or timezone.localdate()
    return _kept(district, on, _stamp(district, on))


def _stamp(district: UUID, on: date) -> Stamp:
    """Return for each framework what changes whenever it does: its version, use and counts.

    Texts change with a version only; a competency that is ended or begins changes a count.
    """
    latest = FrameworkVersion.objects.filter(framework=OuterRef("pk")).order_by("-pk")
    counting = Q(competencies__retired_on=None) | Q(competencies__retired_on__gt=on)
    rows = Framework.objects.filter(district=district).annotate(
        every=Count("competencies"),
        ended=Count("competencies", filter=Q(competencies__retired_on__isnull=False)),
        counting=Count("competencies", filter=counting),
        latest=Subquery(latest.values("pk")[:1]),
    )
    return tuple(
        rows.order_by("pk").values_list("pk", "in_use", "latest", "every", "ended", "counting")
    )


@lru_cache(maxsize=16)
def _kept(district: UUID, on: date, stamp: Stamp) -> InUse:
    del stamp  # a part of the key, nothing more
    rows = tuple(competencies_in_use(district, on))
    return InUse(rows, {row.pk: row for row in rows}, prerequisites(district, on))
