"""Reads for the data-health page: what there is, and what waits."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from milepost.evidence.models import Observation, WaitingRow


@dataclass(frozen=True)
class EvidenceCount:
    """Pieces of evidence of one kind from one source."""

    source: str
    kind: str
    count: int


@dataclass(frozen=True)
class WaitingCount:
    """Rows of one system that wait for learners whom the roster does not know."""

    system: str
    rows: int
    learners: int


def evidence_counts(district: UUID) -> list[EvidenceCount]:
    """Return how much evidence there is by source and kind, the most first."""
    rows = (
        Observation.objects.filter(district=district)
        .values_list("source", "kind")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    return [EvidenceCount(*row) for row in rows]


def waiting_rows(district: UUID) -> list[WaitingCount]:
    """Return what waits for learners, by system."""
    rows = (
        WaitingRow.objects.filter(district=district, adopted_at=None)
        .values_list("system")
        .annotate(n=Count("pk"), learners=Count("learner_label", distinct=True))
        .order_by("system")
    )
    return [WaitingCount(*row) for row in rows]
