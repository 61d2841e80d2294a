"""Small frameworks and pieces of evidence for tests."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from milepost.evidence.commands import Shown
from milepost.purpose.models import Competency, Framework
from milepost.roster.models import LearnerKey, Organisation

START = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


def competencies(district: Organisation, count: int = 3) -> list[UUID]:
    """Write a framework of ``count`` competencies C1, C2, … and return their ids."""
    framework = Framework.objects.create(
        district=district, identifier=f"test-{Framework.objects.count()}", title="Test"
    )
    rows = [
        Competency(
            district=district,
            framework=framework,
            identifier=f"c{k}",
            code=f"C{k}",
            title=f"Competency {k}",
            statement=f"I can do {k}.",
            position=k,
        )
        for k in range(1, count + 1)
    ]
    Competency.objects.bulk_create(rows)
    return [row.pk for row in rows]


def learner(district: Organisation) -> UUID:
    """Write the key of a learner without a person and return it."""
    return LearnerKey.objects.create(district=district).pk


def answer(
    key: UUID, *competency: UUID, score: float = 1.0, minutes: float = 0.0, **more: object
) -> Shown:
    """Return a practice response at ``minutes`` after the start of the tests' time."""
    draft = {
        "learner": key,
        "kind": "practice",
        "scores": [(c, score) for c in competency],
        "occurred_at": START + timedelta(minutes=minutes),
        "source": "tests",
    }
    return Shown(**(draft | more))  # type: ignore[arg-type]
