"""Is the evidence in, and what waits: what the data lead looks at."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from milepost.audit.models import ImportRun
from milepost.audit.queries import latest_runs
from milepost.evidence.models import SourceCount, WaitingRow


@dataclass(frozen=True)
class EvidenceCount:
    """How much evidence of one kind came from one source, and when the last of it."""

    source: str
    kind: str
    count: int
    last_recorded_at: datetime


@dataclass(frozen=True)
class WaitingCount:
    """Rows that wait for learners whom a system names and the roster does not know."""

    system: str
    rows: int
    learners: int
    waiting_since: datetime


def evidence_counts(district: UUID) -> list[EvidenceCount]:
    """Return how much evidence a district has by source and kind, corrections apart."""
    rows = SourceCount.objects.filter(district=district).order_by("source", "kind")
    return [EvidenceCount(one.source, one.kind, one.count, one.last_recorded_at) for one in rows]


def waiting_rows(district: UUID) -> list[WaitingCount]:
    """Return the rows of a district that wait for their learner, by system."""
    rows = (
        WaitingRow.objects.filter(district=district, adopted_at=None)
        .values("system")
        .annotate(
            rows=Count("pk"),
            learners=Count("learner_label", distinct=True),
            waiting_since=Min("run__started_at"),
        )
        .order_by("system")
    )
    return [WaitingCount(**row) for row in rows]


def last_batch(district: UUID) -> ImportRun | None:
    """Return the last response log that was offered, whatever became of it."""
    return latest_runs(district, "responses", 1).first()
