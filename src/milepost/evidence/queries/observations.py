"""Evidence as people read it, and how far it is."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max

from milepost.evidence.models import Observation


def observations(
    learner: UUID, *, competency: UUID | None = None, since: datetime | None = None
) -> list[Observation]:
    """Return a learner's evidence, newest first, corrections and what they took back included.

    Each carries its `note` and `voided_by` already fetched. With `competency`, only what shows it.
    """
    rows = (
        Observation.objects.filter(learner=learner)
        .exclude(kind=Observation.Kind.VOID)
        .select_related("note")
        .prefetch_related("voided_by__note")
        .order_by("-occurred_at", "-id")
    )
    if since is not None:
        rows = rows.filter(occurred_at__gte=since)
    if competency is None:
        return list(rows)
    wanted = str(competency)
    return [row for row in rows if any(c == wanted for c, _ in row.scores)]


def last_position(district: UUID) -> int:
    """Return the position of the newest evidence of a district; 0 when there is none."""
    found = Observation.objects.filter(district=district).aggregate(last=Max("position"))
    return found["last"] or 0


def learners_since(district: UUID, after: int, until: int) -> list[UUID]:
    """Return the learners with evidence at positions after ``after`` up to ``until``."""
    rows = Observation.objects.filter(district=district, position__gt=after, position__lte=until)
    return list(rows.values_list("learner", flat=True).distinct())
